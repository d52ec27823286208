"""What `doctor` asks about files: contents that are missing or left over, uses that lead nowhere."""

from formwork.files.blobs import Blobs
from formwork.files.stored import TABLE as FILES
from formwork.files.stored import every_row
from formwork.files.sweep import GRACE
from formwork.files.uses import TABLE as USES
from formwork.storage import Work
from formwork.storage.upkeep.doctor import Symptom


def examine_files(work: Work, blobs: Blobs) -> list[Symptom]:
    """Everything that is wrong between the rows and the store; empty when all is well. Changes nothing."""
    stored = list(blobs.list())
    there = {one.sha256: one.size for one in stored}
    named = {row["sha256"]: row["size"] for row in every_row(work, FILES, "sha256", "size")}
    files = {row["id"] for row in every_row(work, FILES)}
    missing = len(named.keys() - there.keys())
    short = sum(1 for sha256, size in named.items() if there.get(sha256, size) != size)
    dangling = sum(1 for row in every_row(work, USES, "file") if row["file"] not in files)
    old = work.context.now - 2 * GRACE
    left = sum(1 for one in stored if one.sha256 not in named and one.at < old)
    found = (
        ("files", missing, f"The contents of {missing} files are missing. Restore them from a backup."),
        ("files", short, f"The contents of {short} files have another size than was written. Restore a backup."),
        ("files", dangling, f"{dangling} fields hold files that are not known. Restore a backup."),
        ("left_files", left, f"{left} contents belong to no file and were not taken away. Does the worker run?"),
    )
    return [Symptom(check, message, "", count) for check, count, message in found if count]
