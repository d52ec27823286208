"""Deleting records, one or a selection, and bringing them back."""

from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork import records
from formwork.identity.audit import Event, note
from formwork.kernel import Conflict
from formwork.storage import Work
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.messages import record_reasons_text
from formwork.web.pages.record_id import wanted_id, wanted_ids
from formwork.web.views.shell import Notice
from formwork.web.visit import object_address, record_address


def register(app: Flask, door: Door) -> None:
    """Add the actions."""

    @app.post("/o/<object>/<id>/delete")
    def delete_record(object: str, id: str) -> Response:
        return _delete(door, object, [wanted_id(id)], record_address(object, id))

    @app.post("/o/<object>/delete")
    def delete_records(object: str) -> Response:
        ids = wanted_ids(request.form.getlist("id"))
        return _delete(door, object, ids, object_address(object))

    @app.post("/o/<object>/restore")
    def restore_records(object: str) -> Response:
        ids = wanted_ids(request.args.getlist("id"))
        door.perform(lambda visit: records.restore(visit.work, object, ids))
        notify(Notice(say_count("%(num)d record restored", "%(num)d records restored", len(ids))))
        onward = record_address(object, ids[0]) if len(ids) == 1 else object_address(object)
        return make_response(redirect(onward, 303))


def _delete(door: Door, object: str, ids: list[UUID], back: str) -> Response:
    """Delete and say so with a way back; what stands against it is told where one came from."""
    try:
        title = door.perform(lambda visit: _deleted(visit.work, object, ids))
    except Conflict as error:
        with door.reading() as visit:
            notify(Notice(record_reasons_text(visit.snapshot, visit.locale, error), "bad"))
        return make_response(redirect(back, 303))
    undo = f"{object_address(object)}/restore?" + "&".join(f"id={id}" for id in ids)
    text = (
        _("%(title)s deleted", title=title)
        if title
        else say_count("%(num)d record deleted", "%(num)d records deleted", len(ids))
    )
    notify(Notice(text, undo=undo))
    return make_response(redirect(object_address(object), 303))


def _deleted(work: Work, object: str, ids: list[UUID]) -> str:
    """The title of what was deleted, when it was one record."""
    title = _title(work, object, ids)
    records.require_bulk(work, object, ids)
    records.delete(work, object, ids)
    if len(ids) > 1:
        note(work, Event.BULK, object=object, detail={"delete": len(ids)})
    return title


def _title(work: Work, object: str, ids: list[UUID]) -> str:
    if len(ids) != 1:
        return ""
    return str(next(iter(records.titles(work, object, ids).values()), "") or "")
