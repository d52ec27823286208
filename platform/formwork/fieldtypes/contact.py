"""Ways to reach somebody: e-mail, phone, web address."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import LoadContext, Settings
from formwork.fieldtypes.characters import clean_line
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.text import TextType
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import phonenumbers
else:
    phonenumbers = on_first_use("phonenumbers")

_LOCAL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?:[/?#][^\s<>\"`{}|\\^]*)?")
"""Addresses that need no taking apart: a scheme we take, a host without port or user, no character we refuse."""


_PLAIN_EMAIL = re.compile(r"[a-z0-9_+-]{1,30}(?:\.[a-z0-9_+-]{1,30})?@(?:[a-z0-9]{1,60}\.){1,4}[a-z]{2,20}")
"""Addresses in the form that is stored, short and without surprises: most of them."""


class EmailType(TextType):
    """One e-mail address; the domain is kept in lower case."""

    name = "email"
    family = "contact"
    widget = "email"
    longest = 254

    def schema(self) -> Mapping[str, Any]:
        """No settings."""
        return {}

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """An address such as `ana@example.com`."""
        return {"type": "string", "maxLength": self.longest, "pattern": "^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$"}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The address; raises BadValue `bad_email` and those of text."""
        text = clean_line(raw, self.longest)
        if text is None:
            return None
        local, at, domain = text.rpartition("@")
        labels = domain.split(".")
        good = at and _LOCAL.fullmatch(local) and not local.startswith(".") and not local.endswith(".")
        if not good or ".." in local or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
            raise BadValue("bad_email", "Write an e-mail address like name@example.com.")
        return f"{local}@{domain.lower()}"

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> list[str] | None:
        """Addresses as they are stored."""
        return _all_match(_PLAIN_EMAIL, super().load_plain(raws, settings))


class PhoneType(TextType):
    """A phone number, stored as E.164 (`+34911234567`)."""

    name = "phone"
    family = "contact"
    widget = "phone"
    longest = 40

    def schema(self) -> Mapping[str, Any]:
        """`country`: the ISO 3166 code of numbers written without one."""
        return {
            "country": {
                "type": "string",
                "pattern": "^[A-Z]{2}$",
                "description": "Country of numbers written without a country code, such as ES.",
            }
        }

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One text column of 16 characters."""
        return (LogicalColumn(ColumnKind.TEXT, length=16, fold=True),)

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """E.164; other spellings are taken and normalised."""
        return {"type": "string", "maxLength": self.longest, "pattern": "^[+]?[\\d\\s()./-]{4,40}$"}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The number in E.164; raises BadValue `bad_phone` and those of text."""
        text = clean_line(raw, self.longest)
        if text is None:
            return None
        region = settings.get("country") or where.region
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException as error:
            raise _bad_phone() from error
        if number.extension or not phonenumbers.is_possible_number(number):
            raise _bad_phone()
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> None:
        """Every number is looked at."""
        return


@lru_cache(maxsize=4096)
def phone_text(stored: str, country: str | None = None) -> str:
    """A stored number (E.164) as people read it: `+34 911 23 45 67`, without its country code inside `country`.

    `country` is a code of two letters, such as ES. What is no phone number comes back as it is.
    """
    try:
        number = phonenumbers.parse(stored)
    except phonenumbers.NumberParseException:
        return stored
    at_home = country is not None and phonenumbers.region_code_for_number(number) == country
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, shape)


def _bad_phone() -> BadValue:
    return BadValue("bad_phone", "Write the number with its country code and without extension, like +34 911 234 567.")


class UrlType(TextType):
    """A web address of scheme http or https."""

    name = "url"
    family = "contact"
    widget = "url"
    longest = 2048

    def schema(self) -> Mapping[str, Any]:
        """No settings."""
        return {}

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """An absolute address."""
        return {"type": "string", "maxLength": self.longest, "pattern": "^https?://[^\\s]+$"}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The address; raises BadValue `bad_url` and those of text."""
        text = clean_line(raw, self.longest)
        if text is None:
            return None
        try:
            split = urlsplit(text)
            host = split.hostname
        except ValueError as error:
            raise _bad_url() from error
        if split.scheme.lower() not in ("http", "https") or not host or re.search(r"[\s<>\"`{}|\\^]", text):
            raise _bad_url()
        return text

    def load_plain(self, raws: Sequence[Any], settings: Settings) -> list[str] | None:
        """Addresses that need no taking apart."""
        return _all_match(_PLAIN_URL, super().load_plain(raws, settings))

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> str | None:
        """As `load`; a host written without scheme gets https."""
        plain = text.strip()
        if plain and "://" not in plain and re.match(r"[\w-]+(\.[\w-]+)+([/:?#]|$)", plain):
            plain = f"https://{plain}"
        return self.load(plain, settings, where)


def _bad_url() -> BadValue:
    return BadValue("bad_url", "Write a web address that starts with https:// or http://.")


def _all_match(pattern: re.Pattern[str], texts: list[str] | None) -> list[str] | None:
    """The texts when there are some and each has the form."""
    return texts if texts is not None and all(map(pattern.fullmatch, texts)) else None
