"""The record an address names."""

from uuid import UUID

from formwork.kernel import NotFound, parse_id


def wanted_id(text: str) -> UUID:
    """The id in an address; raises NotFound when it is none."""
    found = parse_id(text)
    if found is None:
        raise NotFound("There is no such record, or you may not see it.")
    return found
