"""The table of a role tells record types apart, and comparing two roles has one line for each thing."""

from formwork.access import compare_roles, type_rights
from formwork.definitions.model import GrantDef, RoleDef, TypeGrant, VerbGrant
from tests.support.rights import library_with

ALL = VerbGrant(("all",))
WRITING = {"read": ALL, "create": ALL, "edit": ALL}
HALL = TypeGrant(use=False, fields={"days": "hidden"})


def test_what_a_role_may_do_with_a_type_comes_from_all_it_includes() -> None:
    snapshot = library_with(
        [GrantDef("inner", "loan", WRITING, record_types={"hall": HALL}), GrantDef("wide", "loan", WRITING),
         GrantDef("looks", "loan", {"read": ALL})],
        roles={"outer": RoleDef("outer", "Outer", includes=("inner",)),
               "both": RoleDef("both", "Both", includes=("inner", "wide"))},
    )  # fmt: skip
    home, hall = type_rights(snapshot, "outer", "loan")
    assert (home.code, home.use, dict(home.fields)) == ("home", True, {})
    assert (hall.use, hall.barred_by) == (False, ("inner",))
    assert {name: (cell.level, cell.roles) for name, cell in hall.fields.items()} == {"days": ("hidden", ("inner",))}
    _, hall = type_rights(snapshot, "both", "loan")
    assert (hall.use, hall.barred_by, hall.fields["days"].level) == (True, ("inner",), "edit")
    assert not any(one.use for one in type_rights(snapshot, "looks", "loan"))


def test_two_roles_differ_by_type_and_an_action_that_is_a_verb_is_one_line() -> None:
    snapshot = library_with(
        [GrantDef("desk", "loan", WRITING, record_types={"hall": HALL}),
         GrantDef("boss", "loan", WRITING, actions=("bulk_edit", "remind"))],
    )  # fmt: skip
    told = {(one.kind, one.name, one.record_type): (one.left, one.right) for one in compare_roles(
        snapshot, "desk", "boss")}  # fmt: skip
    assert told == {
        ("verb", "bulk_edit", ""): ("", "all"),
        ("action", "remind", ""): ("", "yes"),
        ("record_type", "hall", ""): ("", "yes"),
        ("field", "days", "hall"): ("hidden", "edit"),
    }
