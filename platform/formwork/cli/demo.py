"""`demo`: a tenant with the shipped packages, people and records that tell a story, served."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from formwork.cli.example import example_folder, import_step, steps_of
from formwork.cli.install import install
from formwork.cli.people import USER, create_user, find_user, has_user, make_password
from formwork.cli.server import Server, address_of, require_free_port
from formwork.cli.shell import Shell, takes_json, takes_shell
from formwork.definitions.model import SeedDef
from formwork.identity import set_password
from formwork.kernel import Settings
from formwork.publishing.seed import LOGIN, ROLES
from formwork.runtime import Runtime
from formwork.runtime.keys import make_key
from formwork.runtime.shelves import fingerprint, load_folders, shipped_folder
from formwork.storage import Tenant

TENANT = "main"
ADMIN = {"login": "admin", "full_name": "Ada Ministrator", "email": "admin@example.com"}
ADMIN_ROLE = "admin"
_LABEL = "Meridian Supply"
_NOTES = "demo.json"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in to the demo."""

    login: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """What the demo remembers in its data folder: the password of its people, what was installed and imported."""

    password: str
    installed: str = ""
    people: tuple[Person, ...] = ()
    imported: tuple[str, ...] = ()


@click.command()
@click.option("--with", "extras", multiple=True, metavar="NAME", help="Also install a workspace of examples/.")
@click.option("--no-serve", is_flag=True, help="Only make the tenant.")
@click.option("--port", type=int, help="Port to listen on instead of FORMWORK_PORT.")
@click.option("--password", help="The password of everybody, instead of a random one.")
@takes_json
@takes_shell
def demo(shell: Shell, extras: Sequence[str], no_serve: bool, port: int | None, password: str | None) -> None:
    """Make a demo tenant in the data folder and serve it. Started again, it keeps what is there."""
    settings = replace(shell.settings, tenant=TENANT, port=shell.settings.port if port is None else port)
    if "FORMWORK_MFA" not in os.environ:
        settings = replace(settings, mfa="optional")
    if not no_serve:
        require_free_port(settings)
    settings.data.mkdir(parents=True, exist_ok=True)
    if not settings.key:
        make_key(settings.data)
    folders = [shipped_folder(), *(example_folder(name) for name in extras)]
    notes = _read_notes(settings)
    wanted = fingerprint(folders)
    if notes is None or notes.installed != wanted or password not in (None, notes.password):
        password = password or (notes.password if notes else make_password())
        with shell.runtime(settings) as runtime:
            people = _prepare(shell, runtime, folders, password)
            imported = _import(shell, runtime, extras, notes.imported if notes else ())
        notes = Notes(password, wanted, people, imported)
        _write_notes(settings, notes)
    _tell(shell, settings, notes)
    if not no_serve:
        Server(settings).run()


def _prepare(shell: Shell, runtime: Runtime, folders: Sequence[Path], password: str) -> tuple[Person, ...]:
    _make_tenant(runtime)
    with shell.busy("Reading packages"):
        packages = load_folders(runtime, folders)
    done = install(shell, runtime, TENANT, packages, demo=True)
    shell.say(f"{len(packages)} packages, {len(done.plan.snapshot.objects)} objects, "
              f"{sum(done.created.values())} new records.")  # fmt: skip
    people = _people([seed for package in packages.values() for seed in package.seeds])
    with runtime.system_write(TENANT, "demo people") as work, shell.busy("Letting people in"):
        if not has_user(work, ADMIN["login"]):
            create_user(work, ADMIN, password, [ADMIN_ROLE], shell.settings.breached_file)
        for login in (ADMIN["login"], *(one.login for one in people)):
            set_password(work, find_user(work, login), login, password, shell.settings.breached_file)
    return (Person(ADMIN["login"], ADMIN["full_name"], (ADMIN_ROLE,)), *people)


def _import(shell: Shell, runtime: Runtime, extras: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Import the data of the examples that have not been imported before; gives all that are now."""
    fresh = [name for name in dict.fromkeys(extras) if name not in known]
    for step in (step for name in fresh for step in steps_of(example_folder(name))):
        totals = import_step(shell, runtime, TENANT, ADMIN["login"], step)
        shell.say(f"{step.file.name}: {totals.created} created, {totals.updated} updated.")
    return (*known, *fresh)


def _make_tenant(runtime: Runtime) -> None:
    states = {one.name: one.state for one in runtime.directory.list()}
    if states.get(TENANT) == "active":
        runtime.stores.upgrade(TENANT, runtime.clock.now())
    else:
        runtime.create_tenant(Tenant(TENANT, runtime.clock.now(), _LABEL, hosts=("127.0.0.1", "localhost")))


def _people(seeds: Sequence[SeedDef]) -> tuple[Person, ...]:
    """Who the demo data brings, those with roles only."""
    return tuple(
        Person(str(record[LOGIN[1]]), str(record.get("full_name", "")), tuple(record[ROLES]))
        for seed in seeds
        if seed.object == USER and seed.demo
        for record in seed.records
        if record.get(ROLES)
    )


def _read_notes(settings: Settings) -> Notes | None:
    file = settings.data / _NOTES
    if not file.is_file():
        return None
    data = json.loads(file.read_text())
    people = tuple(Person(one["login"], one["name"], tuple(one["roles"])) for one in data["people"])
    return Notes(data["password"], data["installed"], people, tuple(data.get("imported", ())))


def _write_notes(settings: Settings, notes: Notes) -> None:
    descriptor = os.open(settings.data / _NOTES, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(asdict(notes), out, indent=1)


def _tell(shell: Shell, settings: Settings, notes: Notes) -> None:
    shell.say("")
    shell.table(("Login", "Password", "Name", "Roles"), [
        (one.login, notes.password, one.name, ", ".join(one.roles)) for one in notes.people
    ])  # fmt: skip
    shell.say(f"\nOpen {address_of(settings)} and sign in. Stop with Ctrl-C.")
    people = [{"login": one.login, "name": one.name, "roles": list(one.roles)} for one in notes.people]
    shell.answer({"address": address_of(settings), "password": notes.password, "people": people})
