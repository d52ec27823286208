"""What each field gives its readers, before any expression is compiled.

A formula says what it gives; a reference gives what its path ends at; a roll-up gives what it rolls
up. The last two are resolved on demand, so the order of objects never matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formwork.catalog.findings import Findings
from formwork.definitions.model import SYSTEM_FIELDS, FieldDef, ObjectDef
from formwork.expressions import Kind, Type
from formwork.expressions.types import DATETIME, INTEGER, OPAQUE, list_of, record, select
from formwork.fieldtypes.base import FieldType
from formwork.fieldtypes.column import ColumnKind
from formwork.fieldtypes.option import Option

NO_SUCH_OBJECT = "Write the object, or name one that is there."
ROLLUP_KINDS = ("count", "sum", "min", "max", "avg", "latest")
PEOPLE = "user"
"""The core object a principal or user field points at."""
PRINCIPALS = (PEOPLE, "group", "queue")
"""The objects whose records can own records and be given them."""
_OF_PEOPLE = frozenset({"user", "user_list", "principal"})
MEMBERSHIPS = {"groups": "group", "queues": "queue"}
"""What an actor belongs to: `me.<name>` and the core object it lists."""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """The expression type of a field, the field type its values load and dump with, and its targets."""

    type: Type
    value_type: FieldType
    value_settings: Mapping[str, Any]
    targets: tuple[str, ...] = ()


class FieldKinds:
    """Answers `kind_of(object, field)` for every field of a composition."""

    def __init__(
        self,
        objects: Mapping[str, ObjectDef],
        fields: Mapping[str, Mapping[str, FieldDef]],
        field_types: Mapping[str, FieldType],
        findings: Findings,
        features: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._objects = objects
        self._features = features
        self._fields = fields
        self._types = field_types
        self._findings = findings
        self._known: dict[tuple[str, str], FieldKind | None] = {}
        self._open: set[tuple[str, str]] = set()

    def kind_of(self, object: str, name: str) -> FieldKind | None:
        """The kind of a field; None when it cannot be told, which is reported once."""
        key = (object, name)
        if key not in self._known:
            self._known[key] = None
            self._open.add(key)
            self._known[key] = self._resolve(object, self._fields[object][name])
            self._open.discard(key)
            if self._known[key] is None:
                self._findings.lose(name, object)
        return self._known[key]

    def _resolve(self, object: str, definition: FieldDef) -> FieldKind | None:
        match definition.type:
            case "reference":
                return self._reference(object, definition)
            case "rollup":
                return self._rollup(object, definition)
            case "formula":
                return self._formula(definition)
            case _:
                return self._plain(definition)

    def _plain(self, definition: FieldDef) -> FieldKind | None:
        field_type = self._types[definition.type]
        targets = self._targets(definition)
        to = definition.settings.get("to")
        if len(targets) < len([to] if isinstance(to, str) else to if isinstance(to, list | tuple) else ()):
            return None
        if definition.encrypted:
            return FieldKind(OPAQUE, field_type, definition.settings)
        return FieldKind(
            self.type_from(field_type, definition.settings, targets), field_type, definition.settings, targets
        )

    def type_from(self, field_type: FieldType, settings: Mapping[str, Any], targets: tuple[str, ...] = ()) -> Type:
        """The expression type of the values of a field type with these settings."""
        kind = Kind(field_type.value_kind(settings) or "opaque")
        columns = field_type.columns(settings)
        scale = columns[0].scale if columns and columns[0].kind is ColumnKind.DECIMAL else 0
        if kind is Kind.LIST:
            options: Mapping[str, Option] = settings.get("options", {})
            item = record(*targets) if targets else select(tuple(options)) if options else Type(Kind.TEXT)
            return list_of(item)
        if kind is Kind.RECORD:
            return record(*targets)
        if kind is Kind.SELECT:
            return select(tuple(settings.get("options", {})))
        return Type(kind, scale=scale)

    def _targets(self, definition: FieldDef) -> tuple[str, ...]:
        if definition.type in _OF_PEOPLE:
            return (PEOPLE,) if PEOPLE in self._objects else ()
        to = definition.settings.get("to")
        if isinstance(to, Mapping):
            return self._features.get(to["feature"], ())
        names = (to,) if isinstance(to, str) else tuple(to or ())
        for name in names:
            if name not in self._objects and definition.type != "master_detail":
                self._findings.at(
                    definition.source.at("to"),
                    "unknown_object",
                    f"fields.{definition.name}.to",
                    f"There is no object `{name}` to look up.",
                    self._findings.choice(name, self._objects, NO_SUCH_OBJECT),
                )
                self._findings.lose(str(definition.settings.get("inverse", "")))
        return tuple(name for name in names if name in self._objects)

    def _formula(self, definition: FieldDef) -> FieldKind | None:
        settings = definition.settings
        given = self._types.get(str(settings.get("gives")))
        if given is None:
            return None
        inner = {key: value for key, value in settings.items() if key in ("precision", "options", "max")}
        return FieldKind(self.type_from(given, inner), given, inner)

    def _reference(self, object: str, definition: FieldDef) -> FieldKind | None:
        path = str(definition.settings.get("path", ""))
        *hops, last = path.split(".")
        here = object
        for hop in hops:
            kind = self._step(definition, here, hop)
            if kind is None:
                return None
            if len(kind.targets) != 1:
                message = f"`{hop}` of `{here}` does not point at records of one object, so `{path}` leads nowhere."
                self._bad_path(definition, message, "Name look-ups up to the last step, and there a field.")
                return None
            here = kind.targets[0]
        return self._step(definition, here, last)

    def _step(self, definition: FieldDef, object: str, name: str) -> FieldKind | None:
        """The kind of the field one step of a reference names, None after reporting why there is none."""
        if name not in self._fields[object]:
            mend = self._findings.choice(name, self._fields[object], f"Name a field of `{object}`.")
            self._bad_path(definition, f"There is no field `{name}` on `{object}`.", mend)
            return None
        if (object, name) in self._open:
            self._bad_path(definition, f"The path comes back to `{name}` of `{object}`, which follows from it.",
                           "Break the circle: let one of the references name a field that holds a value.")  # fmt: skip
            return None
        return self.kind_of(object, name)

    def _bad_path(self, definition: FieldDef, message: str, mend: str) -> None:
        self._findings.at(definition.source.at("path"), "bad_field", f"fields.{definition.name}.path", message, mend)

    def _rollup(self, object: str, definition: FieldDef) -> FieldKind | None:
        settings = definition.settings
        detail, _, via = str(settings.get("of", "")).partition(".")
        function = next((name for name in ROLLUP_KINDS if settings.get(name)), None)
        if function is None or via not in self._fields.get(detail, {}):
            self._findings.at(
                definition.source.at("of"),
                "bad_rollup",
                f"fields.{definition.name}.of",
                f"`{settings.get('of')}` is not a look-up or master field that points here.",
                self._findings.nearest(via, self._fields[detail])
                if detail in self._fields
                else self._findings.nearest(detail, self._fields) or "Write `<object>.<field>`.",
            )
            return None
        if function == "count":
            return FieldKind(INTEGER, self._types["integer"], {})
        value = str(settings[function])
        if value not in self._fields[detail]:
            self._findings.at(
                definition.source.at(function),
                "unknown_field",
                f"fields.{definition.name}.{function}",
                f"There is no field `{value}` on `{detail}`.",
                self._findings.choice(value, self._fields[detail], f"Name a field of `{detail}`."),
            )
            return None
        found = self.kind_of(detail, value)
        if function == "avg" and found is not None and found.type.kind is Kind.NUMBER:
            return FieldKind(Type(Kind.NUMBER, scale=6), self._types["number"], {"precision": 6})
        return found


def actor_types(kinds: FieldKinds, fields: Mapping[str, Mapping[str, FieldDef]]) -> dict[str, Type]:
    """What `me.<name>` may name: the plain fields of the core `user` object and the memberships."""
    plain = {Kind.TEXT, Kind.SELECT, Kind.RECORD, Kind.BOOLEAN, Kind.LIST, Kind.NUMBER, Kind.DATE}
    found: dict[str, Type] = {"id": record(PEOPLE), "signed_in_at": DATETIME}
    for name in fields.get(PEOPLE, {}):
        if name in SYSTEM_FIELDS:
            continue
        kind = kinds.kind_of(PEOPLE, name)
        if kind is not None and kind.type.kind in plain:
            found[name] = kind.type
    found.update({name: list_of(record(target)) for name, target in MEMBERSHIPS.items() if target in fields})
    return found
