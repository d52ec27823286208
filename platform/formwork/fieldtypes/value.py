"""Values that need more than one column or carry more than one part."""

from dataclasses import dataclass, fields
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address. Every part is text or None; `country` is an ISO 3166 alpha-2 code."""

    street: str | None = None
    line2: str | None = None
    city: str | None = None
    province: str | None = None
    postcode: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Geolocation:
    """A point on the earth: WGS 84 latitude and longitude in degrees, 6 decimals."""

    lat: Decimal
    lon: Decimal


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A reference that names its object: the value of a polymorphic look-up."""

    object: str
    id: UUID


ADDRESS_PARTS: tuple[str, ...] = tuple(part.name for part in fields(Address))
"""The parts of an address in the order of its columns."""
