"""What a tenant made itself becomes a package that a second tenant installs, with the packages it needs."""

import pytest

from formwork.catalog import link
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.kernel import FormworkError
from formwork.publishing.own_work import OwnWork, own_work
from tests.definitions.workspaces import examples_of_pages
from tests.support.layers import read
from tests.support.tenants import shipped

PAGES = {name: text for name, text in examples_of_pages().items() if "/tenant/" not in name}
VEHICLE = {
    "objects/tenant/vehicle.yaml": (
        "# Vans and bicycles.\nobject: vehicle\ntitle: name\nfields:\n  name: {type: text, required: true}\n"
        "  carries: {type: lookup, to: book, inverse: vehicles}\n"
        "  loans: {type: formula, gives: number, expression: carries.loans_count}\n"
    ),
    "objects/tenant/book.yaml": (
        "extends: book\nlabel: Title\nfeatures: {timeline: true, files: false}\nfields:\n"
        "  vehicles_count: {type: rollup, of: vehicle.carries, count: true}\n  isbn: {hidden: true}\n"
        "  state: {options: {moved: {label: Moved, hue: blue}, lost: {after: new}}}\n"
        "validations:\n  - {rule: keep_price, hidden: true}\n"
        "  - {rule: not_both, error_when: \"state = 'lost' and vehicles_count > 0\", message: It is in a vehicle.}\n"
    ),
    "layouts/tenant/vehicle.yaml": "object: vehicle\nviews: {all: {label: Vehicles, columns: [name, carries]}}\n",
    "layouts/tenant/book.yaml": (
        "extends: book\nforms:\n  standard:\n    tabs:\n      - id: details\n        sections:\n"
        "          - {id: main, fields: [{field: price, span: 2}]}\n"
        "          - {id: transport, label: Transport, fields: [vehicles_count]}\n"
        "views:\n  shelf: {label: Mine}\n  moving: {label: Moving, columns: [title, vehicles_count]}\n"
    ),
    "metadata/tenant/permissions.yaml": (
        "roles: {driver: Driver}\ngrants:\n  driver:\n    vehicle: {create: true, read: all, edit: own}\n"
        "    book: {read: all}\n  librarian:\n    vehicle: {read: all}\n    book: {edit: false}\n"
    ),
    "metadata/tenant/navigation.yaml": "navigation:\n  - {group: library, label: Mine, items: [vehicle]}\n",
}  # fmt: skip
LEFT = {
    "book.label", "book.features.files", "book.fields.isbn.hidden", "book.fields.state.options.lost.after",
    "book.validations.keep_price.hidden", "permissions.grants.librarian.book.edit", "book.layout.views.shelf.label",
    "book.layout.forms.standard.tabs.details.sections.main.fields.price.span", "navigation.library.label",
}  # fmt: skip


def made(name: str = "vehicles", *, leave_out: bool = True) -> OwnWork:
    packages = {"core": shipped()["core"], **read(PAGES | VEHICLE)}
    linked = link(packages, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    return own_work(packages, linked.snapshot, name, label="Vehicles", version="1.2.0", leave_out=leave_out)


def test_what_was_made_goes_along_with_what_it_needs() -> None:
    found = made()
    assert set(found.left) == LEFT
    assert dict(found.content.manifest.requires) == {"core": "^1.0.0", "lending": "^1.2.0", "library": "^1.0.0"}
    assert found.files["objects/vehicles/vehicle.yaml"].startswith("# Vans and bicycles.\n")
    linked = link({"core": shipped()["core"], **read(PAGES | dict(found.files))}, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    book = linked.snapshot.objects["book"]
    assert (book.definition.label, "timeline" in book.definition.features) == ("Book", True)
    assert "moved" in book.fields["state"].options
    assert {"not_both", "keep_price"} <= {rule.rule for rule in book.validations}
    assert book.layout is not None
    assert "moving" in book.layout.views
    assert "transport" in {one.id for tab in book.layout.forms["standard"].tabs for one in tab.sections}
    assert set(linked.snapshot.rights.grants[("driver", "vehicle")].verbs) == {"create", "read", "edit"}
    assert "edit" in linked.snapshot.rights.grants[("librarian", "book")].verbs


def test_what_only_the_layer_can_say_is_told_and_taken_names_are_refused() -> None:
    for name, leave_out, code in (("vehicles", False, "only_layer"), ("library", True, "reserved_name")):
        with pytest.raises(FormworkError) as refused:
            made(name, leave_out=leave_out)
        assert refused.value.code == code
    assert {one.pointer.removeprefix("/") for one in refused.value.problems} <= LEFT
