"""References of grants and sharing rules."""

from collections.abc import Iterator

from formwork.catalog.usage.use import Reader, Reference, Use


def of_rights(reader: Reader) -> Iterator[Reference]:
    """Everything roles and sharing rules refer to."""
    rights = reader.snapshot.rights
    for (role, object), grant in rights.grants.items():
        use = Use("permission", object, f"grants.{role}.{object}")
        things = {(object, ""), *((object, name) for name in grant.fields)}
        things |= {(object, name) for one in grant.record_types.values() for name in one.fields}
        for verbs in grant.verbs.values():
            for right in verbs:
                things |= reader.reads(right.when)
        yield from ((thing, use) for thing in things)
    for rule in rights.rules.values():
        use = Use("sharing_rule", rule.object, f"sharing_rules.{rule.name}")
        yield from ((thing, use) for thing in {(rule.object, ""), *reader.reads(rule.when)})
