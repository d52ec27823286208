"""Names nobody may give: words of the language, addresses of the API, what the databases keep for themselves.

The one list. tests/test_house.py holds the addresses against the routes there are.
"""

from formwork.definitions.system_fields import SYSTEM_FIELDS

KEYWORDS = frozenset("and or not in contains starts with is blank true false this me".split())
"""Words of the expression language; neither a field nor a list can be called so."""
ROUTED = frozenset("audit describe docs files imports keys me metadata privacy rights users".split())
"""First segments of the API's own addresses, where the records of an object of that name could not be reached."""
TAKEN_TABLES = ("fw_", "sqlite_", "pg_")
"""How an object's name may not begin: system tables and what the databases keep for themselves."""
TAKEN_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
"""Columns PostgreSQL gives every table."""
JOINT = "__"
"""Joins the parts of physical names: `home__city`, `book__authors`."""


def why_no_object(name: str) -> str | None:
    """Why an object cannot have this name, None when it can."""
    if name in ROUTED:
        return "an address of the API"
    return why_no_table(name)


def why_no_table(name: str) -> str | None:
    """Why a table cannot have this name, None when it can."""
    if name.startswith(TAKEN_TABLES):
        return f"kept for the database, like every name that begins with {', '.join(TAKEN_TABLES)}"
    return _joint(name)


def why_no_field(name: str) -> str | None:
    """Why a field of one's own cannot have this name, None when it can."""
    if name in SYSTEM_FIELDS:
        return "a field every object has"
    if name in TAKEN_COLUMNS:
        return "a column the database gives every table"
    return why_no_list(name)


def why_no_list(name: str) -> str | None:
    """Why a list of records cannot have this name, None when it can."""
    if name in KEYWORDS:
        return "a word of the expression language"
    if name in SYSTEM_FIELDS:
        return "a field every object has"
    return _joint(name)


def _joint(name: str) -> str | None:
    return "no name, because `__` joins the parts of a column's name" if JOINT in name else None
