"""Why a conversion or mapping is refused, told of the record it starts from: which field, and which rule."""

from collections.abc import Iterator
from contextlib import contextmanager

from formwork.access import Verb, decide, require_readable
from formwork.catalog import ObjectSpec
from formwork.definitions.model import MappingDef
from formwork.expressions import Base, Expression
from formwork.kernel import Denied, Invalid, Malformed, Problem, Refused
from formwork.storage import Work

_CODE = "refused_conversion"


def not_in_this_state(work: Work, spec: ObjectSpec, condition: Expression) -> Refused:
    """The refusal of a record for which a conversion's condition does not hold.

    It tells the condition and the fields it asks about; nothing of it where one of them is hidden.
    """
    try:
        require_readable(work.snapshot, work.context.actor, [condition])
    except Malformed:
        return Refused("This record cannot be converted in its present state.", code=_CODE)
    asked = sorted(_own_fields(condition))
    labels = ", ".join(spec.fields[name].label for name in asked)
    message = f"This record can be converted when {condition.text}. Change first: {labels}."
    problems = [Problem(f"/{name}", _CODE, message, {"field": name, "condition": condition.text}) for name in asked]
    return Refused(message, code=_CODE, problems=problems, extra={"condition": condition.text})


@contextmanager
def told_of_source(work: Work, mapping: MappingDef) -> Iterator[None]:
    """What is wrong with the record a mapping makes is told of the field it comes from."""
    try:
        yield
    except Invalid as error:
        problems = [_of_source(work, mapping, one) for one in error.problems]
        label = work.object(mapping.to).definition.label
        message = " ".join(one.message for one in problems) or error.message
        raise Invalid(
            f"{label} cannot be made from this record. {message}", code=error.code, problems=problems, extra=error.extra
        ) from error
    except Denied as error:
        label = work.object(mapping.to).definition.label
        raise Denied(
            f"{label} cannot be made from this record. {error.message}", code=error.code, problems=error.problems,
            extra=error.extra,
        ) from error  # fmt: skip


def _of_source(work: Work, mapping: MappingDef, problem: Problem) -> Problem:
    source, target = work.object(mapping.from_object), work.object(mapping.to)
    name = problem.pointer.strip("/").split("/")[0]
    readable = decide(work.snapshot, work.context.actor, source.name, Verb.READ).readable
    text = mapping.fields.get(name, "")
    origin = next((word for word in source.fields if word in readable and word in _words(text)), "")
    field = target.fields.get(name)
    of = f"{target.definition.label}, {field.label}" if field is not None else target.definition.label
    comes = f" It comes from {source.fields[origin].label}." if origin else ""
    pointer = f"/{origin}" if origin else problem.pointer
    args = {
        **problem.args,
        "said": problem.message,
        "target": target.name,
        "target_field": name if field is not None else "",
    }
    return Problem(pointer, problem.code, f"{of}: {problem.message}{comes}", args)


def _words(text: str) -> set[str]:
    """The names an expression could read; options in quotes are none."""
    outside = "".join(part for at, part in enumerate(text.split("'")) if not at % 2)
    return set("".join(sign if sign.isalnum() or sign == "_" else " " for sign in outside).split())


def _own_fields(condition: Expression) -> set[str]:
    paths = [path for path in condition.paths if path.base is Base.ROW]
    return {path.hops[0].field if path.hops else path.field for path in paths} - {"id"}
