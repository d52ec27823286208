"""What an operator can do over HTTP. Long acts are answered when done; the tenant's state shows them meanwhile."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import Request, Response

from formwork.api.operator.body import read_fields, read_query
from formwork.kernel import Malformed, parse_id
from formwork.runtime import Runtime
from formwork.runtime.shelves import load_folders, shipped_folder
from formwork.runtime.tenants import (
    Operator,
    Wishes,
    clone,
    delete_now,
    import_from,
    make,
    move,
    plain,
    plain_entry,
    resume,
    schedule,
    set_hosts,
    suspend,
)
from formwork.runtime.tenants.archive import export_stream
from formwork.storage import Tenant

_CHUNK = 256 * 1024
_ZIP = "application/zip"
_MOST_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Call:
    """A request of the operator: the installation, who acts, what was sent."""

    runtime: Runtime
    by: Operator
    request: Request

    def file(self) -> BinaryIO:
        """A file beside the data that goes when it is closed."""
        self.runtime.settings.data.mkdir(parents=True, exist_ok=True)
        return cast("BinaryIO", tempfile.TemporaryFile(dir=self.runtime.settings.data))


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as an answer."""

    file: BinaryIO
    name: str

    def response(self) -> Response:
        """The answer; the file is closed when it has been sent."""
        length = self.file.seek(0, 2)
        self.file.seek(0)
        headers = {"Content-Length": str(length), "Content-Disposition": f'attachment; filename="{self.name}"'}
        response = Response(self._pieces(), 200, headers, mimetype=_ZIP)
        response.call_on_close(self.file.close)
        return response

    def _pieces(self) -> Iterator[bytes]:
        while piece := self.file.read(_CHUNK):
            yield piece


def list_tenants(call: Call) -> Any:
    """Every tenant, whatever its state."""
    return {"data": [plain(one) for one in call.runtime.directory.list()]}


def get_tenant(call: Call, name: str) -> Any:
    """One tenant."""
    return plain(call.runtime.directory.get(name))


def create_tenant(call: Call) -> Any:
    """A new tenant with the shipped packages, or with `bare` without any."""
    known = {
        "name": str, "label": str, "hosts": list, "locale": str, "timezone": str, "currency": str, "database": str,
        "bare": bool,
    }  # fmt: skip
    body = read_fields(call.request, known, ("name",))
    packages = {} if body.get("bare") else load_folders(call.runtime, [shipped_folder()])
    entry = Tenant(
        body["name"], call.runtime.clock.now(), body.get("label") or body["name"], body.get("locale", "en"),
        body.get("timezone", "UTC"), body.get("currency", "EUR"), tuple(body.get("hosts", ())),
        body.get("database", ""),
    )  # fmt: skip
    return plain(make(call.runtime, call.by, entry, packages))


def change_tenant(call: Call, name: str) -> Any:
    """Other host names for a tenant."""
    body = read_fields(call.request, {"hosts": list}, ("hosts",))
    return plain(set_hosts(call.runtime, call.by, name, body["hosts"]))


def suspend_tenant(call: Call, name: str) -> Any:
    """Nobody gets in and no job runs."""
    body = read_fields(call.request, {"reason": str, "revoke_keys": bool})
    revoke = body.get("revoke_keys", False)
    return plain(suspend(call.runtime, call.by, name, body.get("reason", ""), revoke_keys=revoke))


def resume_tenant(call: Call, name: str) -> Any:
    """People get in again."""
    read_fields(call.request, {})
    return plain(resume(call.runtime, call.by, name))


def delete_tenant(call: Call, name: str) -> Any:
    """Delete after days of grace, or now with the name once more."""
    body = read_fields(call.request, {"days": int, "reason": str, "now": bool, "confirm": str})
    if body.get("now"):
        delete_now(call.runtime, call.by, name, body.get("confirm", ""))
        return {"deleted": name}
    days = body.get("days", call.runtime.settings.grace_days)
    return plain(schedule(call.runtime, call.by, name, days, body.get("reason", "")))


def export_tenant(call: Call, name: str) -> Any:
    """All of a tenant as one archive."""
    file = call.file()
    try:
        export_stream(call.runtime, call.by, name, file)
    except BaseException:
        file.close()
        raise
    return Sent(file, f"{name}.zip")


