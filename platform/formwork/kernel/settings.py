"""Every setting, listed once: it feeds the environment reader, the documentation and its test.

A setting is read from the environment variable `FORMWORK_<NAME>`; docs/howto/settings.md lists
them all and a test fails when one is missing there.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from formwork.kernel.errors import Invalid
from formwork.kernel.problem import Problem

LEAST_OPERATOR_KEY = 32
"""Characters of an operator's key at least."""
_DATABASE_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, how its text is read, its default and what it is for."""

    name: str
    read: Callable[[str], object]
    default: object
    help: str


def _read_flag(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in words:
        raise ValueError("expected one of 1, true, yes, 0, false, no")
    return words[text.lower()]


def _read_mfa(text: str) -> str:
    if text not in ("admins", "all", "optional"):
        raise ValueError("expected admins, all or optional")
    return text


def _read_proxies(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) == 1):
        raise ValueError("expected a number of proxies from 0 to 9")
    return int(text)


def _read_databases(text: str) -> tuple[tuple[str, str], ...]:
    found = [pair.partition("=") for pair in text.split()]
    names = [name for name, _, _ in found]
    for name, _, url in found:
        if not _DATABASE_NAME.fullmatch(name) or not url.startswith(("postgresql+psycopg://", "sqlite:///")):
            raise ValueError("expected `name=postgresql+psycopg://…` or `name=sqlite:///folder`, separated by spaces")
    if len(set(names)) < len(names):
        raise ValueError("expected each name once")
    return tuple((name, url) for name, _, url in found)


def _read_operator_key(text: str) -> str:
    if text and len(text) < LEAST_OPERATOR_KEY:
        raise ValueError(f"expected at least {LEAST_OPERATOR_KEY} characters; `keys new` makes a good one")
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting("data", Path, Path("data"), "Folder of the embedded databases, files and keys."),
    Setting(
        "database_url",
        str,
        "",
        "PostgreSQL URL for tenants; empty means one SQLite file per tenant in the data folder.",
    ),
    Setting(
        "databases",
        _read_databases,
        (),
        "More databases for tenants: `name=postgresql+psycopg://…` or `name=sqlite:///folder`, separated by spaces.",
    ),
    Setting("workspace", Path, Path(), "Folder whose shelves (metadata, objects, layouts, …) are the packages."),
    Setting(
        "key",
        str,
        "",
        "Master key that wraps each tenant's key, 32 bytes in URL-safe base64. `serve` refuses to start without it.",
    ),
    Setting("host", str, "127.0.0.1", "Address the web server listens on."),
    Setting("port", int, 8000, "Port the web server listens on."),
    Setting("base_url", str, "", "Public address used in links that leave the product; empty means http://host:port."),
    Setting(
        "smtp_url",
        str,
        "",
        "Mail server: `smtps://user:password@host:465` or `smtp://host:25`; empty means no mail is sent.",
    ),
    Setting("mail_from", str, "", "Sender of mails, such as `Formwork <crm@example.com>`; needed with a mail server."),
    Setting("tenant", str, "", "Serve only this tenant whatever the host name; empty means host name to tenant."),
    Setting(
        "operator_key",
        _read_operator_key,
        "",
        "Key of whoever runs the installation, for the operator's door; empty means that door is not there.",
    ),
    Setting("grace_days", int, 30, "Days a deleted tenant can be taken back before its data goes."),
    Setting("workers", int, 2, "Web processes of `serve`."),
    Setting("threads", int, 8, "Threads per web process."),
    Setting(
        "files_url",
        str,
        "",
        "Where uploaded files are kept: `s3://bucket/prefix`; empty means the folder `files` in the data folder.",
    ),
    Setting("max_body", int, 2_000_000, "Largest request body in bytes outside uploads."),
    Setting("max_upload", int, 25_000_000, "Largest uploaded file in bytes."),
    Setting("body_seconds", int, 30, "Seconds a request body may take, and one more for each 20,000 bytes of it."),
    Setting("audit_months", int, 18, "Months the audit trail is kept."),
    Setting("retired_days", int, 30, "Days a field or object that was taken away can be brought back."),
    Setting("import_days", int, 30, "Days the uploaded file of an import is kept."),
    Setting(
        "breached_passwords",
        str,
        "",
        "File of breached passwords, `<SHA-1>:<count>` a line, sorted by hash; empty means only the list that ships.",
    ),
    Setting("session_idle_minutes", int, 30, "Minutes without a request after which a session ends."),
    Setting("session_hours", int, 12, "Hours after which a session ends whatever happens."),
    Setting(
        "proof_minutes",
        int,
        15,
        "Minutes after which changing security settings asks for the password or second factor again.",
    ),
    Setting(
        "mfa",
        _read_mfa,
        "admins",
        "Who has to have a second factor where a tenant does not say: `admins` (who manage it), `all`, `optional`.",
    ),
    Setting(
        "outbound_hosts",
        str,
        "",
        "The only hosts that are called from here, separated by commas; empty means any with a public address.",
    ),
    Setting(
        "outbound_inside",
        str,
        "",
        "Places `host:port` of the own network that may be called, over http too, separated by commas.",
    ),
    Setting("statement_timeout_ms", int, 10_000, "Longest a database statement of a request may run."),
    Setting(
        "prepared_statements",
        _read_flag,
        True,
        "Let PostgreSQL keep plans; switch off behind a pooler in transaction mode that does not know them.",
    ),
    Setting("rate_limit", str, "100 per second", "Requests a tenant may make on the API."),
    Setting("secure_cookies", _read_flag, False, "Send cookies over HTTPS only; switch on behind TLS."),
    Setting(
        "trusted_proxies",
        _read_proxies,
        0,
        "Reverse proxies in front, whose X-Forwarded-For and X-Forwarded-Proto are believed; 0 ignores both.",
    ),
    Setting("log_level", str, "INFO", "Least severe level that is logged."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of SETTINGS. Built once by `Settings.from_environment` or by hand in tests."""

    data: Path = Path("data")
    database_url: str = ""
    databases: tuple[tuple[str, str], ...] = ()
    workspace: Path = Path()
    key: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    tenant: str = ""
    operator_key: str = ""
    grace_days: int = 30
    workers: int = 2
    threads: int = 8
    files_url: str = ""
    max_body: int = 2_000_000
    max_upload: int = 25_000_000
    body_seconds: int = 30
    audit_months: int = 18
    retired_days: int = 30
    import_days: int = 30
    breached_passwords: str = ""
    session_idle_minutes: int = 30
    session_hours: int = 12
    proof_minutes: int = 15
    mfa: str = "admins"
    outbound_hosts: str = ""
    outbound_inside: str = ""
    statement_timeout_ms: int = 10_000
    prepared_statements: bool = True
    rate_limit: str = "100 per second"
    secure_cookies: bool = False
    trusted_proxies: int = 0
    log_level: str = "INFO"

    @property
    def breached_file(self) -> Path | None:
        """The file of breached passwords, None when there is none."""
        return Path(self.breached_passwords) if self.breached_passwords else None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read every setting from `FORMWORK_*`; raises Invalid naming each one that cannot be read."""
        values: dict[str, object] = {}
        problems: list[Problem] = []
        for setting in SETTINGS:
            text = environ.get(f"FORMWORK_{setting.name.upper()}")
            if text is None:
                continue
            try:
                values[setting.name] = setting.read(text)
            except ValueError as error:
                name = f"FORMWORK_{setting.name.upper()}"
                problems.append(Problem(f"/{setting.name}", "bad_setting", f"{name}={text!r} cannot be read: {error}."))
        if problems:
            raise Invalid("Correct these settings and start again.", code="bad_setting", problems=problems)
        known = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in values.items() if k in known})  # type: ignore[arg-type]
