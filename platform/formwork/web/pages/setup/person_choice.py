"""A person chosen in a form of setup: by id where the look-up found them, else by what was typed."""

from collections.abc import Mapping
from uuid import UUID

from formwork import records
from formwork.kernel import parse_id
from formwork.web.language import say as _
from formwork.web.views.rights import Choice
from formwork.web.visit import Visit

USER = "user"
LOOKUP = "/o/user/lookup?field=created_by"


def chosen_person(visit: Visit, sent: Mapping[str, str], name: str = "user") -> UUID | None:
    """The id that was sent, or that of the only person whose name was typed; None for nobody and for several."""
    found = parse_id(sent.get(name, ""))
    typed = sent.get(f"{name}:title", "").strip()
    if found is not None:
        return found
    hits = records.suggest(visit.work, USER, typed, limit=2) if typed else []
    exact = [hit for hit in hits if str(hit["title"]).casefold() == typed.casefold()]
    hits = exact or hits
    return parse_id(str(hits[0]["id"])) if len(hits) == 1 else None


def person_choice(
    visit: Visit, sent: Mapping[str, str], id: UUID | None, label: str, *, name: str = "user", invalid: bool = False
) -> Choice:
    """The control, with whoever was chosen in it."""
    title = name_of_person(visit, id) if id is not None else sent.get(f"{name}:title", "")
    return Choice(
        name, f"choose-{name}", label, LOOKUP, str(id) if id is not None else "", title, invalid=invalid,
        placeholder=_("Type a name"),
    )  # fmt: skip


def name_of_person(visit: Visit, id: UUID) -> str:
    """The name of a user the reader may see, blank otherwise."""
    return str(records.titles(visit.work, USER, [id]).get(str(id), ""))
