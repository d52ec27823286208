"""A record chosen in a look-up of a form: by the id the list gave, or by the exact title that was typed."""

from uuid import UUID

from werkzeug.datastructures import MultiDict

from formwork.kernel import Invalid, Problem, parse_id
from formwork.records import suggest, titles
from formwork.web.visit import Visit


def person_named(visit: Visit, object: str, form: MultiDict[str, str], name: str) -> UUID | None:
    """The record a look-up of this name holds, None when it is blank.

    Without script nothing is chosen from the list, and what was typed must be one title exactly. Raises Invalid
    `bad_reference` at the look-up.
    """
    id, typed = form.get(name, ""), form.get(f"{name}:title", "").strip()
    if not id and not typed:
        return None
    found = parse_id(id) if id else None
    if found is not None and str(found) in titles(visit.work, object, [found]):
        return found
    same = [one["id"] for one in suggest(visit.work, object, typed) if one["title"] == typed] if not id else []
    chosen = parse_id(str(same[0])) if len(same) == 1 else None
    if chosen is None:
        message = "Choose a record from the list."
        raise Invalid(message, code="invalid", problems=[Problem(f"/{name}", "bad_reference", message)])
    return chosen
