"""What a person has set for themselves: language and time zone with the tenant, the look in a cookie."""

from urllib.parse import parse_qsl
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from formwork.storage import Work, system
from formwork.web.language import LANGUAGES
from formwork.web.views.shell import Look

_TABLE = "fw_preference"
LANGUAGE, TIMEZONE, SHORTCUTS = "language", "timezone", "shortcuts"
LOOK_COOKIE = "fw_look"
THEMES = ("", "light", "dark")
DENSITIES = ("compact", "normal", "relaxed")


def preferences_of(work: Work, user: UUID) -> dict[str, str]:
    """Key -> value of everything a person has set."""
    found = system.find_many(work, _TABLE, equals={"user": user}, columns=("key", "value"))
    return {row["key"]: str(row["value"]) for row in found}


def keep_preference(work: Work, user: UUID, key: str, value: str) -> None:
    """Set one preference."""
    system.put(work, _TABLE, {"user": user, "key": key, "value": value})


def read_zone(name: str | None) -> ZoneInfo | None:
    """The time zone of an IANA name, None for no or an unknown one."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def read_language(code: str | None) -> str | None:
    """The product's language of that code, None for another one."""
    return code if code in LANGUAGES else None


def read_look(cookie: str | None) -> Look:
    """The look a browser keeps; anything it does not know is the default."""
    kept = dict(parse_qsl(cookie or "", max_num_fields=10))
    theme, density = kept.get("theme", ""), kept.get("density", "normal")
    return Look(
        theme if theme in THEMES else "", density if density in DENSITIES else "normal", kept.get("rail") == "1"
    )
