"""The group `tenant` with all its commands."""

from formwork.cli.backup import restore
from formwork.cli.tenant import tenant
from formwork.cli.tenant_copy import clone_, export, move_
from formwork.cli.tenant_life import delete, log, purge, resume_, suspend_

for _command in (suspend_, resume_, delete, purge, log, export, clone_, move_):
    tenant.add_command(_command)
tenant.add_command(restore, "import")
