"""The sentence of each fact, in English; the web's catalogs translate them."""

from collections.abc import Callable, Mapping
from typing import Any

from formwork.records.why.answer import Explanation, Fact, Step

SENTENCES: Mapping[Fact, str] = {
    Fact.INACTIVE: "%(person)s is deactivated and cannot sign in.",
    Fact.MISSING: "There is no such record: %(object)s. It may have been deleted for good.",
    Fact.DELETED: "The record is in the recycle bin: %(object)s.",
    Fact.NO_ROLE: "%(person)s has no role, and what is not granted is refused.",
    Fact.HAS_ROLE: "%(person)s has the role “%(role)s”.",
    Fact.HAS_ROLE_INSIDE: "%(person)s has the role “%(role)s” inside another one: %(path)s.",
    Fact.GRANT: "“%(role)s” may %(verb)s in “%(objects)s”: %(scope)s.",
    Fact.BASELINE: "“%(role)s” may %(verb)s in “%(objects)s”, and there this reaches every record.",
    Fact.MANAGE_ALL: "“%(role)s” lifts every restriction on records.",
    Fact.TYPES_BARRED: "Not with every record type: the roles close %(types)s.",
    Fact.ROLE_UNFIT: "The role “%(role)s” does not count: %(person)s is a portal user, and it is not for the portal.",
    Fact.NO_GRANT: "None of the roles may %(verb)s in “%(objects)s”: %(roles)s.",
    Fact.PART_OF: "It is part of “%(title)s” (%(master)s) and follows it.",
    Fact.EVERY_ROW: "That is every record.",
    Fact.OWNS: "%(person)s owns it.",
    Fact.OWNS_THROUGH_QUEUE: "It belongs to “%(owner)s”, and %(person)s is a member of it.",
    Fact.NOT_OWNER: "It belongs to %(owner)s, not to %(person)s.",
    Fact.NO_OWNER: "It belongs to nobody.",
    Fact.SAME_MANAGER: "It belongs to %(owner)s, who has the same manager as %(person)s: %(manager)s.",
    Fact.NOT_IN_TEAM: "It belongs to “%(owner)s”, not to the team of %(person)s.",
    Fact.SAME_DEPARTMENT: "It belongs to %(owner)s, who is in the department of %(person)s: %(department)s.",
    Fact.BELOW_DEPARTMENT: "It belongs to %(owner)s, who is below the department of %(person)s, in %(department)s.",
    Fact.NOT_IN_DEPARTMENT: "It belongs to “%(owner)s”, not to the department of %(person)s.",
    Fact.REPORTS: "It belongs to %(owner)s, who reports to %(person)s.",
    Fact.REPORTS_THROUGH: "It belongs to %(owner)s, who reports to %(person)s through %(chain)s.",
    Fact.NOT_BELOW: "It belongs to “%(owner)s”, who does not report to %(person)s.",
    Fact.RULE_HOLDS: "The sharing rule “%(rule)s” holds for it: %(condition)s",
    Fact.RULE_FAILS: "The sharing rule “%(rule)s” does not hold for it: %(condition)s",
    Fact.SHARED: "%(by)s shared it with “%(principal)s”: to %(level)s.",
    Fact.SHARED_UNTIL: "%(by)s shared it with “%(principal)s” until %(until)s: to %(level)s.",
    Fact.SHARED_TO_READ: "%(by)s shared it with “%(principal)s”, only to %(level)s.",
    Fact.IN_TEAM: "“%(principal)s” is in its team, as “%(part)s”: to %(level)s.",
    Fact.IN_TEAM_UNTIL: "“%(principal)s” is in its team until %(until)s, as “%(part)s”: to %(level)s.",
    Fact.IN_TEAM_TO_READ: "“%(principal)s” is in its team as “%(part)s”, only to %(level)s.",
    Fact.SHARE_ENDED: "%(by)s shared it with “%(principal)s”, which ended %(until)s.",
    Fact.NOT_SHARED: "Nobody shared it with %(person)s.",
    Fact.OTHER_HOLDS: "The record is within it for %(person)s.",
    Fact.OTHER_FAILS: "The record is not within it for %(person)s.",
    Fact.WHEN_HOLDS: "Only where this holds, and it does: %(condition)s",
    Fact.WHEN_FAILS: "Only where this holds, and it does not: %(condition)s",
    Fact.WHEN_ASKED: "Only where this holds: %(condition)s",
    Fact.CANNOT_READ: "%(person)s cannot even see the record. First, who may see it:",
    Fact.FIELD_LEVEL: "“%(role)s” says of the field “%(field)s”: %(level)s.",
    Fact.FIELD_AS_OBJECT: "“%(role)s” says nothing of the field “%(field)s”; it goes with the record: %(level)s.",
    Fact.FIELD_RESTRICTED: "The field “%(field)s” is restricted: only a role that names it opens it.",
    Fact.FIELD_NOT_GRANTED: "No role of this person goes so far for the field “%(field)s”.",
    Fact.FIELD_OPEN: "The field “%(field)s” goes with the record it is part of.",
    Fact.FIELD_COMPUTED: "The field “%(field)s” is computed; nobody sets it.",
    Fact.FIELD_READ_ONLY: "The field “%(field)s” is read-only for everybody.",
    Fact.FIELD_LOCKED: "The field “%(field)s” is closed in the record's present state: %(condition)s",
    Fact.FIELD_OF_TRANSFER: "The field “%(field)s” is set by who may transfer records.",
    Fact.GIVE_ROLE: "Give %(person)s the role “%(role)s”.",
    Fact.SHARE: "Share the record with %(person)s: to %(level)s.",
    Fact.CHANGE_OWNER: "Make %(person)s the owner.",
    Fact.MEET_RULE: "Change the record so that the sharing rule “%(rule)s” holds: %(condition)s",
    Fact.MEET_WHEN: "Change the record so that this holds: %(condition)s",
    Fact.ACTIVATE: "Activate %(person)s again.",
    Fact.RESTORE: "Restore the record from the recycle bin.",
    Fact.GRANT_VERB: "No role gives it. Write a grant in permissions.yaml: %(verb)s in “%(objects)s”.",
    Fact.GRANT_FIELD: "No role gives it. Write the field “%(field)s” into a grant in permissions.yaml: %(level)s.",
    Fact.UNLOCK: "Change the record so that this no longer holds: %(condition)s",
}
"""Fact -> sentence with the names of its figures."""

