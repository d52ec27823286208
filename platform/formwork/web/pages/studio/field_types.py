"""The types a field may have, in words, with an example of each, grouped as they are offered."""

from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.web.language import say as _
from formwork.web.views.studio import TypeTile

_ICONS = {
    "text": "text", "long_text": "rows", "rich_text": "note", "integer": "number", "number": "number",
    "percent": "percent", "money": "money", "date": "calendar", "datetime": "clock", "time": "clock",
    "duration": "clock", "boolean": "toggle", "select": "select", "multi_select": "multi", "email": "mail",
    "phone": "phone", "url": "globe", "address": "map", "auto_number": "number", "lookup": "link",
    "polymorphic_lookup": "relation", "many_to_many": "relation", "reference": "arrow-right", "formula": "formula",
    "rollup": "sum", "user": "contact", "user_list": "users", "geolocation": "map", "file": "clip", "image": "image",
    "signature": "edit", "barcode": "scan", "rating": "star", "tags": "tag", "json": "code", "secret": "key",
    "master_detail": "tree",
}  # fmt: skip
_EXAMPLES = {
    "text": "PO 77-41", "integer": "12", "number": "2.50", "percent": "15 %", "money": "41.60", "date": "2026-12-12",
    "datetime": "2026-12-12 09:30", "time": "09:30", "duration": "1:30", "email": "ada@example.com",
    "phone": "+34 600 000 000", "url": "https://example.com", "auto_number": "V-00042", "formula": "price * 2",
    "barcode": "4006381333931", "rating": "★★★★☆", "json": '{"a": 1}', "reference": "shelf.room",
    "geolocation": "41.39, 2.17", "secret": "••••", "tags": "#new #vip",
}  # fmt: skip
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("text", ("text", "long_text", "rich_text", "email", "phone", "url", "address", "barcode")),
    ("number", ("number", "integer", "money", "percent", "rating", "auto_number")),
    ("time", ("date", "datetime", "time", "duration")),
    ("choice", ("select", "multi_select", "boolean", "tags")),
    ("link", ("lookup", "many_to_many", "polymorphic_lookup", "user", "user_list")),
    ("computed", ("formula", "rollup", "reference")),
    ("more", ("file", "image", "signature", "geolocation", "json", "secret")),
)
"""The types by group, in the order they are offered."""
FIRST_TYPE = "text"
"""The type a new field has until another one is chosen."""


def type_label(name: str) -> str:
    """What a type is called."""
    words = {
        "text": _("Text"), "long_text": _("Long text"), "rich_text": _("Formatted text"), "integer": _("Whole number"),
        "number": _("Number"), "percent": _("Percent"), "money": _("Money"), "date": _("Date"),
        "datetime": _("Date and time"), "time": _("Time of day"), "duration": _("Duration"), "boolean": _("Yes or no"),
        "select": _("Choice"), "multi_select": _("Several choices"), "email": _("Email"), "phone": _("Phone"),
        "url": _("Web address"), "address": _("Postal address"), "auto_number": _("Automatic number"),
        "lookup": _("Link to a record"), "polymorphic_lookup": _("Link to several kinds"),
        "many_to_many": _("Links to records"), "reference": _("Field of a linked record"), "formula": _("Formula"),
        "rollup": _("Roll-up"), "user": _("Person"), "user_list": _("People"), "geolocation": _("Place on the map"),
        "file": _("File"), "image": _("Image"), "signature": _("Signature"), "barcode": _("Barcode"),
        "rating": _("Rating"), "tags": _("Tags"), "json": _("Data (JSON)"), "secret": _("Secret"),
        "master_detail": _("Part of"),
    }  # fmt: skip
    return words.get(name, name)


def type_icon(name: str) -> str:
    """The icon of a type."""
    return _ICONS.get(name, "box")


def type_example(name: str) -> str:
    """A value such a field could have."""
    words = {
        "long_text": _("Several lines"), "rich_text": _("With bold and lists"), "boolean": _("Yes"),
        "select": _("Draft"), "multi_select": _("Air, Sea"), "address": _("Street and city"),
        "lookup": _("One record"), "many_to_many": _("Many records"), "polymorphic_lookup": _("One of many kinds"),
        "rollup": _("Sum of details"), "user": _("Who signs in"), "user_list": _("A team"), "file": _("A document"),
        "image": _("A photo"), "signature": _("Signed by hand"),
    }  # fmt: skip
    return words.get(name) or _EXAMPLES.get(name, "")


def type_tiles(chosen: str) -> tuple[tuple[str, tuple[TypeTile, ...]], ...]:
    """Every type that can be chosen, by group."""
    words = {
        "text": _("Text"), "number": _("Numbers"), "time": _("Time"), "choice": _("Choices"), "link": _("Links"),
        "computed": _("Computed"), "more": _("More"),
    }  # fmt: skip
    return tuple(
        (
            words[group],
            tuple(TypeTile(one, type_label(one), type_example(one), type_icon(one), one == chosen) for one in names),
        )
        for group, names in GROUPS
    )


def is_type(name: str) -> bool:
    """True for a type that can be chosen."""
    return name in FIELD_TYPES and any(name in names for _group, names in GROUPS)
