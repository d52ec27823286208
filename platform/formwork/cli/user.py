"""`user`: people who sign in, their passwords and roles."""

import sys
from collections.abc import Sequence

import click

from formwork.assignment import Successors, deactivate, holdings, reactivate
from formwork.cli.people import NAME, USER, create_user, find_user, make_password
from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.identity import (
    assign_role,
    create_key,
    factors_of,
    reset_factors,
    roles_of,
    set_password,
    withdraw_role,
)
from formwork.kernel import parse_id
from formwork.records import ListRequest, list_records
from formwork.runtime.invitation import send_link

_PAGE = 200
_takes_password = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input. Otherwise it is asked for."
)


@click.group()
def user() -> None:
    """Make users, set passwords, give and take roles."""


@user.command("create")
@click.argument("login")
@click.option("--name", default="", help="Full name; the login when left out.")
@click.option("--email", required=True)
@click.option("--role", "roles", multiple=True, help="A role to give; may be repeated.")
@_takes_password
@takes_tenant
@takes_json
@takes_shell
def create(
    shell: Shell, login: str, name: str, email: str, roles: Sequence[str], password_stdin: bool, tenant: str
) -> None:
    """Make a user who can sign in. Without a terminal and without --password-stdin a password is made up."""
    password, made_up = _password(password_stdin)
    fields = {NAME: login, "full_name": name or login, "email": email}
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "user create") as work:
        id = create_user(work, fields, password, roles, shell.settings.breached_file)
    shell.say(f"Made user {login}." + (f" Password: {password}" if made_up else ""))
    shell.answer({"id": id, "login": login, "roles": list(roles), "password": password if made_up else None})


@user.command("list")
@takes_tenant
@takes_json
@takes_shell
def list_(shell: Shell, tenant: str) -> None:
    """List users with their roles."""
    found = []
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "user list") as work:
        cursor: str | None = None
        while True:
            fields = (NAME, "full_name", "email", "active")
            request = ListRequest(USER, fields, sort=(NAME,), limit=_PAGE, cursor=cursor)
            page = list_records(work, request, runtime.secret("cursor"))
            for record in page.records:
                id = parse_id(str(record["id"]))
                assert id is not None
                found.append({**record, "roles": sorted(roles_of(work, id))})
            cursor = page.next
            if cursor is None:
                break
    shell.table(("Login", "Name", "Email", "Active", "Roles"), [
        (one[NAME], one["full_name"], one["email"], "yes" if one["active"] else "no", ", ".join(one["roles"]))
        for one in found
    ])  # fmt: skip
    shell.answer(found)


@user.command("password")
@click.argument("login")
@_takes_password
@takes_tenant
@takes_json
@takes_shell
def password(shell: Shell, login: str, password_stdin: bool, tenant: str) -> None:
    """Give a user a new password and end their sessions."""
    text, made_up = _password(password_stdin)
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "user password") as work:
        id = find_user(work, login)
        ended = set_password(work, id, login, text, shell.settings.breached_file)
    shell.say(f"The password of {login} is changed." + (f" It is: {text}" if made_up else ""))
    shell.answer({"login": login, "sessions_ended": ended, "password": text if made_up else None})


@user.command("invite")
@click.argument("login")
@takes_tenant
@takes_json
@takes_shell
def invite(shell: Shell, login: str, tenant: str) -> None:
    """Send a user a link to choose a password; without a mail server it is shown here, this once."""
    with shell.runtime() as runtime:
        name = chosen_tenant(runtime, tenant)
        with runtime.system_write(name, "user invite") as work:
            sent = send_link(runtime, runtime.directory.get(name), work, find_user(work, login))
    if sent.mailed:
        shell.say(f"A mail goes to {sent.email} as soon as the worker comes by.")
    else:
        shell.say(f"No mail server is set (FORMWORK_SMTP_URL). Give {login} this link; it is shown this once:")
        shell.say(sent.link)
    shell.answer({
        "login": login, "purpose": sent.purpose.value, "mailed": sent.mailed, "email": sent.email,
        "link": sent.link or None, "expires_at": sent.expires_at.isoformat(),
    })  # fmt: skip


