"""What a portal user acts for: the look-ups that packages give to users, for invitations and the start page."""

from formwork.access import Verb
from formwork.catalog import FieldSpec
from formwork.catalog.labels import field_label
from formwork.identity.portal import is_portal
from formwork.kernel import parse_id
from formwork.records import titles
from formwork.storage.standing import PEOPLE
from formwork.web.language import say as _
from formwork.web.pages.forms.controls import filter_needs, lookup_address
from formwork.web.views.home import Block, Line
from formwork.web.views.rights import Choice
from formwork.web.visit import Visit, record_address

USER = "user"


def bound_fields(visit: Visit) -> tuple[FieldSpec, ...]:
    """The look-ups of a user that point out of the organisation's own tree of people: what they can act for."""
    return tuple(
        field
        for field in visit.snapshot.object(USER).fields.values()
        if field.definition.type == "lookup" and not field.definition.system and field.targets[0] not in PEOPLE
    )


def bound_choices(visit: Visit, values: dict[str, str], faults: dict[str, str]) -> tuple[Choice, ...]:
    """A control for each, with what was sent."""
    return tuple(
        Choice(
            field.name, f"l-{field.name}", field_label(visit.snapshot, visit.locale, field), lookup_address(field),
            values.get(field.name, ""), values.get(f"{field.name}:title", ""), invalid=field.name in faults,
            needs=" ".join(filter_needs(field)),
        )
        for field in bound_fields(visit)
    )  # fmt: skip


def is_outside(visit: Visit) -> bool:
    """True when the reader is a portal user."""
    return is_portal(visit.actor.attributes.get("kind"))


def bound_block(visit: Visit) -> Block:
    """What the reader acts for, as far as they may see it: the first card of a portal user's start page."""
    lines = []
    for field in bound_fields(visit):
        spec, id = visit.snapshot.object(field.targets[0]), parse_id(str(visit.actor.attributes.get(field.name) or ""))
        if id is None or not visit.may(spec.name, Verb.READ):
            continue
        title = titles(visit.work, spec.name, [id]).get(str(id))
        if title is not None:
            address = record_address(spec.name, id)
            label = field_label(visit.snapshot, visit.locale, field)
            lines.append(Line(str(title), address, spec.definition.icon, spec.definition.hue, label))
    return Block("bound", _("You act for"), "link", tuple(lines), empty=_("Your access is not tied to a record yet."))
