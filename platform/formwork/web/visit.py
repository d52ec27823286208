"""One request of a signed-in person: the open unit of work and how this reader wants to see things."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from formwork.access import Verb, may_use
from formwork.access.decide import READING
from formwork.catalog import ObjectSpec, Snapshot
from formwork.catalog.labels import object_label, plural_label
from formwork.kernel import Actor
from formwork.storage import Work
from formwork.web.formats import Formats
from formwork.web.views.shell import Look


@dataclass(frozen=True)
class Visit:
    """What a page needs. `key` signs cursors, `tenant_label` names the organisation.

    `read_only` says that nothing is changed in this visit, so that no page offers to.
    """

    work: Work
    look: Look
    key: bytes
    tenant_label: str
    shortcuts: bool = True
    read_only: bool = False

    @property
    def snapshot(self) -> Snapshot:
        """The metadata of this request."""
        return self.work.snapshot

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.work.context.actor

    @property
    def user(self) -> UUID:
        """The id of whoever is signed in."""
        assert self.actor.user is not None
        return self.actor.user

    @property
    def locale(self) -> str:
        """The product's code of the reader's language."""
        return self.work.context.locale

    @cached_property
    def formats(self) -> Formats:
        """The reader's formats."""
        context = self.work.context
        return Formats(context.locale, context.display_timezone, context.currency, context.now)

    def may(self, object: str, verb: Verb) -> bool:
        """True when the reader may use the object in this way at all, here and now."""
        if self.read_only and verb not in READING:
            return False
        return may_use(self.snapshot, self.actor, object, verb)

    def label(self, spec: ObjectSpec) -> str:
        """The object's name for one record, in the reader's language."""
        return object_label(self.snapshot, self.locale, spec)

    def label_inside(self, spec: ObjectSpec) -> str:
        """The object's name for one record, as it stands inside a sentence."""
        return self.inside(self.label(spec))

    def inside(self, label: str) -> str:
        """A label inside a sentence: without its capital, unless it is an acronym."""
        return label[:1].lower() + label[1:] if label[1:2].islower() else label

    def plural(self, spec: ObjectSpec) -> str:
        """The object's name for several records, in the reader's language."""
        return plural_label(self.snapshot, self.locale, spec)


def object_address(object: str) -> str:
    """The address of an object's list."""
    return f"/o/{object}"


def record_address(object: str, id: object) -> str:
    """The address of a record."""
    return f"/o/{object}/{id}"
