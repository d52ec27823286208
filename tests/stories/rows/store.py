"""A drawn firm put into a tenant's tables and into the metadata its rights are linked from."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from formwork.catalog import Snapshot
from formwork.catalog.link import link
from formwork.definitions.model import (
    GrantDef,
    ObjectDef,
    PermissionsDef,
    RoleDef,
    SharingRuleDef,
    TypeGrant,
    VerbGrant,
)
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.identity import assign_role
from formwork.kernel import new_id
from formwork.records import Change, create, delete, update
from formwork.storage import Work, system
from tests.stories.rows.world import CONDITIONS, MASTER_OF, OBJECTS, OWNED, PARENT, Key, Row, World
from tests.support.tenants import packages_of

FIRM = Path(__file__).parents[2] / "support" / "firm"
_LINKS = ("site", "keeper", "person", "home", "manager", "department", "parent")


def snapshot_of(world: World) -> Snapshot:
    """The firm's objects under the world's baselines, roles, grants and sharing rules."""
    packages = dict(packages_of((FIRM,)))
    firm = packages["firm"]
    objects = tuple(_with_baseline(one, world.baselines.get(one.name, one.sharing)) for one in firm.objects)
    texts = {name: text for name, (_, text, _) in CONDITIONS.items()}

    def verb(scopes: tuple[str, ...], when: str | None) -> VerbGrant:
        return VerbGrant(scopes, None if when is None else texts[when])

    permissions = PermissionsDef(
        "firm",
        roles={
            one.name: RoleDef(one.name, one.name, includes=one.includes, manage_all=one.manages, portal=one.portal)
            for one in world.roles.values()
        },
        grants=tuple(
            GrantDef(
                said.role,
                said.object,
                {name: verb(reach.scopes, reach.when) for name, reach in said.verbs.items()},
                said.fields,
                record_types={code: TypeGrant(one.use, one.fields) for code, one in said.types.items()},
            )
            for said in world.said
        ),
        sharing_rules={name: SharingRuleDef(name, object, text) for name, (object, text, _) in CONDITIONS.items()},
    )
    packages["firm"] = replace(firm, objects=objects, permissions=(permissions,))
    linked = link(packages, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    return linked.snapshot


def _with_baseline(one: ObjectDef, baseline: str) -> ObjectDef:
    return replace(one, sharing=baseline, parent=PARENT.get(one.name) if baseline == "parent" else None)


class Stored:
    """A world in the tables of the tenant of a unit of work, and the ids its keys were given."""

    def __init__(self, work: Work, world: World) -> None:
        self._work = work
        self.world = world
        self.ids: dict[Key, UUID] = {}
        self._store_people()
        self._store_rows()
        self._store_shares()
        self._let_go()

    def keys(self, ids: set[UUID]) -> set[Key]:
        """The keys of records by their ids."""
        known = {id: key for key, id in self.ids.items()}
        return {known[id] for id in ids}

    def _create(self, object: str, bodies: dict[Key, dict[str, Any]]) -> None:
        saved = create(self._work, object, [self._plain(body) for body in bodies.values()])
        self.ids |= {key: one.id for key, one in zip(bodies, saved, strict=True)}

    def _plain(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body as JSON has it, keys of records as their ids."""
        found: dict[str, Any] = {}
        for name, value in body.items():
            if value is None:
                continue
            if name in _LINKS or name == "owner" or name in MASTER_OF.values():
                found[name] = str(self.ids[value])
            elif name == "members":
                found[name] = sorted(str(self.ids[one]) for one in value)
            else:
                found[name] = value if isinstance(value, bool | int | str) else str(value)
        return found

    def _store_people(self) -> None:
        for key, parent in self.world.departments.items():
            self._create("department", {key: {"name": key, "code": key, "parent": parent}})
        for person in self.world.people.values():
            body = {
                "login": person.key, "full_name": person.key, "email": f"{person.key}@example.com",
                "manager": person.manager, "department": person.department,
                "kind": "partner" if person.outside else "internal",
            }  # fmt: skip
            self._create("user", {person.key: body})
        self._give_roles()
        for kind, circles in (("group", self.world.groups), ("queue", self.world.queues)):
            self._create(
                kind,
                {one.key: {"name": one.key, "active": one.active, "members": one.members} for one in circles.values()},
            )

    def _give_roles(self) -> None:
        """Roles as they are given; those that do not fit stand there as if they had lost their mark since."""
        work, world = self._work, self.world
        for person in world.people.values():
            for role in person.roles:
                if person.outside and not world.roles[role].portal:
                    unfit = {"user": self.ids[person.key], "role": role, "at": world.now, "by": None}
                    system.append(work, "fw_role_assignment", [unfit])
                else:
                    assign_role(work, self.ids[person.key], role)

    def _store_rows(self) -> None:
        for object in OBJECTS:
            rows = [row for row in self.world.rows.values() if row.object == object]
            self._create(object, {row.key: self._body(row) for row in rows})
            if object == "site":
                self._send_home()
        for object in OWNED:
            gone = [row.key for row in self.world.rows.values() if row.object == object and row.deleted]
            if gone:
                delete(self._work, object, [self.ids[key] for key in gone])

    def _body(self, row: Row) -> dict[str, Any]:
        body = {**row.values}
        if row.owner is not None:
            body["owner"] = row.owner
        if row.master is not None:
            body[MASTER_OF[row.object]] = row.master
        if row.type is not None:
            body["record_type"] = row.type
        return body

    def _send_home(self) -> None:
        changes = [
            Change(self.ids[one.key], {"home": str(self.ids[one.home])})
            for one in self.world.people.values()
            if one.home is not None
        ]
        update(self._work, "user", changes)

    def _store_shares(self) -> None:
        for one in self.world.given:
            row = {
                "id": new_id(), "object": self.world.rows[one.row].object, "record": self.ids[one.row],
                "principal": self.ids[one.to], "level": one.level, "until": one.until, "at": self.world.now,
                "by": None, "note": "", "cause": one.cause,
            }  # fmt: skip
            system.append(self._work, "fw_share", [row])

    def _let_go(self) -> None:
        """Those who may not sign in any more; what they own stays theirs."""
        gone = [self.ids[one.key] for one in self.world.people.values() if not one.active]
        update(self._work, "user", [Change(id, {"active": False}) for id in gone])
