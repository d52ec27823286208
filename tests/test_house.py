"""The house keeps its shape: floors, libraries, sizes, shelves, words, and the pages that list what there is."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
import yaml

from formwork.kernel import SETTINGS
from formwork.storage.system_tables import SYSTEM
from tests.support import house
from tests.support.house import FLOOR_OF, FLOORS, LIBRARIES, PACKAGE, PLATFORM, ROOT, SHELVES, Module
from tests.support.nouns import is_allowed, nouns_in

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAX_FILE, MAX_FUNCTION, MAX_MEDIAN, MAX_README = 400, 50, 100, 12
EDGES = ("cli/", "api/errors.py", "web/errors.py", "jobs/worker.py", "runtime/imports.py", "sandbox/worker.py")
"""Where a broad except is right: the edge of a process or thread, which logs once and answers or goes on."""


def assert_none(found: list[str], rule: str) -> None:
    """Fail with every offending place, not only the first."""
    assert not found, f"{rule}\n" + "\n".join(sorted(found))


def room_modules() -> list[Module]:
    return [module for module in house.modules() if module.room]


# ---- floors --------------------------------------------------------------------------------------------------------


def test_platform_is_no_package() -> None:
    assert not (PLATFORM / "__init__.py").exists(), "A package named `platform` would shadow Python's own module."


def test_every_room_is_on_a_floor() -> None:
    assert_none(
        [module.name for module in room_modules() if module.room not in FLOOR_OF],
        "Put the room on a floor: tests/support/house.py, pyproject.toml and docs/house.md.",
    )


def test_arrows_only_point_down() -> None:
    found = []
    for module in room_modules():
        for node, name in house.import_targets(module):
            root, _, rest = name.partition(".")
            room = rest.split(".")[0]
            if root != "formwork" or room not in FLOOR_OF or room == module.room:
                continue
            if FLOOR_OF[room] >= FLOOR_OF.get(module.room, 0):
                found.append(f"{module.at(node)}: {module.room} may not import {room}")
    assert_none(found, "A room imports only rooms of lower floors.")


def test_import_linter_has_the_same_floors() -> None:
    layers = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    written = [tuple(room.strip(" ()") for room in layer.split("|")) for layer in reversed(layers)]
    assert [set(layer) for layer in written] == [set(floor) for floor in FLOORS]


def test_house_page_names_every_room() -> None:
    page = (ROOT / "docs/house.md").read_text(encoding="utf-8")
    assert_none([room for room in FLOOR_OF if f"| {room} |" not in page], "Give the room a line in docs/house.md.")


def test_no_import_inside_a_function() -> None:
    found = []
    for module in house.modules():
        for function in functions(module.tree):
            found += [module.at(n) for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert_none(found, "Imports stand at the top of the file.")


def test_imports_wait_in_one_place_only() -> None:
    found = [
        module.at(node)
        for module in house.modules()
        if module.name != "kernel/library.py"
        for node, name in house.imports(module)
        if name.split(".")[0] == "importlib" and name != "importlib.metadata"
    ]
    assert_none(found, "What is imported at first use goes through kernel/library.py.")


def test_each_library_lives_in_its_room() -> None:
    found = []
    for module in house.modules():
        for node, name in house.import_targets(module):
            for library, rooms in LIBRARIES.items():
                if (name == library or name.startswith(library + ".")) and module.room not in rooms:
                    found.append(f"{module.at(node)}: {library} belongs in {sorted(rooms) or 'no room'}")
    assert_none(found, "One library lives in one room.")


def test_every_imported_library_is_declared() -> None:
    declared = {
        re.split(r"[\[~>=<; ]", line)[0].lower().replace("-", "_") for line in PYPROJECT["project"]["dependencies"]
    }
    renamed = {"pyyaml": "yaml", "ruamel.yaml": "ruamel", "argon2_cffi": "argon2"}
    known = {renamed.get(name, name) for name in declared} | {"formwork", "_typeshed"} | set(sys.stdlib_module_names)
    found = {
        f"{module.at(node)}: {name}"
        for module in house.modules()
        for node, name in house.imports(module)
        if name.split(".")[0].lower() not in known
    }
    assert_none(list(found), "Declare the library in pyproject.toml.")


# ---- sizes and manners ---------------------------------------------------------------------------------------------


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_and_functions_are_short() -> None:
    found = []
    for module in house.modules():
        length = len(module.text.splitlines())
        if length > MAX_FILE:
            found.append(f"{module.name}: {length} lines, at most {MAX_FILE}")
        for function in functions(module.tree):
            lines = (function.end_lineno or 0) - function.lineno + 1
            if lines > MAX_FUNCTION:
                found.append(f"{module.at(function)}: {function.name} has {lines} lines, at most {MAX_FUNCTION}")
    assert_none(found, "What is longer is asking to be two.")


def test_the_median_file_is_short() -> None:
    assert median(len(module.text.splitlines()) for module in house.modules()) < MAX_MEDIAN


def test_no_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
    assert_none(
        [m.name for m in house.modules() if drawers & set(m.path.relative_to(PACKAGE).with_suffix("").parts)],
        "Name the module for the noun it holds or the verb it performs.",
    )


def test_every_room_says_what_it_is() -> None:
    found = []
    for room in {module.path.relative_to(PACKAGE).parts[0] for module in room_modules()}:
        folder = PACKAGE / room
        if not folder.is_dir():
            continue
        readme = folder / "README.md"
        if not readme.exists():
            found.append(f"{room}: has no README.md")
        elif len(readme.read_text(encoding="utf-8").splitlines()) > MAX_README:
            found.append(f"{room}: README.md has more than {MAX_README} lines")
    assert_none(found, "Each room has a README of at most a dozen lines.")


def test_broad_excepts_stand_only_at_the_edge() -> None:
    found = []
    for module in house.modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ExceptHandler) or not is_broad(node):
                continue
            raises_on = any(isinstance(n, ast.Raise) and n.exc is None for n in ast.walk(node))
            if not raises_on and not module.name.startswith(EDGES):
                found.append(module.at(node))
    assert_none(found, "Catch what you can answer; a bug stays a 500.")


def is_broad(handler: ast.ExceptHandler) -> bool:
    """True for `except:`, and where Exception or BaseException is among the caught."""
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException") for kind in caught)


def test_nothing_is_left_for_later() -> None:
    found = []
    for path in house.sources(".py", ".ts", ".html", ".css", ".lark"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert_none(found, "Finish it or take it out.")


# ---- one way in, one way out ---------------------------------------------------------------------------------------


def calls(module: Module, *names: str) -> list[ast.Call]:
    """Calls of a bare or dotted name, e.g. `eval(...)` or `restricted.RestrictedQuery(...)`."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            target = node.func
            name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
            if name in names:
                found.append(node)
    return found


