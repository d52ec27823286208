"""Objects put together: title, validations, unique rules and the indexes rules and look-ups need."""

from collections.abc import Mapping

from formwork.catalog.checker import Checker
from formwork.catalog.field import FieldSpec
from formwork.catalog.findings import Findings
from formwork.catalog.link_consents import check_consents
from formwork.catalog.link_retention import check_retention
from formwork.catalog.object import IndexSpec, ListSpec, MasterSpec, ObjectSpec, UniqueSpec, ValidationSpec
from formwork.definitions.model import LayoutDef, ObjectDef
from formwork.expressions.types import BOOLEAN

_TITLES = ("name", "title", "subject", "number", "label")


def link_object(
    definition: ObjectDef,
    fields: Mapping[str, FieldSpec],
    lists: Mapping[str, ListSpec],
    layout: LayoutDef | None,
    checker: Checker,
    findings: Findings,
) -> ObjectSpec:
    """One object with its rules checked."""
    master = definition.master
    if master is not None and master.order_by and master.order_by not in fields:
        findings.at(
            master.source.at("order_by"), "unknown_field", "master.order_by",
            f"There is no field `{master.order_by}` on `{definition.name}`.",
            findings.choice(master.order_by, fields, f"Name a field of `{definition.name}`."),
        )  # fmt: skip
    check_retention(definition, fields, checker, findings)
    check_consents(definition, fields, findings)
    return ObjectSpec(
        name=definition.name,
        definition=definition,
        table=definition.physical,
        fields=fields,
        title=_title(definition, fields, checker),
        package=definition.package,
        master=MasterSpec(master.field, master.to, master.inverse, master.order_by) if master else None,
        lists=lists,
        validations=_validations(definition, fields, checker, findings),
        uniques=_uniques(definition, fields, checker, findings),
        indexes=_indexes(definition, fields, findings),
        layout=layout,
    )


def _title(definition: ObjectDef, fields: Mapping[str, FieldSpec], checker: Checker) -> str:
    if definition.title is not None:
        if definition.title not in fields:
            checker.report(
                definition.source,
                ("title",),
                "unknown_field",
                f"There is no field `{definition.title}` on `{definition.name}`.",
                Findings.choice(definition.title, fields, f"Name a field of `{definition.name}`."),
            )
        return definition.title
    for name in _TITLES:
        if name in fields:
            return name
    texts = [name for name, spec in fields.items() if spec.definition.type == "text" and not spec.system]
    return texts[0] if texts else "id"


def _validations(
    definition: ObjectDef, fields: Mapping[str, FieldSpec], checker: Checker, findings: Findings
) -> tuple[ValidationSpec, ...]:
    rules: list[ValidationSpec] = []
    for rule in definition.validations:
        expression = checker.check(rule.error_when, definition.name, rule.source, ("error_when",), expect=BOOLEAN)
        for name in (*((rule.at,) if rule.at else ()), *rule.when_changed):
            if name not in fields:
                findings.at(
                    rule.source.at("at"),
                    "unknown_field",
                    f"validations.{rule.name}.at",
                    f"There is no field `{name}` on `{definition.name}`.",
                    findings.choice(name, fields, f"Name a field of `{definition.name}`."),
                )
        if expression is not None:
            rules.append(ValidationSpec(rule.name, expression, rule.message, rule.at, rule.when_changed))
    return tuple(rules)


def _known(names: tuple[str, ...], definition: ObjectDef, fields: Mapping[str, FieldSpec]) -> list[str]:
    return [name for name in names if name not in fields or not fields[name].columns]


def _uniques(
    definition: ObjectDef, fields: Mapping[str, FieldSpec], checker: Checker, findings: Findings
) -> tuple[UniqueSpec, ...]:
    found = [UniqueSpec("external_id", ("external_id",))]
    found += [UniqueSpec(name, (name,)) for name, spec in fields.items() if spec.definition.unique and spec.columns]
    for rule in definition.unique:
        for name in _known(rule.fields, definition, fields):
            findings.at(
                rule.source.at("fields"),
                "unknown_field",
                "unique",
                f"`{definition.name}` keeps no column `{name}` that could be unique.",
                findings.choice(name, fields, f"Name a field of `{definition.name}`."),
            )
        when = None
        if rule.when:
            when = checker.check(rule.when, definition.name, rule.source, ("when",), expect=BOOLEAN, sql=True)
        found.append(UniqueSpec("_".join(rule.fields), rule.fields, when, rule.message or None))
    return tuple(found)


def _indexes(definition: ObjectDef, fields: Mapping[str, FieldSpec], findings: Findings) -> tuple[IndexSpec, ...]:
    found: dict[str, IndexSpec] = {}

    def add(columns: tuple[str, ...]) -> None:
        found.setdefault("_".join(columns), IndexSpec("_".join(columns), columns))

    for name, spec in fields.items():
        if not spec.columns:
            continue
        last = spec.columns[-1]
        if spec.targets and name not in ("created_by", "updated_by"):
            add(tuple(column.name for column in spec.columns))
        elif spec.definition.index or last.part == "fold":
            add((last.name,))
    add(("created_at",))
    for rule in definition.indexes:
        missing = _known(rule.fields, definition, fields)
        for name in missing:
            findings.at(
                rule.source.at(),
                "unknown_field",
                "indexes",
                f"`{definition.name}` keeps no column `{name}` to index.",
                findings.choice(name, fields, f"Name a field of `{definition.name}`."),
            )
        if not missing:
            add(tuple(fields[name].columns[0].name for name in rule.fields))
    return tuple(found.values())
