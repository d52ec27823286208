"""What watches over people when their records are written, whatever door the write came through."""

from collections.abc import Collection, Sequence
from uuid import UUID

from formwork.catalog import FieldSpec
from formwork.identity.access_end import change_address, end_access, give_access_back, rename_login
from formwork.identity.chain import comes_back
from formwork.identity.portal import fitting_roles
from formwork.identity.rank import closed_fields
from formwork.identity.role import held_roles, managing_users, require_manager_left
from formwork.kernel import Refused
from formwork.notify import tell_old_address
from formwork.records import Draft, Written
from formwork.storage import Work, rows

_USER = "user"
_ABOVE = {
    _USER: ("manager", "manager_cycle", "Nobody can be their own manager, directly or through others. Choose another."),
    "department": ("parent", "department_cycle", "A department cannot be part of itself or of one below it."),
}


_OWN = "You cannot deactivate or delete yourself. Ask another administrator."
_RANK = "Only who manages the organisation changes this: of oneself, and of people with other rights than one's own."
_BEFORE = "addresses before"
"""Where a unit of work keeps the addresses that are being changed."""


def guard_people(work: Work, drafts: Sequence[Draft]) -> None:
    """Blame drafts of people and departments that cannot be as they say."""
    object = drafts[0].object.name if drafts else ""
    if object not in _ABOVE:
        return
    _blame_cycles(work, drafts, *_ABOVE[object])
    if object == _USER:
        _blame_rank(work, [draft for draft in drafts if not draft.is_new])
        for draft in drafts:
            if not draft.is_new and draft.has_changed("kind"):
                _blame_roles(work, draft)
            if not draft.is_new and draft.has_changed("active") and draft.values.get("active") is False:
                _blame_last(work, draft)
            if not draft.is_new and draft.has_changed("email"):
                work.cache.setdefault(_BEFORE, {})[draft.id] = (draft.old or {}).get("email")


def guard_going(work: Work, object: str, ids: Collection[UUID], action: str) -> None:
    """Refuse that people go, or come back, whom the acting person may not change; and that nobody is left to manage.

    Raises Refused `needs_management`, `own_access` or `last_manager`.
    """
    actor = work.context.actor
    if object != _USER or actor.system:
        return
    if actor.user in ids and action == "deleted":
        raise Refused(_OWN, code="own_access")
    if any("active" in fields for fields in closed_fields(work, ids).values()):
        raise Refused(_RANK, code="needs_management")
    if action == "deleted" and managing_users(work) & set(ids):
        require_manager_left(work, ids)


def guard_repointing(work: Work, field: FieldSpec, ids: Collection[UUID]) -> None:
    """Refuse that a merge moves people whom the acting person may not move; raises Refused `needs_management`."""
    if field.object == _USER and any(field.name in fields for fields in closed_fields(work, ids).values()):
        raise Refused(_RANK, code="needs_management")


def after_people(work: Work, events: Sequence[Written]) -> None:
    """Let what people get in by follow their records, in the same transaction."""
    for event in events:
        if event.object != _USER:
            continue
        if event.action == "deleted":
            end_access(work, event.id)
        elif {"active", "login", "email"} & set(event.changed) or event.action == "restored":
            _follow(work, event)


def _follow(work: Work, event: Written) -> None:
    person = rows.load(work, _USER, [event.id], ["active", "login"]).get(event.id)
    if person is None:
        return
    if "login" in event.changed and person["login"]:
        rename_login(work, event.id, str(person["login"]))
    if "email" in event.changed:
        change_address(work, event.id)
        before = work.cache.get(_BEFORE, {}).pop(event.id, None)
        if before and person["active"] is not False:
            tell_old_address(work, event.id, str(before))
    if event.action == "restored" or "active" in event.changed:
        (end_access if person["active"] is False else give_access_back)(work, event.id)


def _blame_cycles(work: Work, drafts: Sequence[Draft], field: str, code: str, message: str) -> None:
    object = drafts[0].object.name
    coming: dict[UUID, UUID | None] = {draft.id: draft.values.get(field) for draft in drafts}
    for draft in drafts:
        above = draft.values.get(field)
        if above is not None and draft.has_changed(field) and comes_back(work, object, field, draft.id, above, coming):
            draft.blame(code, message, at=field)


def _blame_roles(work: Work, draft: Draft) -> None:
    held = held_roles(work, draft.id)
    unfit = held - fitting_roles(work.snapshot, draft.values.get("kind"), held)
    if unfit:
        names = ", ".join(sorted(unfit))
        draft.blame(
            "portal_roles",
            f"A portal user holds only roles marked for the portal. Take these away first: {names}.",
            at="kind",
            roles=names,
        )


def _blame_rank(work: Work, drafts: Sequence[Draft]) -> None:
    """Blame what only who manages writes: of oneself what one's rights hang on, of people with more rights."""
    touched = [draft for draft in drafts if draft.changes()]
    closed = closed_fields(work, {draft.id for draft in touched})
    for draft in touched:
        for name in sorted(closed.get(draft.id, ())):
            if draft.has_changed(name):
                draft.blame("needs_management", _RANK, at=name)


def _blame_last(work: Work, draft: Draft) -> None:
    actor = work.context.actor
    if draft.id == actor.user:
        draft.blame("own_access", _OWN, at="active")
        return
    try:
        if draft.id in managing_users(work):
            require_manager_left(work, {draft.id})
    except Refused as error:
        draft.blame(error.code, error.message, at="active")
