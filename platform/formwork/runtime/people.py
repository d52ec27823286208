"""What watches over people when their records are written, whatever door the write came through."""

from collections.abc import Sequence
from uuid import UUID

from formwork.identity.access_end import end_access, give_access_back, rename_login
from formwork.identity.chain import comes_back
from formwork.identity.portal import fitting_roles
from formwork.identity.role import held_roles, managing_users
from formwork.records import Draft, Written
from formwork.storage import Work, rows

_USER = "user"
_ABOVE = {
    _USER: ("manager", "manager_cycle", "Nobody can be their own manager, directly or through others. Choose another."),
    "department": ("parent", "department_cycle", "A department cannot be part of itself or of one below it."),
}


def guard_people(work: Work, drafts: Sequence[Draft]) -> None:
    """Blame drafts of people and departments that cannot be as they say."""
    object = drafts[0].object.name if drafts else ""
    if object not in _ABOVE:
        return
    _blame_cycles(work, drafts, *_ABOVE[object])
    if object == _USER:
        for draft in drafts:
            if not draft.is_new and draft.has_changed("kind"):
                _blame_roles(work, draft)
            if not draft.is_new and draft.has_changed("active") and draft.values.get("active") is False:
                _blame_last(work, draft)


def after_people(work: Work, events: Sequence[Written]) -> None:
    """Let what people get in by follow their records, in the same transaction."""
    for event in events:
        if event.object != _USER:
            continue
        if event.action == "deleted":
            end_access(work, event.id)
        elif {"active", "login"} & set(event.changed) or event.action == "restored":
            _follow(work, event)


def _follow(work: Work, event: Written) -> None:
    person = rows.load(work, _USER, [event.id], ["active", "login"]).get(event.id)
    if person is None:
        return
    if "login" in event.changed and person["login"]:
        rename_login(work, event.id, str(person["login"]))
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


def _blame_last(work: Work, draft: Draft) -> None:
    actor = work.context.actor
    if draft.id == actor.user:
        draft.blame("own_access", "You cannot deactivate yourself. Ask another administrator.", at="active")
    elif not actor.system and managing_users(work) == {draft.id}:
        draft.blame("last_manager", "Nobody else could manage the organisation. Give the role to somebody first.",
                    at="active")  # fmt: skip
