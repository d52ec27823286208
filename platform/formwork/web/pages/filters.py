"""The filter of a list: its conditions as chips, the builder's fields, and back to one expression."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from formwork.access import Verb, decide
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.catalog.labels import field_label, option_label
from formwork.expressions import Condition, ExpressionError, Operand, OperandKind, conditions, join_conditions, parse
from formwork.expressions import write_condition as write
from formwork.kernel import parse_id
from formwork.web.columns import is_reference, resolve_paths
from formwork.web.language import say as _
from formwork.web.present import NUMBERS, Presenter, shown_type
from formwork.web.views.listing import Chip, FilterField
from formwork.web.views.shown import Option
from formwork.web.visit import Visit, object_address

_LINES = frozenset({"long_text", "rich_text"})
_DATES = frozenset({"date", "datetime"})


def operator_label(operator: str, kind: str) -> str:
    """The words of an operator, as they fit the type of its field."""
    when = kind in _DATES
    match operator:
        case "=":
            return _("is")
        case "!=":
            return _("is not")
        case "in":
            return _("is one of")
        case "not in":
            return _("is none of")
        case "<":
            return _("before") if when else _("under")
        case ">":
            return _("after") if when else _("over")
        case "<=":
            return _("until") if when else _("at most")
        case ">=":
            return _("from") if when else _("at least")
    return _text_operator(operator)


def _text_operator(operator: str) -> str:
    match operator:
        case "contains":
            return _("contains")
        case "not contains":
            return _("does not contain")
        case "starts with":
            return _("starts with")
        case "not starts with":
            return _("does not start with")
        case "is blank":
            return _("is blank")
        case "is not blank":
            return _("is filled")
    return operator


def read_conditions(text: str) -> tuple[Condition, ...]:
    """The terms of a filter; raises ExpressionError when it cannot be read."""
    return conditions(parse(text)) if text.strip() else ()


def without(terms: Sequence[Condition], index: int) -> str:
    """The filter without one of its terms."""
    return join_conditions(term for at, term in enumerate(terms) if at != index)


def chips(
    visit: Visit, spec: ObjectSpec, terms: Sequence[Condition], saved: Sequence[str], removal: Sequence[str]
) -> tuple[Chip, ...]:
    """One chip a term. `saved` are the view's own terms, `removal` the addresses without each."""
    present = Presenter(visit)
    fields: dict[str, FieldSpec] = {}
    for term in terms:
        resolved = resolve_paths(visit, spec, [term.path]) if term.path else []
        if term.path and resolved:
            fields[term.path] = resolved[0].spec
    named = [(fields[t.path], o.text) for t in terms if t.path in fields for o in t.operands]
    present.learn((field, text) for field, text in named if is_reference(field) and parse_id(text))
    found: list[Chip] = []
    for term, remove in zip(terms, removal, strict=True):
        unsaved = term.text not in saved
        field = fields.get(term.path or "")
        if field is None or term.operator is None:
            found.append(_attribute_chip(visit, spec, term, remove, unsaved=unsaved))
            continue
        value = ", ".join(_operand(visit, field, operand, present) for operand in term.operands)
        label = resolve_paths(visit, spec, [term.path or ""])[0].label
        found.append(Chip(label, operator_label(term.operator, shown_type(field)), value, remove, unsaved))
    return tuple(found)


def _attribute_chip(visit: Visit, spec: ObjectSpec, term: Condition, remove: str, *, unsaved: bool) -> Chip:
    """A condition on an attribute of a choice (`stage.category = 'open'`), or one that is shown as it is written."""
    name, _dot, attribute = (term.path or "").partition(".")
    field = spec.fields.get(name)
    known = field is not None and any(attribute in option.attributes for option in field.options.values())
    if field is None or term.operator is None or not known:
        return Chip(term.text, "", "", remove, unsaved)
    value = ", ".join(operand.text.replace("_", " ") for operand in term.operands)
    label = field_label(visit.snapshot, visit.locale, field)
    return Chip(label, operator_label(term.operator, "text"), value, remove, unsaved)