@user.command("deactivate")
@click.argument("login")
@click.option("--to", "everything", default="", help="Login of who takes over; without it records stay where they are.")
@click.option("--give", multiple=True, help="OBJECT=LOGIN or OBJECT.FIELD=LOGIN, for one kind of record; repeatable.")
@click.option("--preview", is_flag=True, help="Only show what the user has.")
@takes_tenant
@takes_json
@takes_shell
def deactivate_(shell: Shell, login: str, everything: str, give: Sequence[str], preview: bool, tenant: str) -> None:
    """End a user's access at once; the worker hands over what they have."""
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "user deactivate") as work:
        id = find_user(work, login)
        pairs = [one.partition("=") for one in give]
        successors = Successors(
            find_user(work, everything) if everything else None,
            {name: find_user(work, to) if to else None for name, _, to in pairs},
        )
        found = holdings(work, id) if preview else deactivate(work, id, successors)
    shell.table(("Records", "Count", "Go to"), [
        (one.place.key, str(one.count), "stay" if successors.of(one.place) is None else "others") for one in found
    ])  # fmt: skip
    shell.answer({"login": login, "holdings": [{"place": one.place.key, "count": one.count} for one in found]})


@user.command("reactivate")
@click.argument("login")
@takes_tenant
@takes_json
@takes_shell
def reactivate_(shell: Shell, login: str, tenant: str) -> None:
    """Let a deactivated user in again, by the password they had."""
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "user reactivate") as work:
        reactivate(work, find_user(work, login))
    shell.say(f"{login} may sign in again.")
    shell.answer({"login": login, "active": True})


@user.command("roles")
@click.argument("login")
@click.option("--give", multiple=True, help="A role to give; may be repeated.")
@click.option("--take", multiple=True, help="A role to take; may be repeated.")
@takes_tenant
@takes_json
@takes_shell
def roles(shell: Shell, login: str, give: Sequence[str], take: Sequence[str], tenant: str) -> None:
    """Give and take roles; without either, show them and those there are."""
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "user roles") as work:
        id = find_user(work, login)
        for role in give:
            assign_role(work, id, role)
        for role in take:
            withdraw_role(work, id, role)
        held = sorted(roles_of(work, id))
        known = sorted(work.snapshot.rights.roles)
    shell.say(f"{login}: {', '.join(held) or 'no role'}")
    if not give and not take:
        shell.say(f"There are: {', '.join(known)}")
    shell.answer({"login": login, "roles": held, "known": known})


@user.command("reset-factors")
@click.argument("login")
@takes_tenant
@takes_json
@takes_shell
def reset_factors_(shell: Shell, login: str, tenant: str) -> None:
    """Take a user's authenticator app, passkeys and recovery codes away and end their sessions."""
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "factors reset") as work:
        id = find_user(work, login)
        had = factors_of(work, id)
        reset_factors(work, id)
    shell.say(f"{login} signs in with the password alone, and sets up a second factor anew where one is needed.")
    shell.answer({"login": login, "totp": had.totp, "passkeys": had.passkeys, "recovery_codes": had.codes})


@user.command("key")
@click.argument("login")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--scope", "scopes", multiple=True, help="What it may do, such as read:book; full rights without.")
@takes_tenant
@takes_json
@takes_shell
def key(shell: Shell, login: str, name: str, scopes: Sequence[str], tenant: str) -> None:
    """Make an API key of a user. It is shown this once."""
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "user key") as work:
        made, text = create_key(work, find_user(work, login), name, scopes or None)
    shell.say(text)
    shell.answer({"id": made.id, "key": text})


def _password(from_input: bool) -> tuple[str, bool]:
    """The password to set, and whether it was made up here."""
    if from_input:
        return sys.stdin.readline().rstrip("\r\n"), False
    if sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True), False
    return make_password(), True
