"""What a browser calls itself, in the words people know it by."""

_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
"""Products and systems by the word their `User-Agent` has, in an order in which the first that fits is right."""
_PHONES = ("iPhone", "Android", "Mobile")


def device_of(agent: str) -> tuple[str, str]:
    """Browser and system of a `User-Agent` (RFC 9110, 10.1.5), blank where it says neither."""
    return _first(agent, _BROWSERS), _first(agent, _SYSTEMS)


def is_phone(agent: str) -> bool:
    """True when it says it is one."""
    return any(word in agent for word in _PHONES)


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for word, name in known if word in agent), "")