def test_only_access_makes_a_restricted_query() -> None:
    found = [m.at(n) for m in house.modules() if m.room != "access" for n in calls(m, "RestrictedQuery")]
    assert_none(found, "Ask access.restrict; only it may say what a reader sees.")


def test_sql_is_written_only_in_storage() -> None:
    verbs = r"(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM|CREATE\s+TABLE)"
    statement = re.compile(rf"^\s*{verbs}\b", re.DOTALL)
    found = [
        module.at(node)
        for module in house.modules()
        if module.room != "storage"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and statement.match(node.value)
    ]
    assert_none(found, "One query compiler: describe the read as a Query and let storage run it.")


def test_whoever_writes_asks_for_the_writer() -> None:
    writes = {"insert", "update", "update_of", "delete"}
    found = [
        module.at(node)
        for module in house.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("work.connection.execute")
        for used in ast.walk(node.args[0])
        if isinstance(used, ast.Call) and isinstance(used.func, ast.Name) and used.func.id in writes
    ]
    assert_none(found, "`work.writer` takes the turn to write, `work.connection` only reads.")


def test_code_from_text_runs_only_in_the_sandbox() -> None:
    found = [
        module.at(call)
        for module in house.modules()
        if module.room != "sandbox"
        for call in calls(module, "eval", "exec", "compile", "from_string", "__import__")
        if isinstance(call.func, ast.Name) or getattr(call.func, "attr", "") == "from_string"
    ]
    assert_none(found, "There is one evaluator, and it is jailed.")


# ---- words and shelves ---------------------------------------------------------------------------------------------


def test_platform_knows_no_business_noun() -> None:
    found = []
    for path in house.sources(".py", ".ts", ".html", ".yaml", ".json", ".lark", ".md"):
        name = path.relative_to(PACKAGE).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found += [
                f"{path.relative_to(ROOT)}:{number}: {noun}" for noun in nouns_in(line) if not is_allowed(name, noun)
            ]
    assert_none(found, "The runtime knows no business noun; say record, master, detail, or allow it with a reason.")


