"""Addresses and points on the map."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.characters import clean_line
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.decimals import check_bounds, dump_decimal, fit, read_decimal
from formwork.fieldtypes.operators import BLANK
from formwork.fieldtypes.value import ADDRESS_PARTS, Address, Geolocation
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import phonenumbers
else:
    phonenumbers = on_first_use("phonenumbers")

_LONGEST = {"street": 255, "line2": 255, "city": 120, "province": 120, "postcode": 20, "country": 2}


class AddressType(FieldType):
    """A postal address in parts, each a column: `ship_to.city` is text."""

    name = "address"
    family = "place"
    widget = "address"
    operators = BLANK
    sortable = False
    groupable = False
    parts: ClassVar[Mapping[str, str]] = dict.fromkeys(ADDRESS_PARTS, "text")

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One text column a part: `__street` to `__country`."""
        return tuple(
            LogicalColumn(ColumnKind.TEXT, suffix=f"__{part}", length=_LONGEST[part], fold=part != "country")
            for part in ADDRESS_PARTS
        )

    def value_kind(self, settings: Settings) -> str | None:
        """Parts."""
        return "parts"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """An object of the parts."""
        parts = {part: {"type": ["string", "null"], "maxLength": _LONGEST[part]} for part in ADDRESS_PARTS}
        return {"type": "object", "properties": parts, "additionalProperties": False}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> Address | None:
        """The address, None when all parts are blank; raises BadValue `bad_address`, `bad_country`, those of text."""
        if raw is None or raw == "" or isinstance(raw, Address):
            return raw if isinstance(raw, Address) else None
        if not isinstance(raw, Mapping) or not set(raw) <= set(ADDRESS_PARTS):
            raise BadValue("bad_address", f"Send an address by its parts: {', '.join(ADDRESS_PARTS)}.")
        parts = {part: clean_line(raw.get(part), _LONGEST[part]) for part in ADDRESS_PARTS if part != "country"}
        country = clean_line(raw.get("country"), 60)
        if country is not None:
            country = country.upper()
            if country not in phonenumbers.SUPPORTED_REGIONS:
                raise BadValue("bad_country", "Write the country as its ISO 3166 code of two letters, like ES.")
        address = Address(country=country, **parts)
        return None if address == Address() else address

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> Address | None:
        """Only blank text: doors send the parts. Raises BadValue `bad_address`."""
        return self.load(text.strip(), settings, where)

    def dump(self, value: Any) -> Any:
        """An object of the filled parts."""
        if value is None:
            return None
        return {part: getattr(value, part) for part in ADDRESS_PARTS if getattr(value, part) is not None}

    def to_cells(self, value: Any, settings: Settings) -> tuple[Any, ...]:
        """One cell a part."""
        return tuple(None if value is None else getattr(value, part) for part in ADDRESS_PARTS)

    def from_cells(self, cells: tuple[Any, ...], settings: Settings) -> Any:
        """The address, None when every cell is blank."""
        return Address(*cells) if any(cell is not None for cell in cells) else None


class GeolocationType(FieldType):
    """A point: latitude and longitude in degrees, 6 decimals (about 10 cm)."""

    name = "geolocation"
    family = "place"
    widget = "geolocation"
    operators = BLANK
    sortable = False
    groupable = False
    parts: ClassVar[Mapping[str, str]] = {"lat": "number", "lon": "number"}

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """`__lat` and `__lon`."""
        return tuple(LogicalColumn(ColumnKind.DECIMAL, suffix=f"__{part}", precision=9, scale=6) for part in self.parts)

    def value_kind(self, settings: Settings) -> str | None:
        """Parts."""
        return "parts"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """{lat, lon} as decimal text."""
        parts = {part: {"type": "string", "format": "decimal"} for part in self.parts}
        return {"type": "object", "properties": parts, "required": ["lat", "lon"], "additionalProperties": False}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> Geolocation | None:
        """The point; raises BadValue `bad_geolocation` and those of numbers."""
        if raw is None or raw == "" or isinstance(raw, Geolocation):
            return raw if isinstance(raw, Geolocation) else None
        if not isinstance(raw, Mapping) or set(raw) != {"lat", "lon"}:
            raise BadValue("bad_geolocation", "Send lat and lon in degrees, for example 41.3851 and 2.1734.")
        if raw["lat"] in (None, "") and raw["lon"] in (None, ""):
            return None
        lat, lon = fit(read_decimal(raw["lat"]), 6), fit(read_decimal(raw["lon"]), 6)
        check_bounds(lat, -90, 90)
        check_bounds(lon, -180, 180)
        return Geolocation(lat, lon)

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> Geolocation | None:
        """The point of `41.3851, 2.1734`."""
        plain = text.strip()
        if not plain:
            return None
        lat, _, lon = plain.replace(";", ",").partition(",")
        return self.load({"lat": lat, "lon": lon}, settings, where)

    def dump(self, value: Any) -> Any:
        """{lat, lon} as decimal text."""
        return None if value is None else {"lat": dump_decimal(value.lat), "lon": dump_decimal(value.lon)}

    def to_cells(self, value: Any, settings: Settings) -> tuple[Any, ...]:
        """Latitude, longitude."""
        return (None, None) if value is None else (value.lat, value.lon)

    def from_cells(self, cells: tuple[Any, ...], settings: Settings) -> Any:
        """The point, None when either cell is blank."""
        return None if cells[0] is None or cells[1] is None else Geolocation(cells[0], cells[1])
