"""N3 of SECURITY: what a process keeps is kept per tenant or per content, and no connection remembers a tenant."""

import ast
import inspect
from collections.abc import Iterator

from formwork.api.idempotency import Running
from formwork.jobs.message import Message
from formwork.runtime import Runtime
from formwork.storage import Stores
from tests.support import house
from tests.support.house import Module

OF_TENANTS = frozenset({
    "Work", "Context", "Actor", "Tenant", "TenantStore", "Place", "Connection", "Engine", "Runtime", "Visit", "Blobs",
    "Session", "Credential", "Standing", "Request",
})  # fmt: skip
"""Types whose values belong to one tenant: a function that is cached by its arguments takes none of them."""
KEPT = {
    "api/idempotency.py Running._keys": "by tenant, caller and key",
    "api/rate_storage.py CounterStorage._counts": "by limit and tenant",
    "jobs/worker.py Worker._ensured": "names of tenants",
    "jobs/worker.py Worker._resting": "by tenant",
    "runtime/runtime.py Runtime._tenants": "by host name",
    "runtime/runtime.py Runtime._blobs": "by tenant",
    "runtime/snapshots.py Snapshots._known": "by the hash of the metadata",
    "runtime/snapshots.py Snapshots._packages": "by the hash of the metadata",
    "storage/compile/cache.py Statements._known": "by the hash of the metadata; texts have no schema in them",
    "storage/compile/slots.py Shapes._known": "by the shape of a question",
    "storage/compile/slots.py Shapes._numbers": "by the shape of a question",
    "storage/compile/statement.py Statement._texts": "by schema",
    "storage/engines.py Engines._engines": "by address of a database",
    "storage/store.py TenantStore.kept": "in the tenant's own store",
    "storage/stores.py Stores._open": "by tenant",
    "storage/stores.py Stores._current": "names of tenants",
}
"""Every dictionary or set that outlives a request, and what it is kept by. A new one comes with its line here."""
LASTING = {line.split(" ")[1].split(".")[0] for line in KEPT} | {"Door", "Directory", "Control", "Databases", "Breaker"}
"""Classes whose objects outlive a request."""


def test_no_cached_function_takes_what_belongs_to_a_tenant() -> None:
    found = []
    for module in house.modules():
        for function in cached(module):
            for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
                named = {node.id for node in ast.walk(argument) if isinstance(node, ast.Name)}
                if argument.annotation is None or named & OF_TENANTS:
                    found.append(f"{module.at(function)}: {function.name}({argument.arg})")
    assert not found, "\n".join(["Cache by content, or keep it in `work.kept`:", *found])


def cached(module: Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            words = " ".join(ast.unparse(one) for one in node.decorator_list)
            if "cache" in words and "cached_property" not in words:
                yield node


def test_everything_that_outlives_a_request_says_what_it_is_kept_by() -> None:
    found = set()
    for module in house.modules():
        for owner in (node for node in module.tree.body if isinstance(node, ast.ClassDef) and node.name in LASTING):
            found |= {f"{module.name} {owner.name}.{name}" for name in containers(owner)}
    given = {
        "jobs/worker.py Worker.handlers",
        "jobs/worker.py Worker.errands",
        "storage/store.py TenantStore.subscribers",
    }
    assert found - given == set(KEPT)


def containers(owner: ast.ClassDef) -> Iterator[str]:
    """The attributes of a class that begin as an empty dictionary or set."""
    empty = {"{}", "set()", "OrderedDict()", "dict()", "[]"}
    for node in ast.walk(owner):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        value = ast.unparse(node.value)
        if value in empty and isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
            yield target.attr
        elif isinstance(target, ast.Name) and any(
            f"default_factory={one}" in value for one in ("dict", "set", "Ordered")
        ):
            yield target.id


def test_no_module_keeps_anything_in_a_name_of_its_own() -> None:
    """A dictionary or list of a module that some function fills would be everybody's."""
    found = []
    for module in house.modules():
        names = {
            target.id
            for node in module.tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            and isinstance(node.value, ast.Dict | ast.List | ast.Set | ast.Call)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for function in (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.Lambda)):
            for node in ast.walk(function):
                if changed(node) in names:
                    found.append(f"{module.at(node)}: {changed(node)}")
                if isinstance(node, ast.Global):
                    found.append(f"{module.at(node)}: global")
    assert not found, "\n".join(["Keep it in an object that says by what, or in `work.kept`:", *found])


def changed(node: ast.AST) -> str:
    """The name whose contents a statement changes, blank when it changes none."""
    changers = {"append", "add", "update", "setdefault", "extend", "pop", "clear", "insert", "discard", "popitem"}
    if isinstance(node, ast.Assign | ast.AugAssign):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                return target.value.id
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in changers:
        return node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    return ""


def test_what_is_kept_per_tenant_cannot_be_asked_for_without_one() -> None:
    for function in (Running.claim, Runtime.blobs, Stores.get, Stores.beside, Runtime.read, Runtime.write):
        asked = inspect.signature(function).parameters
        assert asked["tenant"].default is inspect.Parameter.empty, function.__qualname__
    assert "tenant" in {one.name for one in inspect.signature(Message).parameters.values()}


def test_no_statement_outlives_its_transaction() -> None:
    """Settings of a session would stay with a pooled connection, and so would a search path: there is none at all."""
    found = []
    for module in house.modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.split()
                is_of_session = words[:1] == ["SET"] and words[1:2] not in (["LOCAL"], ["TRANSACTION"])
                if (module.room == "storage" and is_of_session) or "search_path" in node.value.lower():
                    found.append(f"{module.at(node)}: {node.value[:60]}")
    assert not found, "\n".join(found)
