"""The tenant's own layer: what it says by key stands over what packages say, and nothing else changes."""

import json
from typing import Any

import pytest

from formwork.access import Verb, decide
from formwork.access.policy import policy_of
from formwork.catalog import Snapshot
from formwork.catalog.labels import field_label, object_label, option_label, part_label
from formwork.definitions.model import DetailSection, FieldSection
from formwork.definitions.stored import dump_packages
from formwork.fieldtypes import FIELD_TYPES
from formwork.kernel.actor import system_actor
from formwork.publishing import restore_snapshot, with_index
from tests.catalog.test_link_stored import assert_same
from tests.definitions.workspaces import examples_of_pages
from tests.support.layers import linked, read, snapshot_of
from tests.support.tenants import shipped

PAGES = examples_of_pages()
BARE = {name: text for name, text in PAGES.items() if "/tenant/" not in name}


@pytest.fixture(scope="module", name="snapshot")
def with_the_layer_of_the_page() -> Snapshot:
    return snapshot_of(PAGES)


def with_layer(**files: str) -> dict[str, str]:
    """The examples of the pages with another layer: `objects`, `layouts` of books, `permissions`, `navigation`."""
    places = {"objects": "objects/tenant/book.yaml", "layouts": "layouts/tenant/book.yaml"}
    return BARE | {places.get(key, f"metadata/tenant/{key}.yaml"): text for key, text in files.items()}


def test_properties_features_and_fields_of_an_object(snapshot: Snapshot) -> None:
    book = snapshot.objects["book"]
    assert (book.definition.label, book.definition.hue, book.definition.icon) == ("Title", "violet", "book")
    assert book.definition.features == ("history", "files", "import", "timeline")
    assert (book.fields["pages"].definition.label, book.fields["pages"].definition.settings["min"]) == (
        "Number of pages", 1,
    )  # fmt: skip
    state = book.fields["state"].options
    assert list(state) == ["new", "ordered", "available", "lost", "on_loan"]
    assert (state["lost"].label, state["lost"].active, state["lost"].hue) == ("Missing", False, "red")
    types = book.definition.record_types
    assert (list(types), types["audio"].label) == (["printed", "map", "audio"], "Audio")
    assert types["audio"].options == {"state": ("new", "available", "lost")}


def test_rules_are_changed_switched_off_and_added_by_key(snapshot: Snapshot) -> None:
    book = snapshot.objects["book"]
    assert [(rule.rule, rule.message) for rule in book.validations] == [
        ("lost_books_have_a_price", "What did it cost? Enter the price first."), ("donor_is_named", "Who gave it?"),
    ]  # fmt: skip
    assert [rule.fields for rule in book.definition.unique] == [("isbn", "state")]
    assert [rule.fields for rule in book.definition.indexes] == [("donated_by",)]


def test_parts_of_a_layout_are_changed_moved_and_hidden(snapshot: Snapshot) -> None:
    layout = snapshot.objects["book"].layout
    assert layout is not None
    form = layout.forms["standard"]
    assert form.header == ("number", "author", "donated_by", "state")
    details, loans = form.tabs
    assert [section.id for section in details.sections] == ["main", "copy", "extent"]
    main, grid, extent = details.sections
    assert isinstance(main, FieldSection)
    assert isinstance(grid, DetailSection)
    assert (main.label, main.columns) == ("Title and origin", 2)
    assert [item.field for item in main.fields] == ["title", "author", "donated_by", "price", "number"]
    price = next(item for item in main.fields if item.field == "price")
    assert (price.visible_when, price.required_when) == ("state = 'lost'", "state = 'lost'")
    assert [(item.field, item.span) for item in extent.fields] == [("pages", 1), ("state", 2)]
    assert (loans.related[0].label, loans.related[0].columns) == (
        "Borrowed by",
        ("number", "state", "reader", "due_on"),
    )
    assert list(layout.views) == ["shelf", "board"]
    shelf = layout.views["shelf"]
    assert (shelf.label, shelf.columns, shelf.sort) == (
        "Available",
        ("number", "title", "author", "state"),
        ("-title",),
    )
    assert (layout.prints["label"].page, layout.prints["label"].label) == ("Letter", "Shelf label")
    assert layout.quick == ("title", "author", "donated_by")


def test_rights_take_the_place_of_what_packages_grant(snapshot: Snapshot) -> None:
    grant = snapshot.rights.grants[("librarian", "book")]
    assert "edit" not in grant.verbs
    assert (grant.verbs["transfer"][0].scopes, grant.fields["price"]) == (("all",), "read")
    assert (grant.record_types["audio"].use, grant.record_types["audio"].fields["pages"]) == (True, "hidden")
    assert snapshot.rights.grants[("librarian", "loan")].actions == ("remind",)
    assert snapshot.rights.rules["open_loans"].label == "Loans still out"
    librarian = snapshot.rights.roles["librarian"]
    assert (librarian.label, librarian.includes, librarian.summary) == (
        "Librarian", ("reader", "employee"), "Runs the desk.",
    )  # fmt: skip
    assert snapshot.rights.roles["reader"].label == "Borrower"


def test_the_menu(snapshot: Snapshot) -> None:
    group = next(one for one in snapshot.navigation if one.key == "library")
    assert (group.label, group.icon, [item.object for item in group.items]) == ("Catalogue", "book", ["book", "author"])


