"""Rights over the API: why somebody may or may not do something, for who manages the tenant."""

from dataclasses import replace

from formwork.access import Verb
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.route import Kind, Param, Right, Route
from formwork.kernel import Malformed
from formwork.records.why import Question, as_data, explain

_LOCALE = "en"
"""The language of the sentences, and so of the labels in them; programs read the facts."""


def why(call: Call) -> Answer:
    """Why a person may or may not do something, and what would be needed."""
    values = call.values
    verb = values.get("verb", Verb.READ.value)
    if verb not in list(Verb):
        known = ", ".join(f"`{one}`" for one in Verb)
        raise Malformed(f"There is no verb {verb!a}. There are: {known}.", code="bad_parameter")
    question = Question(values["user"], Verb(verb), values["object"], values.get("record"), values.get("field"))
    work = replace(call.work, context=replace(call.work.context, locale=_LOCALE))
    return Answer(as_data(explain(work, question)))


ROUTES = (
    Route(
        "GET", "/rights/explain", why, "explain", "Why somebody may or may not do something.", right=Right.MANAGE,
        params=(
            Param("user", Kind.ID, "The person.", required=True),
            Param("object", Kind.TEXT, "The object.", required=True),
            Param("verb", Kind.TEXT, "What they would do, `read` when absent: " + ", ".join(f"`{v}`" for v in Verb)
                  + "."),
            Param("record", Kind.ID, "The record; without one the question is about the object."),
            Param("field", Kind.TEXT, "A field, to be seen (`read`) or set (`create`, `edit`)."),
        ),
    ),
)  # fmt: skip