def _operand(visit: Visit, field: FieldSpec, operand: Operand, present: Presenter) -> str:
    text = operand.text
    if operand.kind is OperandKind.FORMULA:
        return {"me": _("me"), "today()": _("today")}.get(text, text)
    if operand.kind is OperandKind.BOOLEAN:
        return _("Yes") if text == "true" else _("No")
    kind = shown_type(field)
    if kind in ("select", "multi_select"):
        return option_label(visit.snapshot, visit.locale, field, text)
    if is_reference(field):
        return present.title(field, text) or _("a record you may not see")
    if operand.kind is OperandKind.NUMBER:
        number = Decimal(text)
        return visit.formats.percent(number) if kind == "percent" else visit.formats.number(number)
    if kind in _DATES:
        try:
            return visit.formats.day(date.fromisoformat(text))
        except ValueError:
            return text
    return text


def filter_fields(visit: Visit, spec: ObjectSpec, chosen: str = "") -> tuple[FilterField, ...]:
    """The fields the builder offers, by label; one of them is chosen."""
    readable = decide(visit.snapshot, visit.actor, spec.name, Verb.READ).readable
    usable = [
        field for name, field in spec.fields.items()
        if name in readable and name not in ("id", "version", "deleted_at") and field.value_type.filterable
        and field.value_type.operators
    ]  # fmt: skip
    labelled = sorted(
        ((field_label(visit.snapshot, visit.locale, field), field) for field in usable),
        key=lambda pair: pair[0].casefold(),
    )
    selected = chosen if any(field.name == chosen for _label, field in labelled) else ""
    found = []
    for label, field in labelled:
        is_selected = field.name == selected or (not selected and field is labelled[0][1])
        found.append(_filter_field(visit, spec, field, label, selected=is_selected))
    return tuple(found)


def _filter_field(visit: Visit, spec: ObjectSpec, field: FieldSpec, label: str, *, selected: bool) -> FilterField:
    kind = shown_type(field)
    if not selected:
        return FilterField(field.name, label, ())
    operators = offered_operators(field)
    control, lookup = "text", ""
    choices: tuple[Option, ...] = ()
    if kind in ("select", "multi_select") and field.options:
        control = "select"
        choices = tuple(Option(code, option_label(visit.snapshot, visit.locale, field, code)) for code in field.options)
    elif kind == "boolean":
        control = "boolean"
    elif kind in NUMBERS:
        control = "number"
    elif kind in _DATES:
        control = "date"
    elif is_reference(field) and field.targets:
        control, lookup = "lookup", f"{object_address(spec.name)}/lookup?field={field.name}"
    return FilterField(
        field.name,
        label,
        tuple(Option(op, operator_label(op, kind)) for op in operators),
        control,
        choices,
        lookup,
        selected,
    )


def offered_operators(field: FieldSpec) -> list[str]:
    """Operators of a field, in reading order, without those whose values one input cannot hold."""
    order = ("=", "!=", "contains", "starts with", ">", ">=", "<", "<=", "is not blank", "is blank")
    known = set(field.value_type.operators)
    if shown_type(field) in _LINES | {"address", "geolocation", "json"}:
        known -= {"=", "!="}
    return [op for op in order if op in known] or ["is not blank", "is blank"]


def add_condition(visit: Visit, spec: ObjectSpec, text: str, name: str, operator: str, raw: str) -> str:
    """The filter with one more condition from the builder; names unknown to the reader add nothing."""
    field = spec.fields.get(name)
    readable = decide(visit.snapshot, visit.actor, spec.name, Verb.READ).readable
    if field is None or name not in readable or operator not in offered_operators(field):
        return text
    operands: list[Operand] = []
    if not operator.startswith("is "):
        if not raw.strip():
            return text
        operands = [_typed(visit, field, raw.strip())]
    return join_conditions([*read_conditions(text), write(name, operator, operands)])


def _typed(visit: Visit, field: FieldSpec, raw: str) -> Operand:
    kind = shown_type(field)
    if kind == "boolean":
        return Operand(OperandKind.BOOLEAN, "true" if raw == "true" else "false")
    if kind in NUMBERS:
        number = _number(raw, visit.locale)
        if number is not None:
            return Operand(OperandKind.NUMBER, f"{number / 100 if kind == 'percent' else number:f}")
    if raw in ("me", "today()"):
        return Operand(OperandKind.FORMULA, raw)
    return Operand(OperandKind.TEXT, raw)


def _number(raw: str, locale: str) -> Decimal | None:
    plain = raw.replace(" ", "").replace("%", "")
    if locale == "es":
        plain = plain.replace(".", "").replace(",", ".")
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None


def is_readable(text: str) -> bool:
    """True when the filter can be read at all."""
    try:
        read_conditions(text)
    except ExpressionError:
        return False
    return True
