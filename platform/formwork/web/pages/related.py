"""Related lists: records whose look-up points at the record shown."""

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from formwork import records
from formwork.access import Verb
from formwork.forms import RelatedView
from formwork.web.columns import column_views, resolve_paths, row_views, wanted
from formwork.web.present import Presenter
from formwork.web.views.listing import Row
from formwork.web.views.record import Related
from formwork.web.views.shown import BLANK, Shown
from formwork.web.visit import Visit, object_address

_ROWS = 5
_MOST_COUNTED = 100


def related_list(visit: Visit, item: RelatedView, parent: str, id: UUID, *, card: bool = False) -> Related:
    """The first records of a related list of the record `id` of object `parent`, and how many there are.

    A card has no heads of columns.
    """
    spec = item.object
    paths = resolve_paths(visit, spec, item.columns)
    condition = f"{item.field} = '{id}'"
    request = records.ListRequest(spec.name, tuple(wanted(paths)), (condition,), item.sort, _ROWS)
    page = records.list_records(visit.work, request, visit.key)
    rows = row_views(visit, spec, paths, page.records, Presenter(visit), headless=card)
    total = records.count_records(visit.work, request, _MOST_COUNTED) if page.next else len(rows)
    base = object_address(spec.name)
    can_create = spec.master is None and visit.may(spec.name, Verb.CREATE)
    columns = column_views(visit, spec, paths)
    shown = Related(
        id=f"{spec.name}-{item.field}",
        label=item.label,
        icon=spec.definition.icon,
        hue=spec.definition.hue,
        columns=tuple(columns),
        rows=tuple(rows),
        count=f"{total}+" if total >= _MOST_COUNTED else str(total),
        new=f"{base}/new?{urlencode(_prefilled(item, parent, id))}" if can_create else "",
        all=f"{base}?{urlencode({'q': condition})}" if page.next else "",
    )
    return _as_card(shown) if card else shown


def _as_card(item: Related) -> Related:
    """The same list for the narrow card: title, state or name below it, amount and date at the end."""
    places = {column.role: at for at, column in reversed(list(enumerate(item.columns))) if column.role}
    below = places.get("state", places.get("second"))

    def cells(row: Row) -> tuple[Shown, ...]:
        wanted = (0, below, places.get("amount"), places.get("date"))
        return tuple(_plain(row.cells[at]) if at is not None else BLANK for at in wanted)

    return replace(item, rows=tuple(replace(row, cells=cells(row)) for row in item.rows))


def _plain(shown: Shown) -> Shown:
    """A value without its link: the card's row leads to its record only."""
    return replace(shown, href="", kind="text" if shown.kind == "link" else shown.kind)


def _prefilled(item: RelatedView, parent: str, id: UUID) -> dict[str, str]:
    """The parameters of the form that begins a new record of the list."""
    values = {item.field: str(id)}
    if item.object.fields[item.field].definition.type == "polymorphic_lookup":
        values[f"{item.field}:object"] = parent
    return values