def test_a_text_that_is_replaced_is_not_told_by_a_translation_of_a_package(snapshot: Snapshot) -> None:
    book = snapshot.objects["book"]
    assert object_label(snapshot, "es", book) == "Título"  # translated by the layer
    assert field_label(snapshot, "es", book.fields["pages"]) == "Number of pages"
    assert field_label(snapshot, "es", book.fields["title"]) == "Título"  # a package's, of what nobody replaced
    assert option_label(snapshot, "es", book.fields["state"], "lost") == "Missing"
    assert option_label(snapshot, "es", book.fields["state"], "new") == "Nuevo"
    assert part_label(snapshot, "es", book, "sections", "main", "Title and origin") == "Title and origin"
    assert snapshot.text("es", "navigation", "library", default="Catalogue") == "Catalogue"


def test_a_hidden_field_or_type_is_for_nobody() -> None:
    found = snapshot_of(
        with_layer(objects="extends: book\nfields: {isbn: {hidden: true}}\nrecord_types: {audio: {hidden: true}}\n")
    )
    for role in ("librarian", "admin"):
        policy = policy_of(found, frozenset({role}), "book")
        assert "isbn" not in policy.readable | policy.writable
        assert "title" in policy.readable
        assert "audio" in policy.barred
    system = decide(found, system_actor("test"), "book", Verb.READ)
    assert "isbn" in system.readable


def test_what_is_not_there_any_more_is_a_warning() -> None:
    found = linked(
        with_layer(
            objects="extends: book\nvalidations: [{rule: gone, hidden: true}]\n"
            "fields: {state: {options: {new: {after: gone}}}}\n",
            layouts="extends: book\nviews: {shelf: {after: gone}, none: {hidden: true}}\n"
            "forms: {standard: {tabs: [{id: details, after: gone}]}}\n",
            navigation="navigation: [{group: library, after: gone}]\n",
        )
    )
    assert found.snapshot is not None, found.findings
    assert {(one.file, one.code, one.severity) for one in found.findings} == {
        ("objects/tenant/book.yaml", "nothing_hidden", "warning"), ("objects/tenant/book.yaml", "no_anchor", "warning"),
        ("layouts/tenant/book.yaml", "nothing_hidden", "warning"), ("layouts/tenant/book.yaml", "no_anchor", "warning"),
        ("metadata/tenant/navigation.yaml", "no_anchor", "warning"),
    }  # fmt: skip
    assert list(found.snapshot.objects["book"].fields["state"].options)[-1] == "new"


NO_TYPE = "extends: book\nrecord_types:\n  printed: {hidden: true}\n  audio: {hidden: true}\n"


@pytest.mark.parametrize(
    ("file", "text", "code", "line"),
    [
        ("objects", "extends: book\nfields:\n  title: {hidden: true}\n", "hidden_needed", 3),
        ("objects", "extends: book\nfields:\n  titel: {hidden: true}\n", "unknown_field", 3),
        ("objects", "extends: book\nvalidations:\n  - {rule: mine, message: No.}\n", "missing_key", 3),
        ("objects", "extends: book\nvalidations:\n  - {rule: keep_price, error_when: prise}\n", "bad_expression", 3),
        ("objects", "extends: book\ntitle: nam\n", "unknown_field", 2),
        ("objects", "extends: book\nfields:\n  pages: {options: {a: A}}\n", "unknown_key", 3),
        ("objects", NO_TYPE, "no_record_type", 2),
        ("layouts", "extends: book\nviews:\n  mine: {label: Mine}\n", "missing_key", 3),
        ("permissions", "grants:\n  librarian:\n    book: {fields: {prise: read}}\n", "unknown_field", 3),
        ("permissions", "sharing_rules:\n  - {rule: mine, object: book}\n", "missing_key", 2),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_told_at_the_layers_own_line(file: str, text: str, code: str, line: int) -> None:
    told = [(one.code, one.line) for one in linked(with_layer(**{file: text})).findings if one.severity == "error"]
    assert told == [(code, line)]


def test_other_packages_cannot_say_the_words_of_the_layer_nor_require_it() -> None:
    files = {"objects/lending/book.yaml": "extends: book\nlabel: Mine\nfields: {isbn: {hidden: true}}\n"}
    with pytest.raises(AssertionError, match="only the tenant's own layer hides") as refused:
        read(BARE | files)
    assert "There is no key `label` here" in str(refused.value)
    manifest = "package: lending\nversion: 1.2.0\nlabel: Lending\nrequires: {library: '^1.0', tenant: '>=1.0'}\n"
    found = linked(PAGES | {"metadata/lending/package.yaml": manifest})
    assert [one.code for one in found.findings if one.severity == "error"] == ["reserved_name"]


def test_the_layer_comes_back_from_its_stored_form(snapshot: Snapshot) -> None:
    packages = {"core": shipped()["core"], **read(PAGES)}
    kept: dict[str, Any] = json.loads(json.dumps(with_index(dump_packages(packages), snapshot.index)))
    assert_same(restore_snapshot(kept, FIELD_TYPES, snapshot.version), snapshot)


def test_a_package_that_is_there_in_another_version_is_told() -> None:
    manifest = "package: lending\nversion: 1.2.0\nlabel: Lending\nrequires: {library: '~1.4'}\n"
    found = linked(PAGES | {"metadata/lending/package.yaml": manifest})
    assert [(one.code, one.line) for one in found.findings if one.severity == "error"] == [("wrong_version", 4)]
