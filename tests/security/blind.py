"""The world of the inference matrix: every object with rows one may see and rows one may not, and people who see half.

Everything is made from the metadata. Rows are put straight into the tables, so that two states of the world differ in
nothing but what is hidden: the hidden fields of shown rows, every field of unseen rows and their number.
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import delete
from werkzeug.test import Client

from formwork.access import Verb, decide
from formwork.api import create_api
from formwork.catalog import FieldSpec, ObjectSpec, Snapshot
from formwork.catalog.link import link
from formwork.definitions.model import ACTIONS
from formwork.expressions import Expression
from formwork.fieldtypes import FIELD_TYPES
from formwork.files import Received, receive
from formwork.files.stored import HELD
from formwork.identity import actor_of, create_key
from formwork.storage import Work, system, writes
from formwork.storage.faults import UniqueViolation
from formwork.storage.schema.tables import record_table
from formwork.web.app import create_web
from tests.security.everything import FILES, MARKS, PLAIN, file_id, id_of, sample, write_everything
from tests.support.callers import Caller
from tests.support.databases import Database
from tests.support.pictures import png
from tests.support.session import made_once
from tests.support.tenants import LIBRARY, ROOT, TENANT, Installation, installed, packages_of
from tests.web.conftest import House, Person

NOW = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
ROLES = ("blind_even", "blind_odd")
SHOWN = (0, 1)
UNSEEN = ((2, 3), (2, 3, 4, 5, 6))
"""Rows nobody of the matrix may see, in each state."""
_OF_PEOPLE = frozenset({"user"})
_KEPT = frozenset({"id", "owner", "external_id", "version", "deleted_at", "record_type", "archived"})


Change = tuple[UUID, int | None, dict[str, Any]]
"""A row, the version it must have, and its new values."""


class Frozen:
    """The clock of the matrix stands still, so that two answers differ only in what they tell."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        return NOW


def _reads(spec: FieldSpec) -> Iterator[tuple[str, str]]:
    """The fields a computed value is worked out from."""
    expressions: list[Expression | None] = [spec.formula, spec.reference]
    if spec.rollup is not None:
        expressions += [spec.rollup.value, spec.rollup.where, spec.rollup.order_by]
    for expression in expressions:
        if expression is not None:
            yield from expression.reads


def hidden_fields(snapshot: Snapshot, place: int) -> dict[str, set[str]]:
    """Every second field of every object, and every value worked out from one of them, stored ones too."""
    hidden: dict[str, set[str]] = {}
    for name, spec in snapshot.objects.items():
        own = [key for key, one in spec.fields.items() if not one.system and one.twin_of is None]
        if spec.master is not None:
            own.remove(spec.master.field)
        hidden[name] = set(own[place::2])
    while True:
        more = [
            (name, key)
            for name, spec in snapshot.objects.items()
            for key, one in spec.fields.items()
            if key not in hidden[name] and any(f in hidden.get(o, ()) for o, f in _reads(one))
        ]
        if not more:
            return hidden
        for name, key in more:
            hidden[name].add(key)


def _permissions(snapshot: Snapshot) -> dict[str, Any]:
    """Two roles that may do everything to the shown rows of every object, but for the fields they may not see."""
    shown = {"scope": "all", "when": "external_id in ('shown0', 'shown1')"}
    verbs = ("read", "edit", "delete", "export", "import", "transfer", "share", "merge")
    grants: dict[str, Any] = {}
    for place, role in enumerate(ROLES):
        hidden = hidden_fields(snapshot, place)
        grants[role] = {
            name: {
                "create": True,
                **{verb: True if verb == "import" else shown for verb in verbs},
                "fields": dict.fromkeys(sorted(hidden[name]), "hidden"),
                "actions": list(ACTIONS),
            }
            for name in snapshot.objects
        }
    return {"roles": {role: role for role in ROLES}, "grants": grants}


