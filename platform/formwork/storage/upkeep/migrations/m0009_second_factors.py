"""Second factors, passkeys, sign-in by a provider, and what is good once."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, LargeBinary

from formwork.storage.schema.types import DatetimeType, IdType, JsonType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Make the tables."""
    connection = operations.get_bind()
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    for name, columns in _TABLES.items():
        operations.create_table(name, *(_column(*one) for one in columns), schema=schema)
    for name, parts in (
        ("fw_ticket", ["user"]),
        ("fw_ticket", ["expires_at"]),
        ("fw_passkey", ["user"]),
        ("fw_provider_login", ["user"]),
    ):
        operations.create_index(f"ix_{name}__{'__'.join(parts)}", name, parts, schema=schema)
    operations.create_index("ux_fw_passkey__credential", "fw_passkey", ["credential"], unique=True, schema=schema)


_KEY, _FILLED, _MAYBE = "key", "filled", "maybe"
_TABLES: dict[str, tuple[tuple[str, Any, str], ...]] = {
    "fw_ticket": (
        ("key", TextType, _KEY), ("purpose", TextType, _FILLED), ("user", IdType, _MAYBE), ("data", JsonType, _FILLED),
        ("expires_at", DatetimeType, _FILLED),
    ),
    "fw_totp": (
        ("user", IdType, _KEY), ("secret", LargeBinary, _FILLED), ("at", DatetimeType, _FILLED),
        ("confirmed_at", DatetimeType, _MAYBE), ("last_step", BigInteger, _FILLED),
    ),
    "fw_recovery_code": (("user", IdType, _KEY), ("code", TextType, _KEY), ("at", DatetimeType, _FILLED)),
    "fw_passkey": (
        ("id", IdType, _KEY), ("user", IdType, _FILLED), ("credential", TextType, _FILLED),
        ("public_key", LargeBinary, _FILLED), ("sign_count", BigInteger, _FILLED), ("name", TextType, _FILLED),
        ("at", DatetimeType, _FILLED), ("used_at", DatetimeType, _MAYBE),
    ),
    "fw_provider": (
        ("name", TextType, _KEY), ("label", TextType, _FILLED), ("issuer", TextType, _FILLED),
        ("client", TextType, _FILLED), ("secret", LargeBinary, _FILLED), ("data", JsonType, _FILLED),
        ("at", DatetimeType, _FILLED),
    ),
    "fw_provider_login": (
        ("issuer", TextType, _KEY), ("subject", TextType, _KEY), ("user", IdType, _FILLED),
        ("at", DatetimeType, _FILLED), ("used_at", DatetimeType, _MAYBE),
    ),
}  # fmt: skip


def _column(name: str, type_: Any, kind: str) -> Column[Any]:
    return Column(name, type_(), primary_key=kind == _KEY, autoincrement=False, nullable=kind == _MAYBE)
