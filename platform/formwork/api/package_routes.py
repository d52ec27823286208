"""Packages through the API: installed, upgraded and uninstalled, each with its plan first where one asks for it."""

from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.definitions.layer import TENANT
from formwork.definitions.model import PackageContent
from formwork.kernel import Malformed
from formwork.publishing import describe_plan, open_package, require_agreed
from formwork.publishing.own_work import own_work
from formwork.publishing.packages import required_by
from formwork.publishing.upgrade import describe_conflict
from formwork.runtime.packages import Choices, PackagePlan, carry_out, plan_install, plan_uninstall, plan_upgrade
from formwork.storage import metadata


def packages(call: Call) -> Answer:
    """The packages of the tenant."""
    present = call.runtime.snapshots.packages(call.work)
    return Answer({"data": [
        {"package": one.name, "version": one.version, "label": one.label, "summary": one.summary,
         "requires": dict(one.requires), "required_by": required_by(present, one.name), "locales": list(one.locales),
         "own": one.name == TENANT}
        for one in call.snapshot.packages.values()
    ]})  # fmt: skip


def install(call: Call) -> Answer:
    """Install the package of a file with its reference data."""
    content = _sent(call)
    note = f"Install {content.name} {content.manifest.version}."
    return _done(call, plan_install(call.runtime, call.work, content), note)


def upgrade(call: Call, name: str) -> Answer:
    """Bring a package to the version of a file."""
    content = _sent(call)
    if content.name != name:
        raise Malformed(
            f"The file holds package `{content.name}`, not `{name}`. Send the right one.", code="no_package"
        )
    note = f"Upgrade {name} to {content.manifest.version}."
    return _done(call, plan_upgrade(call.runtime, call.work, content, _choices(call)), note)


def uninstall(call: Call, name: str) -> Answer:
    """Take a package away; its objects and fields are retired with their values."""
    return _done(call, plan_uninstall(call.runtime, call.work, name, _choices(call)), f"Uninstall {name}.")


def own(call: Call, name: str) -> Answer:
    """What the tenant made itself as the files of a package of this name."""
    values = call.values
    found = own_work(
        call.runtime.snapshots.packages(call.work), call.snapshot, name, label=values.get("label") or "",
        version=values.get("version") or "1.0.0", leave_out=bool(values.get("leave_out")),
    )  # fmt: skip
    requires = dict(found.content.manifest.requires)
    return Answer({"package": name, "requires": requires, "files": dict(found.files), "left": list(found.left)})


def _sent(call: Call) -> PackageContent:
    if not isinstance(call.body, bytes):
        raise Malformed("Send the file that `package build` made, as application/zip.", code="no_package")
    return open_package(call.body).content()


def _choices(call: Call) -> Choices:
    return Choices(call.values.get("mine") or (), call.values.get("theirs") or ())


def _done(call: Call, planned: PackagePlan, note: str) -> Answer:
    plan = planned.plan
    told = {**describe_plan(plan), "conflicts": [describe_conflict(one) for one in planned.conflicts]}
    if call.values.get("plan") or plan.is_empty:
        return Answer({**told, "published": False})
    require_agreed(plan, call.values.get("base"), call.values.get("consent"))
    call.work.unhurried()
    done = carry_out(call.runtime, planned, call.work, note)
    number = metadata.current_version(done.work).version
    return Answer({**told, "published": True, "number": number, "records": dict(done.created)})


_PLAN = (
    Param("plan", Kind.FLAG, "Say what it would do, and do nothing."),
    Param("base", Kind.WHOLE, "The `base` of the plan that was looked at; another one is refused."),
    Param("consent", Kind.TEXT, "The `consent` of the plan that was looked at, where it puts values away."),
)
_OWN = (
    Param("label", Kind.TEXT, "What the package is called for people."),
    Param("version", Kind.TEXT, "Its version, three numbers; 1.0.0 otherwise."),
    Param("leave_out", Kind.FLAG, "Leave out what only the tenant's own layer can say."),
)
_THEIRS = Param("theirs", Kind.MANY, "A key where the package has the say, one above it, or `all`.")
_MINE = Param("mine", Kind.MANY, "A key where your own layer has the say, one above it, or `all`.")
ROUTES = (
    Route(
        "GET", "/metadata/packages", packages, "packages", "The packages of the tenant.", right=Right.MANAGE,
        gives=Shape.PLAIN_LIST,
    ),
    Route(
        "POST", "/metadata/packages", install, "install_package", "Install a package.", right=Right.MANAGE,
        params=_PLAN, takes=Shape.FILES, upload=True,
    ),
    Route(
        "PUT", "/metadata/packages/<name>", upgrade, "upgrade_package", "Upgrade a package.", right=Right.MANAGE,
        params=(*_PLAN, _MINE, _THEIRS), takes=Shape.FILES, upload=True,
    ),
    Route(
        "DELETE", "/metadata/packages/<name>", uninstall, "uninstall_package", "Uninstall a package.",
        right=Right.MANAGE, params=(*_PLAN, _THEIRS),
    ),
    Route(
        "GET", "/metadata/own/<name>", own, "own_work", "What this tenant made itself, as a package.",
        right=Right.MANAGE, params=_OWN, gives=Shape.ANY,
    ),
)  # fmt: skip
