"""What a form lets its reader fill in: the same decision the write is judged by."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from formwork.access import Verb
from formwork.catalog import Snapshot
from formwork.definitions.layout import LayoutDef
from formwork.definitions.model import FieldPlacement, FieldSection, Form, GrantDef, Tab, TypeGrant, VerbGrant
from formwork.expressions import Environment
from formwork.forms import FormQuestion, SectionView, resolve_form
from formwork.kernel import Actor
from formwork.records.graph import Graph, GraphRow
from tests.support.rights import library_with, person

ME = UUID(int=7)
SECTION = FieldSection("b", "B", (FieldPlacement("name"), FieldPlacement("owner")))
PLACED = Form("main", (), (Tab("a", "A", (SECTION,)),))


def read_only(snapshot: Snapshot, actor: Actor, verb: Verb) -> dict[str, str]:
    """Why each field of a reader's form with the owner in it is only read; "" for one that is filled in."""
    spec = replace(snapshot.object("reader"), layout=LayoutDef("reader", "library", forms={"main": PLACED}))
    now, zone = datetime(2026, 3, 1, tzinfo=UTC), ZoneInfo("UTC")
    environment = Environment(now, now.date(), zone, actor, "EUR")
    row = GraphRow(Graph(snapshot, environment), spec, uuid4(), {}, computes=True)
    form = resolve_form(FormQuestion(snapshot, environment, "en", spec, row, verb))
    [section] = form.tabs[0].sections
    assert isinstance(section, SectionView)
    return {field.spec.name: field.reason for field in section.fields}


@pytest.mark.parametrize("verb", [Verb.CREATE, Verb.EDIT])
def test_the_owner_is_filled_in_by_who_may_transfer(verb: Verb) -> None:
    every = VerbGrant(("all",))
    verbs = {"create": every, "read": every, "edit": every}
    snapshot = library_with(
        [GrantDef("desk", "reader", verbs), GrantDef("head", "reader", {**verbs, "transfer": VerbGrant(("own",))})]
    )
    assert read_only(snapshot, person(ME, "desk"), verb) == {"name": "", "owner": "no_right"}
    assert read_only(snapshot, person(ME, "head"), verb) == {"name": "", "owner": ""}


@pytest.mark.parametrize(("kind", "shown"), [("home", {"days": "", "status": ""}), ("hall", {"status": "no_right"})])
def test_a_form_shows_what_is_open_on_its_record_type(kind: str, shown: dict[str, str]) -> None:
    every = VerbGrant(("all",))
    hall = TypeGrant(fields={"days": "hidden", "status": "read"})
    verbs = {"create": every, "read": every, "edit": every}
    snapshot = library_with([GrantDef("desk", "loan", verbs, record_types={"hall": hall})])
    section = FieldSection("b", "B", (FieldPlacement("days"), FieldPlacement("status")))
    layout = LayoutDef("loan", "library", forms={"main": Form("main", (), (Tab("a", "A", (section,)),))})
    spec, actor = replace(snapshot.object("loan"), layout=layout), person(ME, "desk")
    now, zone = datetime(2026, 3, 1, tzinfo=UTC), ZoneInfo("UTC")
    environment = Environment(now, now.date(), zone, actor, "EUR")
    row = GraphRow(Graph(snapshot, environment), spec, uuid4(), {"record_type": kind}, computes=True)
    form = resolve_form(FormQuestion(snapshot, environment, "en", spec, row, Verb.EDIT, kind))
    [found] = form.tabs[0].sections
    assert isinstance(found, SectionView)
    assert {field.spec.name: field.reason for field in found.fields} == shown


@pytest.mark.parametrize(
    ("note", "sponsor", "asked"),
    [("torn", None, {"card": True}), ("fine", None, {}), ("fine", uuid4(), {})],
)
def test_a_condition_that_reads_what_is_hidden_is_not_asked(
    note: str, sponsor: UUID | None, asked: dict[str, bool]
) -> None:
    """P1 of SECURITY: whether a field is shown or required would tell it; the field is shown, and left to the save."""
    every = VerbGrant(("all",))
    verbs = {"create": every, "read": every, "edit": every}
    snapshot = library_with(
        [GrantDef("desk", "reader", verbs), GrantDef("head", "reader", verbs, fields={"fine_note": "read"})]
    )
    when = "fine_note = 'torn'"
    section = FieldSection("b", "B", (FieldPlacement("card", visible_when=when, required_when=when),))
    beyond = FieldSection("c", "C", (FieldPlacement("credit"),), visible_when="sponsor.fine_note = 'torn'")
    layout = LayoutDef("reader", "library", forms={"main": Form("main", (), (Tab("a", "A", (section, beyond)),))})
    spec, now = replace(snapshot.object("reader"), layout=layout), datetime(2026, 3, 1, tzinfo=UTC)
    found = []
    for role in ("head", "desk"):
        environment = Environment(now, now.date(), ZoneInfo("UTC"), person(ME, role), "EUR")
        values = {"fine_note": note, "sponsor": sponsor}
        row = GraphRow(Graph(snapshot, environment), spec, uuid4(), values, computes=True)
        form = resolve_form(FormQuestion(snapshot, environment, "en", spec, row, Verb.EDIT))
        found.append({item.spec.name: item.required for item in form.fields()})
    assert found == [asked, {"card": False, "credit": False}]
