"""Seals over the audit trail: a chain that shows when an entry was changed, added or taken away.

A worker seals what was written since, so that no write waits for it. Each seal signs its entries and the
seal before it with a key that lies outside the database, so whoever can only write SQL cannot make one.
What an entry tells of a person can be replaced later: its seal was made over the digest of its line, which
stays beside the new detail with a mark of its own. Entries that are not sealed yet, and the newest seals cut
off together with their entries, are beyond what it proves; the log of the worker names the newest seal each time.
"""

import hmac
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from formwork.identity.audit import TABLE, Event, note
from formwork.storage import Work, locks, sealing, system

_LOG = logging.getLogger("formwork.audit")
_SEALS = "fw_audit_seal"
_LOCK = "audit-seal"
_MOST = 2_000
"""Entries under one seal."""
_PURPOSE = "audit"
_SIGNED = ("number", "at", "entries", "first_at", "last_at", "digest", "pruned_at")
_TOLD = ("id", "at", "by", "action", "object", "record", "detail", "request", "reason", "address")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole trail found. `problems` are sentences; none means nothing was tampered with.

    `anonymised` counts the entries whose detail was replaced by the platform after they were sealed.
    """

    entries: int
    seals: int
    unsealed: int
    problems: tuple[str, ...]
    anonymised: int = 0


def has_unsealed(work: Work) -> bool:
    """True when some entry has no seal yet."""
    return bool(system.find_many(work, TABLE, equals={"seal": None}, limit=1, columns=("id",)))


def seal_entries(work: Work) -> int:
    """Seal entries that have none yet, at most 2,000; gives how many."""
    locks.lock_name(work, _LOCK)
    rows = system.find_many(work, TABLE, equals={"seal": None}, order=("id",), limit=_MOST)
    if not rows:
        return 0
    key = sealing.signing_key(work, _PURPOSE)
    last = next(iter(system.find_many(work, _SEALS, order=("-number",), limit=1)), None)
    number = 1 if last is None else last["number"] + 1
    seal = {
        "number": number, "at": work.context.now, "entries": len(rows), "first_at": min(row["at"] for row in rows),
        "last_at": max(row["at"] for row in rows), "digest": _digest(key, "" if last is None else last["digest"], rows),
        "pruned_at": None,
    }  # fmt: skip
    system.append(work, _SEALS, [{**seal, "mark": _mark(key, seal)}])
    system.change(work, TABLE, {"seal": number}, in_={"id": [row["id"] for row in rows]})
    _LOG.info("audit of %s: seal %d over %d entries, %s", work.context.tenant, number, len(rows), seal["digest"])
    return len(rows)


def verify_trail(work: Work) -> Verdict:
    """Look at every seal and the entries under it."""
    any_seal = system.find_many(work, _SEALS, limit=1)
    key = sealing.signing_key(work, _PURPOSE) if any_seal else b""
    problems: list[str] = []
    previous: str | None = ""
    number, entries, anonymised = 0, 0, 0
    for seal in _every_seal(work):
        if seal["number"] != number + 1:
            problems.append(f"Seal {number + 1} is missing.")
            previous = None
        number = seal["number"]
        rows = system.find_many(work, TABLE, equals={"seal": number}, order=("id",))
        entries += len(rows)
        anonymised += sum(row["replaced"] is not None for row in rows)
        problems += _faults(key, previous, seal, rows)
        previous = seal["digest"]
    strays = system.find_many(work, TABLE, after={"seal": number}, limit=1)
    if strays:
        problems.append(f"Entries name seal {strays[0]['seal']}, which is missing.")
    return Verdict(entries, number, system.count(work, TABLE, seal=None), tuple(problems), anonymised)


def replace_detail(work: Work, row: Mapping[str, Any], detail: Mapping[str, Any]) -> None:
    """Put another detail into an entry. Under a seal, the digest of the line it was sealed with stays as its proof."""
    values: dict[str, Any] = {"detail": dict(detail)}
    if row["seal"] is not None:
        key = sealing.signing_key(work, _PURPOSE)
        line = row["replaced"]["line"] if row["replaced"] is not None else _line(key, row)
        values["replaced"] = {"line": line, "mark": _replaced_mark(key, line, {**row, **values})}
    system.change(work, TABLE, values, equals={"id": row["id"]})


def prune_trail(work: Work, before: datetime) -> int:
    """Remove the entries of seals that lie wholly before a moment; their seals stay. Gives how many entries."""
    locks.lock_name(work, _LOCK)
    removed = 0
    for seal in system.find_many(
        work, _SEALS, equals={"pruned_at": None}, before={"last_at": before}, order=("number",)
    ):
        removed += system.remove(work, TABLE, equals={"seal": seal["number"]})
        seal["pruned_at"] = work.context.now
        seal["mark"] = _mark(sealing.signing_key(work, _PURPOSE), seal)
        system.put(work, _SEALS, seal)
    if removed:
        note(work, Event.AUDIT_PRUNED, detail={"entries": removed, "before": before.isoformat()})
    return removed


def _every_seal(work: Work) -> Iterator[dict[str, Any]]:
    after = 0
    while seals := system.find_many(work, _SEALS, after={"number": after}, order=("number",), limit=_MOST):
        yield from seals
        after = seals[-1]["number"]


def _faults(
    key: bytes, previous: str | None, seal: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """What is wrong with one seal; `previous` is the digest before it, None where that seal is missing."""
    span = f"{seal['first_at']:%Y-%m-%d %H:%M} to {seal['last_at']:%Y-%m-%d %H:%M} UTC"
    if not hmac.compare_digest(seal["mark"], _mark(key, seal)):
        yield f"Seal {seal['number']} ({span}) was changed."
    elif seal["pruned_at"] is not None:
        if rows:
            yield f"Entries were added under seal {seal['number']} ({span}) after its own were removed by age."
    elif len(rows) != seal["entries"]:
        yield f"Under seal {seal['number']} ({span}) there are {len(rows)} entries instead of {seal['entries']}."
    elif previous is not None and not hmac.compare_digest(seal["digest"], _digest(key, previous, rows)):
        yield f"An entry under seal {seal['number']} ({span}) was changed."


def _digest(key: bytes, previous: str, rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [previous, *(_sealed_line(key, row) for row in rows)]
    return hmac.digest(key, "\n".join(lines).encode(), "sha256").hex()


def _sealed_line(key: bytes, row: Mapping[str, Any]) -> str:
    """The digest of an entry as it was sealed; of what it says now where nobody but the platform replaced anything."""
    replaced = row["replaced"]
    if replaced is None:
        return _line(key, row)
    line = str(replaced.get("line"))
    genuine = hmac.compare_digest(str(replaced.get("mark")), _replaced_mark(key, line, row))
    return line if genuine else ""


def _line(key: bytes, row: Mapping[str, Any]) -> str:
    text = json.dumps([_plain(row[name]) for name in _TOLD], sort_keys=True)
    return hmac.digest(key, b"entry:" + text.encode(), "sha256").hex()


def _replaced_mark(key: bytes, line: str, row: Mapping[str, Any]) -> str:
    return hmac.digest(key, f"replaced:{line}:{_line(key, row)}".encode(), "sha256").hex()


def _mark(key: bytes, seal: Mapping[str, Any]) -> str:
    text = json.dumps([_plain(seal[name]) for name in _SIGNED])
    return hmac.digest(key, b"seal:" + text.encode(), "sha256").hex()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, int | str | dict | list) else str(value)