def test_every_shelf_belongs_to_a_package() -> None:
    found = []
    for shelf, package, path in house.shelf_files():
        if path.name == "README.md" and not package:
            continue
        if not (ROOT / "metadata" / package / "package.yaml").is_file() or not package:
            found.append(
                f"{path.relative_to(ROOT)}: no metadata/{package or '<package>'}/package.yaml on shelf {shelf}"
            )
    assert_none(found, "A file on a shelf lies in the folder of a package that has a manifest.")


@pytest.mark.parametrize("manifest", sorted(ROOT.glob("metadata/*/package.yaml")), ids=lambda path: path.parent.name)
def test_a_package_is_named_for_its_folder(manifest: Path) -> None:
    text = yaml.safe_load(manifest.read_text(encoding="utf-8"))
    assert text["package"] == manifest.parent.name


def test_an_object_is_named_for_its_file() -> None:
    found = []
    for shelf, package, path in house.shelf_files():
        if shelf in ("objects", "layouts") and path.suffix == ".yaml":
            text = yaml.safe_load(path.read_text(encoding="utf-8"))
            name = text.get("object") or text.get("extends")
            waits = f"{name}_{text.get('with')}"
            if path.stem not in (name, waits):
                found.append(f"{path.relative_to(ROOT)}: holds {name} (package {package})")
    assert_none(found, "One noun, one file: name the file for its object, an extension that waits `<object>_<with>`.")


def test_the_shelves_are_all_there() -> None:
    assert_none([shelf for shelf in SHELVES if not (ROOT / shelf).is_dir()], "A workspace has six shelves.")


# ---- the pages that list what there is -----------------------------------------------------------------------------


def test_every_setting_has_its_line() -> None:
    page = (ROOT / "docs/howto/settings.md").read_text(encoding="utf-8")
    missing = [setting.name for setting in SETTINGS if f"`FORMWORK_{setting.name.upper()}`" not in page]
    assert_none(missing, "List the setting in docs/howto/settings.md.")


CODE_AT = {"Problem": 1, "BadValue": 0, "blame": 0}
"""Where the code stands among the positional arguments."""


def error_codes() -> Iterator[tuple[str, str]]:
    """Every code the platform answers with, as (code, place)."""
    for module in house.modules():
        constants = house.text_constants(module)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                given = [word.value for word in node.keywords if word.arg == "code"]
                if name in CODE_AT and len(node.args) > CODE_AT[name]:
                    given.append(node.args[CODE_AT[name]])
                for value in given:
                    code = constants.get(value.id) if isinstance(value, ast.Name) else getattr(value, "value", None)
                    if isinstance(code, str) and code:
                        yield code, module.at(node)
            if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "default_code" for t in node.targets):
                yield ast.literal_eval(node.value), module.at(node)


def test_every_error_code_has_its_line() -> None:
    page = (ROOT / "docs/api/errors.md").read_text(encoding="utf-8")
    missing = {f"{code} ({place})" for code, place in error_codes() if f"`{code}`" not in page}
    assert_none(list(missing), "List the code in docs/api/errors.md: what happened, what to do.")


def test_every_system_table_has_its_owner() -> None:
    page = (ROOT / "docs/house.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(fw_\w+)` \| (\w+) \|", page, re.MULTILINE))
    assert set(listed) == set(SYSTEM.tables), "List each system table with its owner room in docs/house.md."
    assert_none([room for room in listed.values() if room not in FLOOR_OF], "The owner is a room.")


def test_the_walk_names_files_that_exist() -> None:
    page = (ROOT / "docs/house.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_]+/[a-z_/]+\.(?:py|yaml|html))`", page)
    assert_none(
        [path for path in named if not any((base / path).exists() for base in (PACKAGE, ROOT))],
        "docs/house.md names a file that is gone.",
    )


def test_links_between_pages_lead_somewhere() -> None:
    found = []
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*.md"), *ROOT.glob("examples/**/*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "mailto:", "/")) and not (page.parent / target).exists():
                found.append(f"{page.relative_to(ROOT)}: {target}")
    assert_none(found, "Mend the link.")


# ---- the tools that hold the rest ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check"),
        ("ruff", "format", "--check"),
        ("lint-imports", "--no-cache"),
        pytest.param(("mypy",), marks=pytest.mark.proof),  # half a minute without its cache; `make lint` at one's desk
    ],
    ids=" ".join,
)
def test_quality_tools_are_content(command: tuple[str, ...]) -> None:
    """What `make lint` runs, so that a push is held to it."""
    tool = ROOT / ".venv/bin" / command[0]
    program = str(tool) if tool.exists() else command[0]
    ran = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
