"""The draft: kept document by document, checked whole, published in part, laid over what others publish."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from formwork.definitions.layer import MANIFEST, TENANT
from formwork.kernel import Conflict, Invalid, NotFound
from formwork.publishing.draft import discard_document, discard_draft, keep_document, text_hash
from formwork.publishing.go_back import plan_restore, plan_rollback
from formwork.runtime.drafts import check_draft, draft_of, lay_over, plan_draft, publish_draft
from formwork.storage import metadata
from formwork.storage.work import Work
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, Installation, installed

SHELF = "objects/tenant/shelf.yaml"
BOOK = "objects/tenant/book.yaml"
SHELF_TEXT = """\
# Where books stand.
object: shelf
fields:
  name: {type: text, required: true}  # painted on it
"""
BOOK_TEXT = "extends: book\nfields:\n  colour: {type: text}\n"


@pytest.fixture
def home(database: Database, tmp_path: Path) -> Iterator[Installation]:
    with installed(database, tmp_path, LIBRARY) as found:
        yield found


def keep(home: Installation, path: str, text: str | None, version: int = 0, base: str | None = None) -> None:
    with home.system() as work:
        keep_document(work, draft_of(home.runtime, work), path, text, version, base)


def publish(home: Installation, work: Work, *paths: str) -> int:
    draft, chosen = draft_of(home.runtime, work), frozenset(paths) or None
    plan = plan_draft(home.runtime, work, lay_over(home.runtime, work, draft, chosen))
    return metadata.current_version(publish_draft(home.runtime, work, draft, plan, chosen, "drafted")).version


def test_a_draft_goes_live_in_parts_and_keeps_its_comments(home: Installation) -> None:
    keep(home, SHELF, SHELF_TEXT)
    keep(home, BOOK, BOOK_TEXT)
    with home.system() as work:
        draft = draft_of(home.runtime, work)
        assert [(one.path, one.version) for one in draft.documents] == [(BOOK, 1), (SHELF, 1)]
        assert not check_draft(home.runtime, work, lay_over(home.runtime, work, draft))
        assert "shelf" not in work.snapshot.objects
        before = metadata.current_version(work).version
        assert publish(home, work, SHELF) == before + 1
    with home.system() as work:
        assert "shelf" in work.snapshot.objects
        assert "colour" not in work.snapshot.objects["book"].fields
        draft = draft_of(home.runtime, work)
        assert draft.published[SHELF] == SHELF_TEXT
        assert MANIFEST in draft.published
        assert [one.path for one in draft.documents] == [BOOK]
        publish(home, work)
    home.runtime.snapshots._packages.clear()
    home.runtime.snapshots._known.clear()
    with home.system() as work:
        assert "colour" in work.snapshot.objects["book"].fields
        assert draft_of(home.runtime, work).published[SHELF] == SHELF_TEXT
    keep(home, SHELF, SHELF_TEXT.replace("stand", "are kept"))
    with home.system() as work:
        publish(home, work)
        assert "are kept" in draft_of(home.runtime, work).published[SHELF]
    with home.system() as work:
        with pytest.raises(Invalid) as nothing:
            publish(home, work)
        assert nothing.value.code == "nothing_to_publish"


def test_nobody_overwrites_another_unseen(home: Installation) -> None:
    keep(home, SHELF, SHELF_TEXT)
    with pytest.raises(Conflict) as refused:
        keep(home, SHELF, "object: shelf\nfields: {}\n")
    assert refused.value.code == "draft_changed"
    assert refused.value.extra["theirs"] == SHELF_TEXT
    assert refused.value.extra["version"] == 1
    keep(home, SHELF, SHELF_TEXT + "  height: {type: number}\n", version=1)
    with home.system() as work:
        with pytest.raises(Conflict):
            discard_document(work, SHELF, 1)
        discard_document(work, SHELF, 2)
        with pytest.raises(NotFound):
            discard_document(work, SHELF)
    keep(home, BOOK, BOOK_TEXT)
    keep(home, BOOK, None, version=1)
    with home.system() as work:
        assert not draft_of(home.runtime, work).documents, "As published again, it leaves the draft."
        assert discard_draft(work) == 0


def test_what_was_published_otherwise_meanwhile_must_be_looked_at(home: Installation) -> None:
    keep(home, SHELF, SHELF_TEXT)
    with home.system() as work:
        publish(home, work)
    keep(home, SHELF, SHELF_TEXT + "  height: {type: number}\n")
    other = SHELF_TEXT + "  width: {type: number}\n"
    with home.system() as work:
        layer = home.runtime.snapshots.packages(work)[TENANT]
        files = {**layer.texts, SHELF: other}
        drafted = lay_over(home.runtime, work, draft_of(home.runtime, work).__class__(files))
        home.runtime.publish(work, home.runtime.plan(work, {TENANT: drafted.packages[TENANT]}))
    with home.system() as work, pytest.raises(Conflict) as behind:
        publish(home, work)
    assert behind.value.code == "draft_behind"
    assert behind.value.extra["documents"] == [SHELF]
    keep(home, SHELF, other + "  height: {type: number}\n", version=1, base=text_hash(other))
    with home.system() as work:
        publish(home, work)
    with home.system() as work:
        assert {"width", "height"} <= work.snapshot.objects["shelf"].fields.keys()


def test_what_comes_back_stands_in_the_files_again(home: Installation) -> None:
    keep(home, SHELF, SHELF_TEXT + "  height: {type: number}\n")
    with home.system() as work:
        first = publish(home, work)
    keep(home, SHELF, SHELF_TEXT)
    with home.system() as work:
        publish(home, work)
    with home.system() as work:
        assert "height" not in work.snapshot.objects["shelf"].fields
        packages = home.runtime.snapshots.packages(work)
        home.runtime.publish(
            work, plan_restore(work, work.snapshot, packages, home.runtime.registry.field_types, "shelf", "height")
        )
    with home.system() as work:
        assert "height" in work.snapshot.objects["shelf"].fields
        text = draft_of(home.runtime, work).published[SHELF]
        assert text.startswith("# Where books stand.")
        assert "height: {type: number" in text
    keep(home, SHELF, SHELF_TEXT)
    with home.system() as work:
        publish(home, work)
    with home.system() as work:
        home.runtime.publish(work, plan_rollback(work, work.snapshot, first, home.runtime.registry.field_types))
        assert "height" in draft_of(home.runtime, work).published[SHELF]


def test_every_problem_is_told_and_nothing_is_published(home: Installation) -> None:
    keep(home, SHELF, "object: shelf\ntitel: name\nfields:\n  name: {type: text}\n")
    keep(home, BOOK, "extends: bok\nfields:\n  colour: {type: text}\n")
    with home.system() as work:
        drafted = lay_over(home.runtime, work, draft_of(home.runtime, work))
        assert {one.file for one in check_draft(home.runtime, work, drafted)} == {SHELF, BOOK}
        with pytest.raises(Invalid) as refused:
            publish(home, work)
        assert refused.value.code == "metadata_invalid"
    for path, text in (
        ("objects/core/user.yaml", BOOK_TEXT),
        ("seed/tenant/x.yaml", "a: b"),
        (BOOK, "a: ["),
        (BOOK, "- a"),
    ):
        with pytest.raises(Invalid) as bad:
            keep(home, path, text, version=0 if path != BOOK else 1)
        assert bad.value.code == "bad_document", path
