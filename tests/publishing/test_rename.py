"""A rename changes a word: every value, entry of the history and right to a record stays where it is."""

import random

import pytest

from formwork.catalog import link
from formwork.definitions.model import PackageContent
from formwork.fieldtypes import FIELD_TYPES
from formwork.kernel import FormworkError
from formwork.records import Change, create, get_record, history, share, shares_of, update
from formwork.records.shares import Level
from formwork.storage import system
from tests.publishing.conftest import FILES, Press, packages_in
from tests.support.former import renamed_from
from tests.support.naming import Names
from tests.support.seeds import scaled
from tests.support.tenants import TENANT, shipped

ROUNDS = scaled(2)


def everything(press: Press, package: PackageContent, draw: random.Random | None = None) -> PackageContent:
    """The library under other names; with `draw` some of them."""
    names: dict[str, str] = {}

    def spell(name: str) -> str:
        fresh = f"{name.split('_z', maxsplit=1)[0]}_z{len(names)}{draw.getrandbits(24) if draw else ''}"
        return names.setdefault(name, name if draw and draw.random() < 0.6 else fresh)

    with press.home.runtime.system_read(TENANT, "test") as work:
        packages = {**press.home.runtime.snapshots.packages(work), "library": package}
        return renamed_from(package, Names(work.snapshot, packages, spell))


def test_everything_gets_another_name_and_nothing_else_happens(press: Press, library: PackageContent) -> None:
    before = press.values()
    carl = press.home.user("carl", "clerk")
    with press.home.system() as work:
        share(work, "loan", press.ids["loan"], carl, Level.READ)
    done = press.publish(everything(press, library))
    assert done.steps == ()
    assert {one.kind for one in done.differences if one.kind != "changed"} == {"renamed"}
    assert press.values() == before
    assert press.is_well()
    assert press.plan(press.written()).is_empty
    loan = done.renames.object("loan")
    with press.home.as_user(press.ids["librarian"]) as work:
        [entry] = history(work, loan, press.ids["loan"])
        assert entry.changes[done.renames.field(loan, "status")] == (None, "overdue")
        assert len(shares_of(work, loan, press.ids["loan"])) == 1
        about = get_record(work, loan, press.ids["loan"], (done.renames.field(loan, "about"),))
        assert [one["object"] for one in about.values() if isinstance(one, dict)] == [done.renames.object("book")]


@pytest.mark.slow
def test_any_renames_in_a_row_keep_every_value(press: Press, library: PackageContent) -> None:
    before, draw, package = press.values(), random.Random(20260305), library
    for _ in range(ROUNDS):
        package = everything(press, package, draw)
        assert press.publish(package).steps == ()
    assert press.values() == before
    assert press.is_well()
    assert press.plan(press.written()).is_empty


def test_a_renamed_field_is_written_counted_and_held_unique_as_before(press: Press) -> None:
    files = dict(FILES)
    for name, old, new in (("reader", "card", "pass"), ("loan", "number", "label")):
        path = f"objects/library/{name}.yaml"
        files[path] = files[path].replace(f"  {old}: {{", f"  {new}: {{renamed_from: {old}, ")
        files[path] = files[path].replace(f"title: {old}", f"title: {new}")
    press.publish(packages_in(files)["library"])
    with press.home.as_user(press.ids["librarian"]) as work:
        [made] = create(work, "loan", [{"reader": str(press.ids["other"])}])
        assert get_record(work, "loan", made.id, ("label",))["label"].endswith("-0002")
        with pytest.raises(FormworkError) as refused:
            create(work, "reader", [{"name": "Twin", "pass": "R-1"}])
        assert [one.pointer for one in refused.value.problems] == ["/pass"]


