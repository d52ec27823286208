"""Rights over the API: why somebody may or may not do something, for who manages the tenant."""

from collections.abc import Mapping, Sized
from dataclasses import replace
from typing import Any

from formwork.access import (
    FieldCell,
    ObjectRights,
    Verb,
    compare_roles,
    field_rights,
    require_scope,
    role_rights,
    type_rights,
)
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.catalog.labels import role_label
from formwork.identity import actor_of, people_of_roles
from formwork.kernel import Malformed, NotFound
from formwork.records.sharing import sharing_rules
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
    if values.get("record") is not None:
        require_scope(call.actor, Verb.READ, values["object"])
    question = Question(values["user"], Verb(verb), values["object"], values.get("record"), values.get("field"))
    work = replace(call.work, context=replace(call.work.context, locale=_LOCALE))
    return Answer(as_data(explain(work, question)))


def roles(call: Call) -> Answer:
    """Every role with what it includes and how many people have it."""
    people = people_of_roles(call.work)
    return Answer({"data": [_role(call, name, people) for name in call.snapshot.rights.roles]})


def role(call: Call, role: str) -> Answer:
    """The rights of one role, those of the roles it includes among them."""
    _require(call, role)
    objects = [_object(call, role, one) for one in role_rights(call.snapshot, role)]
    return Answer({**_role(call, role, people_of_roles(call.work)), "objects": objects})


def compare(call: Call) -> Answer:
    """Where two roles differ."""
    left, right = call.values["left"], call.values["right"]
    for one in (left, right):
        _require(call, one)
    found = compare_roles(call.snapshot, left, right)
    return Answer({
        "data": [
            {"object": one.object, "kind": one.kind, "name": one.name, "record_type": one.record_type or None,
             "left": one.left, "right": one.right}
            for one in found
        ]
    })  # fmt: skip


def sharing(call: Call) -> Answer:
    """The baseline of every object, and the named sharing rules with how many records each reaches."""
    snapshot, user = call.snapshot, call.values.get("user")
    person = None if user is None else actor_of(call.work, user)
    return Answer({
        "baselines": {name: spec.definition.sharing for name, spec in snapshot.objects.items()},
        "rules": [
            {"rule": one.rule, "object": one.object, "when": one.when, "reaches": one.reaches,
             "personal": one.personal, "roles": list(one.roles)}
            for one in sharing_rules(call.work, person)
        ],
    })  # fmt: skip


def _require(call: Call, role: str) -> None:
    if role not in call.snapshot.rights.roles:
        raise NotFound(f"There is no role {role!a}. `GET /rights/roles` lists them.", code="unknown_role")


def _role(call: Call, name: str, people: Mapping[str, Sized]) -> dict[str, Any]:
    known = call.snapshot.rights
    return {
        "role": name, "label": role_label(call.snapshot, call.work.context.locale, name),
        "summary": known.roles[name].summary, "includes": list(known.roles[name].includes),
        "manage_all": known.roles[name].manage_all, "people": len(people.get(name, ())),
    }  # fmt: skip


def _object(call: Call, role: str, rights: ObjectRights) -> dict[str, Any]:
    verbs = {
        verb.value: [
            {"scope": reach.scope, "role": reach.role, "when": reach.when or None} for reach in cell.reaches
        ]
        for verb, cell in rights.verbs.items() if cell.reaches
    }  # fmt: skip
    fields = {} if rights.is_empty else field_rights(call.snapshot, role, rights.object)
    types = () if rights.is_empty else type_rights(call.snapshot, role, rights.object)
    return {
        "object": rights.object, "follows": rights.follows or None, "verbs": verbs,
        "actions": {name: list(roles) for name, roles in rights.actions.items()},
        "fields": _levels(fields),
        "record_types": {
            one.code: {"use": one.use, "barred_by": list(one.barred_by), "fields": _levels(one.fields)}
            for one in types
        },
    }  # fmt: skip


def _levels(fields: Mapping[str, FieldCell]) -> dict[str, Any]:
    return {
        name: {"level": cell.level, "restricted": cell.restricted, "roles": list(cell.roles)}
        for name, cell in fields.items()
    }


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
    Route(
        "GET", "/rights/roles", roles, "roles", "The roles, and how many people have each.", right=Right.MANAGE,
        gives=Shape.PLAIN_LIST,
    ),
    Route("GET", "/rights/roles/<role>", role, "role", "The rights of a role.", right=Right.MANAGE),
    Route(
        "GET", "/rights/compare", compare, "compare_roles", "Where two roles differ.", right=Right.MANAGE,
        gives=Shape.PLAIN_LIST,
        params=(
            Param("left", Kind.TEXT, "A role.", required=True),
            Param("right", Kind.TEXT, "The role it is compared with.", required=True),
        ),
    ),
    Route("GET", "/rights/sharing", sharing, "sharing", "Baselines and sharing rules.", right=Right.MANAGE,
        params=(Param("user", Kind.ID, "Whose reach of rules that read who asks is counted."),),
    ),
)  # fmt: skip