def import_tenant(call: Call, name: str) -> Any:
    """A new tenant from an archive that is the body."""
    asked = read_query(call.request, "label", "locale", "timezone", "currency", "host", "database")
    if call.request.mimetype != _ZIP:
        raise Malformed(f"Send the archive as `Content-Type: {_ZIP}`.", code="unsupported_media")
    hosts = (asked["host"],) if "host" in asked else ()
    wishes = Wishes(
        asked.get("label"), asked.get("locale"), asked.get("timezone"), asked.get("currency"), hosts,
        asked.get("database", ""),
    )  # fmt: skip
    with call.file() as file:
        shutil.copyfileobj(call.request.stream, file, _CHUNK)
        done = import_from(call.runtime, call.by, name, file, wishes)
    return {**plain(call.runtime.directory.get(name)), "rows": done.rows, "files": done.files, "revoked": done.revoked}


def clone_tenant(call: Call, name: str) -> Any:
    """A copy with all the data, or with `rows` a sample; 0 for the metadata and the people only."""
    known = {"name": str, "rows": int, "label": str, "hosts": list, "database": str}
    body = read_fields(call.request, known, ("name",))
    if body.get("rows", 0) < 0:
        raise Malformed("`rows` is 0 or more.", code="bad_body")
    wishes = Wishes(body.get("label"), hosts=tuple(body.get("hosts", ())), database=body.get("database", ""))
    done = clone(call.runtime, call.by, name, body["name"], wishes, body.get("rows"))
    copy = call.runtime.directory.get(body["name"])
    return {**plain(copy), "rows": done.rows, "files": done.files, "revoked": done.revoked}


def move_tenant(call: Call, name: str) -> Any:
    """A tenant in another database."""
    body = read_fields(call.request, {"database": str}, ("database",))
    return plain(move(call.runtime, call.by, name, body["database"]))


def list_log(call: Call) -> Any:
    """What operators did, newest first; `before` is the id of the last entry of the page before."""
    asked = read_query(call.request, "tenant", "limit", "before")
    limit = asked.get("limit", "50")
    if not (limit.isascii() and limit.isdecimal() and 1 <= int(limit) <= _MOST_ENTRIES):
        raise Malformed(f"`limit` is a number from 1 to {_MOST_ENTRIES}.", code="bad_parameter")
    before = parse_id(asked["before"]) if "before" in asked else None
    if "before" in asked and before is None:
        raise Malformed("`before` is the id of an entry.", code="bad_parameter")
    found = call.runtime.stores.log.list(asked.get("tenant", ""), int(limit), before)
    return {"data": [plain_entry(one) for one in found]}


@dataclass(frozen=True, slots=True)
class OperatorRoute:
    """An act: its address below `/operator/v1` and what does it."""

    method: str
    path: str
    handler: Callable[..., Any]
    summary: str
    status: int = 200


OPERATOR_ROUTES = (
    OperatorRoute("GET", "/tenants", list_tenants, "Every tenant, whatever its state."),
    OperatorRoute("POST", "/tenants", create_tenant, "A new tenant.", 201),
    OperatorRoute("GET", "/tenants/<name>", get_tenant, "One tenant."),
    OperatorRoute("PATCH", "/tenants/<name>", change_tenant, "Other host names."),
    OperatorRoute("DELETE", "/tenants/<name>", delete_tenant, "Delete after days of grace, or now."),
    OperatorRoute("POST", "/tenants/<name>/suspend", suspend_tenant, "Let nobody in."),
    OperatorRoute("POST", "/tenants/<name>/resume", resume_tenant, "Let people in again."),
    OperatorRoute("GET", "/tenants/<name>/export", export_tenant, "All of a tenant as one archive."),
    OperatorRoute("POST", "/tenants/<name>/import", import_tenant, "A new tenant from an archive.", 201),
    OperatorRoute("POST", "/tenants/<name>/clone", clone_tenant, "A copy with all, a sample or none of the data.", 201),
    OperatorRoute("POST", "/tenants/<name>/move", move_tenant, "To another database."),
    OperatorRoute("GET", "/log", list_log, "What operators did."),
)  # fmt: skip
