"""The draft: documents of the tenant layer that are changed and not live yet, one draft for all who administer.

Each document has a version of its own, so that of two editors nobody overwrites the other unseen, and the hash of
the published text it began from: when another version of it is published meanwhile, it is behind until somebody
has looked at both.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from formwork.definitions.layer import why_no_document, with_manifest
from formwork.kernel import Conflict, Invalid, NotFound, Problem
from formwork.storage import Work, system

_TABLE = "fw_draft"


@dataclass(frozen=True, slots=True)
class DraftDocument:
    """One changed document. `text` None takes it away; `base` is the hash of the text it began from, blank for none."""

    path: str
    text: str | None
    base: str
    version: int
    at: datetime
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of the layer as published, and what is changed in them, by path."""

    published: Mapping[str, str]
    documents: tuple[DraftDocument, ...] = ()

    def find(self, path: str) -> DraftDocument | None:
        """The change of a document, None when it is as published."""
        return next((one for one in self.documents if one.path == path), None)

    def text(self, path: str) -> str | None:
        """A document with what is changed in it, None when there is none."""
        found = self.find(path)
        return self.published.get(path) if found is None else found.text

    def version(self, path: str) -> int:
        """What an editor of a document hands back when it is kept; 0 while it is as published."""
        found = self.find(path)
        return 0 if found is None else found.version

    def is_behind(self, document: DraftDocument) -> bool:
        """True when another text than the one the change began from has been published since."""
        return document.base != text_hash(self.published.get(document.path))

    def with_texts(self, changes: Mapping[str, str | None], at: datetime) -> "Draft":
        """The draft as it would be with further changes, nothing kept."""
        kept = [one for one in self.documents if one.path not in changes]
        tried = [
            DraftDocument(path, text, text_hash(self.published.get(path)), self.version(path) + 1, at, None)
            for path, text in changes.items()
        ]
        return Draft(self.published, (*kept, *tried))

    def files(self, paths: Collection[str] | None = None) -> dict[str, str]:
        """The layer with the draft laid over it, or with the changes of some documents only; with its manifest."""
        files = dict(self.published)
        for document in self.documents:
            if paths is None or document.path in paths:
                files.pop(document.path, None)
                if document.text is not None:
                    files[document.path] = document.text
        return with_manifest(files) if files or self.published else {}


def text_hash(text: str | None) -> str:
    """What a text is known by, blank for no text."""
    return "" if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_draft(work: Work, published: Mapping[str, str]) -> Draft:
    """The draft over the published files of the layer, by path."""
    rows = system.find_many(work, _TABLE, order=("path",))
    return Draft(published, tuple(DraftDocument(**row) for row in rows))


def keep_document(work: Work, draft: Draft, path: str, text: str | None, version: int, base: str | None = None) -> None:
    """Keep a document in the draft; one that is as published again leaves it.

    `version` is the one its editor began from (0 for what was as published), `base` the hash of the published text
    when the editor has looked at it. Raises Invalid `bad_document`, Conflict `draft_changed` with both texts when
    somebody else was first.
    """
    if text is not None and (why := why_no_document(path, text)):
        raise Invalid(why, code="bad_document", problems=[Problem("/text", "bad_document", why, {"path": path})])
    found = draft.find(path)
    if (found.version if found is not None else 0) != version:
        raise _changed(path, found, text, draft)
    published = draft.published.get(path)
    if text == published:
        if found is not None and not system.remove(work, _TABLE, equals={"path": path, "version": version}):
            raise _changed(path, found, text, draft)
        return
    began = base if base is not None else found.base if found is not None else text_hash(published)
    row = {"text": text, "base": began, "version": version + 1, "at": work.context.now, "by": work.context.actor.user}
    if found is None:
        kept = system.put_new(work, _TABLE, {"path": path, **row})
    else:
        kept = system.change(work, _TABLE, row, equals={"path": path, "version": version}) == 1
    if not kept:
        raise _changed(path, found, text, draft)


def discard_document(work: Work, path: str, version: int | None = None) -> None:
    """Let a change go; raises NotFound `unknown_document`, Conflict `draft_changed` when its version is another."""
    found = system.find(work, _TABLE, path=path)
    if found is None:
        raise NotFound("There is no unpublished change of this document.", code="unknown_document")
    if version is not None and version != found["version"]:
        raise _changed(path, DraftDocument(**found), None, None)
    system.remove(work, _TABLE, equals={"path": path, "version": found["version"]})


def discard_draft(work: Work) -> int:
    """Let every change go; gives how many there were."""
    return system.remove(work, _TABLE)


def settle_draft(work: Work, documents: Collection[DraftDocument]) -> None:
    """Take out what was published. What somebody changed further meanwhile stays, over the new version."""
    for one in documents:
        if not system.remove(work, _TABLE, equals={"path": one.path, "version": one.version}):
            system.change(work, _TABLE, {"base": text_hash(one.text)}, equals={"path": one.path})


def _changed(path: str, theirs: DraftDocument | None, yours: str | None, draft: Draft | None) -> Conflict:
    text = theirs.text if theirs is not None else draft.published.get(path) if draft is not None else None
    told: dict[str, object] = {"path": path, "yours": yours, "theirs": text}
    if theirs is not None:
        told |= {"version": theirs.version, "by": None if theirs.by is None else str(theirs.by), "at": theirs.at}
    return Conflict(
        "Somebody else changed this document meanwhile. Compare both and keep it again.",
        code="draft_changed",
        extra=told,
    )
