"""Sign-in providers of a tenant (OpenID Connect), and who is who there.

People are known by the issuer and their subject there, never by a mail address (SECURITY 2.8, A5).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.kernel import Conflict, Invalid, NotFound, Problem
from formwork.storage import Work, sealing, system

_TABLE = "fw_provider"
_LOGINS = "fw_provider_login"
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider. People whose verified mail address is of one of `domains` are made at their first sign-in, with
    `roles`; without domains nobody is. One that is not `enabled` lets nobody in.
    """

    name: str
    label: str
    issuer: str
    client: str
    domains: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class LinkedLogin:
    """That a user is somebody at a provider."""

    issuer: str
    at: datetime
    used_at: datetime | None


def set_provider(work: Work, provider: Provider, secret: str) -> None:
    """Keep a provider under its name, in the place of one that was there. A blank `secret` means the one that is kept.

    Raises Invalid for a blank or ill-formed part: a provider without a secret is none (A5 of SECURITY), and a secret
    that is kept goes to nobody but the issuer and client it was given for.
    """
    row = system.find(work, _TABLE, name=provider.name) if _NAME.fullmatch(provider.name) else None
    keeps = row is not None and not secret and (row["issuer"], row["client"]) == (provider.issuer, provider.client)
    problems = list(_problems(work, provider, secret, keeps=keeps))
    if problems:
        raise Invalid("The provider was not kept.", code="invalid", problems=problems)
    domains, roles = [one.lower() for one in provider.domains], list(provider.roles)
    data = {"domains": domains, "roles": roles, "enabled": provider.enabled}
    sealed = row["secret"] if row is not None and keeps else _seal(work, provider.name, secret)
    kept = {
        "name": provider.name, "label": provider.label, "issuer": provider.issuer, "client": provider.client,
        "secret": sealed, "data": data, "at": work.context.now,
    }  # fmt: skip
    system.put(work, _TABLE, kept)
    detail = {"name": provider.name, "issuer": provider.issuer, **data}
    note(work, Event.PROVIDER_SET, detail=detail)


def every_provider(work: Work) -> Sequence[Provider]:
    """The providers of the tenant by name, those among them that let nobody in."""
    return [_provider(row) for row in system.find_many(work, _TABLE, order=("name",))]


def providers_of(work: Work) -> Sequence[Provider]:
    """The providers people may sign in with, by name."""
    return [one for one in every_provider(work) if one.enabled]


def read_provider(work: Work, name: str) -> Provider:
    """A provider, whether or not it lets people in; raises NotFound `unknown_provider`."""
    return _provider(_row(work, name))


def find_provider(work: Work, name: str) -> tuple[Provider, str]:
    """A provider people may sign in with, and its secret; raises NotFound `unknown_provider`."""
    row = _row(work, name)
    provider = _provider(row)
    if not provider.enabled:
        raise _unknown()
    return provider, sealing.open_secret(work, _place(name), row["secret"]).decode()


def remove_provider(work: Work, name: str) -> None:
    """Forget a provider; who is who there is kept, should it come back. Raises NotFound when there is none."""
    if not system.remove(work, _TABLE, equals={"name": name}):
        raise _unknown()
    note(work, Event.PROVIDER_REMOVED, detail={"name": name})


def user_of_login(work: Work, issuer: str, subject: str) -> UUID | None:
    """Who somebody at a provider is here, None when nobody is linked."""
    row = system.find(work, _LOGINS, issuer=issuer, subject=subject)
    if row is None:
        return None
    system.change(work, _LOGINS, {"used_at": work.context.now}, equals={"issuer": issuer, "subject": subject})
    user: UUID = row["user"]
    return user


def link_login(work: Work, user: UUID, issuer: str, subject: str) -> None:
    """Let somebody at a provider be a user here; raises Conflict `login_linked` when they are another one already."""
    row = {"issuer": issuer, "subject": subject, "user": user, "at": work.context.now, "used_at": None}
    if not system.put_new(work, _LOGINS, row):
        found = system.find(work, _LOGINS, issuer=issuer, subject=subject)
        if found is None or found["user"] != user:
            raise Conflict("This sign-in belongs to somebody else here already.", code="login_linked")
        return
    note(work, Event.LOGIN_LINKED, object="user", record=user, detail={"issuer": issuer})


def logins_of(work: Work, user: UUID) -> Sequence[LinkedLogin]:
    """Where a user is somebody."""
    rows = system.find_many(work, _LOGINS, equals={"user": user}, order=("issuer",))
    return [LinkedLogin(row["issuer"], row["at"], row["used_at"]) for row in rows]


def unlink_login(work: Work, user: UUID, issuer: str) -> None:
    """End that a user is somebody at a provider; raises NotFound when they are not."""
    if not system.remove(work, _LOGINS, equals={"user": user, "issuer": issuer}):
        raise NotFound("There is no such linked sign-in.")
    note(work, Event.LOGIN_UNLINKED, object="user", record=user, detail={"issuer": issuer})


def _row(work: Work, name: str) -> Mapping[str, Any]:
    row = system.find(work, _TABLE, name=name) if _NAME.fullmatch(name) else None
    if row is None:
        raise _unknown()
    return row


def _unknown() -> NotFound:
    return NotFound("There is no such sign-in provider.", code="unknown_provider")


def _seal(work: Work, name: str, secret: str) -> bytes:
    return sealing.seal_secret(work, _place(name), secret.encode())


def _problems(work: Work, provider: Provider, secret: str, *, keeps: bool) -> Iterable[Problem]:
    if not _NAME.fullmatch(provider.name):
        yield Problem("/name", "pattern", "Name the provider with small letters, digits and dashes.")
    for name, value in (("label", provider.label), ("client", provider.client), ("secret", secret)):
        if not value.strip() and not (keeps and name == "secret"):
            yield Problem(f"/{name}", "required", f"Give the {name} of the provider.")
    if not provider.issuer.startswith(("https://", "http://")):
        yield Problem("/issuer", "bad_url", "The issuer is an address of https.")
    known = work.snapshot.rights.roles
    for at, role in enumerate(provider.roles):
        if role not in known:
            yield Problem(f"/roles/{at}", "unknown_role", f"There is no role `{role}`.")
    for at, domain in enumerate(provider.domains):
        if not _DOMAIN.fullmatch(domain.lower()):
            yield Problem(f"/domains/{at}", "pattern", "Write the part of mail addresses after the @.")
    if provider.roles and not provider.domains:
        yield Problem("/domains", "required", "Roles are given to people of domains; name these.")


def _provider(row: Mapping[str, Any]) -> Provider:
    data = row["data"]
    return Provider(
        row["name"], row["label"], row["issuer"], row["client"], tuple(data["domains"]), tuple(data["roles"]),
        data.get("enabled", True),
    )  # fmt: skip


def _place(name: str) -> str:
    return f"provider.{name}"
