"""The system tables of a tenant, declared. Each has one owner room, listed in docs/house.md.

A new tenant gets these at once; an older one is brought here by the numbered migrations. After a
change here write a migration in `migrations/` (tests hold the two to the same tables).
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, MetaData, Table
from sqlalchemy.types import TypeEngine

from formwork.storage.schema.types import DatetimeType, IdType, JsonType, TextType

SYSTEM = MetaData()

ID = IdType()
TEXT = TextType()
INTEGER = BigInteger()
MOMENT = DatetimeType()
JSON = JsonType()
FLAG = Boolean(create_constraint=False)
BYTES = LargeBinary()


def _key(name: str, type_: TypeEngine[Any]) -> Column[Any]:
    return Column(name, type_, primary_key=True, autoincrement=False, nullable=False)


def _filled(name: str, type_: TypeEngine[Any]) -> Column[Any]:
    return Column(name, type_, nullable=False)


def _maybe(name: str, type_: TypeEngine[Any]) -> Column[Any]:
    return Column(name, type_, nullable=True)


def _table(name: str, *columns: Column[Any], indexes: tuple[tuple[str, ...], ...] = ()) -> Table:
    table = Table(name, SYSTEM, *columns)
    for parts in indexes:
        Index(f"ix_{name}__{'__'.join(parts)}", *(table.c[part] for part in parts))
    return table


# storage
_table("fw_schema", _key("number", INTEGER), _filled("name", TEXT), _filled("at", MOMENT))
_table("fw_key", _key("name", TEXT), _filled("wrapped", BYTES), _filled("at", MOMENT))
_table("fw_counter", _key("key", TEXT), _filled("value", INTEGER))

# publishing
_table(
    "fw_metadata",
    _key("version", INTEGER),
    _filled("hash", TEXT),
    _filled("documents", BYTES),
    _filled("at", MOMENT),
    _maybe("by", ID),
    _filled("note", TEXT),
)
_table(
    "fw_draft",
    _key("path", TEXT),
    _maybe("text", TEXT),
    _filled("base", TEXT),
    _filled("version", INTEGER),
    _filled("at", MOMENT),
    _maybe("by", ID),
)
_table(
    "fw_ledger",
    _key("version", INTEGER),
    _key("position", INTEGER),
    _filled("kind", TEXT),
    _filled("cost", TEXT),
    _filled("sentence", TEXT),
    _filled("state", TEXT),
    _filled("at", MOMENT),
)

# identity
_table("fw_principal", _key("id", ID), _filled("kind", TEXT))
_table(
    "fw_credential",
    _key("user", ID),
    _filled("login", TEXT),
    _filled("password", TEXT),
    _filled("changed_at", MOMENT),
    _filled("failures", INTEGER),
    _maybe("wait_until", MOMENT),
    _filled("must_change", FLAG),
    _filled("disabled", FLAG),
    _maybe("data", JSON),
)
Index("ux_fw_credential__login", SYSTEM.tables["fw_credential"].c.login, unique=True)
_table(
    "fw_attempt",
    _key("key", TEXT),
    _filled("failures", INTEGER),
    _maybe("wait_until", MOMENT),
    _filled("at", MOMENT),
    indexes=(("at",),),
)
_table(
    "fw_session",
    _key("id", TEXT),
    _filled("user", ID),
    _filled("created_at", MOMENT),
    _filled("seen_at", MOMENT),
    _filled("expires_at", MOMENT),
    _filled("data", JSON),
    indexes=(("user",), ("expires_at",)),
)
_table(
    "fw_link",
    _key("id", TEXT),
    _filled("user", ID),
    _filled("purpose", TEXT),
    _filled("at", MOMENT),
    _filled("expires_at", MOMENT),
    _maybe("by", ID),
    indexes=(("user",), ("expires_at",)),
)
_table(
    "fw_api_key",
    _key("id", ID),
    _filled("hash", TEXT),
    _filled("user", ID),
    _filled("name", TEXT),
    _filled("prefix", TEXT),
    _maybe("scopes", JSON),
    _filled("created_at", MOMENT),
    _maybe("expires_at", MOMENT),
    _maybe("revoked_at", MOMENT),
    _maybe("used_at", MOMENT),
    indexes=(("user",),),
)
Index("ux_fw_api_key__hash", SYSTEM.tables["fw_api_key"].c.hash, unique=True)
_table(
    "fw_ticket",
    _key("key", TEXT),
    _filled("purpose", TEXT),
    _maybe("user", ID),
    _filled("data", JSON),
    _filled("expires_at", MOMENT),
    indexes=(("user",), ("expires_at",)),
)
_table(
    "fw_totp",
    _key("user", ID),
    _filled("secret", BYTES),
    _filled("at", MOMENT),
    _maybe("confirmed_at", MOMENT),
    _filled("last_step", INTEGER),
)
_table("fw_recovery_code", _key("user", ID), _key("code", TEXT), _filled("at", MOMENT))
_table(
    "fw_passkey",
    _key("id", ID),
    _filled("user", ID),
    _filled("credential", TEXT),
    _filled("public_key", BYTES),
    _filled("sign_count", INTEGER),
    _filled("name", TEXT),
    _filled("at", MOMENT),
    _maybe("used_at", MOMENT),
    indexes=(("user",),),
)
Index("ux_fw_passkey__credential", SYSTEM.tables["fw_passkey"].c.credential, unique=True)
_table(
    "fw_provider",
    _key("name", TEXT),
    _filled("label", TEXT),
    _filled("issuer", TEXT),
    _filled("client", TEXT),
    _filled("secret", BYTES),
    _filled("data", JSON),
    _filled("at", MOMENT),
)
_table(
    "fw_provider_login",
    _key("issuer", TEXT),
    _key("subject", TEXT),
    _filled("user", ID),
    _filled("at", MOMENT),
    _maybe("used_at", MOMENT),
    indexes=(("user",),),
)
_table(
    "fw_sign_in_policy",
    _key("name", TEXT),
    _filled("data", JSON),
    _filled("at", MOMENT),
    _maybe("by", ID),
)
_table(
    "fw_role_assignment",
    _key("user", ID),
    _key("role", TEXT),
    _filled("at", MOMENT),
    _maybe("by", ID),
    indexes=(("role", "user"),),
)
_table(
    "fw_audit",
    _key("id", ID),
    _filled("at", MOMENT),
    _maybe("by", ID),
    _filled("action", TEXT),
    _maybe("object", TEXT),
    _maybe("record", ID),
    _filled("detail", JSON),
    _filled("request", TEXT),
    _filled("reason", TEXT),
    _filled("address", TEXT),
    _maybe("seal", INTEGER),
    _maybe("replaced", JSON),
    indexes=(("action", "id"), ("by", "id"), ("object", "record", "id"), ("seal", "id")),
)
_table(
    "fw_audit_seal",
    _key("number", INTEGER),
    _filled("at", MOMENT),
    _filled("entries", INTEGER),
    _filled("first_at", MOMENT),
    _filled("last_at", MOMENT),
    _filled("digest", TEXT),
    _maybe("pruned_at", MOMENT),
    _filled("mark", TEXT),
)

# records
_table(
    "fw_history",
    _key("id", ID),
    _filled("object", TEXT),
    _filled("record", ID),
    _filled("at", MOMENT),
    _maybe("by", ID),
    _filled("version", INTEGER),
    _filled("action", TEXT),
    _filled("changes", JSON),
    _filled("cause", JSON),
    indexes=(("object", "record", "id"),),
)
_table("fw_row_count", _key("object", TEXT), _filled("at", MOMENT), _filled("counts", JSON))
_table(
    "fw_share",
    _key("id", ID),
    _filled("object", TEXT),
    _filled("record", ID),
    _filled("principal", ID),
    _filled("level", TEXT),
    _maybe("until", MOMENT),
    _filled("at", MOMENT),
    _maybe("by", ID),
    _filled("note", TEXT),
    Column("cause", TEXT, nullable=False, server_default="hand"),
    _maybe("part", TEXT),
    indexes=(("principal", "object", "record"),),
)
Index(
    "ux_fw_share__object__record__principal__cause",
    *(SYSTEM.tables["fw_share"].c[name] for name in ("object", "record", "principal", "cause")),
    unique=True,
)
_table(
    "fw_idempotency",
    _key("key", TEXT),
    _key("actor", TEXT),
    _filled("body", TEXT),
    _filled("state", TEXT),
    _maybe("status", INTEGER),
    _maybe("answer", JSON),
    _filled("at", MOMENT),
    indexes=(("at",),),
)
_table(
    "fw_recent",
    _key("user", ID),
    _key("object", TEXT),
    _key("record", ID),
    _filled("at", MOMENT),
    indexes=(("user", "at"),),
)

# jobs
_table(
    "fw_outbox",
    _key("id", ID),
    _filled("at", MOMENT),
    _filled("due", MOMENT),
    _filled("topic", TEXT),
    _filled("payload", JSON),
    _filled("state", TEXT),
    _maybe("lease", MOMENT),
    _filled("attempts", INTEGER),
    _maybe("error", TEXT),
    _maybe("done_at", MOMENT),
    indexes=(("state", "due"), ("topic", "state")),
)

# transfer
_table(
    "fw_import_job",
    _key("id", ID),
    _filled("at", MOMENT),
    _filled("by", ID),
    _filled("object", TEXT),
    _filled("state", TEXT),
    _filled("mode", TEXT),
    _filled("options", JSON),
    _filled("totals", JSON),
    _filled("position", INTEGER),
    _maybe("file", ID),
    _maybe("finished_at", MOMENT),
    indexes=(("by", "at"),),
)
_table(
    "fw_import_row",
    _key("job", ID),
    _key("row", INTEGER),
    _filled("state", TEXT),
    _maybe("record", ID),
    _maybe("action", TEXT),
    _maybe("problems", JSON),
    _maybe("before", JSON),
    indexes=(("job", "state", "row"),),
)
_table(
    "fw_saved_mapping",
    _key("id", ID),
    _filled("object", TEXT),
    _filled("name", TEXT),
    _filled("mapping", JSON),
    _filled("by", ID),
    _filled("at", MOMENT),
    indexes=(("object", "name"),),
)

# privacy
_table(
    "fw_erasure",
    _key("id", ID),
    _filled("at", MOMENT),
    _maybe("by", ID),
    _filled("state", TEXT),
    _filled("subjects", JSON),
    _maybe("needles", JSON),
    _filled("step", INTEGER),
    _maybe("position", JSON),
    _filled("totals", JSON),
    _maybe("finished_at", MOMENT),
    indexes=(("state", "at"),),
)

# web
_table("fw_preference", _key("user", ID), _key("key", TEXT), _filled("value", JSON))

# files
_table(
    "fw_file",
    _key("id", ID),
    _filled("sha256", TEXT),
    _filled("name", TEXT),
    _filled("mime", TEXT),
    _filled("size", INTEGER),
    _filled("at", MOMENT),
    _maybe("by", ID),
    _filled("state", TEXT),
    _filled("since", MOMENT),
    indexes=(("sha256",), ("state", "since")),
)
_table(
    "fw_file_use",
    _key("id", ID),
    _filled("file", ID),
    _filled("object", TEXT),
    _filled("record", ID),
    _filled("field", TEXT),
    _filled("at", MOMENT),
    _maybe("by", ID),
    _maybe("until", MOMENT),
    indexes=(("file",), ("object", "record")),
)
_table(
    "fw_retired_field",
    _key("object", TEXT),
    _key("field", TEXT),
    _key("at", MOMENT),
    _maybe("became", TEXT),
    _maybe("version", INTEGER),
    _maybe("by", ID),
    _maybe("kept", JSON),
    _maybe("definition", JSON),
    _maybe("restored_at", MOMENT),
    _maybe("purged_at", MOMENT),
)
