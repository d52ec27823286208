"""Property: the records anybody lists, gets, counts, exports and finds are those a plain reading of the rights gives.

Firms are drawn at random. What each person reaches through every door of `records` and `transfer` is compared with
the set `Reference` computes in plain Python, and so is what they may edit and delete.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from formwork.catalog import Query, RestrictedQuery
from formwork.identity import actor_of
from formwork.kernel import Unauthenticated
from formwork.storage import Work, read
from formwork.storage.compile.shape import SCAN, Plan, Shape, has_shapes
from tests.stories.rows.asking import Asking, Undo
from tests.stories.rows.draw import draw_world
from tests.stories.rows.reference import Reference
from tests.stories.rows.store import FIRM, Stored, snapshot_of
from tests.stories.rows.world import OBJECTS, Key
from tests.support.databases import Database
from tests.support.seeds import scaled
from tests.support.tenants import Installation, installed

GUARD = 9
"""Rows a guarded scan looks at: more than a page has, less than there are."""
ASKING = 6
"""How many people of each firm ask, two by each shape lists can take; the first is at the top of the levels."""


@pytest.fixture(scope="module")
def home(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(shared_database, tmp_path_factory.mktemp("firm"), FIRM) as found:
        yield found


@settings(max_examples=scaled(3), phases=[Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_what_everybody_reaches_is_what_the_rights_say(home: Installation, seed: int) -> None:
    draw = Random(seed)
    with suppress(Undo), home.system() as opened:
        world = draw_world(draw, opened.context.now)
        work = opened.with_snapshot(snapshot_of(world))
        stored = Stored(work, world)
        head, *others = (one.key for one in world.people.values() if one.active)
        shapes = cycle(draw.sample([Shape.SCAN, Shape.GATHER, Shape.GUARDED], 3))
        for key, shape in zip((head, *draw.sample(others, ASKING - 1)), shapes, strict=False):
            with forced(shape):
                ask_as(work, stored, key, draw)
        for gone in (one.key for one in world.people.values() if not one.active):
            with pytest.raises(Unauthenticated):
                actor_of(work, stored.ids[gone])
        raise Undo


@contextmanager
def forced(shape: Shape) -> Iterator[None]:
    """Lists and counts take one shape wherever they could; a guarded scan is cut so short that the gather follows."""

    def plan(work: Work, restricted: RestrictedQuery, *, counting: bool = False) -> Plan:
        query = restricted.query
        assert isinstance(query, Query)
        guarded = shape is Shape.GUARDED
        if not has_shapes(query, restricted.rules.get(query.object)) or (guarded and (counting or query.sort)):
            return SCAN
        return Plan(shape, GUARD)

    with patch.object(read, "_plan", plan):
        yield


def ask_as(work: Work, stored: Stored, key: Key, draw: Random) -> None:
    """Everything one person asks."""
    person = stored.world.people[key]
    own = work.acting_as(actor_of(work, stored.ids[key]))
    asking = Asking(own, stored, Reference(stored.world, person), draw)
    for object in OBJECTS:
        asking.everything(object)
