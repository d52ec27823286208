"""Portal users: people of other organisations, who hold roles marked for the portal and no other.

A user is one when their kind is neither that of the organisation's own people nor that of a program.
"""

from collections.abc import Iterable

from formwork.catalog import Snapshot

OWN_KINDS = frozenset({"internal", "integration"})


def is_portal(kind: object) -> bool:
    """True for the kind of a portal user; a user without a kind is one of the organisation's own."""
    return kind is not None and kind not in OWN_KINDS


def fitting_roles(snapshot: Snapshot, kind: object, roles: Iterable[str]) -> frozenset[str]:
    """Those of the roles a user of this kind may hold."""
    known = snapshot.rights.roles
    found = frozenset(role for role in roles if role in known)
    return frozenset(role for role in found if known[role].portal) if is_portal(kind) else found