def test_the_past_of_a_name_belongs_to_the_field_that_had_it_then(press: Press) -> None:
    """`days` becomes `weeks`; another `days` comes in a column of its own, with a past of its own."""
    loan, text = press.ids["loan"], FILES["objects/library/loan.yaml"]
    renamed = text.replace("  days: {", "  weeks: {renamed_from: days, ").replace("begun_on + days", "begun_on + weeks")
    item = FILES["objects/library/loan_item.yaml"].replace("loan.days", "loan.weeks")
    rights = FILES["metadata/library/permissions.yaml"].replace("days: hidden", "weeks: hidden")
    files = {**FILES, "objects/library/loan.yaml": renamed, "objects/library/loan_item.yaml": item,
             "metadata/library/permissions.yaml": rights}  # fmt: skip
    assert press.publish(packages_in(files)["library"]).steps == ()
    second = renamed.replace("  at_counter:", "  days: {type: integer, column: days_2}\n  at_counter:")
    press.publish(packages_in({**files, "objects/library/loan.yaml": second})["library"])
    with press.home.as_user(press.ids["librarian"]) as work:
        update(work, "loan", [Change(loan, {"weeks": 3, "days": 1})])
        newest, oldest = history(work, "loan", loan)
        assert (newest.changes["weeks"], newest.changes["days"]) == ((7, 3), (None, 1))
        assert oldest.changes["weeks"] == (None, 7)
        assert "days" not in oldest.changes


def test_a_key_for_an_object_reaches_it_under_its_new_name(press: Press) -> None:
    with press.home.system() as work:
        row = {"id": press.ids["book"], "hash": "x", "user": press.ids["librarian"], "name": "k", "prefix": "p",
               "scopes": ["read:loan", "manage"], "created_at": work.context.now}  # fmt: skip
        system.append(work, "fw_api_key", [row])
        mapping = {"import": "m", "object": "loan", "columns": {"A": "days", "B": {"field": "reader", "by": "card"}}}
        saved = {"id": press.ids["loan"], "object": "loan", "name": "m", "mapping": mapping,
                 "by": press.ids["librarian"], "at": work.context.now}  # fmt: skip
        system.append(work, "fw_saved_mapping", [saved])
    done = press.publish(everything(press, packages_in(FILES)["library"]))
    loan, reader = done.renames.object("loan"), done.renames.object("reader")
    with press.home.system() as work:
        [key] = system.find_many(work, "fw_api_key")
        [kept] = system.find_many(work, "fw_saved_mapping")
    assert key["scopes"] == [f"read:{loan}", "manage"]
    assert (kept["object"], kept["mapping"]["columns"]["A"]["field"]) == (loan, done.renames.field(loan, "days"))
    assert kept["mapping"]["columns"]["B"]["by"] == done.renames.field(reader, "card")


def test_the_amount_in_the_own_currency_follows(press: Press) -> None:
    """Twins, stored formulas and partial unique indexes are told by columns, so none of them is made anew."""
    rule = "unique:\n  - {fields: [fee, plan], when: \"kind = 'x' and fee > 1\"}\n"
    text = (
        "object: offer\nfeatures: [currency]\ntitle: plan\nfields:\n  plan: {type: text, searchable: true}\n"
        "  kind: {type: text}\n  fee: {type: money}\n  currency: {type: text, max: 3}\n"
        "  rate: {type: number, precision: 6}\n  twice: {type: formula, gives: money, stored: true, "
        'expression: "fee * 2"}\n' + rule
    )
    first = packages_in({**FILES, "objects/library/offer.yaml": text})["library"]
    press.publish(first)
    after = text.replace("fee", "price").replace("  price: {", "  price: {renamed_from: fee, ")
    after = after.replace("kind", "sort").replace("  sort: {", "  sort: {renamed_from: kind, ")
    done = press.publish(packages_in({**FILES, "objects/library/offer.yaml": after})["library"])
    assert done.steps == ()
    assert press.is_well()


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("  sponsor: {", "  patron: {renamed_from: card, ", "column_taken", "write `column: card_2` in it"),
        ("  sponsor: {", "  sponsor: {renamed_from: [sponsor], ", "rename_cycle", "among its own former names"),
        ("  sponsor: {", "  sponsor: {column: owner, ", "reserved_name", "a field every object has"),
        ("  sponsor: {", "  sponsor: {column: card, ", "column_taken", "write `column: card_2` in it"),
        ("title: name", "renamed_from: loan\ntitle: name", "table_taken", "write `table: loan_2` in it"),
    ],
)
def test_two_cannot_lie_in_one_place(old: str, new: str, code: str, said: str) -> None:
    path = "objects/library/reader.yaml"
    files = {**FILES, path: FILES[path].replace(old, new)}
    found = link({**packages_in(files), "core": shipped()["core"]}, FIELD_TYPES)
    assert any(one.code == code and said in str(one) for one in found.findings), found.findings
