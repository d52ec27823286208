"""What is taken away stays for a while and comes back with its values; what is made anew inherits none."""

from typing import Any

import pytest

from formwork.kernel import Conflict, NotFound
from formwork.publishing.go_back import find_retired
from formwork.publishing.retired import list_retired
from formwork.records import Change, create, get_record, history, update
from formwork.runtime.going_back import restoring, rolling_back
from tests.publishing.conftest import FILES, Press, packages_in
from tests.support.tenants import TENANT

READER = "objects/library/reader.yaml"
CARD, TOPICS, HOME = (
    next(line for line in FILES[READER].splitlines(keepends=True) if line.startswith(f"  {name}:"))
    for name in ("card", "topics", "home")
)
NOTES = "object: note\ntitle: text\nfields:\n  text: {type: text, unique: true}\n  about: {type: tags}\n"


def without(*lines: str, **files: str) -> Any:
    """The library without lines of its readers, with further objects."""
    text = FILES[READER]
    for line in lines:
        assert line in text
        text = text.replace(line, "")
    more = {f"objects/library/{name}.yaml": one for name, one in files.items()}
    return packages_in({**FILES, READER: text, **more})["library"]


def go(press: Press, object: str, field: str = "") -> None:
    """Bring something back."""
    with press.home.system() as work:
        press.home.runtime.publish(work, restoring(press.home.runtime, work, object, field))


def read(press: Press, *fields: str) -> dict[str, Any]:
    with press.home.as_user(press.ids["librarian"]) as work:
        return get_record(work, "reader", press.ids["reader"], fields)


def test_fields_come_back_with_their_values(press: Press) -> None:
    before = press.values()
    press.publish(without(CARD, TOPICS, HOME))
    assert press.values() != before
    for field in ("topics", "card", "home"):
        go(press, "reader", field)
    assert press.values() == before
    assert press.is_well()
    assert press.plan(press.written()).is_empty
    with press.home.system() as work:
        assert list_retired(work) == []
        assert history(work, "reader", press.ids["reader"])[0].changes["card"] == (None, "R-1")


def test_a_field_of_the_name_made_anew_has_no_past_and_is_in_the_way(press: Press) -> None:
    press.publish(without(CARD))
    press.publish(packages_in(FILES)["library"])
    assert read(press, "card")["card"] is None
    with press.home.as_user(press.ids["librarian"]) as work:
        update(work, "reader", [Change(press.ids["reader"], {"card": "R-9"})])
        assert history(work, "reader", press.ids["reader"])[0].changes["card"] == (None, "R-9")
    with press.home.system() as work, pytest.raises(Conflict) as refused:
        restoring(press.home.runtime, work, "reader", "card")
    assert refused.value.code == "name_taken"
    press.publish(without(CARD))
    go(press, "reader", "card")
    assert read(press, "card")["card"] == "R-9"
    press.publish(without(CARD))
    with press.home.system() as work:
        assert [one.version for one in list_retired(work) if one.field == "card"] == [6, 2]


def test_an_object_comes_back_with_its_records(press: Press) -> None:
    press.publish(without(note=NOTES))
    with press.home.system() as work:
        create(work, "note", [{"text": "First", "about": ["a", "b"]}])
    before = press.values()
    press.publish(without())
    press.publish(without(note=NOTES.replace("tags", "text")))
    with press.home.system() as work:
        create(work, "note", [{"text": "Other"}])
        with pytest.raises(Conflict):
            restoring(press.home.runtime, work, "note")
    press.publish(without())
    with press.home.system() as work:
        newest, oldest = (one for one in list_retired(work) if one.object == "note")
        assert newest.tables == {"note": "note"}
        assert oldest.tables == {"note": "retired$1$note", "note__about": "note__about"}
    go(press, "note")
    assert press.is_well()
    with press.home.runtime.system_write(TENANT, "test") as work:
        press.home.runtime.publish(work, rolling_back(press.home.runtime, work, 2))
    assert press.is_well()
    assert press.values() != before  # the note of now stays: it has the same table


def test_going_back_brings_everything_back(press: Press) -> None:
    """Back to the first version after a rename, a removal and another field in the place of one."""
    before = press.values()
    renamed = FILES[READER].replace("  card: {", "  pass: {renamed_from: card, ").replace(TOPICS, "")
    press.publish(packages_in({**FILES, READER: renamed})["library"])
    press.publish(packages_in({**FILES, READER: renamed.replace(HOME, "")})["library"])
    dropped = "\n".join(line for line in renamed.replace(HOME, "").splitlines() if not line.startswith("  pass:"))
    press.publish(packages_in({**FILES, READER: dropped})["library"])
    with press.home.system() as work:
        press.home.runtime.publish(work, rolling_back(press.home.runtime, work, 1))
    assert press.values() == before
    assert press.is_well()
    with press.home.as_user(press.ids["librarian"]) as work:
        [entry] = history(work, "reader", press.ids["reader"])
        assert entry.changes["card"] == (None, "R-1")
        assert list_retired(work) == []


def test_what_was_never_there_does_not_come_back(press: Press) -> None:
    with press.home.system() as work:
        with pytest.raises(NotFound):
            find_retired(work, "reader", "card")
        with pytest.raises(NotFound):
            rolling_back(press.home.runtime, work, 99)
