"""The life of a file below the doors: kept once, swept, purged, carried in a backup, examined."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from formwork.files import Blobs, keep_file, receive
from formwork.files.carry import pack_contents, unpack_contents
from formwork.files.checkup import examine_files
from formwork.files.name import clean_name
from formwork.files.serve import disposition
from formwork.files.stored import find_files
from formwork.files.sweep import GRACE
from formwork.jobs import Chore
from formwork.kernel import Invalid, LimitExceeded, NotFound, Unavailable
from formwork.publishing.restore import restore
from formwork.records import Change, create, update
from formwork.records.attachments import file_versions
from formwork.runtime.chores import make_worker
from formwork.storage import Tenant, rows
from formwork.storage.upkeep.backup import checksums, write_backup
from formwork.storage.upkeep.purge import purge
from tests.files.conftest import upload
from tests.support.pictures import pdf, png
from tests.support.tenants import TENANT, Installation


@dataclass(frozen=True)
class Later:
    """A clock that stands still at a moment to come."""

    moment: datetime

    def now(self) -> datetime:
        """That moment."""
        return self.moment


def later(here: Installation, by: timedelta) -> None:
    """Let time pass for everything that asks the runtime."""
    here.runtime.clock = Later(here.runtime.clock.now() + by)


def sweep(here: Installation) -> None:
    """What the worker does in the night and every hour."""
    for name in ("uploads", "files"):
        chore: Chore = next(one for one in make_worker(here.runtime).chores if one.name == name)
        chore.run(here.system)


def contents(blobs: Blobs) -> set[str]:
    return {one.sha256 for one in blobs.list()}


def test_the_same_bytes_are_kept_once(here: Installation, blobs: Blobs, lina: UUID) -> None:
    with here.as_user(lina) as work:
        first, second = upload(work, blobs, name="a.png"), upload(work, blobs, name="b.png")
    assert (first.sha256, first.id == second.id) == (second.sha256, False)
    assert contents(blobs) == {first.sha256}
    assert b"".join(blobs.read(first.sha256)) == png()
    assert b"".join(blobs.read(first.sha256, 1, 4)) == b"PNG"
    assert list(blobs.read(first.sha256, 5, 5)) == []


def test_an_upload_nobody_takes_is_swept_after_a_day(here: Installation, blobs: Blobs, lina: UUID) -> None:
    with here.as_user(lina) as work:
        loose, held = upload(work, blobs), upload(work, blobs, pdf(), "a.pdf")
        create(work, "reader", [{"name": "Holds", "papers": [str(held.id)]}])
    sweep(here)
    assert contents(blobs) == {loose.sha256, held.sha256}
    later(here, GRACE + timedelta(minutes=1))
    sweep(here)
    assert contents(blobs) == {held.sha256}
    with here.as_user(lina) as work:
        assert find_files(work, [loose.id, held.id]).keys() == {held.id}
        with pytest.raises(Invalid) as caught:
            create(work, "reader", [{"name": "Late", "photo": str(loose.id)}])
        assert caught.value.problems[0].code == "bad_file"


def test_a_content_that_others_name_outlives_one_upload(here: Installation, blobs: Blobs, lina: UUID) -> None:
    with here.as_user(lina) as work:
        loose, held = upload(work, blobs), upload(work, blobs)
        create(work, "reader", [{"name": "Holds", "photo": str(held.id)}])
    later(here, 3 * GRACE)
    sweep(here)
    assert contents(blobs) == {loose.sha256}
    with here.system() as work:
        assert find_files(work, [loose.id, held.id]).keys() == {held.id}


def test_what_a_rolled_back_upload_leaves_is_swept_after_its_grace(here: Installation, blobs: Blobs) -> None:
    with pytest.raises(RuntimeError), here.system() as work:
        orphan = upload(work, blobs)
        raise RuntimeError
    assert contents(blobs) == {orphan.sha256}
    sweep(here)
    assert contents(blobs) == {orphan.sha256}
    later(here, GRACE + timedelta(minutes=1))
    sweep(here)
    assert contents(blobs) == set()


def test_a_content_swept_while_its_upload_waits_is_asked_for_again(here: Installation, blobs: Blobs) -> None:
    received = receive(blobs, io.BytesIO(png()), "a.png", 1_000)
    blobs.remove(received.sha256)
    with pytest.raises(Unavailable) as caught, here.system() as work:
        keep_file(work, blobs, received)
    assert caught.value.code == "files_unavailable"


def test_a_purged_record_lets_its_files_go(here: Installation, blobs: Blobs, lina: UUID) -> None:
    with here.as_user(lina) as work:
        shared, alone = upload(work, blobs), upload(work, blobs, pdf(), "a.pdf")
        body = {"name": "One", "photo": str(shared.id), "papers": [str(alone.id)]}
        [one, two] = create(work, "reader", [body, {"name": "Two", "photo": str(shared.id)}])
    with here.system() as work:
        purge(work, "reader", [one.id])
    sweep(here)
    later(here, GRACE + timedelta(minutes=1))
    sweep(here)
    with here.system() as work:
        assert find_files(work, [shared.id, alone.id]).keys() == {shared.id}
        assert rows.load(work, "reader", [two.id], ["photo"])[two.id]["photo"] == shared.id
        assert examine_files(work, blobs) == []
    assert contents(blobs) == {shared.sha256}


def test_an_earlier_version_comes_back(here: Installation, blobs: Blobs, lina: UUID) -> None:
    with here.as_user(lina) as work:
        first, second = upload(work, blobs), upload(work, blobs, png(3, 3))
        [saved] = create(work, "reader", [{"name": "Back", "photo": str(first.id)}])
        for file in (second, first):
            update(work, "reader", [Change(saved.id, {"photo": str(file.id)})])
        found = file_versions(work, "reader", saved.id, "photo")
        assert [(one.file.id, one.until is None) for one in found] == [
            (first.id, True), (second.id, False), (first.id, False),
        ]  # fmt: skip


def test_one_person_leaves_only_so_many_uploads_behind(here: Installation, blobs: Blobs, lina: UUID) -> None:
    with here.as_user(lina) as work:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("formwork.files.stored.MOST_LOOSE", 2)
            upload(work, blobs)
            upload(work, blobs)
            with pytest.raises(LimitExceeded) as caught:
                upload(work, blobs)
        assert caught.value.code == "too_many_uploads"


def test_a_backup_brings_the_files_to_the_other_tenant(here: Installation, blobs: Blobs, lina: UUID) -> None:
    with here.as_user(lina) as work:
        held, loose = upload(work, blobs), upload(work, blobs, pdf(), "a.pdf")
        create(work, "reader", [{"name": "Holds", "photo": str(held.id)}])
    file = io.BytesIO()
    with here.runtime.consistent_read(TENANT, "backup") as work:
        before = checksums(work)
        write_backup(work, file)
        assert pack_contents(work, blobs, file) == 2
    here.runtime.create_tenant(Tenant("copy", here.runtime.clock.now(), "Copy"))
    copied = here.runtime.blobs("copy")
    with here.runtime.system_write("copy", "restore") as work:
        restore(work, file, here.runtime.registry.field_types)
        assert unpack_contents(work, copied, file) == 2
    with here.runtime.system_read("copy", "test") as work:
        assert checksums(work) == before
        assert examine_files(work, copied) == []
    assert b"".join(copied.read(held.sha256)) == png()
    assert loose.sha256 in contents(copied)


def test_a_backup_without_its_files_is_damaged(here: Installation, blobs: Blobs, lina: UUID) -> None:
    with here.as_user(lina) as work:
        held = upload(work, blobs)
        create(work, "reader", [{"name": "Holds", "photo": str(held.id)}])
    file = io.BytesIO()
    with here.runtime.consistent_read(TENANT, "backup") as work:
        write_backup(work, file)
        with pytest.raises(Invalid) as caught:
            unpack_contents(work, blobs, file)
        assert caught.value.code == "bad_backup"
        blobs.remove(held.sha256)
        with pytest.raises(NotFound):
            pack_contents(work, blobs, io.BytesIO(file.getvalue()))


def test_the_doctor_finds_missing_and_left_over_contents(here: Installation, blobs: Blobs, lina: UUID) -> None:
    with here.as_user(lina) as work:
        held = upload(work, blobs)
        [saved] = create(work, "reader", [{"name": "Holds", "photo": str(held.id)}])
        assert examine_files(work, blobs) == []
    blobs.remove(held.sha256)
    blobs.put("ab" * 32, io.BytesIO(b"orphan"))
    later(here, 3 * GRACE)
    with here.system() as work:
        found = [(one.check, one.count) for one in examine_files(work, blobs)]
    assert found == [("files", 1), ("left_files", 1)]
    with pytest.raises(NotFound) as caught:
        blobs.read(held.sha256)
    assert caught.value.code == "file_missing"
    assert saved.created


def test_names_are_one_line_of_plain_signs() -> None:
    assert clean_name("a\tb\r\n\0c.png") == "abc.png"
    assert clean_name("  a   b .png") == "a b .png"
    assert clean_name("LPT1") == "_LPT1"
    assert clean_name("한국어 파일.pdf") == "한국어 파일.pdf"
    assert disposition('a"b\n.png') == "attachment; filename=\"a_b_.png\"; filename*=UTF-8''a%22b%0A.png"