WORDS: Mapping[str, str] = {
    "create": "create", "read": "read", "edit": "edit", "delete": "delete", "export": "export", "import": "import",
    "transfer": "transfer", "share": "share", "merge": "merge", "bulk_edit": "change many at once",
    "convert": "convert", "submit": "submit", "print": "print", "hidden": "hidden", "own": "own records",
    "team": "records of the team", "department": "records of the department",
    "department_and_below": "records of the department and those below it",
    "subordinates": "records of subordinates, own ones included", "shared": "records shared by hand",
    "all": "all records", "none": "no record", "rule": "records of the sharing rule “%(rule)s”",
}  # fmt: skip
"""Codes of verbs, levels and scopes in words."""
_CODED = frozenset({"verb", "level", "scope"})
_RULE = "rule:"


def tell(step: Step, say: Callable[[str], str] = str, rule: Callable[[str], str] = str) -> str:
    """The sentence of a step; `say` translates a text, `rule` gives what a sharing rule is called."""
    args = {name: word(value, say, rule) if name in _CODED else value for name, value in step.args.items()}
    if "rule" in args:
        args["rule"] = rule(args["rule"])
    return say(SENTENCES[step.fact]) % args


def word(code: str, say: Callable[[str], str] = str, rule: Callable[[str], str] = str) -> str:
    """A verb, a level or a scope in words; a code nobody knows as it stands."""
    if code.startswith(_RULE):
        return say(WORDS["rule"]) % {"rule": rule(code.removeprefix(_RULE))}
    return say(WORDS[code]) if code in WORDS else code


def as_data(found: Explanation) -> dict[str, Any]:
    """An explanation for programs: its facts with their figures, and the English sentences."""
    return {
        "allowed": found.allowed, "person": found.person, "title": found.title, "state": _steps(found.state),
        "paths": [
            {"role": one.role, "object": one.object, "scope": one.scope, "holds": one.holds, "steps": _steps(one.steps)}
            for one in found.paths
        ],
        "field": _steps(found.field), "needed": _steps(found.needed),
    }  # fmt: skip


def _steps(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    return [
        {"fact": one.fact.value, "holds": one.holds, "args": dict(one.args), "sentence": tell(one)} for one in steps
    ]