def workspaces() -> tuple[Path, ...]:
    """The shipped packages, the library, a field of every type, and the roles of the matrix over all of them."""
    things = made_once("things", "", write_everything)
    linked = link(packages_of((ROOT, LIBRARY, things)), FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    snapshot = linked.snapshot

    def make(folder: Path) -> None:
        place = folder / "metadata/blind"
        place.mkdir(parents=True)
        required = dict.fromkeys(packages_of((ROOT, LIBRARY, things)), ">=0.0.1")
        manifest = {"package": "blind", "version": "1.0.0", "label": "Blind", "requires": required}
        (place / "package.json").write_text(json.dumps(manifest), encoding="utf-8")
        (place / "permissions.json").write_text(json.dumps(_permissions(snapshot)), encoding="utf-8")

    return (ROOT, LIBRARY, things, made_once("blind", "", make))


@dataclass
class Blind:
    """The world, one person for each role, and what each may not see."""

    here: Installation
    api: Flask
    web: Flask
    snapshot: Snapshot
    callers: dict[str, Caller] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    hidden: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    """Objects every row of which is told to whoever may read any."""

    def turn(self, role: str, state: int) -> None:
        """Bring the world into a state: what the role may not see is another in each, the rest stays as it is."""
        hidden = self.hidden[role]
        with self.here.system() as work:
            for name in reversed(list(self.snapshot.objects)):
                extra = [id_of(name, row) for row in UNSEEN[1] if row not in UNSEEN[0]]
                if name not in self.open and name not in _OF_PEOPLE:
                    _remove(work, name, extra)
            for name, spec in self.snapshot.objects.items():
                unseen = () if name in self.open else UNSEEN[0]
                shown = SHOWN if unseen else (*SHOWN, *UNSEEN[0])
                changes: list[Change] = [
                    (id_of(name, row), None, {
                        one: sample(spec.fields[one], row, state if row in unseen or one in hidden[name] else PLAIN)
                        for one in _stored(spec)
                    })
                    for row in (*shown, *unseen)
                ]  # fmt: skip
                for one in _changed(work, name, changes):
                    with suppress(UniqueViolation), work.savepoint():
                        writes.update(work, name, [one])
                if state and unseen and name not in _OF_PEOPLE:
                    more = [row for row in UNSEEN[1] if row not in UNSEEN[0]]
                    for row in more:
                        with suppress(UniqueViolation), work.savepoint():
                            writes.insert(work, name, [_row(spec, row, state, frozenset())])
            system.remove(work, "fw_file_use")
            for name, spec in self.snapshot.objects.items():
                _hold_files(work, spec, hidden[name], () if name in self.open else UNSEEN[state], state)
            system.remove(work, "fw_history")
            for name in self.snapshot.objects:
                _write_history(work, self.snapshot.objects[name], hidden[name], state, is_open=name in self.open)


def _stored(spec: ObjectSpec) -> frozenset[str]:
    """The fields of an object that have a sample of their own in every row."""
    kept = _KEPT | ({spec.master.field} if spec.master is not None else set())
    if spec.name in _OF_PEOPLE:
        kept |= {"active", "kind", "manager", "locale", "timezone", "login"}
    return frozenset(
        name for name, one in spec.fields.items()
        if one.stored and name not in kept and not one.system and sample(one, 0, PLAIN) is not None
    )  # fmt: skip


def _row(spec: ObjectSpec, row: int, variant: int, hidden: frozenset[str]) -> dict[str, Any]:
    """A whole row: hidden fields in the first state, the others in `variant`."""
    values: dict[str, Any] = {
        name: sample(spec.fields[name], row, 0 if name in hidden else variant) for name in _stored(spec)
    }
    if spec.master is not None:
        values[spec.master.field] = sample(spec.fields[spec.master.field], row, variant)
    kind = "shown" if row in SHOWN else "unseen"
    values |= {"id": id_of(spec.name, row), "external_id": f"{kind}{row}", "version": 3, "archived": False}
    values |= {"created_at": NOW, "updated_at": NOW}
    if spec.name in _OF_PEOPLE:
        values |= {"active": True, "kind": "internal", "login": f"person{row}"}
    return {name: value for name, value in values.items() if name in spec.fields}


def _changed(work: Work, object: str, changes: list[Change]) -> list[Change]:
    """Change these rows; gives those that another one's old values were in the way of, to be tried again."""
    waiting = []
    for one in changes:
        if one[2]:
            try:
                with work.savepoint():
                    writes.update(work, object, [one])
            except UniqueViolation:
                waiting.append(one)
    return waiting


def _remove(work: Work, object: str, ids: list[UUID]) -> None:
    """Take rows away for good, with what their many-valued fields hold."""
    spec = work.object(object)
    for name, one in spec.fields.items():
        if one.side_table is not None:
            writes.replace_values(work, object, name, dict.fromkeys(ids, ()))
    table = record_table(spec)
    work.writer.execute(delete(table).where(table.c.id.in_(ids)))


def _keep_files(work: Work, snapshot: Snapshot, contents: tuple[Received, ...]) -> None:
    """Every file any field holds in any state; a field holds another one in each."""
    system.append(work, "fw_file", [
        {
            "id": file_id(one, row, variant), "sha256": content.sha256, "name": f"{MARKS[variant]}{row}.png",
            "mime": "image/png", "size": content.size, "at": NOW, "by": None, "state": HELD, "since": NOW,
        }
        for spec in snapshot.objects.values() for one in spec.fields.values() if one.definition.type in FILES
        for row in (*SHOWN, *UNSEEN[1]) for variant, content in enumerate(contents)
    ])  # fmt: skip


def _hold_files(work: Work, spec: ObjectSpec, hidden: frozenset[str], unseen: tuple[int, ...], state: int) -> None:
    """That the fields of each row hold the files of the state they are in."""
    system.append(work, "fw_file_use", [
        {
            "id": id_of(f"{spec.name} {one.name} use", row), "at": NOW, "by": None, "until": None,
            "file": file_id(one, row, state if row in unseen or one.name in hidden else PLAIN),
            "object": spec.table, "record": id_of(spec.name, row), "field": one.columns[0].name,
        }
        for one in spec.fields.values() if one.definition.type in FILES
        for row in (*SHOWN, *(unseen or UNSEEN[0]))
    ])  # fmt: skip


def _give_records(work: Work, snapshot: Snapshot) -> None:
    """One person has a shown record of every object and one nobody may see, by hand and in its team."""
    system.append(work, "fw_share", [
        {
            "id": id_of(f"{name} {below}", row), "object": name, "record": id_of(name, row), "level": "read",
            "principal": id_of("user", 0), "at": NOW, "by": None, "until": None, "cause": cause,
            "note": f"{MARKS[PLAIN if row in SHOWN else 0]} note", "part": "p" if cause == "team" else None,
        }
        for name in snapshot.objects for row in (0, 2) for below, cause in (("shares", "hand"), ("team", "team"))
    ])  # fmt: skip


def _write_history(work: Work, spec: ObjectSpec, hidden: frozenset[str], state: int, *, is_open: bool) -> None:
    """Of each row: that it was made, a change of what may be seen, and one of what may not."""
    told = [name for name in _stored(spec) if spec.fields[name].side_table is None and not spec.fields[name].sealed]
    rows = []
    for row in (*SHOWN, *UNSEEN[0 if is_open else state]):
        seen = row in SHOWN or is_open
        variants = {name: (PLAIN if seen and name not in hidden else state) for name in told}
        dumped = {
            name: spec.fields[name].field_type.dump(sample(spec.fields[name], row, variants[name])) for name in told
        }
        whole = {name: [None, value] for name, value in dumped.items()}
        only_hidden = {name: [dumped[name], None] for name in told if name in hidden}
        first_seen = {name: [dumped[name], None] for name in sorted(set(told) - hidden)[:1]}
        events = (("created", whole), ("updated", first_seen | only_hidden), ("updated", only_hidden))
        rows += [
            {
                "id": id_of(f"{spec.name} {row} history", at), "object": spec.name, "record": id_of(spec.name, row),
                "at": NOW, "by": None, "version": at + 1, "action": action, "changes": changes, "cause": [],
            }
            for at, (action, changes) in enumerate(events)
            if changes
        ]  # fmt: skip
    system.append(work, "fw_history", rows)


@contextmanager
def blind_world(database: Database, folder: Path) -> Iterator[Blind]:
    """The world in its first state."""
    with installed(database, folder, *workspaces()) as here:
        here.runtime.settings = replace(here.runtime.settings, rate_limit="")
        here.runtime.clock = Frozen()
        with here.system() as work:
            snapshot = work.snapshot
        blind = Blind(here, create_api(here.runtime), create_web(here.runtime), snapshot)
        for role in ROLES:
            person = House(here, blind.web).person(role, role)
            with here.system() as work:
                actor = actor_of(work, person.user)
                decisions = {name: decide(snapshot, actor, name, Verb.READ) for name in snapshot.objects}
                key = create_key(work, person.user, "test", None)[1]
            blind.people[role] = person
            blind.callers[role] = Caller(Client(blind.api), {"Authorization": f"Bearer {key}"}, person.user)
            blind.hidden[role] = {
                name: frozenset(snapshot.objects[name].fields) - one.readable for name, one in decisions.items()
            }
        blind.open = frozenset(name for name, one in decisions.items() if one.rule.everything)
        with here.system() as work:
            for name, spec in snapshot.objects.items():
                writes.insert(work, name, [_row(spec, row, PLAIN, frozenset()) for row in SHOWN])
                variant = PLAIN if name in blind.open else 0
                writes.insert(work, name, [_row(spec, row, variant, frozenset()) for row in UNSEEN[0]])
            blobs = here.runtime.blobs(TENANT)
            sent = (io.BytesIO(png(2 + variant)) for variant in range(len(MARKS)))
            _keep_files(work, snapshot, tuple(receive(blobs, one, "a.png", 1_000_000) for one in sent))
            _give_records(work, snapshot)
        yield blind
