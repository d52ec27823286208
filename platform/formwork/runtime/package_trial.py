"""A package tried where nothing can be lost: on an empty tenant of its own, from its first record to its removal."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from formwork.definitions import load_files, package_files
from formwork.definitions.model import PackageContent
from formwork.definitions.reading.shelves import ZipFiles
from formwork.kernel import FormworkError, Problem, Refused, Settings
from formwork.publishing import load_seeds
from formwork.records import ListRequest, count_records
from formwork.runtime.keys import new_key
from formwork.runtime.packages import carry_out, plan_install, plan_uninstall
from formwork.runtime.runtime import Runtime
from formwork.storage import Tenant, Work

_TENANT = "trial"
Step = Callable[[Runtime, Work, PackageContent], str]


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing that was tried: what was found, or the `fault`."""

    name: str
    found: str = ""
    fault: FormworkError | None = None


def try_package(folder: Path, package: PackageContent, others: Mapping[str, PackageContent]) -> Iterator[Trial]:
    """Try a package on a tenant in an empty folder, beside those of `others` it requires; ends at the first fault.

    It is installed with its records, loads them and its demo records again, which makes none anew, is held to what it
    expects, is taken out as
    files that change nothing, and is uninstalled.
    """
    runtime = Runtime(Settings(data=folder, key=new_key()))
    try:
        runtime.create_tenant(Tenant(_TENANT, runtime.clock.now(), "Trial"))
        below = needed(package, others)
        with runtime.system_write(_TENANT, "try a package") as work:
            work = runtime.publish(work, runtime.plan(work, below))
            load_seeds(work, [seed for one in below.values() for seed in one.seeds], demo=False)
        for name, step in _STEPS.items():
            try:
                with runtime.system_write(_TENANT, "try a package") as work:
                    found = step(runtime, work, package)
            except FormworkError as error:
                yield Trial(name, fault=error)
                return
            yield Trial(name, found)
    finally:
        runtime.close()


def needed(package: PackageContent, others: Mapping[str, PackageContent]) -> dict[str, PackageContent]:
    """Core and the packages of `others` that a package requires, with those they require."""
    found: dict[str, PackageContent] = {}
    waiting = ["core", *package.manifest.requires]
    while waiting:
        name = waiting.pop()
        if name in others and name not in found and name != package.name:
            found[name] = others[name]
            waiting += others[name].manifest.requires
    return found


def _install(runtime: Runtime, work: Work, package: PackageContent) -> str:
    planned = plan_install(runtime, work, package)
    made = sum(carry_out(runtime, planned, work, "Tried.").created.values())
    return (
        f"{len(planned.plan.differences)} differences, {len(planned.plan.steps)} steps in the database, {made} records"
    )


def _demo(_runtime: Runtime, work: Work, package: PackageContent) -> str:
    made = sum(load_seeds(work, package.seeds, demo=True).created.values())
    again = sum(load_seeds(work, package.seeds, demo=True).created.values())
    if again:
        raise Refused(f"Loading the records again made {again} of them twice.", code="seed_twice")
    return f"{made} demo records, none twice"


def _expect(_runtime: Runtime, work: Work, package: PackageContent) -> str:
    """Raises Refused `expectation_failed` naming every expectation that does not hold."""
    expected = [(test.name, one) for test in package.tests for one in test.expect]
    problems = []
    for name, one in expected:
        found = count_records(work, ListRequest(one.object, filters=(one.where,) if one.where else ()), one.count + 1)
        if found != one.count:
            there = "more" if found > one.count else str(found)
            what = f"`{one.object}`" + (f" where {one.where}" if one.where else "")
            problems.append(
                Problem(
                    f"/{name}", "expectation_failed", f"{name}: {one.count} of {what} are expected, there are {there}."
                )
            )
    if problems:
        raise Refused(" ".join(one.message for one in problems), code="expectation_failed", problems=problems)
    return f"{len(expected)} expectations"


def _export(runtime: Runtime, work: Work, package: PackageContent) -> str:
    files = package_files(runtime.snapshots.packages(work)[package.name])
    again = load_files(ZipFiles({name: text.encode() for name, text in files.items()}))
    if not runtime.plan(work, again.packages).is_empty:
        raise Refused("The package that was taken out differs from the one that was put in.", code="export_differs")
    return f"{len(files)} files, which change nothing when they are applied"


def _uninstall(runtime: Runtime, work: Work, package: PackageContent) -> str:
    planned = plan_uninstall(runtime, work, package.name)
    carry_out(runtime, planned, work, "Tried.")
    return f"{len(planned.plan.differences)} differences, {len(planned.plan.steps)} steps in the database"


_STEPS: Mapping[str, Step] = {
    "install": _install,
    "demo": _demo,
    "tests": _expect,
    "export": _export,
    "uninstall": _uninstall,
}
