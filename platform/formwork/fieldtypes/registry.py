"""Every field type by its word. A plugin's types join a copy of this mapping at wiring."""

from collections.abc import Mapping
from types import MappingProxyType

from formwork.fieldtypes.attachments import FileType, ImageType, SignatureType
from formwork.fieldtypes.base import FieldType
from formwork.fieldtypes.choice import MultiSelectType, SelectType, TagsType
from formwork.fieldtypes.computed import AutoNumberType, FormulaType, ReferenceType, RollupType
from formwork.fieldtypes.contact import EmailType, PhoneType, UrlType
from formwork.fieldtypes.moments import DatetimeType, DateType, DurationType, TimeType
from formwork.fieldtypes.numbers import IntegerType, MoneyType, NumberType, PercentType, RatingType
from formwork.fieldtypes.places import AddressType, GeolocationType
from formwork.fieldtypes.record_type import RecordTypeType
from formwork.fieldtypes.references import (
    LookupType,
    ManyToManyType,
    MasterDetailType,
    PolymorphicLookupType,
    PrincipalType,
    RecordIdType,
    UserListType,
    UserType,
)
from formwork.fieldtypes.structured import JsonType, SecretType
from formwork.fieldtypes.text import BarcodeType, LongTextType, RichTextType, TextType
from formwork.fieldtypes.truth import BooleanType

WRITTEN_TYPES: tuple[FieldType, ...] = (
    TextType(),
    LongTextType(),
    RichTextType(),
    IntegerType(),
    NumberType(),
    PercentType(),
    MoneyType(),
    DateType(),
    DatetimeType(),
    TimeType(),
    DurationType(),
    BooleanType(),
    SelectType(),
    MultiSelectType(),
    EmailType(),
    PhoneType(),
    UrlType(),
    AddressType(),
    AutoNumberType(),
    LookupType(),
    PolymorphicLookupType(),
    ManyToManyType(),
    ReferenceType(),
    FormulaType(),
    RollupType(),
    UserType(),
    UserListType(),
    GeolocationType(),
    FileType(),
    ImageType(),
    SignatureType(),
    BarcodeType(),
    RatingType(),
    TagsType(),
    JsonType(),
    SecretType(),
)
"""What `type:` may say, in the order of the documentation."""

SYSTEM_TYPES: tuple[FieldType, ...] = (RecordIdType(), PrincipalType(), RecordTypeType(), MasterDetailType())
"""Types of system fields and of the master field a detail gets from `master:`."""

FIELD_TYPES: Mapping[str, FieldType] = MappingProxyType({one.name: one for one in WRITTEN_TYPES + SYSTEM_TYPES})
"""Every built-in type by name."""
