"""One person all over the practice, whose every word is a canary, and what else may lie in the files."""

import io
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, text

from formwork.files import keep_file, receive
from formwork.identity.audit import Event, note
from formwork.identity.audit_seal import seal_entries
from formwork.jobs import outbox
from formwork.kernel import new_id
from formwork.records import Change, create, delete, update
from formwork.storage import Work, system
from formwork.transfer.shelf import shelf_of
from tests.support.pictures import pdf, png
from tests.support.tenants import TENANT, Installation

PRACTICE = Path(__file__).parents[1] / "support/practice"
MAIL, NUMBER, NAME, STREET = "zqxmail@example.com", "+34911234567", "Zqxanna Zqxberg", "Zqxstreet 12"
CANARY = ("zqx", NUMBER[1:])
"""What no byte may hold afterwards, in small letters."""


@dataclass(frozen=True)
class Person:
    """The records of the person, and of somebody else who is like them."""

    client: UUID
    deleted: UUID
    other: UUID
    visit: UUID
    firm: UUID


def settle(here: Installation) -> Person:
    """The person in records, history, files, imports, the outbox and the trail; sealed as far as it goes."""
    with here.system() as work:
        blobs = here.runtime.blobs(TENANT)
        picture = keep_file(work, blobs, receive(blobs, io.BytesIO(png(3, 3, 77)), "zqxface.png", 1_000_000))
        paper = keep_file(work, blobs, receive(blobs, io.BytesIO(pdf("zqxpaper")), "zqxpaper.pdf", 1_000_000))
        first, last = NAME.split()
        [client, deleted, other] = [
            one.id
            for one in create(work, "client", [
                {
                    "first_name": first, "last_name": last, "email": MAIL, "phone": NUMBER, "passport": "zqxpass",
                    "home": {"street": STREET, "city": "Soria", "country": "ES"}, "nicknames": ["zqxnick"],
                    "photo": str(picture.id), "papers": [str(paper.id)],
                    "remarks": f"Likes being called zqxberg; lives at {STREET}.", "external_id": MAIL,
                },
                {"last_name": "Zqxberg", "phone": NUMBER},
                {"first_name": "Ada", "last_name": "Other", "email": "ada@example.com", "remarks": f"Knows {NAME}."},
            ])
        ]  # fmt: skip
        [firm, _shop] = [
            one.id
            for one in create(work, "firm", [
                {"name": "Soria Works", "speaker": str(client), "turnover": "1200", "notes": f"Ask {first} first."},
                {"name": "Shop", "phone": NUMBER, "notes": f"Orders by {MAIL.upper()}"},
            ])
        ]  # fmt: skip
        [visit, *_] = [
            one.id
            for one in create(work, "visit", [
                {
                    "client": str(client), "fee": "12.50", "reached_at": "zqxelse@example.com",
                    "summary": f"{first} came alone.", "place": NAME,
                },
                {"companions": [str(client)], "fee": "3", "summary": "With zqxberg"},
                {"about": {"object": "client", "id": str(client)}, "summary": f"{last}, about"},
                *({"client": str(client), "fee": "1", "summary": f"{first} {n}"} for n in range(30)),
            ])
        ]  # fmt: skip
        update(work, "client", [Change(client, {"home": {"street": "Zqxlane 1", "city": "Soria"}})])
        update(work, "client", [Change(client, {"home": {"street": STREET, "city": "Soria"}, "remarks": "zqxberg"})])
        delete(work, "client", [deleted])
        leave_traces(work, client)
        shelf_of(here.runtime.settings.data, TENANT).put(f"name,mail\n{NAME},{MAIL}\n".encode())
        seal_entries(work)
        note(work, Event.EXPORT, object="client", detail={"filter": f"name = '{NAME}'"})
    return Person(client, deleted, other, visit, firm)


def furnish(here: Installation) -> dict[str, UUID]:
    """A template with the person in it."""
    return asdict(settle(here))


def settled(here: Installation) -> Person:
    """The person of an installation that was furnished so."""
    return Person(**here.known)


def leave_traces(work: Work, client: UUID) -> None:
    """What the platform keeps beside records."""
    now = work.context.now
    note(work, Event.EXPORT, object="client", detail={"filter": f"email = '{MAIL}'", "rows": 1})
    note(work, Event.BULK, object="client", record=client, detail={"create": 1})
    outbox.put(work, "mail.send", {"to": MAIL, "subject": f"Dear {NAME}"}, now)
    answer = {"id": str(client), "first_name": NAME}
    system.append(work, "fw_idempotency", [{
        "key": "k", "actor": "a", "body": "x", "state": "done", "status": 201, "answer": answer, "at": now,
    }])  # fmt: skip
    job = new_id()
    system.append(work, "fw_import_row", [
        {"job": job, "row": 1, "state": "done", "record": client, "before": {"first_name": NAME}},
        {"job": job, "row": 2, "state": "failed", "problems": [{"value": MAIL}]},
    ])  # fmt: skip
    system.append(work, "fw_share", [{
        "id": new_id(), "object": "client", "record": client, "principal": new_id(), "level": "read", "at": now,
        "note": f"For {NAME}", "part": f"Aunt of {NAME}", "cause": "hand",
    }])  # fmt: skip


def everything(here: Installation) -> str:
    """Every cell of every table and every file of the installation, in small letters."""
    cells: list[Any] = []
    with here.system() as work:
        schema = work.place.schema
        for table in inspect(work.connection).get_table_names(schema=schema):
            where = f'"{schema}"."{table}"' if schema else f'"{table}"'
            cells += list(work.connection.execute(text(f"SELECT * FROM {where}")))
    files = [
        path.read_bytes().decode("latin-1") + path.name
        for path in sorted(here.runtime.settings.data.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    ]
    return (repr(cells) + "".join(files)).lower()


def canaries(here: Installation) -> list[str]:
    """Where a canary stands, with what stands around it."""
    whole = everything(here)
    found = []
    for word in CANARY:
        place = whole.find(word)
        while place >= 0:
            found.append(whole[max(0, place - 80) : place + 60])
            place = whole.find(word, place + 1)
    return found
