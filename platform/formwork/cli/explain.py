"""`explain`: why somebody may or may not do something with a record, a field or an object."""

from uuid import UUID

import click

from formwork.access import Verb
from formwork.cli.people import find_user
from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.kernel import Malformed, parse_id
from formwork.records.why import Explanation, Question, as_data, tell
from formwork.records.why import explain as why


@click.command()
@click.argument("login")
@click.argument("verb", type=click.Choice([one.value for one in Verb]))
@click.argument("object")
@click.argument("record", required=False)
@click.option("--field", help="A field, to be seen (read) or set (create, edit).")
@takes_tenant
@takes_json
@takes_shell
def explain(
    shell: Shell, login: str, verb: str, object: str, record: str | None, field: str | None, tenant: str
) -> None:
    """Say why LOGIN may or may not VERB an OBJECT, or that RECORD (its id), and what would be needed."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "explain") as work:
        question = Question(find_user(work, login), Verb(verb), object, _id(record), field)
        found = why(work, question)
    shell.say(_verdict(found, login))
    for step in found.state:
        shell.say(f"  {tell(step)}")
    for path in found.paths:
        shell.say(f"  {'yes' if path.holds else 'no '} {' '.join(tell(step) for step in path.steps)}")
    for step in found.field:
        shell.say(f"  {'yes' if step.holds else 'no '} {tell(step)}")
    if found.needed:
        shell.say("What would help:")
    for step in found.needed:
        shell.say(f"  {tell(step)}")
    shell.answer(as_data(found))


def _id(text: str | None) -> UUID | None:
    if text is None:
        return None
    found = parse_id(text)
    if found is None:
        raise Malformed(f"{text!a} is not the id of a record. It stands in the record's address.", code="bad_parameter")
    return found


def _verdict(found: Explanation, login: str) -> str:
    question = found.question
    about = f"{question.object} “{found.title}”" if question.record is not None else question.object
    field = f", field {question.field}" if question.field is not None else ""
    verdict, may = ("Yes", "may") if found.allowed else ("No", "may not")
    return f"{verdict}: {login} {may} {question.verb} {about}{field}."
