"""The files of records that are to be forgotten: what their fields hold and held before."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from formwork.files.stored import TABLE as FILES
from formwork.files.uses import TABLE as USES
from formwork.storage import Work, erase, system


def erase_files(work: Work, table: str, ids: Sequence[UUID], fields: Sequence[str]) -> set[str]:
    """Forget what these physical fields of records hold and held; gives the contents that may go with them.

    A file that another record holds too stays there.
    """
    place = {"record": ids, "field": fields}
    uses = system.find_many(work, USES, equals={"object": table}, in_=place)
    system.remove(work, USES, in_={"id": {row["id"] for row in uses}})
    files = {row["file"] for row in uses}
    files -= {row["file"] for row in system.find_many(work, USES, in_={"file": files}, columns=("file",))}
    gone = system.find_many(work, FILES, in_={"id": files}, columns=("id", "sha256"))
    system.remove(work, FILES, in_={"id": files})
    return {row["sha256"] for row in gone}


def rename_files(work: Work, texts: Sequence[str], rewrite: Callable[[Any], Any]) -> None:
    """Take texts out of the names of the files that stay."""
    for row in erase.rows_mentioning(work, FILES, ("name",), texts, None, 100_000):
        system.change(work, FILES, {"name": rewrite(row["name"])}, equals={"id": row["id"]})
