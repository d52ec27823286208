"""`upgrade`, `doctor` and `worker`: keeping an installation well."""

import logging
import signal
from dataclasses import asdict
from typing import Any

import click

from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.files.checkup import examine_files
from formwork.kernel import FormworkError
from formwork.runtime import Runtime
from formwork.runtime.chores import make_worker
from formwork.storage import NO_METADATA, State
from formwork.storage.upkeep.doctor import Symptom, examine, examine_values
from formwork.storage.upkeep.upgrade import upgrade as upgrade_tables

_LOG = logging.getLogger("formwork.cli")
_LOOKED_AT = (State.ACTIVE, State.SUSPENDED, State.LEAVING)


@click.command()
@click.option("--tenant", default="", help="Only this tenant.")
@takes_json
@takes_shell
def upgrade(shell: Shell, tenant: str) -> int:
    """Bring the system tables of every tenant to this version of the product. May be run again at any time.

    A tenant that cannot be upgraded stays as it was and does not keep the others; the exit code is then 1.
    """
    answers: list[dict[str, Any]] = []
    with shell.runtime() as runtime:
        names = [tenant] if tenant else [one.name for one in runtime.directory.list() if one.state in _LOOKED_AT]
        with shell.progress("Upgrading", len(names)) as done:
            for at, name in enumerate(names, 1):
                answers.append(_upgrade(runtime, name))
                done(at)
    for one in answers:
        ran = ", ".join(map(str, one["migrations"]))
        shell.say(f"{one['tenant']}: {one['error'] or (f'migrations {ran}' if ran else 'up to date')}")
    shell.answer(answers)
    return 1 if any(one["error"] for one in answers) else 0


def _upgrade(runtime: Runtime, tenant: str) -> dict[str, Any]:
    try:
        context = runtime.context(runtime.directory.get(tenant))
        with runtime.stores.get(tenant).write(context, NO_METADATA) as work:
            ran = upgrade_tables(work.writer, context.now)
    except FormworkError as error:
        return {"tenant": tenant, "migrations": [], "error": error.message}
    except Exception as error:  # noqa: BLE001 - the edge of the process: what is broken in one tenant is told
        _LOG.exception("Tenant %s could not be upgraded.", tenant)
        return {"tenant": tenant, "migrations": [], "error": f"{type(error).__name__}: {error}"}
    return {"tenant": tenant, "migrations": list(ran), "error": None}


@click.command()
@takes_tenant
@click.option("--all", "every", is_flag=True, help="Every tenant, one after the other.")
@click.option("--quick", is_flag=True, help="Do not compute stored formulas and roll-ups anew.")
@takes_json
@takes_shell
def doctor(shell: Shell, tenant: str, every: bool, quick: bool) -> int:
    """Look a tenant's database over: tables, links, stored values, files. Changes nothing.

    One that cannot be looked at does not keep the others. The exit code is 1 when something is wrong.
    """
    with shell.runtime() as runtime:
        if every:
            names = [one.name for one in runtime.directory.list() if one.state in _LOOKED_AT]
        else:
            names = [chosen_tenant(runtime, tenant)]
        found: dict[str, list[Symptom]] = {}
        with shell.progress("Examining", len(names)) as done:
            for at, name in enumerate(names, 1):
                found[name] = _examine(runtime, name, quick=quick)
                done(at)
    for name, symptoms in found.items():
        for one in symptoms:
            shell.say(f"{name}: {one.check}: {one.message}" if every else f"{one.check}: {one.message}")
        if not symptoms:
            shell.say(f"Tenant {name} is well.")
    answers = [{"tenant": name, "symptoms": [asdict(one) for one in symptoms]} for name, symptoms in found.items()]
    shell.answer(answers if every else answers[0])
    return 1 if any(found.values()) else 0


def _examine(runtime: Runtime, name: str, *, quick: bool) -> list[Symptom]:
    """What is wrong with a tenant; that nothing of it can be read is a symptom too."""
    try:
        with runtime.consistent_read(name, "doctor") as work:
            symptoms = examine(work)
            if not quick and not any(one.check in ("schema", "system_tables") for one in symptoms):
                symptoms += examine_values(work)
            if not any(one.check == "system_tables" for one in symptoms):
                symptoms += examine_files(work, runtime.blobs(name))
            return symptoms
    except FormworkError as error:
        return [Symptom("unreachable", error.message)]
    except Exception as error:  # noqa: BLE001 - the edge of the process: what is broken in one tenant is told
        _LOG.exception("Tenant %s could not be examined.", name)
        return [Symptom("broken", f"It cannot be examined: {type(error).__name__}: {error}")]


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@takes_json
@takes_shell
def worker(shell: Shell, once: bool) -> int:
    """Drain the outbox of every tenant and do what comes round, until told to stop.

    A tenant that cannot be served does not keep the others; with `--once` the exit code is then 1.
    """
    with shell.runtime() as runtime:
        drain = make_worker(runtime)
        if once:
            settled = 0
            while more := drain.go_round():
                settled += more
            left = drain.resting()
            shell.say(f"{settled} messages settled.")
            if left:
                shell.say(f"Could not serve {', '.join(left)}; the log says why. Try again.")
            shell.answer({"settled": settled, "not_served": left})
            return 1 if left else 0
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: drain.stop())
        shell.say("Working. Stop with Ctrl-C.")
        drain.run()
    return 0
