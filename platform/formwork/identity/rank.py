"""Rank: what of a person only who manages writes, so that nobody rises by a record or takes over who stands above.

Field levels of a grant hold whatever its rows, so a role that looks after some people may write the same fields of
the own profile, and of whoever a rule brings within its reach. What rights hang on is therefore asked here again.
"""

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from formwork.access import may_manage
from formwork.catalog import Snapshot
from formwork.expressions.nodes import ActorRead
from formwork.expressions.tree import walk
from formwork.identity.role import roles_of_users
from formwork.storage import Work

OF_OTHERS = frozenset({"login", "email", "kind", "department", "manager", "active"})
"""What somebody is found, signs in, and is reached by: of people with other roles only who manages writes it."""
_REACH = frozenset({"department", "manager"})
"""What the scopes of grants read of whoever asks."""


def closed_fields(work: Work, users: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """For each of these users the fields the acting person may not write without managing the organisation.

    Of oneself what one's own rights hang on; of whoever manages, or holds a role one has not, all of `OF_OTHERS`.
    """
    actor = work.context.actor
    if not users or may_manage(work.snapshot, actor):
        return {}
    known = work.snapshot.rights
    held = {inner for role in actor.roles for inner in known.closure.get(role, ())}
    own = {role for role in held if not any(known.roles[one].manage_all for one in known.closure[role])}
    closed = {user: OF_OTHERS for user, roles in roles_of_users(work, users).items() if not roles <= own}
    if actor.user is not None and actor.user in users:
        closed[actor.user] = _own_fields(work.snapshot)
    return closed


@lru_cache(maxsize=256)
def _own_fields(snapshot: Snapshot) -> frozenset[str]:
    """The fields of a person that scopes and rules read as `me.…`."""
    known = snapshot.rights
    asked = [rule.when for rule in known.rules.values()]
    asked += [
        right.when
        for grant in known.grants.values()
        for rights in grant.verbs.values()
        for right in rights
        if right.when is not None
    ]
    read = {node.name for when in asked for node in walk(when.root) if isinstance(node, ActorRead)}
    return _REACH | read
