"""What a record is called on a page: its title, that of the record a title links to, or a neutral word."""

from uuid import UUID

from formwork.catalog import ObjectSpec
from formwork.records import titles
from formwork.web.language import say as _
from formwork.web.visit import Visit


def called(visit: Visit, spec: ObjectSpec, id: object, title: object) -> str:
    """The title, or the neutral word where there is none the reader may see. An id is no title."""
    text = str(title or "")
    return text if text and text != str(id) else _("Untitled %(record)s", record=visit.label(spec))


def called_by(visit: Visit, spec: ObjectSpec, id: UUID, value: object) -> str:
    """The same from the value of the title's field, which may be a link."""
    linked = spec.title in spec.fields and bool(spec.fields[spec.title].targets)
    return called(visit, spec, id, titles(visit.work, spec.name, [id]).get(str(id)) if linked and value else value)
