"""Rights are linked with every name resolved, and several files add up."""

from dataclasses import replace

from formwork.catalog import link
from formwork.definitions.model import GrantDef, PermissionsDef, RoleDef, TypeGrant, VerbGrant
from formwork.fieldtypes.registry import FIELD_TYPES
from tests.support.rights import library_with
from tests.support.tenants import LIBRARY, packages_of

ALL = {"read": VerbGrant(("all",))}


def test_a_record_type_or_field_that_is_not_there_is_told() -> None:
    packages = dict(packages_of((LIBRARY,)))
    types = {"hal": TypeGrant(), "hall": TypeGrant(fields={"dais": "hidden", "version": "hidden"})}
    said = PermissionsDef(
        "library", roles={"desk": RoleDef("desk", "Desk")}, grants=(GrantDef("desk", "loan", ALL, record_types=types),)
    )
    packages["library"] = replace(packages["library"], permissions=(said,))
    found = {(one.code, one.path) for one in link(packages, FIELD_TYPES).findings}
    assert found == {
        ("unknown_record_type", "grants.desk.loan.record_types.hal"),
        ("unknown_field", "grants.desk.loan.record_types.hall.fields.dais"),
        ("unknown_field", "grants.desk.loan.record_types.hall.fields.version"),
    }


def test_what_two_files_say_of_a_type_adds_up() -> None:
    first = GrantDef("desk", "loan", ALL, record_types={"hall": TypeGrant(fields={"days": "hidden", "rate": "hidden"})})
    second = GrantDef("desk", "loan", {}, record_types={"hall": TypeGrant(use=False, fields={"rate": "read"})})
    linked = library_with([first, second]).rights.grants[("desk", "loan")].record_types
    assert linked == {"hall": TypeGrant(use=False, fields={"days": "hidden", "rate": "read"})}
