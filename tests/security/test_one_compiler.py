"""P2 of SECURITY: one compiler of queries. No other module builds a SELECT on the tables of records.

What may touch them beside the compiler is listed with its reason; a new module that does must be argued for here.
"""

import ast

from tests.support import house
from tests.support.house import Module

COMPILER = "storage/compile/"
BUILDERS = frozenset({"select", "Select", "text", "exists", "union", "union_all", "lambda_stmt", "literal_column"})
"""Names of SQLAlchemy that begin a statement that reads."""
TABLES = frozenset({"record_table", "side_tables", "plain_table", "full_table"})
"""What gives a table of records."""
ALLOWED = {
    "storage/rows.py": "whole values by id for writing, for records and maintenance only",
    "storage/writes.py": "versions of rows that are about to be changed, read under their lock",
    "storage/sides.py": "members of many-valued fields by id, for identity and records",
    "storage/scan.py": "every id of an object, for maintenance",
    "storage/copying.py": "whole tables, for backups and copies",
    "storage/derive.py": "derived values of rows by id, set by set",
    "storage/sealing.py": "sealed values, to seal them under another key",
    "storage/keys.py": "ids of rows by the values of a unique rule, for upserts and uniqueness",
    "storage/erase.py": "what is held of one person, to be made nobody's; only privacy asks",
    "storage/upkeep/": "backup, doctor, purge and upgrade: nobody reads their answers as records",
    "storage/schema/": "tables as DDL makes them",
}


def uses(module: Module, names: frozenset[str]) -> list[str]:
    """Where a module calls one of these."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in names:
                found.append(module.at(node))
    return found


def imports_from(module: Module, root: str) -> bool:
    return any(name == root or name.startswith(f"{root}.") for _node, name in house.imports(module))


def test_only_the_compiler_builds_a_select_on_records() -> None:
    found = [
        place
        for module in house.modules()
        if not module.name.startswith((COMPILER, *ALLOWED))
        if imports_from(module, "sqlalchemy") and uses(module, TABLES)
        for place in uses(module, BUILDERS)
    ]
    assert not found, "Describe the read as a Query; the compiler does the rest:\n" + "\n".join(found)


def test_tables_of_records_are_asked_for_in_storage_only() -> None:
    found = [place for module in house.modules() if module.room != "storage" for place in uses(module, TABLES)]
    assert not found, "\n".join(found)


def test_statements_that_run_queries_take_restricted_ones_only() -> None:
    """Every public function of `storage/read.py` that runs a query says in its types that it is restricted."""
    [reading] = [module for module in house.modules() if module.name == "storage/read.py"]
    for node in reading.tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            given = {ast.unparse(one.annotation) for one in node.args.args if one.annotation is not None}
            assert any("RestrictedQuery" in one for one in given), node.name


def test_the_exceptions_are_still_there() -> None:
    names = [module.name for module in house.modules()]
    assert [one for one in ALLOWED if not any(name.startswith(one) for name in names)] == []


def test_rows_without_rights_are_loaded_by_few() -> None:
    """`storage.rows` gives whole values to who asks: records, and those who look after what records cannot know."""
    direct = {
        module.name
        for module in house.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "formwork.storage"
        for alias in node.names
        if alias.name == "rows"
    }
    doors = {name for name in direct if name.startswith(("api/", "web/", "cli/"))}
    assert not doors, f"A door never loads rows past their rights: {doors}"
