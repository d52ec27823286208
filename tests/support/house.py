"""The house as data: floors, libraries, shelves, and how to walk the sources; tests/test_house.py asks."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLATFORM = ROOT / "platform"
PACKAGE = PLATFORM / "formwork"
SHELVES = ("metadata", "objects", "layouts", "workflows", "plugins", "seed")

FLOORS: tuple[tuple[str, ...], ...] = (
    ("kernel",),
    ("expressions", "fieldtypes", "sandbox"),
    ("definitions",),
    ("catalog", "flow"),
    ("access", "storage", "outbound"),
    ("forms", "hooks", "jobs", "identity", "files", "calendars"),
    ("records",),
    (
        "workflows",
        "assignment",
        "matching",
        "reports",
        "publishing",
        "transfer",
        "documents",
        "notify",
        "search",
        "social",
        "privacy",
    ),
    ("runtime",),
    ("api", "web", "cli"),
    ("wsgi",),
)
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}

DOORS = frozenset({"api", "web", "cli"})
WEB = frozenset({"api", "web"})
LIBRARIES: dict[str, frozenset[str]] = {
    "sqlalchemy": frozenset({"storage"}),
    "alembic": frozenset({"storage"}),
    "psycopg": frozenset({"storage"}),
    "sqlite3": frozenset({"storage"}),
    "flask": WEB,
    "flask_wtf": WEB,
    "flask_babel": WEB,
    "wtforms": WEB,
    "werkzeug": WEB | {"wsgi"},
    "gunicorn": DOORS,
    "granian": DOORS,
    "click": frozenset({"cli"}),
    "rich": frozenset({"cli"}),
    "jinja2": frozenset({"web", "sandbox", "documents", "notify"}),
    "apispec": frozenset({"api"}),
    "marshmallow": frozenset({"fieldtypes", "api"}),
    "jsonschema": frozenset({"definitions"}),
    "jsonschema_rs": frozenset({"definitions"}),
    "referencing": frozenset({"definitions"}),
    "yaml": frozenset({"definitions"}),
    "ruamel": frozenset({"definitions"}),
    "networkx": frozenset({"catalog", "flow"}),
    "lark": frozenset({"expressions"}),
    "RestrictedPython": frozenset({"sandbox"}),
    "pyseccomp": frozenset({"sandbox"}),
    "huey": frozenset({"jobs"}),
    "argon2": frozenset({"identity"}),
    "authlib": frozenset({"identity"}),
    "pyotp": frozenset({"identity"}),
    "webauthn": frozenset({"identity"}),
    "joserfc": frozenset({"identity"}),
    "segno": frozenset({"web"}),
    "obstore": frozenset({"files"}),
    "python_calamine": frozenset({"transfer"}),
    "openpyxl": frozenset({"transfer"}),
    "xlsxwriter": frozenset({"transfer"}),
    "weasyprint": frozenset({"documents"}),
    "phonenumbers": frozenset({"fieldtypes"}),
    "uuid_utils": frozenset({"kernel"}),
    "requests": frozenset(),
    "httpx": frozenset({"outbound"}),
    "urllib.request": frozenset({"outbound"}),
    "http.client": frozenset({"outbound"}),
    "pickle": frozenset(),
    "marshal": frozenset(),
    "shelve": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of the platform, parsed."""

    path: Path
    room: str
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path as a reader names it, e.g. `records/create.py`."""
        return self.path.relative_to(PACKAGE).as_posix()

    def at(self, node: ast.AST) -> str:
        """Where a node stands, e.g. `platform/formwork/records/create.py:12`."""
        return f"{self.path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file below platform/formwork, the package's own `__init__` as room `` (empty)."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        room = "" if parts == ("__init__",) else parts[0]
        text = path.read_text(encoding="utf-8")
        found.append(Module(path, room, text, ast.parse(text, str(path))))
    return tuple(found)


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every import of a module as (statement, absolute dotted name), relative ones resolved."""
    package = ("formwork", *module.path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield node, ".".join((*base, *([node.module] if node.module else [])))


def import_targets(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Like `imports`, with `from formwork import storage` and `from urllib import request` named in full."""
    for node, name in imports(module):
        yield node, name
        if isinstance(node, ast.ImportFrom) and name in ("formwork", "urllib", "http"):
            for alias in node.names:
                yield node, f"{name}.{alias.name}"


def text_constants(module: Module) -> dict[str, str]:
    """The texts a module gives names to at its top, e.g. `DUPLICATE = "duplicate"`."""
    return {
        target.id: node.value.value
        for node in module.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def sources(*suffixes: str) -> Iterator[Path]:
    """Every file of the platform with one of the suffixes that is written by hand."""
    for path in sorted(PACKAGE.rglob("*")):
        made = {"node_modules", "dist", "__pycache__"} & set(path.parts)
        if path.is_file() and path.suffix in suffixes and not made:
            yield path


def shelf_files() -> Iterator[tuple[str, str, Path]]:
    """Every file on a shelf of the repository as (shelf, package, path)."""
    for shelf in SHELVES:
        for path in sorted((ROOT / shelf).rglob("*")):
            parts = path.relative_to(ROOT / shelf).parts
            if path.is_file() and "__pycache__" not in parts:
                yield shelf, parts[0] if len(parts) > 1 else "", path


def words_of(text: str) -> list[str]:
    """The words of a text in order, lower case, with identifiers taken apart: `SalesOrder_id` is sales, order, id."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return [word.lower() for word in re.findall(r"[A-Za-z]+", apart)]
