"""What a sound-looking object can still say that makes no sense, before anything is linked."""

from collections.abc import Iterator

from formwork.definitions.explain import nearest
from formwork.definitions.field import FieldDef
from formwork.definitions.finding import Finding
from formwork.definitions.object import ObjectDef, ObjectExtension
from formwork.definitions.reserved import why_no_field, why_no_list, why_no_object
from formwork.definitions.source import Source
from formwork.definitions.system_fields import SYSTEM_FIELDS
from formwork.fieldtypes.pattern import pattern_fault

_MANY_VALUED = frozenset(("multi_select", "tags", "user_list", "many_to_many", "json", "secret", "file", "image"))


def check_object(definition: ObjectDef | ObjectExtension) -> list[Finding]:
    """The findings of a parsed object or extension."""
    return [
        *_names(definition),
        *_record_types(definition),
        *_sharing(definition),
        *(finding for field in definition.fields.values() for finding in _field(field, field.source)),
    ]


def check_sense(field: FieldDef, source: Source) -> list[Finding]:
    """The findings of one field, told at `source`."""
    return list(_field(field, source))


def _finding(source: Source, path: tuple[str, ...], code: str, message: str, mend: str) -> Finding:
    place = source.at(*path)
    dotted = ".".join(str(step) for step in (*source.base, *path))
    return Finding(place.file, place.line, place.column, dotted, code, message, mend)


def _names(definition: ObjectDef | ObjectExtension) -> Iterator[Finding]:
    for field in definition.fields.values():
        yield from _taken(field.source, (), field.name, why_no_field(field.name))
        if "inverse" in field.settings:
            inverse = str(field.settings["inverse"])
            yield from _taken(field.source, ("inverse",), inverse, why_no_list(inverse))
    if not isinstance(definition, ObjectDef):
        return
    yield from _taken(definition.source, ("object",), definition.name, why_no_object(definition.name))
    if definition.title is not None and definition.title not in {
        *definition.fields,
        *SYSTEM_FIELDS,
        _master(definition),
    }:
        mend = nearest(definition.title, definition.fields) or "Name one of its fields."
        yield _finding(
            definition.source, ("title",), "unknown_field", f"There is no field `{definition.title}` here.", mend
        )
    master = definition.master
    if master is not None:
        why = "a field of its own already" if master.field in definition.fields else why_no_field(master.field)
        yield from _taken(master.source, ("field",), master.field, why)
        yield from _taken(master.source, ("inverse",), master.inverse, why_no_list(master.inverse))


def _taken(source: Source, path: tuple[str, ...], name: str, why: str | None) -> Iterator[Finding]:
    if why is not None:
        yield _finding(source, path, "reserved_name", f"`{name}` is {why}.", "Choose another name.")


def _master(definition: ObjectDef) -> str:
    return definition.master.field if definition.master else ""


def _sharing(definition: ObjectDef | ObjectExtension) -> Iterator[Finding]:
    if (
        isinstance(definition, ObjectDef)
        and definition.sharing == "parent"
        and not (definition.master or definition.parent)
    ):
        message = "Records that share their parent's visibility name the look-up that leads to it."
        yield _finding(definition.source, ("sharing",), "missing_key", message, "Write `sharing: {parent: <look-up>}`.")


def _record_types(definition: ObjectDef | ObjectExtension) -> Iterator[Finding]:
    defaults = [one for one in definition.record_types.values() if one.default]
    for extra in defaults[1:]:
        message = f"`{defaults[0].code}` is the default already."
        yield _finding(extra.source, ("default",), "two_defaults", message, "Keep one default record type.")


def _field(field: FieldDef, source: Source) -> Iterator[Finding]:
    settings = field.settings
    low, high = settings.get("min"), settings.get("max")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        yield _finding(source, ("min",), "empty_range", "`min` is above `max`.", "Swap them.")
    if field.type == "text" and (fault := pattern_fault(settings.get("pattern", ""))):
        mend = "docs/language/field-types.md shows what a pattern may hold."
        yield _finding(source, ("pattern",), "bad_pattern", fault, mend)
    if settings.get("gapless") and "assign_when" not in settings:
        message = "A gapless number is given at a moment of its own."
        yield _finding(source, ("gapless",), "missing_key", message, "Add `assign_when:`.")
    if field.type == "rollup" and "latest" in settings and "order_by" not in settings:
        message = "`latest` needs to know by which field."
        yield _finding(source, ("latest",), "missing_key", message, "Add `order_by:`.")
    if field.type == "formula" and settings.get("gives") == "select" and "options" not in settings:
        message = "A formula that gives a select names its options."
        yield _finding(source, ("gives",), "missing_key", message, "Add `options:`.")
    yield from _contradictions(field, source)


def _contradictions(field: FieldDef, source: Source) -> Iterator[Finding]:
    if field.encrypted or field.type == "secret":
        for flag in ("unique", "index", "searchable"):
            if getattr(field, flag):
                message = f"What is encrypted cannot be `{flag}`."
                yield _finding(source, (flag,), "contradiction", message, f"Remove `{flag}`.")
    if field.unique and field.type in _MANY_VALUED:
        message = f"A {field.type} field cannot be unique."
        yield _finding(source, ("unique",), "contradiction", message, "Remove `unique`.")
    if field.required and field.type in ("formula", "rollup", "reference"):
        message = "Nobody fills this field, so it cannot be required."
        yield _finding(source, ("required",), "contradiction", message, "Remove `required`.")
