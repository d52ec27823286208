"""Every field of every object, with its columns and its expressions checked."""

from collections.abc import Mapping
from dataclasses import replace

from formwork.catalog.checker import Checker
from formwork.catalog.compose import Composition
from formwork.catalog.currencies import Currencies
from formwork.catalog.field import ColumnSpec, FieldSpec, RollupSpec
from formwork.catalog.field_kind import ROLLUP_KINDS, FieldKind, FieldKinds
from formwork.catalog.side_table import side_table_name
from formwork.definitions.model import FieldDef, ObjectDef
from formwork.expressions import Expression, Kind, Type
from formwork.expressions.types import BOOLEAN
from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext
from formwork.fieldtypes.column import ColumnKind, LogicalColumn

FOLD_SUFFIX = "__fold"
_POINTERS = frozenset({"lookup", "user", "master_detail", "polymorphic_lookup", "file", "image"})
_DERIVED = frozenset({"formula", "reference", "rollup"})
_PLAIN = LoadContext()


class FieldLinker:
    """Links fields one by one."""

    def __init__(
        self,
        composition: Composition,
        kinds: FieldKinds,
        currencies: Currencies,
        field_types: Mapping[str, FieldType],
        checker: Checker,
    ) -> None:
        self._composition = composition
        self._kinds = kinds
        self._currencies = currencies
        self._types = field_types
        self.checker = checker

    def link_all(self, owner: ObjectDef, fields: Mapping[str, FieldDef]) -> dict[str, FieldSpec]:
        """The linked fields of one object, in their order; those that cannot be are reported."""
        linked = ((key, self.link(owner, definition)) for key, definition in fields.items())
        return {key: spec for key, spec in linked if spec is not None}

    def link(self, owner: ObjectDef, definition: FieldDef) -> FieldSpec | None:
        """One linked field; None after reporting why there is none."""
        kind = self._kinds.kind_of(owner.name, definition.name)
        if kind is None:
            if definition.type == "formula":
                message = f"`{definition.settings.get('gives')}` is no type of value a formula can give."
                self._report(definition, "gives", "bad_field", message, "docs/language/field-types.md lists them.")
            return None
        field_type = self._types[definition.type]
        side_table = side_table_name(owner.physical, definition.physical) if field_type.side_table else None
        spec = FieldSpec(
            object=owner.name,
            name=definition.name,
            definition=definition,
            field_type=field_type,
            type=kind.type,
            value_type=kind.value_type,
            value_settings=kind.value_settings,
            columns=() if side_table is not None else self._columns(owner, definition, kind, field_type),
            side_table=side_table,
            targets=kind.targets,
            options=kind.value_settings.get("options", {}),
            system=definition.system,
            table=owner.physical,
        )
        if definition.type in _DERIVED:
            spec = self._derived(owner, definition, kind, spec)
        return self._conditions(owner, definition, self._default(owner, definition, spec))

    def _report(self, definition: FieldDef, key: str, code: str, message: str, mend: str = "") -> None:
        self.checker.report(definition.source, (key,), code, message, mend)

    def _derived(self, owner: ObjectDef, definition: FieldDef, kind: FieldKind, spec: FieldSpec) -> FieldSpec:
        settings = definition.settings
        if definition.type == "formula":
            expect = kind.type
            if expect.kind is Kind.MONEY:
                expect = replace(expect, currency=self._currencies.of(owner.name, definition.name))
            expression = self._check(owner, definition, "expression", str(settings["expression"]), expect, sql=True)
            if expression is not None and settings.get("stored") and expression.volatile:
                self._report(
                    definition,
                    "stored",
                    "volatile_stored",
                    "today(), now() and me change by themselves, so this cannot be stored.",
                    "Remove `stored: true`.",
                )
            return replace(spec, formula=expression)
        if definition.type == "reference":
            return replace(
                spec, reference=self._check(owner, definition, "path", str(settings["path"]), None, sql=True)
            )
        if definition.type == "rollup":
            return replace(spec, rollup=self._rollup(owner, definition))
        return spec

    def _rollup(self, owner: ObjectDef, definition: FieldDef) -> RollupSpec | None:
        settings = definition.settings
        detail, _, via = str(settings["of"]).partition(".")
        kind = next(name for name in ROLLUP_KINDS if settings.get(name))
        target = self._composition.objects[detail]

        def check(key: str, text: object, expect: Type | None) -> Expression | None:
            if not text:
                return None
            return self.checker.check(str(text), target.name, definition.source, (key,), expect=expect, sql=True)

        taken = self._currencies.converted(owner.name, definition) or settings[kind]
        value = None if kind == "count" else check(kind, taken, None)
        where = check("where", settings.get("where"), BOOLEAN)
        nightly = settings.get("refresh") == "nightly"
        for expression in (value, where):
            if expression is not None and expression.volatile and not nightly:
                self._report(
                    definition,
                    "where",
                    "volatile_stored",
                    "A roll-up over today(), now() or me is out of date the next day.",
                    "Add `refresh: nightly`.",
                )
        return RollupSpec(detail, via, kind, value, where, check("order_by", settings.get("order_by"), None), nightly)

    def _columns(
        self, owner: ObjectDef, definition: FieldDef, kind: FieldKind, field_type: FieldType
    ) -> tuple[ColumnSpec, ...]:
        if definition.type == "reference":
            return ()
        if definition.type == "formula" and not definition.settings.get("stored"):
            return ()
        if definition.encrypted:
            self._check_sealed(owner, definition, field_type)
            return (ColumnSpec(definition.physical, LogicalColumn(ColumnKind.BYTES)),)
        logical = self._logical(definition, kind, field_type)
        name = definition.physical
        columns = [ColumnSpec(name + column.suffix, column, column.suffix.lstrip("_") or None) for column in logical]
        wanted = definition.searchable or definition.unique or definition.index or owner.title == definition.name
        if wanted and len(logical) == 1 and logical[0].kind is ColumnKind.TEXT and logical[0].fold:
            fold = LogicalColumn(ColumnKind.TEXT)
            columns.append(ColumnSpec(name + FOLD_SUFFIX, fold, "fold"))
        return tuple(columns)

    def _check_sealed(self, owner: ObjectDef, definition: FieldDef, field_type: FieldType) -> None:
        """A sealed value has no order and no index, and only what is kept in one column can be sealed."""
        for key, wanted in (
            ("unique", definition.unique), ("index", definition.index), ("searchable", definition.searchable),
        ):  # fmt: skip
            if wanted:
                self._report(definition, key, "sealed_field", "An encrypted field cannot be found by its value.",
                             f"Remove `{key}` or `encrypted`.")  # fmt: skip
        many = len(field_type.columns(definition.settings)) != 1
        if many or field_type.computed or field_type.name in _POINTERS or owner.title == definition.name:
            self._report(definition, "encrypted", "sealed_field", "This field cannot be encrypted.",
                         "Encrypt plain values such as text, numbers and dates, and not the title.")  # fmt: skip

    def _logical(self, definition: FieldDef, kind: FieldKind, field_type: FieldType) -> tuple[LogicalColumn, ...]:
        if definition.type in ("formula", "rollup"):
            return kind.value_type.columns(kind.value_settings)
        return field_type.columns(definition.settings)

    def _default(self, owner: ObjectDef, definition: FieldDef, spec: FieldSpec) -> FieldSpec:
        default = definition.default
        if default is None:
            return spec
        if default.expression is not None:
            expect = None if spec.type.kind in (Kind.RECORD, Kind.LIST, Kind.PARTS) else spec.type
            return replace(spec, default=self._check(owner, definition, "default", default.expression, expect))
        try:
            value = spec.field_type.load(default.value, definition.settings, _PLAIN)
        except BadValue as error:
            self._report(
                definition, "default", "bad_default", f"The default is no value of this field: {error.message}",
                "Write a value the field takes, or `default: {expression: …}`.",
            )  # fmt: skip
            return spec
        return replace(spec, default_value=value)

    def _conditions(self, owner: ObjectDef, definition: FieldDef, spec: FieldSpec) -> FieldSpec:
        written = (definition.required_when, definition.visible_when, definition.readonly_when)
        if not any(written) and not definition.settings.get("filter"):
            return spec

        def condition(key: str, text: str | None) -> Expression | None:
            return self._check(owner, definition, key, text, BOOLEAN) if text else None

        pick = definition.settings.get("filter")
        found = None
        if pick and len(spec.targets) == 1:
            found = self.checker.check(
                str(pick), spec.targets[0], definition.source, ("filter",), expect=BOOLEAN, this=owner.name, sql=True
            )
        return replace(
            spec,
            filter=found,
            required_when=condition("required_when", definition.required_when),
            visible_when=condition("visible_when", definition.visible_when),
            readonly_when=condition("readonly_when", definition.readonly_when),
        )

    def _check(
        self, owner: ObjectDef, definition: FieldDef, key: str, text: str, expect: Type | None, *, sql: bool = False
    ) -> Expression | None:
        return self.checker.check(text, owner.name, definition.source, (key,), expect=expect, sql=sql)
