"""The table of a role: letters for verbs, scopes in words, levels of fields, with what comes from included roles."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from formwork.access import (
    BASELINE,
    MANAGE_ALL,
    PARENT,
    Cell,
    FieldCell,
    ObjectRights,
    Reach,
    TypeRights,
    Verb,
    field_rights,
    role_rights,
    type_rights,
)
from formwork.catalog import ObjectSpec
from formwork.catalog.labels import field_label, record_type_label, role_label, rule_label
from formwork.records.why import WORDS
from formwork.web.language import say as _
from formwork.web.pages.setup.why import translate
from formwork.web.views.rights import FieldMark, GrantMark, RightsRow, TypeMark
from formwork.web.visit import Visit

_LETTERS = {Verb.CREATE: "C", Verb.READ: "R", Verb.EDIT: "E", Verb.DELETE: "D"}
_ICONS = {"hidden": "ban", "read": "eye", "edit": "edit"}
_RULE = "rule:"


def rights_rows(
    visit: Visit, role: str, find: str, opened: str, written: Callable[[str], str], *, everything: bool
) -> tuple[RightsRow, ...]:
    """The rows of a role whose name holds `find`; those without a right only when everything is asked for."""
    rows = []
    for rights in role_rights(visit.snapshot, role):
        spec = visit.snapshot.objects[rights.object]
        label = visit.plural(spec)
        if find and find.casefold() not in label.casefold() and find.casefold() not in rights.object:
            continue
        if rights.is_empty and not everything and not find:
            continue
        rows.append(_row(visit, role, spec, rights, opened == rights.object, written))
    return tuple(sorted(rows, key=lambda row: row.label.casefold()))


def _row(
    visit: Visit, role: str, spec: ObjectSpec, rights: ObjectRights, is_open: bool, written: Callable[[str], str]
) -> RightsRow:
    base = f"/setup/roles/{role}"
    cells = {verb: rights.verbs.get(verb, Cell()) for verb in Verb}
    fields = tuple(_fields(visit, role, spec, field_rights(visit.snapshot, role, spec.name))) if is_open else ()
    href = base if is_open else f"{base}?{urlencode({'open': spec.name})}#row-{spec.name}"
    return RightsRow(
        spec.name, visit.plural(spec), spec.definition.icon, spec.definition.hue, href, is_open,
        () if rights.follows else tuple(_mark(visit, role, verb, cells[verb]) for verb in _LETTERS),
        _scopes(visit, rights, cells), _more(visit, role, rights, cells),
        written(spec.name) if is_open else "", fields,
        tuple(_type(visit, role, spec, one) for one in type_rights(visit.snapshot, role, spec.name)) if is_open else (),
    )  # fmt: skip


def _mark(visit: Visit, role: str, verb: Verb, cell: Cell) -> GrantMark:
    state = "none"
    if cell.reaches:
        state = "from" if not cell.is_own(role) else "all" if cell.whole else "some"
    said = _("%(verb)s: %(reach)s", verb=verb_name(verb.value), reach=_reach(visit, role, cell))
    return GrantMark(_LETTERS[verb], state, said)


def _reach(visit: Visit, role: str, cell: Cell) -> str:
    if not cell.reaches:
        return _("not granted")
    parts = []
    for reach in cell.reaches:
        text = _one_reach(visit, reach)
        if reach.role != role:
            text = _("%(scope)s, from %(role)s", scope=text, role=role_label(visit.snapshot, visit.locale, reach.role))
        parts.append(text)
    return "; ".join(dict.fromkeys(parts))


def _one_reach(visit: Visit, reach: Reach) -> str:
    return scope_word(visit, f"{reach.scope} when {reach.when}" if reach.when else reach.scope)


def _scopes(visit: Visit, rights: ObjectRights, cells: dict[Verb, Cell]) -> tuple[str, ...]:
    """One line per distinct reach of the four letters."""
    if rights.follows:
        master = visit.snapshot.objects[rights.follows]
        return (_("as the record it is part of: %(record)s", record=visit.label(master)),)
    by_reach: dict[str, list[str]] = {}
    for verb, letter in _LETTERS.items():
        if cells[verb].reaches:
            texts = {
                scope_word(visit, reach.scope + (f" when {reach.when}" if reach.when else ""))
                for reach in cells[verb].reaches
            }
            reach = scope_word(visit, "all") if cells[verb].whole else " + ".join(sorted(texts))
            by_reach.setdefault(reach, []).append(letter)
    return tuple(f"{' '.join(letters)}: {reach}" for reach, letters in by_reach.items())


def _more(visit: Visit, role: str, rights: ObjectRights, cells: dict[Verb, Cell]) -> str:
    """The other verbs, and actions that are no verb, in one line."""
    if any(reach.scope == MANAGE_ALL for cell in cells.values() for reach in cell.reaches):
        return _("everything")
    others = [verb_name(verb.value) for verb, cell in cells.items() if verb not in _LETTERS and cell.reaches]
    others += [name for name in rights.actions if name not in list(Verb)]
    return ", ".join(others)


def _type(visit: Visit, role: str, spec: ObjectSpec, rights: TypeRights) -> TypeMark:
    label = record_type_label(visit.snapshot, visit.locale, spec, rights.code)
    use, icon = (_("may be used"), "check") if rights.use else (_("may not be used"), "ban")
    by = [role_label(visit.snapshot, visit.locale, one) for one in rights.barred_by if one != role]
    source = _("from %(role)s", role=", ".join(by)) if by else _("written here") if rights.barred_by else ""
    return TypeMark(label, use, icon, "" if rights.use else source, tuple(_fields(visit, role, spec, rights.fields)))


def _fields(visit: Visit, role: str, spec: ObjectSpec, cells: Mapping[str, FieldCell]) -> list[FieldMark]:
    found = []
    for name, cell in cells.items():
        label = field_label(visit.snapshot, visit.locale, spec.fields[name])
        found.append(
            FieldMark(label, name, level_word(cell.level), _ICONS[cell.level], not cell.roles, cell.restricted,
                      _source(visit, role, cell))
        )  # fmt: skip
    return sorted(found, key=lambda mark: (mark.muted, mark.label.casefold()))


def _source(visit: Visit, role: str, cell: FieldCell) -> str:
    others = [role_label(visit.snapshot, visit.locale, one) for one in cell.roles if one != role]
    if not cell.roles:
        return _("as the object") if not cell.restricted else _("restricted, not granted")
    return _("from %(role)s", role=", ".join(others)) if others and role not in cell.roles else _("written here")


def verb_name(verb: str) -> str:
    """A verb or an action as a label."""
    word = translate(WORDS[verb]) if verb in WORDS else verb.replace("_", " ")
    return word[:1].upper() + word[1:]


def level_word(level: str) -> str:
    """A level of a field as a label."""
    word = translate(WORDS[level])
    return word[:1].upper() + word[1:]


def scope_word(visit: Visit, text: str) -> str:
    """A scope, with its condition where it has one, or a level, in words."""
    scope, _when, condition = text.partition(" when ")
    if scope == BASELINE:
        word = _("all records, as the object says")
    elif scope == PARENT:
        word = _("records whose parent they reach")
    elif scope == MANAGE_ALL:
        word = _("all records")
    elif scope.startswith(_RULE):
        word = _("rule “%(rule)s”", rule=rule_label(visit.snapshot, visit.locale, scope.removeprefix(_RULE)))
    else:
        word = translate(WORDS[scope]) if scope in WORDS else _YES.get(scope, lambda: scope)()
    return _("%(scope)s, where %(condition)s", scope=word, condition=condition) if condition else word


_YES: dict[str, Callable[[], str]] = {"yes": lambda: _("Yes")}
