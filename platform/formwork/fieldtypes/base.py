"""What every field type answers. One subclass per type, one file per family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias
from zoneinfo import ZoneInfo

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.column import LogicalColumn

Settings: TypeAlias = Mapping[str, Any]
"""The type-specific properties of a field as written (`max`, `options`, `to`, …), defaults filled in."""


@dataclass(frozen=True, slots=True)
class LoadContext:
    """The circumstances of reading a value that a person or a file wrote.

    `zone` is given by doors where local times are typed (forms, imports); without it a datetime must
    carry its offset. `locale` decides decimal mark and date order of `load_text` unless
    `decimal_mark` (`.` or `,`) and `date_order` (`ymd`, `dmy`, `mdy`) are given; `region` is the
    ISO 3166 country of phone numbers written without one. `percent` says whether the text `25` is
    25 % (people) or 2500 % (files that hold fractions); with a percent sign it is always 25 %.
    """

    zone: ZoneInfo | None = None
    locale: str = "en"
    region: str | None = None
    decimal_mark: str | None = None
    date_order: str | None = None
    percent: Literal["hundred", "fraction"] = "hundred"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A column that was read: a value for each raw one. `refused` says why, by place; None stands there."""

    values: Sequence[Any]
    refused: Mapping[int, BadValue] = field(default_factory=dict)


class FieldType:
    """Base of all field types. Stateless: everything about one field comes in `settings`.

    Values in Python are the `value` types of column.py, or `Address`, `Geolocation`, `RecordRef`,
    or a tuple for types with a side table. None is the only blank.
    """

    name: ClassVar[str]
    """The word written as `type:`."""
    family: ClassVar[str]
    """The group it is shown under in Studio and in the documentation."""
    widget: ClassVar[str] = "text"
    """The input component forms use."""
    operators: ClassVar[tuple[str, ...]] = ()
    """Operators of the expression language that take this type on their left side."""
    sortable: ClassVar[bool] = True
    filterable: ClassVar[bool] = True
    groupable: ClassVar[bool] = True
    computed: ClassVar[bool] = False
    """True when nobody writes it: formula, roll-up, reference, auto-number."""
    side_table: ClassVar[bool] = False
    """True when the value is a tuple kept in a table of its own (record, item, position)."""
    parts: ClassVar[Mapping[str, str]] = {}
    """Names an expression may write behind the field (`ship_to.city`) with their value kinds."""

    def schema(self) -> Mapping[str, Any]:
        """JSON Schema `properties` of the settings this type knows beside the common ones."""
        return {}

    def required_settings(self) -> tuple[str, ...]:
        """Names of settings that must be written."""
        return ()

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """The columns in the record's own table; for side-table types the one column of an item."""
        raise NotImplementedError

    def value_kind(self, settings: Settings) -> str | None:
        """The expression kind of the value (`formwork.expressions.types.Kind` by its word).

        None when only linking can tell (reference, roll-up without `gives`).
        """
        raise NotImplementedError

    def item_kind(self, settings: Settings) -> str | None:
        """The expression kind of one item where `value_kind` is `list`, else None."""
        return None

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """JSON Schema of the JSON value `load` takes and `dump` gives, blank (null) left out."""
        raise NotImplementedError

    def shown_schema(self, settings: Settings) -> Mapping[str, Any]:
        """JSON Schema of what a read of a record shows, where that says more than `value_schema`."""
        return self.value_schema(settings)

    def load(self, raw: object, settings: Settings, where: LoadContext) -> Any:
        """The Python value of what JSON input carries, None for blank; raises BadValue."""
        raise NotImplementedError

    def load_all(self, raws: Sequence[object], settings: Settings, where: LoadContext) -> Loaded:
        """`load` of a whole column, every refusal told by its place: how records read what was sent.

        A column of plain values is read as one; of any other, texts that repeat are read once.
        """
        plain = self.load_plain(raws, settings)
        if plain is None and None in raws:
            filled = self.load_plain([raw for raw in raws if raw is not None], settings)
            if filled is not None:
                values = iter(filled)
                plain = [None if raw is None else next(values) for raw in raws]
        return Loaded(plain) if plain is not None else self._load_each(raws, settings, where)

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> Sequence[Any] | None:
        """The values of a column in which everything is as most values are, None when something needs `load`.

        A short cut for whole columns: it takes nothing that `load` would read otherwise, whatever the circumstances.
        """
        return None

    def _load_each(self, raws: Sequence[object], settings: Settings, where: LoadContext) -> Loaded:
        values: list[Any] = []
        refused: dict[int, BadValue] = {}
        known: dict[str, Any] = {}
        for place, raw in enumerate(raws):
            text = raw if type(raw) is str else None
            if text is not None and text in known:
                values.append(known[text])
                continue
            value = None
            try:
                value = self.load(raw, settings, where)
                if text is not None:
                    known[text] = value
            except BadValue as error:
                refused[place] = error
            values.append(value)
        return Loaded(values, refused)

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> Any:
        """The Python value of what a person typed or a CSV cell holds; raises BadValue."""
        return self.load(text, settings, where)

    def settle(self, value: Any) -> Any:
        """The value kept for one that an expression gave, which no `load` has read."""
        return value

    def dump(self, value: Any) -> Any:
        """The JSON value of a Python value: decimals and ids as text, datetimes ISO 8601 in Z."""
        return value

    def to_cells(self, value: Any, settings: Settings) -> tuple[Any, ...]:
        """The cells of `columns(settings)` for a value; every cell None for blank."""
        return (value,)

    def from_cells(self, cells: tuple[Any, ...], settings: Settings) -> Any:
        """The value of the cells `to_cells` gave."""
        return cells[0]


JSON_INPUT = LoadContext()
"""The circumstances of a JSON document that carries its own offsets and decimal points."""
