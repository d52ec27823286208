"""Somebody saved first: yours and theirs side by side, and everything typed kept."""

from typing import Any
from uuid import UUID

from flask import Response
from werkzeug.datastructures import MultiDict

from formwork import records
from formwork.catalog.labels import field_label
from formwork.kernel import Conflict
from formwork.web.currencies import sure_currency
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.present import Presenter
from formwork.web.views.form import ConflictView, Difference
from formwork.web.visit import Visit, record_address

_TOKENS = ("_csrf", "_version", "_edit", "_add", "_reload")


def conflict_page(door: Door, object: str, id: UUID, error: Conflict, form: "MultiDict[str, str]") -> Response:
    """The page that lets one keep mine, take theirs or go on editing."""
    with door.reading() as visit:
        spec = visit.work.object(object)
        base = record_address(object, id)
        current = str(error.extra.get("current_version", ""))
        sent = [(name, value) for name, value in form.items(multi=True) if name not in _TOKENS]
        view = ConflictView(
            _("%(who)s changed this record while you edited", who=_who(visit, object, id)),
            _("Nothing you typed is lost. Compare, then decide which values stay."),
            f"{base}/edit",
            base,
            tuple(_difference(visit, spec.fields[name], pair) for name, pair in _differing(error).items()),
            (("_version", current), *sent),
        )
        return door.page(visit, "pages/conflict.html", view, 409)


def _differing(error: Conflict) -> dict[str, Any]:
    found: Any = error.extra.get("differing", {})
    return dict(found)


def _difference(visit: Visit, field: Any, pair: dict[str, Any]) -> Difference:
    present = Presenter(visit)
    present.learn([(field, pair.get("yours")), (field, pair.get("current"))])
    shown = [present.show(field, pair.get(side), sure_currency(visit, field)) for side in ("yours", "current")]
    texts = [one.text or ", ".join(part.text for part in one.parts) for one in shown]
    return Difference(field_label(visit.snapshot, visit.locale, field), texts[0], texts[1])


def _who(visit: Visit, object: str, id: UUID) -> str:
    by = records.get_record(visit.work, object, id, ("updated_by",)).get("updated_by")
    field = visit.work.object(object).fields["updated_by"]
    present = Presenter(visit)
    present.learn([(field, by)])
    return present.title(field, by) or _("Somebody")
