"""JSON Schemas of the records of one tenant, as one caller may read and write them."""

from collections.abc import Mapping

from formwork.access import Decision, Verb, decide, may_use
from formwork.api.batch_routes import MOST_ROWS
from formwork.api.openapi.bodies import COUNT, CURSOR, ID, TEXT, Schema, closed, nullable, ref
from formwork.catalog import FieldSpec, ObjectSpec, Snapshot
from formwork.catalog.labels import field_help, field_label
from formwork.kernel import Actor


class RecordSchemas:
    """The schemas of records as one actor may read and write them, labelled in one language."""

    def __init__(self, snapshot: Snapshot, actor: Actor, locale: str) -> None:
        self._snapshot = snapshot
        self._actor = actor
        self._locale = locale

    def of(self, spec: ObjectSpec) -> dict[str, Schema]:
        """Component name -> schema for one object."""
        name = spec.name
        found: dict[str, Schema] = {}
        if may_use(self._snapshot, self._actor, name, Verb.READ):
            found[name] = self._read(spec, decide(self._snapshot, self._actor, name, Verb.READ))
            found[f"{name}_page"] = {
                "type": "object",
                "required": ["data", "next", "previous"],
                "properties": {
                    "data": {"type": "array", "items": ref(name)},
                    "next": CURSOR,
                    "previous": CURSOR,
                    **COUNT,
                },
            }
        for verb, suffix in ((Verb.CREATE, "new"), (Verb.EDIT, "change")):
            if may_use(self._snapshot, self._actor, name, verb):
                found[f"{name}_{suffix}"] = self._written(spec, decide(self._snapshot, self._actor, name, verb))
        if found.keys() & {f"{name}_new", f"{name}_change"} or may_use(self._snapshot, self._actor, name, Verb.DELETE):
            found[f"{name}_batch"] = self._batch(spec, found)
            found[f"{name}_batch_answer"] = self._batch_answer()
        if f"{name}_new" in found:
            records = {"type": "array", "items": ref(f"{name}_new"), "maxItems": MOST_ROWS}
            found[f"{name}_upsert"] = closed({"records": records}, ("records",))
        return found

    def _read(self, spec: ObjectSpec, decision: Decision) -> Schema:
        shown = [field for name, field in spec.fields.items() if name in decision.readable]
        return {
            "type": "object",
            "title": spec.definition.label,
            "properties": {one.name: self._value(one) for one in shown},
        }

    def _written(self, spec: ObjectSpec, decision: Decision) -> Schema:
        fields = [field for name, field in spec.fields.items() if name in decision.writable]
        properties = {field.name: self._input(field) for field in fields}
        for item in spec.details:
            if may_use(self._snapshot, self._actor, item.object, decision.verb):
                properties[item.name] = {"type": "array", "items": self._detail(item.object, item.via, decision.verb)}
        required: tuple[str, ...] = ()
        if decision.verb is Verb.CREATE:
            required = tuple(field.name for field in fields if _is_required(field))
        else:
            properties["version"] = {
                "type": "integer",
                "description": "The version that was read; an old one is refused.",
            }
        return closed(properties, required, title=spec.definition.label)

    def _detail(self, object: str, via: str, verb: Verb) -> Schema:
        """A detail inside its master: new ones without `id`, known ones with it, `_delete` takes one away."""
        spec = self._snapshot.objects[object]
        decision = decide(self._snapshot, self._actor, object, verb)
        fields = [field for name, field in spec.fields.items() if name in decision.writable and name != via]
        properties = {field.name: self._input(field) for field in fields}
        if verb is Verb.EDIT:
            properties |= {"id": ID, "_delete": {"type": "boolean"}}
        return closed(properties)

    def _value(self, field: FieldSpec) -> Schema:
        shape = field.value_type.shown_schema(field.value_settings)
        schema = nullable({key: value for key, value in shape.items() if key != "writeOnly"})
        return {**schema, "title": field_label(self._snapshot, self._locale, field), "readOnly": field.computed}

    def _input(self, field: FieldSpec) -> Schema:
        schema = nullable(field.field_type.value_schema(field.definition.settings))
        help_ = field_help(self._snapshot, self._locale, field)
        titled = {**schema, "title": field_label(self._snapshot, self._locale, field)}
        return {**titled, "description": help_} if help_ else titled

    def _batch(self, spec: ObjectSpec, found: Mapping[str, Schema]) -> Schema:
        properties: dict[str, Schema] = {"mode": {"enum": ["all", "each"], "default": "all"}}
        if f"{spec.name}_new" in found:
            properties["create"] = {"type": "array", "items": ref(f"{spec.name}_new")}
        if f"{spec.name}_change" in found:
            inner = found[f"{spec.name}_change"]
            properties["update"] = {
                "type": "array",
                "items": closed({"id": ID, **inner["properties"]}, ("id",)),
            }
        if may_use(self._snapshot, self._actor, spec.name, Verb.DELETE):
            properties["delete"] = {"type": "array", "items": ID}
        return closed(properties)

    def _batch_answer(self) -> Schema:
        rows = {"type": "array", "items": ref("_saved")}
        return {
            "type": "object",
            "required": ["mode"],
            "properties": {"mode": TEXT, "failed": {"type": "integer"}, "create": rows, "update": rows, "delete": rows},
        }


def _is_required(field: FieldSpec) -> bool:
    definition = field.definition
    return (
        definition.required
        and not field.computed
        and field.default is None
        and field.default_value is None
        and definition.record_types is None
    )
