"""A field becomes another type: what converts is taken over, what does not is counted, and nothing is thrown away."""

from typing import Any
from uuid import UUID

import pytest

from formwork.kernel import Conflict, Invalid
from formwork.publishing import Plan, describe_plan, require_agreed
from formwork.publishing.retired import list_retired
from formwork.records import create, get_record, history
from formwork.runtime.going_back import rolling_back
from tests.publishing.conftest import FILES, Press, packages_in

BOX = "object: box\ntitle: name\nfeatures: [history]\nfields:\n  name: {type: text}\n  thing: {%s}\n"
FROM, TO = "type: text, searchable: true", "type: date, unique: true"


def box(kind: str) -> Any:
    """The library with boxes whose thing is of this kind."""
    return packages_in({**FILES, "objects/library/box.yaml": BOX % kind})["library"]


def filled(press: Press, kind: str, *things: Any) -> list[UUID]:
    """Boxes made when their thing is of this kind."""
    press.publish(box(kind))
    with press.home.system() as work:
        return [
            one.id for one in create(work, "box", [{"name": f"B{at}", "thing": one} for at, one in enumerate(things)])
        ]


def things(press: Press, ids: list[UUID]) -> list[Any]:
    with press.home.system() as work:
        return [get_record(work, "box", id, ("thing",))["thing"] for id in ids]


def step(planned: Plan) -> dict[str, Any]:
    [found] = [one for one in describe_plan(planned)["steps"] if one["kind"] == "convert_column"]
    return dict(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "given", "after", "found", "lost"),
    [
        ("type: text", ["2026-03-05", "soon", None], "type: date", ["2026-03-05", None, None], ["soon"]),
        ("type: text", ["12", "1.50", "x"], "type: number, precision: 1", ["12.0", "1.5", None], ["x"]),
        ("type: number, precision: 3", ["1.500", "1.234"], "type: number, precision: 1", ["1.5", None], ["1.234"]),
        ("type: text", ["Red", "b", "green"], "type: select, options: {r: Red, b: Blue}", ["r", "b", None], ["green"]),
        ("type: date", ["2026-03-05"], "type: datetime", ["2026-03-05T00:00:00Z"], []),
        ("type: boolean", [True, False], "type: text", ["yes", "no"], []),
        ("type: integer", [7], "type: text, encrypted: true", ["7"], []),
        ("type: text, encrypted: true", ["a@b.example", "none"], "type: email", ["a@b.example", None], []),
        ("type: text", ["1"], 'type: formula, gives: integer, stored: true, expression: "1 + 1"', [2], None),
        ("type: lookup, to: reader", ["other"], "type: lookup, to: book", [None], None),
    ],
)  # fmt: skip
def test_what_converts_is_taken_over(
    press: Press, before: str, given: list[Any], after: str, found: list[Any], lost: list[Any] | None
) -> None:
    ids = filled(press, before, *(str(press.ids[one]) if one == "other" else one for one in given))
    planned = press.plan(box(after))
    told, is_lossless = step(planned), lost == [] and None not in found
    assert told["cost"] == ("rewrite" if is_lossless else "destructive")
    assert bool(planned.consent) is not is_lossless
    assert told["rows"] == sum(one is not None for one in given) - sum(one is not None for one in found) or lost is None
    assert lost is None or told["samples"] == lost
    press.publish(box(after))
    assert things(press, ids) == found
    assert press.is_well()
    assert press.plan(press.written()).is_empty


def test_a_loss_is_agreed_to_and_goes_back_with_the_version(press: Press) -> None:
    ids = filled(press, FROM, "2026-03-05", "soon", "2026-03-06")
    planned = press.plan(box(TO))
    with pytest.raises(Invalid) as refused:
        require_agreed(planned, planned.base, None)
    assert refused.value.code == "needs_confirmation"
    press.publish(box(TO))
    with press.home.system() as work:
        assert [one.columns["thing"] for one in list_retired(work)] == ["retired$1$thing"]
        assert "thing" not in history(work, "box", ids[0])[0].changes
        with pytest.raises(Conflict):
            create(work, "box", [{"name": "Twin", "thing": "2026-03-06"}])
    with press.home.system() as work:
        press.home.runtime.publish(work, rolling_back(press.home.runtime, work, planned.base))
    assert things(press, ids) == ["2026-03-05", "soon", "2026-03-06"]
    assert press.is_well()
    with press.home.system() as work:
        assert history(work, "box", ids[0])[0].changes["thing"] == (None, "2026-03-05")


def test_values_that_collide_as_another_type_refuse_the_publish(press: Press) -> None:
    ids = filled(press, "type: text", "1", "1.0")
    with pytest.raises(Invalid) as refused:
        press.publish(box("type: number, precision: 1, unique: true"))
    assert refused.value.code == "duplicates"
    assert things(press, ids) == ["1", "1.0"]
    assert press.is_well()


def test_what_ties_details_to_their_master_stays(press: Press) -> None:
    item = FILES["objects/library/loan_item.yaml"]
    assert "to: loan, inverse: items" in item
    other = item.replace("to: loan, inverse: items", "to: reader, inverse: items")
    with pytest.raises((Invalid, Conflict)):
        press.plan(packages_in({**FILES, "objects/library/loan_item.yaml": other})["library"])
