"""Packages come, change and go: the tenant's packages after it, with what stands against it said before."""

from collections.abc import Mapping

from formwork.definitions.layer import TENANT
from formwork.definitions.model import PackageContent
from formwork.definitions.version_range import version_key
from formwork.kernel import Conflict, NotFound

Packages = Mapping[str, PackageContent]


def installed(present: Packages, package: PackageContent) -> dict[str, PackageContent]:
    """The packages with a new one; raises Conflict `package_installed` for one that is there."""
    if package.name in present:
        raise Conflict(
            f"Package `{package.name}` {present[package.name].manifest.version} is installed. Upgrade it instead.",
            code="package_installed",
        )
    return {**present, package.name: package}


def upgraded(present: Packages, package: PackageContent) -> dict[str, PackageContent]:
    """The packages with another version of one; raises NotFound `unknown_package`, Conflict `older_version`."""
    old = find_package(present, package.name)
    if version_key(package.manifest.version) < version_key(old.manifest.version):
        raise Conflict(
            f"Version {old.manifest.version} of `{package.name}` is installed, which is newer than "
            f"{package.manifest.version}. Go back to an older version of the metadata instead.",
            code="older_version",
        )
    return {**present, package.name: package}


def uninstalled(present: Packages, name: str) -> dict[str, PackageContent]:
    """The packages without one; raises NotFound `unknown_package`, Conflict `required_by` naming who requires it."""
    find_package(present, name)
    users = [one for one in required_by(present, name) if one != TENANT]
    if users:
        raise Conflict(
            f"Package `{name}` is required by {', '.join(users)}. Uninstall those first.",
            code="required_by",
            extra={"packages": users},
        )
    return {key: one for key, one in present.items() if key != name}


def find_package(present: Packages, name: str) -> PackageContent:
    """A package that is installed; raises NotFound `unknown_package` for any other, the tenant's layer too."""
    if name not in present or name == TENANT:
        there = ", ".join(sorted(present.keys() - {TENANT}))
        raise NotFound(f"There is no package {name}. There are: {there}.", code="unknown_package")
    return present[name]


def required_by(present: Packages, name: str) -> list[str]:
    """The packages that require one, sorted."""
    return sorted(one.name for one in present.values() if name in one.manifest.requires)
