"""What is taken away stays for a while and comes back with its values; what is made anew inherits none."""

from typing import Any

import pytest

from formwork.kernel import Conflict, Invalid, NotFound
from formwork.publishing import describe_plan, require_agreed
from formwork.publishing.go_back import find_retired
from formwork.publishing.purge import purge_retired
from formwork.publishing.retired import list_retired
from formwork.records import Change, create, get_record, history, update
from formwork.runtime.going_back import restoring, rolling_back
from formwork.storage.schema.there import columns_there, tables_there
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


def test_a_field_comes_back_beside_one_that_took_its_name_and_has_another_by_now(press: Press) -> None:
    press.publish(without(CARD))
    press.publish(packages_in(FILES)["library"])
    with press.home.as_user(press.ids["librarian"]) as work:
        update(work, "reader", [Change(press.ids["reader"], {"card": "R-9"})])
    renamed = FILES[READER].replace("  card: {", "  pass: {renamed_from: card, ")
    press.publish(packages_in({**FILES, READER: renamed})["library"])
    go(press, "reader", "card")
    assert {key: value for key, value in read(press, "card", "pass").items() if key != "id"} == {
        "card": "R-1", "pass": "R-9",
    }  # fmt: skip
    assert press.is_well()
    assert press.plan(press.written()).is_empty
    with press.home.as_user(press.ids["librarian"]) as work:
        newest, oldest = history(work, "reader", press.ids["reader"])
        assert (newest.changes["pass"], oldest.changes["card"]) == ((None, "R-9"), (None, "R-1"))


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


def test_what_was_retired_long_ago_goes_for_good(press: Press) -> None:
    """A column, one with a foreign key, a side table and a table with its own: what is left takes writes as before."""
    sponsor = next(line for line in FILES[READER].splitlines(keepends=True) if line.startswith("  sponsor:"))
    rule = "  - rule: sponsor_is_self\n" + FILES[READER].split("  - rule: sponsor_is_self\n")[1].split("  - rule")[0]
    press.publish(without(note=NOTES + "  of: {type: lookup, to: reader}\n"))
    with press.home.system() as work:
        create(work, "note", [{"text": "First", "about": ["a"], "of": str(press.ids["reader"])}])
    press.publish(without(CARD, TOPICS, sponsor, rule))
    with press.home.system() as work:
        assert purge_retired(work, 30) == 0
        assert purge_retired(work, 0) == 4
        assert list_retired(work) == []
        left = columns_there(work, "reader")
        assert {"card", "card__fold"}.isdisjoint(left)
        assert {"reader__topics", "note__about", "note"}.isdisjoint(tables_there(work))
        assert ("sponsor" in left) == (not work.place.is_postgres)
        with pytest.raises(NotFound):
            find_retired(work, "reader", "card")
    with press.home.as_user(press.ids["librarian"]) as work:
        create(work, "reader", [{"name": "Later"}])
        update(work, "reader", [Change(press.ids["reader"], {"name": "Other"})])
        assert "card" not in history(work, "reader", press.ids["reader"])[-1].changes
    assert press.is_well()
    press.publish(packages_in(FILES)["library"])
    assert press.is_well()
    assert {read(press, "card", "sponsor")[name] for name in ("card", "sponsor")} == {None}


def test_a_yes_is_to_one_plan_only(press: Press) -> None:
    """The token hangs on base, target and what is lost, counted; samples are shown, of sealed values none."""
    gone = without(CARD, "  passport: {type: text, encrypted: true}\n")
    first = press.plan(gone)
    told = {one["sentence"]: one for one in describe_plan(first)["steps"]}
    card = told["Retire column `card` of `reader`; its values are kept and no longer shown."]
    assert (card["rows"], card["samples"], card["lock"]) == (1, ["R-1"], "none")
    passport = told["Retire column `passport` of `reader`; its values are kept and no longer shown."]
    assert (passport["rows"], passport["samples"]) == (1, [])
    with press.home.as_user(press.ids["librarian"]) as work:
        update(work, "reader", [Change(press.ids["other"], {"card": "R-2"})])
    second = press.plan(gone)
    assert len({first.consent, second.consent, press.plan(without(CARD)).consent, ""}) == 4
    for consent in (None, "", first.consent):
        with pytest.raises(Invalid) as refused:
            require_agreed(second, second.base, consent)
        assert refused.value.extra["plan"]["consent"] == second.consent
    require_agreed(second, second.base, second.consent)
    with pytest.raises(Conflict):
        require_agreed(second, second.base - 1, second.consent)
    assert press.plan(without()).consent == ""
