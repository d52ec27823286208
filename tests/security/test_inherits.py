"""P5 of SECURITY: what is made anew under an old name inherits nothing of what bore it before."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from formwork.definitions.model import PackageContent
from formwork.identity import actor_of, assign_role, create_key, roles_of, set_password
from formwork.kernel import FormworkError
from formwork.records import Change, ListRequest, create, delete, history, list_records, update
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, Installation, installed, loaded, packages_of

KEY = b"k" * 32


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Iterator[Installation]:
    with installed(database, tmp_path, LIBRARY) as home:
        yield home


def without(package: PackageContent, *, field: str = "", role: str = "") -> PackageContent:
    """The library without one field of readers, or without a role."""
    objects = tuple(
        replace(one, fields={name: f for name, f in one.fields.items() if name != field})
        if one.name == "reader"
        else one
        for one in package.objects
    )
    permissions = tuple(
        replace(
            one,
            roles={name: r for name, r in one.roles.items() if name != role},
            grants=tuple(
                replace(grant, fields={name: level for name, level in grant.fields.items() if name != field})
                for grant in one.grants
                if grant.role != role
            ),
        )
        for one in package.permissions
    )
    return replace(package, objects=objects, permissions=permissions)


def publish(here: Installation, library: PackageContent) -> None:
    """Make this the library of the tenant."""
    with here.system() as work:
        packages = {**packages_of((LIBRARY,)), "library": library}
        here.runtime.publish(work, here.runtime.plan(work, packages))


def test_a_role_made_anew_is_nobodys(here: Installation) -> None:
    user = here.user("cleo", "clerk")
    library = loaded(LIBRARY)["library"]
    publish(here, without(library, role="clerk"))
    with here.system() as work:
        assert roles_of(work, user) == frozenset()
    publish(here, library)
    with here.system() as work:
        assert roles_of(work, user) == frozenset(), "the assignment outlived the role"
        assert actor_of(work, user).roles == frozenset()
        assign_role(work, user, "clerk")
        assert roles_of(work, user) == {"clerk"}


def test_a_field_made_anew_is_blank_and_without_past(here: Installation) -> None:
    """The new field is open to all; what the old one held, and its history, was not."""
    library = loaded(LIBRARY)["library"]
    with here.system() as work:
        [ada] = create(work, "reader", [{"name": "Ada", "fine_note": "qjx before"}])
        update(work, "reader", [Change(ada.id, {"fine_note": "qjx changed"})])
    publish(here, without(library, field="fine_note"))
    with here.system() as work:
        update(work, "reader", [Change(ada.id, {"name": "Ada L."})])
    reader = next(one for one in library.objects if one.name == "reader")
    opened = {**reader.fields, "fine_note": replace(reader.fields["fine_note"], restricted=False)}
    objects = tuple(replace(one, fields=opened) if one.name == "reader" else one for one in library.objects)
    publish(here, replace(library, objects=objects))
    user = here.user("lina", "librarian")
    with here.as_user(user) as work:
        assert [one["fine_note"] for one in list_records(work, ListRequest("reader", ("fine_note",)), KEY).records] == [
            None
        ]
        assert "qjx" not in str([entry.changes for entry in history(work, "reader", ada.id)])
        update(work, "reader", [Change(ada.id, {"fine_note": "fresh"})])
        assert "fresh" in str([entry.changes for entry in history(work, "reader", ada.id)])


def test_a_user_made_anew_is_somebody_else(here: Installation) -> None:
    """Same login and address: no role, key, password, session or record of the one who was deleted."""
    first = here.user("cleo", "clerk")
    with here.system() as work:
        set_password(work, first, "cleo", "a long enough sentence")
        create_key(work, first, "old", None)
    with here.as_user(first) as work:
        create(work, "reader", [{"name": "Of the first"}])
    with here.system() as work:
        delete(work, "user", [first])
    second = here.user("cleo")
    assert second != first
    with here.system() as work:
        assert roles_of(work, second) == frozenset()
        with pytest.raises(FormworkError):
            actor_of(work, first)
        assign_role(work, second, "clerk")
    with here.as_user(second) as work:
        assert list_records(work, ListRequest("reader", ("name",)), KEY).records == []
