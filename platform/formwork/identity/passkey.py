"""Passkeys (WebAuthn): a key pair on the person's device; here lies the public half.

The person's device proves who is there (user verification) at each use, so a passkey is two factors at once.
Challenges are the browser's to keep, signed; each is spent when it is answered.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.identity.ticket import spend
from formwork.kernel import Invalid, NotFound, Problem, Unauthenticated, new_id
from formwork.kernel.library import on_first_use
from formwork.storage import Work, system

if TYPE_CHECKING:
    import webauthn
    from webauthn import helpers
    from webauthn.helpers import exceptions, structs
else:
    webauthn = on_first_use("webauthn")
    helpers = on_first_use("webauthn.helpers")
    exceptions = on_first_use("webauthn.helpers.exceptions")
    structs = on_first_use("webauthn.helpers.structs")

_TABLE = "fw_passkey"
_PURPOSE = "passkey"
MINUTES = 5
"""How long a challenge may be answered."""
MOST = 20
"""Passkeys a person may have."""
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passkey is good: the host without its port, and the origin a browser names."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as it is listed."""

    id: UUID
    name: str
    at: datetime
    used_at: datetime | None


def registration_options(work: Work, user: UUID, login: str, name: str, place: Place) -> tuple[str, str]:
    """What a browser needs to make a passkey, as JSON, and the challenge in it."""
    known = system.find_many(work, _TABLE, equals={"user": user})
    options = webauthn.generate_registration_options(
        rp_id=place.host,
        rp_name=place.host,
        user_id=user.bytes,
        user_name=login,
        user_display_name=name or login,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(row) for row in known],
    )
    return webauthn.options_to_json(options), helpers.bytes_to_base64url(options.challenge)


def add_passkey(work: Work, user: UUID, name: str, answer: str, challenge: str, place: Place) -> Passkey:
    """Keep the passkey a browser made; raises Invalid `bad_passkey` when its answer does not hold."""
    name = name.strip()[:LONGEST_NAME] or place.host
    if not challenge or not spend(work, _PURPOSE, challenge, MINUTES) or count_passkeys(work, user) >= MOST:
        raise _refused()
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=helpers.base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except _unreadable() as error:
        raise _refused() from error
    credential = helpers.bytes_to_base64url(made.credential_id)
    if system.find(work, _TABLE, credential=credential) is not None:
        raise _refused()
    row = {
        "id": new_id(), "user": user, "credential": credential, "public_key": made.credential_public_key,
        "sign_count": made.sign_count, "name": name, "at": work.context.now, "used_at": None,
    }  # fmt: skip
    system.append(work, _TABLE, [row])
    note(work, Event.FACTOR_ADDED, object="user", record=user, detail={"kind": "passkey", "name": name})
    return _listed(row)


def authentication_options(work: Work, place: Place, user: UUID | None = None) -> tuple[str, str]:
    """What a browser needs to sign in with a passkey, as JSON, and the challenge in it.

    Without a `user` the person chooses among those their device has for this host.
    """
    known = [] if user is None else system.find_many(work, _TABLE, equals={"user": user})
    options = webauthn.generate_authentication_options(
        rp_id=place.host,
        allow_credentials=[_descriptor(row) for row in known],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options), helpers.bytes_to_base64url(options.challenge)


def check_passkey(work: Work, answer: str, challenge: str, place: Place) -> UUID:
    """Whose passkey answered the challenge. Raises Unauthenticated `bad_passkey`, with one text for all that is wrong.

    The challenge is spent by an answer that holds, so that the answer is good once.
    """
    row = system.find(work, _TABLE, credential=_credential_of(answer)) if challenge else None
    if row is None:
        raise _not_let_in()
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=helpers.base64url_to_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=bytes(row["public_key"]),
            credential_current_sign_count=row["sign_count"],
            require_user_verification=True,
        )
    except _unreadable() as error:
        raise _not_let_in() from error
    handle = _handle_of(answer)
    user: UUID = row["user"]
    if (handle is not None and handle != user.bytes) or not spend(work, _PURPOSE, challenge, MINUTES):
        raise _not_let_in()
    values = {"sign_count": verified.new_sign_count, "used_at": work.context.now}
    system.change(work, _TABLE, values, equals={"id": row["id"]})
    return user


def passkey_attempt(work: Work, answer: str) -> tuple[str, UUID | None]:
    """Under what a failed answer is counted, and whose passkey it names, None for one nobody has.

    Apart from passwords and codes: what is tried here locks nobody out there.
    """
    credential = _credential_of(answer)
    row = system.find(work, _TABLE, credential=credential) if credential else None
    return (f"passkey {credential}", None) if row is None else (f"passkey of {row['user']}", row["user"])


def passkeys_of(work: Work, user: UUID) -> Sequence[Passkey]:
    """The passkeys of a user, oldest first."""
    return [_listed(row) for row in system.find_many(work, _TABLE, equals={"user": user}, order=("at", "id"))]


def count_passkeys(work: Work, user: UUID) -> int:
    """How many passkeys a user has."""
    return system.count(work, _TABLE, user=user)


def name_passkey(work: Work, user: UUID, id: UUID, name: str) -> None:
    """Give a passkey of a user another name; raises NotFound when there is none."""
    name = name.strip()[:LONGEST_NAME]
    if not name:
        message = "Name the passkey."
        raise Invalid(message, code="required", problems=[Problem("/name", "required", message)])
    if not system.change(work, _TABLE, {"name": name}, equals={"id": id, "user": user}):
        raise NotFound("There is no such passkey.")


def remove_passkey(work: Work, user: UUID, id: UUID) -> None:
    """Take a passkey of a user away; raises NotFound when there is none."""
    found = system.find(work, _TABLE, id=id, user=user)
    if found is None:
        raise NotFound("There is no such passkey.")
    system.remove(work, _TABLE, equals={"id": id, "user": user})
    note(work, Event.FACTOR_REMOVED, object="user", record=user, detail={"kind": "passkey", "name": found["name"]})


def remove_passkeys(work: Work, user: UUID) -> int:
    """Take every passkey of a user away; gives how many."""
    return system.remove(work, _TABLE, equals={"user": user})


def _descriptor(row: Mapping[str, Any]) -> "structs.PublicKeyCredentialDescriptor":
    return structs.PublicKeyCredentialDescriptor(id=helpers.base64url_to_bytes(row["credential"]))


def _credential_of(answer: str) -> str:
    """The id of the credential an answer names, blank when it cannot be read."""
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    name = found.get("id") if isinstance(found, dict) else None
    return name if isinstance(name, str) and name.isascii() and "\0" not in name else ""


def _handle_of(answer: str) -> bytes | None:
    handle = json.loads(answer)["response"].get("userHandle")
    return None if not handle else helpers.base64url_to_bytes(handle)


def _unreadable() -> tuple[type[Exception], ...]:
    """What the library raises for an answer that does not hold or cannot be read."""
    return (
        exceptions.WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError,
        struct.error,
    )  # fmt: skip


def _refused() -> Invalid:
    message = "This passkey was not accepted. Begin again."
    return Invalid(message, code="bad_passkey", problems=[Problem("", "bad_passkey", message)])


def _not_let_in() -> Unauthenticated:
    return Unauthenticated("This passkey is not known here or its answer came too late.", code="bad_passkey")


def _listed(row: Mapping[str, Any]) -> Passkey:
    return Passkey(row["id"], row["name"], row["at"], row["used_at"])
