"""The group `package` with all its commands."""

from formwork.cli.package import package
from formwork.cli.package_build import build, new, test, verify
from formwork.cli.package_life import install, list_, uninstall, upgrade
from formwork.cli.package_own import own

for _command in (new, build, verify, test, install, upgrade, uninstall, list_, own):
    package.add_command(_command)
