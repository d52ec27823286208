"""Loading the records packages bring: keyed by external id, so loading twice changes nothing.

Records that are there already are left alone, whatever a tenant has made of them. References hold
external ids (users: logins); one that points at a record still to come is set in a second pass, and a record
that may not be without it waits for it.
A user may bring `roles`, which are assigned when the user is made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from formwork.catalog import FieldSpec, ObjectSpec
from formwork.catalog.field_kind import PRINCIPALS
from formwork.definitions.model import SeedDef
from formwork.expressions import Environment, check, compile_python
from formwork.fieldtypes import BadValue, LoadContext, RecordRef
from formwork.identity import assign_role
from formwork.kernel import Invalid, NotFound, Problem
from formwork.kernel.actor import system_actor
from formwork.publishing.order import in_reference_order
from formwork.records import Change, create, from_python, stored_value, update
from formwork.storage import Work, keys

LOGIN = ("user", "login")
"""The core object whose records are named by a login instead of an external id."""
ROLES = "roles"
"""What a record of that object may say besides its fields."""
_BATCH = 200


@dataclass(slots=True)
class SeedReport:
    """How many records of each object were made, and how many were there already."""

    created: dict[str, int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)


def load_seeds(work: Work, seeds: Iterable[SeedDef], *, demo: bool) -> SeedReport:
    """Load seed records in the open transaction; raises Invalid naming file and record of each problem."""
    work = work.acting_as(system_actor("seed"))
    chosen = [seed for seed in seeds if demo or not seed.demo]
    loader = _Loader(work)
    by_object: dict[str, list[SeedDef]] = {}
    for seed in chosen:
        by_object.setdefault(seed.object, []).append(seed)
    for object in in_reference_order(work.snapshot, by_object):
        loader.load(work.object(object), by_object[object])
        loader.release()
        loader.link()
    loader.require_linked()
    return loader.report


_Pair = tuple[SeedDef, Mapping[str, Any]]
"""A record with the file it stands in."""


class _Loader:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[tuple[str, str], UUID] = {}
        self._later: list[tuple[str, str, str, Any]] = []
        self._waiting: list[tuple[ObjectSpec, Sequence[_Pair]]] = []
        self.report = SeedReport()
        context = work.context
        self._environment = Environment(context.now, context.today, context.timezone, context.actor, context.currency)
        self._where = LoadContext(zone=context.timezone, locale="en")

    def load(self, spec: ObjectSpec, seeds: Sequence[SeedDef]) -> None:
        """Create the records of one object that are not there yet."""
        records = _merged(seeds)
        wanted = [str(record.get("external_id", "")) for _, record in records]
        present = self._find(spec.name, "external_id", wanted)
        missing = [pair for pair, key in zip(records, wanted, strict=True) if key not in present]
        self.report.present[spec.name] = len(records) - len(missing)
        self.report.created[spec.name] = len(missing)
        self._create(spec, missing)

    def release(self) -> None:
        """Create the records that waited for what they need, where it has come in the meantime."""
        fewer = True
        while self._waiting and fewer:
            waiting, self._waiting = self._waiting, []
            for spec, pairs in waiting:
                self._create(spec, pairs)
            fewer = sum(len(pairs) for _, pairs in self._waiting) < sum(len(pairs) for _, pairs in waiting)

    def _create(self, spec: ObjectSpec, pairs: Sequence[_Pair]) -> None:
        ready: list[_Pair] = []
        held: list[_Pair] = []
        for pair in pairs:
            (held if self._lacks(spec, pair[1]) else ready).append(pair)
        if held:
            self._waiting.append((spec, held))
        for start in range(0, len(ready), _BATCH):
            batch = ready[start : start + _BATCH]
            bodies = [self._body(seed, spec, record) for seed, record in batch]
            pointers = [f"/{seed.source.file}/{record.get('external_id', '')}" for seed, record in batch]
            saved = create(self._work, spec.name, bodies, reader=from_python, pointers=pointers)
            for (_, record), one in zip(batch, saved, strict=True):
                self._known[(spec.name, str(record["external_id"]))] = one.id
                if spec.name == LOGIN[0]:
                    self._known[(spec.name, str(record.get(LOGIN[1], "")))] = one.id
                    self._assign(one.id, record)

    def _lacks(self, spec: ObjectSpec, record: Mapping[str, Any]) -> str:
        """A field that may have to be filled in and points at a record still to come; blank for none."""
        named = (spec.fields[name] for name in record if name in spec.fields and record[name])
        needed = (one for one in named if one.targets and one.required_when is not None)
        return next((one.name for one in needed if self._reference(one, record[one.name]) is None), "")

    def _assign(self, user: UUID, record: Mapping[str, Any]) -> None:
        for role in record.get(ROLES, ()):
            try:
                assign_role(self._work, user, role)
            except NotFound as error:
                raise _bad(str(record["external_id"]), ROLES, error.message) from error

    def link(self) -> None:
        """Set the references of every record whose targets have all come in the meantime."""
        waiting: dict[tuple[str, str], list[tuple[str, Any]]] = {}
        for object, key, name, raw in self._later:
            waiting.setdefault((object, key), []).append((name, raw))
        changes: dict[str, list[Change]] = {}
        for (object, key), links in waiting.items():
            fields = self._work.object(object).fields
            body = {name: self._reference(fields[name], raw) for name, raw in links}
            if None not in body.values():
                changes.setdefault(object, []).append(Change(self._known[(object, key)], body))
                self._later = [entry for entry in self._later if entry[:2] != (object, key)]
        for object, batch in changes.items():
            update(self._work, object, batch, reader=from_python)

    def require_linked(self) -> None:
        """Raise Invalid for a reference whose target never came."""
        for spec, pairs in self._waiting:
            for _, record in pairs:
                name = self._lacks(spec, record)
                message = f"There is no record `{record[name]}` to point at."
                raise _bad(f"{spec.name} {record.get('external_id', '')}", name, message)
        for object, key, name, raw in self._later:
            raise _bad(f"{object} {key}", name, f"There is no record `{raw}` to point at.")

    def _body(self, seed: SeedDef, spec: ObjectSpec, record: Mapping[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {}
        details = {item.name: item for item in spec.details}
        key = str(record.get("external_id", ""))
        for name, raw in record.items():
            if name in details and isinstance(raw, list):
                inner = self._work.object(details[name].object)
                body[name] = [self._body(seed, inner, one) for one in raw]
                continue
            if spec.name == LOGIN[0] and name == ROLES:
                continue
            if name not in spec.fields:
                raise _bad(f"{seed.source.file}: {key}", name, f"There is no field `{name}` on `{spec.name}`.")
            if raw is None or raw == "":
                continue
            value = self._value(seed, spec.fields[name], raw, key)
            if value is not None:
                body[name] = value
        return body

    def _value(self, seed: SeedDef, spec: FieldSpec, raw: Any, key: str) -> Any:
        if isinstance(raw, str) and raw.startswith("="):
            expression = check(raw[1:], self._work.snapshot.scope(spec.object))
            value = compile_python(expression)(_NO_ROW, self._environment)
            return stored_value(spec, value, self._work.context.timezone)
        if spec.targets:
            found = self._reference(spec, raw)
            if found is None:
                if not key or spec.definition.type == "many_to_many":
                    raise _bad(f"{seed.source.file}: {key}", spec.name, f"There is no record `{raw}` to point at.")
                self._later.append((spec.object, key, spec.name, raw))
            return found
        settings = spec.definition.settings
        try:
            if seed.written and isinstance(raw, str):
                return spec.field_type.load_text(raw, settings, self._where)
            return spec.field_type.load(raw, settings, self._where)
        except BadValue as error:
            raise _bad(f"{seed.source.file}: {key}", spec.name, error.message) from error

    def _reference(self, spec: FieldSpec, raw: Any) -> Any:
        """The record(s) named by external ids, None when one is not there yet."""
        if isinstance(raw, list):
            found = [self._one(spec, one) for one in raw]
            return None if None in found else tuple(found)
        if spec.definition.type == "many_to_many" or spec.field_type.side_table:
            found = [self._one(spec, one.strip()) for one in str(raw).split("|")]
            return None if None in found else tuple(found)
        if spec.definition.type == "polymorphic_lookup":
            object, name = raw.split(":", 1) if isinstance(raw, str) else (raw["object"], raw["id"])
            id = self._id(object, str(name))
            return None if id is None else RecordRef(object, id)
        return self._one(spec, raw)

    def _one(self, spec: FieldSpec, raw: Any) -> UUID | None:
        targets = PRINCIPALS if spec.definition.type == "principal" else spec.targets
        return next((id for target in targets if (id := self._id(target, str(raw))) is not None), None)

    def _id(self, object: str, name: str) -> UUID | None:
        if (object, name) not in self._known and object in self._work.snapshot.objects:
            for column in ("external_id", *(LOGIN[1:] if object == LOGIN[0] else ())):
                for key, id in self._find(object, column, [name]).items():
                    self._known[(object, key)] = id
        return self._known.get((object, name))

    def _find(self, object: str, field: str, values: Sequence[str]) -> dict[str, UUID]:
        found = keys.find(self._work, object, (field,), [(value,) for value in dict.fromkeys(values)])
        return {str(key[0]): id for key, id in found.items()}


def _merged(seeds: Sequence[SeedDef]) -> list[tuple[SeedDef, Mapping[str, Any]]]:
    """Every record once: what several packages say of one external id adds up."""
    found: dict[str, tuple[SeedDef, Mapping[str, Any]]] = {}
    for seed in seeds:
        for record in seed.records:
            key = str(record.get("external_id", ""))
            known = found.get(key)
            found[key] = (seed, record) if known is None else (known[0], {**known[1], **record})
    return list(found.values())


class _NoRow:
    """The record of an expression that has none: seed values may use dates, not fields."""

    def value(self, field: str, part: str | None = None) -> object:
        """Always blank."""
        return None

    def follow(self, field: str) -> None:
        """Always blank."""
        return

    def rows(self, name: str) -> Sequence["_NoRow"]:
        """Always empty."""
        return ()


_NO_ROW = _NoRow()


def _bad(where: str, field: str, message: str) -> Invalid:
    problem = Problem(f"/{where}/{field}", "bad_seed", message)
    return Invalid(f"Seed {where}, field `{field}`: {message}", code="bad_seed", problems=[problem])
