"""The audit trail in words: what happened, and what each detail is."""

from collections.abc import Mapping
from typing import Any

from formwork.definitions.labels import label_of
from formwork.identity.audit import REFUSALS, Event
from formwork.web.language import say as _


def event_words() -> dict[str, str]:
    """What each event is called, by its code, in the reader's language."""
    return {
        Event.SIGN_IN: _("Signed in"),
        Event.SIGN_IN_FAILED: _("Failed to sign in"),
        Event.SIGN_OUT: _("Signed out"),
        Event.DENIED: _("Was refused"),
        Event.EXPORT: _("Exported records"),
        Event.IMPORT: _("Imported records"),
        Event.BULK: _("Wrote many records at once"),
        Event.INVITED: _("Invited"),
        Event.RESET_ASKED: _("Asked for another password"),
        Event.DEACTIVATED: _("Deactivated"),
        Event.REACTIVATED: _("Reactivated"),
        Event.ADDRESS_CHANGED: _("Mail address changed"),
        Event.HANDED_OVER: _("Records handed over"),
        Event.PASSWORD_SET: _("Password set"),
        Event.ROLE_GIVEN: _("Role given"),
        Event.ROLE_TAKEN: _("Role taken away"),
        Event.KEY_MADE: _("API key made"),
        Event.KEY_REVOKED: _("API key revoked"),
        Event.FACTOR_ADDED: _("Second factor added"),
        Event.FACTOR_REMOVED: _("Second factor removed"),
        Event.FACTORS_RESET: _("Second factors reset"),
        Event.RECOVERY_CODES_MADE: _("Recovery codes made"),
        Event.RECOVERY_CODE_USED: _("Recovery code used"),
        Event.FACTOR_POLICY_SET: _("Said who needs a second factor"),
        Event.PROVIDER_SET: _("Sign-in provider set"),
        Event.PROVIDER_REMOVED: _("Sign-in provider removed"),
        Event.LOGIN_LINKED: _("Sign-in of a provider linked"),
        Event.LOGIN_UNLINKED: _("Sign-in of a provider unlinked"),
        Event.SESSIONS_ENDED: _("Sessions ended"),
        Event.SHARED: _("Record shared"),
        Event.UNSHARED: _("Share taken back"),
        Event.TEAM_JOINED: _("Somebody joined a record's team"),
        Event.TEAM_LEFT: _("Somebody left a record's team"),
        Event.PERSON_FOUND: _("Person looked for"),
        Event.PERSON_EXPORTED: _("Person's data exported"),
        Event.ANONYMISE: _("Person anonymised"),
        Event.RETENTION: _("Records removed by age"),
        Event.PURGE: _("Deleted records purged"),
        Event.VIEW_AS: _("Began to view as somebody"),
        Event.VIEW_AS_PAGE: _("Viewed a page as somebody"),
        Event.VIEW_AS_ENDED: _("Stopped viewing as somebody"),
        Event.PUBLISH: _("Metadata published"),
        Event.BACKUP: _("Backup made"),
        Event.AUDIT_PRUNED: _("Old audit entries removed"),
        Event.AUDIT_VERIFIED: _("Audit trail verified"),
        Event.OPERATOR: _("Act of the operator"),
    }


def event_name(event: str) -> str:
    """What an event is called; a version of the platform that knows it wrote one that is not known here."""
    return event_words().get(event) or label_of(event)


def event_icon(event: str) -> str:
    """The icon of an event."""
    if event in REFUSALS:
        return "ban"
    if event.startswith(("sign", "session", "password", "key")):
        return "key"
    return "audit"


def detail_lines(detail: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The details of an entry with their names. Values are what was noted, as it was noted."""
    names = {
        "code": _("Reason"), "created": _("Created"), "entries": _("Entries"), "filter": _("Filter"),
        "format": _("Format"), "file": _("File"), "import": _("Import"), "login": _("Login"), "mode": _("Mode"),
        "operation": _("Operation"), "problems": _("Problems"),
        "role": _("Role"), "rows": _("Rows"), "seals": _("Seals"), "unsealed": _("Not sealed yet"),
        "updated": _("Updated"), "same": _("Unchanged"), "failed": _("Left out"), "skipped": _("Passed over"),
        "state": _("State"), "totals": _("Totals"), "version": _("Version"), "what": _("What"),
    }  # fmt: skip
    return tuple((names.get(name) or label_of(name), _text(value, names)) for name, value in detail.items())


def _text(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(_text(one, names) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{names.get(name) or label_of(name)}: {_text(one, names)}" for name, one in value.items())
    return "–" if value is None or value == "" else str(value)
