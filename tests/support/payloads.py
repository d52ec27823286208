"""Texts that break what trusts its caller, sent to every parameter of every route, and an ear on the databases."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from zlib import crc32

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.support import seeds

MARK = "zqx"
"""Stands in every payload; no statement may hold it outside its bound parameters."""
PAYLOADS = (
    "zqx'", 'zqx"', "zqx`", "zqx,(", "zqx)", "zqx -- ", "zqx /*", "zqx; drop table x", "(select zqx)", "zqx desc; x",
    "sleep(zqx)", "name = 'zqx' or 1=1", "zqx->>'$.a'", "ｚｑｘzqx", "zqx\x00", "zqx%s", "zqx%(a)s", "{zqx}", "zqx:a",
    "count(zqx)", "zqx.zqx.zqx.zqx.zqx.zqx.zqx",
)  # fmt: skip
CONFUSED: tuple[Any, ...] = (None, True, 0, -1, 10**30, 1.5, "", [], {}, [None], [[]], {"zqx": 1}, [{"zqx": ["zqx"]}])


def some(values: Sequence[Any], key: str) -> Sequence[Any]:
    """All values in the proof; on every push a few, other ones for each place."""
    if seeds.FULL:
        return values
    stride = min(12, len(values))
    return values[crc32(key.encode()) % stride :: stride]


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every statement the block sends to a database."""
    heard: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
