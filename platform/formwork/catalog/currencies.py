"""In whose currency the money of each object is, and the twins that keep it in the organisation's own.

An object with the feature `currency` has a field `currency` (an ISO 4217 code, blank for the organisation's)
and a field `rate` (units of the organisation's currency for one of it). Its money is in that currency, that
of its details too. Every such money field gets a twin `<field>_base`: the amount times the rate, a formula
like any other, so the closure, the plan and the doctor know nothing of money.
"""

from collections.abc import Iterable, Mapping, Sequence

from formwork.catalog.field_kind import ROLLUP_KINDS, FieldKinds
from formwork.catalog.findings import Findings
from formwork.definitions.model import FieldDef, ObjectDef
from formwork.expressions.currencies import BASE, TWIN_SUFFIX, behind, gathered, reached
from formwork.expressions.paths import Base, Hop, ListPath
from formwork.expressions.types import Kind

FEATURE = "currency"
CURRENCY_FIELD, RATE_FIELD = "currency", "rate"
_CODES = (Kind.TEXT, Kind.SELECT)


class Currencies:
    """Answers in whose currency money is, for a composition whose `fields` it completes with twins.

    With `bearers`, which were found out when the metadata was checked, nothing is completed.
    """

    def __init__(
        self,
        objects: Mapping[str, ObjectDef],
        fields: Mapping[str, dict[str, FieldDef]],
        kinds: FieldKinds,
        findings: Findings,
        *,
        bearers: Iterable[str] | None = None,
    ) -> None:
        self._objects = objects
        self._fields = fields
        self._kinds = kinds
        self._findings = findings
        self._money: dict[tuple[str, str], bool] = {}
        self._ways: dict[str, tuple[str, ...] | None] = {}
        if bearers is not None:
            self._bearers = frozenset(bearers)
            return
        self._bearers = frozenset(name for name, one in objects.items() if FEATURE in one.features and self._sound(one))
        if self._bearers:
            self._add_twins()

    @property
    def bearers(self) -> tuple[str, ...]:
        """The objects with a currency of their own, sorted."""
        return tuple(sorted(self._bearers))

    def way(self, object: str) -> tuple[str, ...] | None:
        """The look-ups from a record to the one with its currency; None for the organisation's own.

        A bearer whose `currency` and `rate` are references to those of another record has that one's.
        """
        if object not in self._ways:
            self._ways[object] = ()
            self._ways[object] = self._find_way(object)
        return self._ways[object]

    def _find_way(self, object: str) -> tuple[str, ...] | None:
        if object in self._bearers:
            return self._borrowed(object)
        master = self._objects[object].master
        above = self.way(master.to) if master is not None and master.to in self._objects else None
        return None if master is None or above is None else (master.field, *above)

    def _borrowed(self, object: str) -> tuple[str, ...]:
        """The way of a bearer: its own record, or where both of its fields are read from."""
        paths = []
        for name in (CURRENCY_FIELD, RATE_FIELD):
            definition = self._fields[object][name]
            *names, last = str(definition.settings.get("path", "")).split(".")
            if definition.type != "reference" or last != name:
                return ()
            paths.append(names)
        hops = self._hops(object, paths[0])
        if paths[0] != paths[1] or not hops or hops[-1].target not in self._bearers:
            return ()
        return (*paths[0], *(self.way(hops[-1].target) or ()))

    def of(self, object: str, field: str) -> str:
        """The currency of a money field, told from its own record."""
        definition = self._fields[object][field]
        if not self._bearers or definition.twin_of is not None:
            return BASE
        if definition.type == "reference":
            return self._of_reference(object, definition)
        way = self.way(object)
        return BASE if way is None else behind(way)

    def converted(self, object: str, rollup: FieldDef) -> str | None:
        """What a roll-up takes of each record to be in its own currency; None where that is the plain amount.

        An amount that happens to be in the same currency is taken as it is, whatever the two rates.
        """
        detail, _, via = str(rollup.settings["of"]).partition(".")
        name = next((str(rollup.settings[key]) for key in ROLLUP_KINDS[1:] if rollup.settings.get(key)), None)
        if name is None or not self._bearers or not self._is_money(detail, name):
            return None
        inner, own = self.of(detail, name), self.of(object, rollup.name)
        if gathered(ListPath(Base.ROW, object, (), detail, detail, via), via, inner) == own:
            return None
        twin = name if inner == BASE else name + TWIN_SUFFIX
        if own == BASE:
            return twin
        here = [via, *own.split(".")[1:]]
        there = f"number({twin}) / {_worth(here)}"
        if inner == BASE:
            return there
        codes = [f"coalesce({_code(way)}, base_currency())" for way in (inner.split(".")[1:], here)]
        return f"if({' = '.join(codes)}, number({name}), {there})"

    def _sound(self, definition: ObjectDef) -> bool:
        """Whether an object with the feature has the two fields it needs; reports what is wrong."""
        own = self._fields[definition.name]
        currency = self._kinds.kind_of(definition.name, CURRENCY_FIELD) if CURRENCY_FIELD in own else None
        rate = self._kinds.kind_of(definition.name, RATE_FIELD) if RATE_FIELD in own else None
        missing = []
        if currency is None or currency.type.kind not in _CODES:
            missing.append(f"`{CURRENCY_FIELD}: {{type: text, max: 3}}`")
        if rate is None or rate.type.kind is not Kind.NUMBER:
            missing.append(f"`{RATE_FIELD}: {{type: number, precision: 6}}`")
        if missing:
            self._findings.at(
                definition.source.at("features"),
                "currency_fields",
                "features",
                f"The feature `{FEATURE}` of `{definition.name}` needs a field for the code and one for the rate.",
                f"Add {' and '.join(missing)}.",
            )
        return not missing

    def _of_reference(self, object: str, definition: FieldDef) -> str:
        *names, last = str(definition.settings["path"]).split(".")
        hops = self._hops(object, names)
        if not hops or last not in self._fields[hops[-1].target]:
            return BASE
        return reached(Base.ROW, hops, self.of(hops[-1].target, last))

    def _hops(self, object: str, names: Sequence[str]) -> list[Hop]:
        """The way over look-ups of these names, nothing where it is none."""
        hops: list[Hop] = []
        for name in names:
            kind = self._kinds.kind_of(object, name) if name in self._fields[object] else None
            if kind is None or len(kind.targets) != 1:
                return []
            hops.append(Hop(object, name, kind.targets[0]))
            object = kind.targets[0]
        return hops

    def _is_money(self, object: str, name: str) -> bool:
        key = (object, name)
        if key not in self._money:
            self._money[key] = False
            self._money[key] = self._gives_money(object, name)
        return self._money[key]

    def _gives_money(self, object: str, name: str) -> bool:
        definition = self._fields.get(object, {}).get(name)
        if definition is None:
            base = name.removesuffix(TWIN_SUFFIX)
            return base != name and self._is_money(object, base)
        settings = definition.settings
        match definition.type:
            case "money":
                return not definition.encrypted
            case "formula":
                return settings.get("gives") == "money"
            case "rollup":
                figure = next((str(settings[key]) for key in ROLLUP_KINDS[1:] if settings.get(key)), None)
                return figure is not None and self._is_money(str(settings.get("of", "")).partition(".")[0], figure)
            case "reference":
                *names, last = str(settings.get("path", "")).split(".")
                hops = self._hops(object, names)
                return bool(hops) and self._is_money(hops[-1].target, last)
        return False

    def _add_twins(self) -> None:
        added: dict[str, dict[str, FieldDef]] = {}
        for object, own in self._fields.items():
            for name, definition in own.items():
                if self._is_money(object, name) and self.of(object, name) != BASE:
                    twin = self.twin(object, definition)
                    if twin.name in own:
                        self._refuse(object, twin.name, definition)
                    else:
                        added.setdefault(object, {})[twin.name] = twin
        for object, twins in added.items():
            own = self._fields[object]
            completed = with_twins(own, twins)
            own.clear()
            own.update(completed)

    def twin(self, object: str, definition: FieldDef) -> FieldDef:
        """The field that keeps the money of another in the organisation's currency."""
        name = definition.name
        if definition.type == "reference":
            stored, expression = False, f"{definition.settings['path']}{TWIN_SUFFIX}"
        else:
            stored = definition.type != "formula" or bool(definition.settings.get("stored"))
            expression = f"money(number({name}) * {_worth(self.way(object) or ())})"
        return FieldDef(
            name=name + TWIN_SUFFIX,
            type="formula",
            label=f"{definition.label} ({BASE})",
            restricted=definition.restricted,
            hidden=definition.hidden,
            personal=definition.personal,
            record_types=definition.record_types,
            settings={"gives": "money", "expression": expression, "stored": stored},
            column=definition.physical + TWIN_SUFFIX if definition.physical != name else None,
            twin_of=name,
            source=definition.source,
        )

    def _refuse(self, object: str, taken: str, definition: FieldDef) -> None:
        self._findings.at(
            self._fields[object][taken].source.at(),
            "twin_name",
            f"fields.{taken}",
            f"`{taken}` is kept for the amount of `{definition.name}` in the organisation's currency.",
            f"Choose another name, or rename `{definition.name}`.",
        )


def _code(way: Sequence[str]) -> str:
    return ".".join((*way, CURRENCY_FIELD))


def _worth(way: Sequence[str]) -> str:
    """The expression of what one unit of a record's currency is worth in the organisation's."""
    code = _code(way)
    return f"if({code} is blank or {code} = base_currency(), 1, {'.'.join((*way, RATE_FIELD))})"


def with_twins(fields: Mapping[str, FieldDef], twins: Mapping[str, FieldDef]) -> dict[str, FieldDef]:
    """The fields with the twins behind those that were written, before the system's."""
    written = {name: one for name, one in fields.items() if not one.system}
    return {**written, **twins, **{name: one for name, one in fields.items() if one.system}}
