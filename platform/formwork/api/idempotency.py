"""Idempotency keys: a write that is sent twice is done once, and its answer given again.

The key and the answer are stored in the transaction of the write, so both are there or neither. A
refused write stores nothing: sending it again tries again.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from formwork.api.answer import Answer
from formwork.api.json_text import dumps, loads
from formwork.kernel import Conflict, Invalid, Malformed
from formwork.storage import Work, system
from formwork.storage.sealing import open_secret, seal_secret

HEADER = "Idempotency-Key"
LONGEST = 255
_TABLE = "fw_idempotency"
_RETRY_AFTER = 1


class Running:
    """The keys this process is at work on, so that a twin is told at once instead of waiting for the lock."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str, str]] = set()
        self._lock = Lock()

    @contextmanager
    def claim(self, tenant: str, caller: str, key: str) -> Iterator[None]:
        """Hold a key for the length of the block; raises Conflict `still_running` while a twin holds it."""
        mine = (tenant, caller, key)
        with self._lock:
            if mine in self._keys:
                raise Conflict(
                    "The same request is still being worked on. Ask again after Retry-After.",
                    code="still_running",
                    extra={"retry_after": _RETRY_AFTER},
                )
            self._keys.add(mine)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(mine)


def check_key(key: str) -> str:
    """The key when it can be one; raises Malformed."""
    if not 1 <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise Malformed(f"`{HEADER}` is 1 to {LONGEST} printable ASCII characters.", code="bad_idempotency_key")
    return key


def fingerprint(method: str, address: str, body: bytes) -> str:
    """What makes two requests the same."""
    return hashlib.sha256(b"\0".join((method.encode(), address.encode(), body))).hexdigest()


def stored_answer(work: Work, key: str, print_: str) -> Answer | None:
    """Claim the key for this transaction, or give the answer it had before; raises Invalid for another request.

    Raises Conflict `answer_forgotten` where the anonymising of a person took the answer.
    """
    actor = str(work.context.actor.user)
    row = {"key": key, "actor": actor, "body": print_, "state": "running", "at": work.context.now}
    if system.put_new(work, _TABLE, row):
        return None
    found = system.find(work, _TABLE, key=key, actor=actor)
    if found is None or found["body"] != print_:
        raise Invalid(
            f"This {HEADER} was used for another request. Use a fresh key for each request.", code="idempotency_reused"
        )
    answer = found["answer"]
    if answer is None:
        message = "This request was done. Its answer is not kept any more: read the record to see what became of it."
        raise Conflict(message, code="answer_forgotten")
    if "body" in answer:  # kept in the clear by the version before, a day at most
        body = answer["body"].encode()
    else:
        body = open_secret(work, _place(actor, key), b64decode(answer["sealed"]))
    return Answer(loads(body), found["status"], {**answer["headers"], "Idempotent-Replayed": "true"})


def keep_answer(work: Work, key: str, answer: Answer) -> None:
    """Store the answer with the write it belongs to, sealed: it shows encrypted fields to whoever may read them."""
    actor = str(work.context.actor.user)
    sealed = seal_secret(work, _place(actor, key), dumps(answer.body))
    kept = {"sealed": b64encode(sealed).decode(), "headers": dict(answer.headers)}
    values = {"state": "done", "status": answer.status, "answer": kept}
    system.change(work, _TABLE, values, equals={"key": key, "actor": actor})


def _place(actor: str, key: str) -> str:
    """What a sealed answer is bound to, so that nobody's answer can be put under another key."""
    return f"answer {actor} {key}"
