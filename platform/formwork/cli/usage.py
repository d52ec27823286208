"""`usage`: where a field or an object is used."""

import click

from formwork.catalog.usage import usage_of
from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.kernel import NotFound
from formwork.publishing.in_use import describe_use


@click.command()
@click.argument("what", metavar="OBJECT[.FIELD]")
@takes_tenant
@takes_json
@takes_shell
def usage(shell: Shell, what: str, tenant: str) -> None:
    """Show who uses a field, or an object and its fields from outside."""
    object, _, field = what.partition(".")
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "usage") as work:
        spec = work.object(object)
        if field and field not in spec.fields:
            raise NotFound(f"There is no field `{field}` on `{object}`.", code="unknown_field")
        known = usage_of(work.snapshot)
        found = [describe_use(one) for one in known.of(object, field)]
        following = [f"{owner}.{name}" for owner, name in known.following(object, field)] if field else []
    for one in found:
        shell.say(one["sentence"])
    if following:
        shell.say(f"These follow from it: {', '.join(following)}.")
    if not found:
        shell.say("Nothing uses it.")
    shell.answer({"data": found, "following": following})
