"""Who may do what to which record, one record at a time, as the documents say it and as slowly as it comes.

Nothing of the platform is used here. What is granted adds up; what nobody grants is refused; whoever may not read a
record may do nothing with it.
"""

from dataclasses import replace
from typing import Any

from tests.stories.rows.world import (
    CONDITIONS,
    FIELDS,
    LINKS,
    MASTER_OF,
    OBJECTS,
    PARENT,
    RESTRICTED,
    TYPES,
    UNSEEN,
    Circle,
    Key,
    Person,
    Reach,
    Role,
    Row,
    Said,
    World,
)

_BASELINE = {"private": (), "parent": (), "read": ("read",), "edit": ("read", "edit")}
_ON_MASTER = {"create": "edit", "delete": "edit"}
_LEVELS = ("hidden", "read", "edit")


class Reference:
    """The rights of one person in a world."""

    def __init__(self, world: World, person: Person) -> None:
        self._world = world
        self._person = person
        fitting = [name for name in person.roles if world.roles[name].portal or not person.outside]
        self.roles = self._closed(tuple(fitting))
        self._rows: dict[tuple[str, str], set[Key]] = {}

    def rows(self, object: str, verb: str = "read") -> set[Key]:
        """The records of an object the person reaches with a verb, found out once."""
        if (object, verb) not in self._rows:
            live = [row for row in self._world.rows.values() if row.object == object and not row.deleted]
            self._rows[object, verb] = {
                row.key for row in live if self.reaches(row, "read") and self.reaches(row, verb)
            }  # fmt: skip
        return self._rows[object, verb]

    def may(self, object: str, verb: str) -> bool:
        """Whether the person may use the verb on records of that kind at all."""
        said = self._said(object)
        if self._manages or any(_grants(one, verb) for one in said):
            return True
        return not said and object in MASTER_OF and self.may(MASTER_OF[object], _ON_MASTER.get(verb, verb))

    def reaches(self, row: Row, verb: str, *, whatever_state: bool = False) -> bool:
        """Whether the person reaches one record with one verb; in whatever state, when no `when` is asked."""
        if self._manages:
            return True
        said = self._said(row.object)
        if not said and row.master is not None:
            master = self._world.rows[row.master]
            return not master.deleted and self.reaches(master, _ON_MASTER.get(verb, verb))
        granted = [one.verbs[verb] for one in said if _grants(one, verb)]
        if granted and verb in _BASELINE[self._world.baselines[row.object]]:
            return True
        if granted and verb in ("read", "edit") and self._follows(row, verb):
            return True
        return any(self._meets(row, replace(reach, when=None) if whatever_state else reach, verb) for reach in granted)

    def _follows(self, row: Row, verb: str) -> bool:
        """Whether the baseline opens a record along its look-up, to whom the same verb opens what it points at."""
        name = PARENT.get(row.object)
        if name is None or self._world.baselines[row.object] != "parent":
            return False
        parent = self._world.live(row.values[name])
        return parent is not None and self.reaches(parent, verb)

    def level(self, object: str, name: str, type: str | None = None) -> str:
        """The widest level any role gives on a field of records of a type."""
        restricted = (object, name) in RESTRICTED
        said = self._said(object)
        follows = not said and object in MASTER_OF
        levels = ["edit"] if (self._manages or follows) and not restricted else ["hidden"]
        for one in said:
            written = {**one.fields, **(one.types[type].fields if type is not None and type in one.types else {})}
            levels.append(written.get(name, "hidden" if restricted else "edit" if _changes(one) else "read"))
        return max(levels, key=_LEVELS.index)

    def readable(self, object: str) -> set[str]:
        """The fields of the firm's own that the person may read on records of some type."""
        types = (None, *TYPES.get(object, ()))
        return {name for name in FIELDS[object] if any(self.level(object, name, one) != "hidden" for one in types)}

    def shown(self, row: Row, name: str) -> Any:
        """The value of a record the person sees, None where it is blank to them."""
        if self.level(row.object, name, row.type) == "hidden":
            return None
        if (row.object, name) in UNSEEN and not self._manages:
            return None
        if name in LINKS:
            target = self.linked(row, name)
            return None if target is None else target.key
        return row.values[name]

    def linked(self, row: Row, name: str) -> Row | None:
        """The record a look-up points at, None where the person sees neither the link nor that record."""
        if self.level(row.object, name, row.type) == "hidden" or not self.may(LINKS[name], "read"):
            return None
        key = row.master if MASTER_OF.get(row.object) == name else row.values[name]
        return self._world.rows[key] if key in self.rows(LINKS[name]) else None

    def listed(self, object: str, name: str, row: Row) -> list[Row]:
        """The records of an object the person sees whose look-up points at one, as far as they see that too."""
        if not self.may(object, "read"):
            return []
        every = [self._world.rows[key] for key in self.rows(object)]
        return [one for one in every if self.linked(one, name) is row]

    def retypes(self, row: Row, to: str) -> bool:
        """Whether the person may turn a record into one of another type."""
        said = self._said(row.object)
        closed = [{code for code, one in each.types.items() if not one.use} for each in said if _changes(each)]
        barred = set.intersection(*closed) if closed and not self._manages else set()
        if not self.may(row.object, "edit") or row.key not in self.rows(row.object, "edit"):
            return False
        return not {row.type, to} & barred and self.reaches(replace(row, type=to), "edit", whatever_state=True)

    @property
    def _manages(self) -> bool:
        return any(role.manages for role in self.roles.values())

    def _closed(self, names: tuple[str, ...]) -> dict[str, Role]:
        found: dict[str, Role] = {}
        for name in names:
            role = self._world.roles[name]
            found |= {name: role, **self._closed(role.includes)}
        return found

    def _said(self, object: str) -> list[Said]:
        assert object in OBJECTS
        return [one for one in self._world.said if one.object == object and one.role in self.roles]

    def _meets(self, row: Row, reach: Reach, verb: str) -> bool:
        if reach.when is not None and not CONDITIONS[reach.when][2](self._world, self._person, row):
            return False
        return any(self._in_scope(row, scope, verb) for scope in reach.scopes)

    def _in_scope(self, row: Row, scope: str, verb: str) -> bool:
        if scope == "all":
            return True
        if scope.startswith("rule:"):
            return CONDITIONS[scope.removeprefix("rule:")][2](self._world, self._person, row)
        whole = row if row.master is None else self._world.rows[row.master]
        if whole.deleted and whole is not row:
            return False
        if scope == "shared":
            return self._was_given(whole, verb)
        return whole.owner in self._owners(scope)

    def _was_given(self, row: Row, verb: str) -> bool:
        me = {self._person.key, *self._circles(self._world.groups), *self._circles(self._world.queues)}
        return any(
            one.row == row.key and one.to in me
            and (one.until is None or one.until > self._world.now)
            and (one.level == "edit" or verb in ("read", "export"))
            for one in self._world.given
        )  # fmt: skip

    def _circles(self, circles: dict[Key, Circle]) -> set[Key]:
        return {one.key for one in circles.values() if one.active and self._person.key in one.members}

    def _owners(self, scope: str) -> set[Key]:
        """Whose records a scope stands for: one's own and those of one's circles, and of further people."""
        me, people = self._person, self._world.people.values()
        own = {me.key, *self._circles(self._world.groups), *self._circles(self._world.queues)}
        match scope:
            case "own":
                return own
            case "subordinates":
                return own | {one.key for one in people if self._is_below(one)}
            case "team":
                lead = me.manager or me.key
                return own | {one.key for one in people if one.manager == lead}
            case "department":
                return own | {one.key for one in people if me.department and one.department == me.department}
            case "department_and_below":
                return own | {one.key for one in people if me.department and self._is_part(one.department)}
        return set()

    def _is_part(self, department: Key | None) -> bool:
        """Whether a department is the person's or a part of it, at any depth."""
        while department is not None and department != self._person.department:
            department = self._world.departments[department]
        return department is not None

    def _is_below(self, one: Person) -> bool:
        """Whether the person is somewhere above another in the chain of managers."""
        above = one.manager
        while above is not None:
            if above == self._person.key:
                return True
            above = self._world.people[above].manager
        return False


def _changes(said: Said) -> bool:
    return "edit" in said.verbs or "create" in said.verbs


def _grants(said: Said, verb: str) -> bool:
    reach = said.verbs.get(verb)
    return reach is not None and set(reach.scopes) - {"none"} != set()
