"""What an explanation is made of: facts with their figures, joined to paths, under a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from formwork.access import Verb


class Fact(StrEnum):
    """What one step says. `words.py` has the sentence of each."""

    INACTIVE = "inactive"
    MISSING = "missing"
    DELETED = "deleted"
    ROLE_UNFIT = "role_unfit"
    NO_ROLE = "no_role"
    HAS_ROLE = "has_role"
    HAS_ROLE_INSIDE = "has_role_inside"
    GRANT = "grant"
    BASELINE = "baseline"
    MANAGE_ALL = "manage_all"
    TYPES_BARRED = "types_barred"
    NO_GRANT = "no_grant"
    PART_OF = "part_of"
    EVERY_ROW = "every_row"
    OWNS = "owns"
    OWNS_THROUGH_QUEUE = "owns_through_queue"
    NOT_OWNER = "not_owner"
    NO_OWNER = "no_owner"
    SAME_MANAGER = "same_manager"
    NOT_IN_TEAM = "not_in_team"
    SAME_DEPARTMENT = "same_department"
    BELOW_DEPARTMENT = "below_department"
    NOT_IN_DEPARTMENT = "not_in_department"
    REPORTS = "reports"
    REPORTS_THROUGH = "reports_through"
    NOT_BELOW = "not_below"
    RULE_HOLDS = "rule_holds"
    RULE_FAILS = "rule_fails"
    SHARED = "shared"
    SHARED_UNTIL = "shared_until"
    SHARED_TO_READ = "shared_to_read"
    IN_TEAM = "in_team"
    IN_TEAM_UNTIL = "in_team_until"
    IN_TEAM_TO_READ = "in_team_to_read"
    SHARE_ENDED = "share_ended"
    NOT_SHARED = "not_shared"
    OTHER_HOLDS = "other_holds"
    OTHER_FAILS = "other_fails"
    WHEN_HOLDS = "when_holds"
    WHEN_FAILS = "when_fails"
    WHEN_ASKED = "when_asked"
    CANNOT_READ = "cannot_read"
    FIELD_LEVEL = "field_level"
    FIELD_AS_OBJECT = "field_as_object"
    FIELD_RESTRICTED = "field_restricted"
    FIELD_NOT_GRANTED = "field_not_granted"
    FIELD_OPEN = "field_open"
    FIELD_COMPUTED = "field_computed"
    FIELD_READ_ONLY = "field_read_only"
    FIELD_LOCKED = "field_locked"
    FIELD_OF_TRANSFER = "field_of_transfer"
    GIVE_ROLE = "give_role"
    SHARE = "share"
    CHANGE_OWNER = "change_owner"
    MEET_RULE = "meet_rule"
    MEET_WHEN = "meet_when"
    ACTIVATE = "activate"
    RESTORE = "restore"
    GRANT_VERB = "grant_verb"
    GRANT_FIELD = "grant_field"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True)
class Question:
    """Who, what, which. Without a record it is about the object; without a field about the whole record."""

    user: UUID
    verb: Verb
    object: str
    record: UUID | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One fact. `holds` says whether it leads to the right; `args` fill its sentence."""

    fact: Fact
    holds: bool
    args: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Path:
    """One way by which a role could give the right, with what it hangs on.

    `role` grants it on `object` with `scope`; it holds when the record is within the way, or is not asked for.
    """

    role: str
    object: str
    scope: str
    holds: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer. `person` and `title` are names; `state` tells what stands in the way whatever was granted.

    `field` are the steps about the field that was asked for, `needed` what would give the right.
    """

    question: Question
    allowed: bool
    person: str
    title: str = ""
    state: tuple[Step, ...] = ()
    paths: tuple[Path, ...] = ()
    field: tuple[Step, ...] = ()
    needed: tuple[Step, ...] = ()

    @property
    def leading(self) -> tuple[Path, ...]:
        """The paths that lead to the right."""
        return tuple(path for path in self.paths if path.holds)
