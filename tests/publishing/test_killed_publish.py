"""K3 and K4: a publish that dies at any statement leaves one version or the other; writers beside it lose nothing."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from formwork.api import create_api
from formwork.kernel import Settings
from formwork.storage import metadata
from tests.publishing.conftest import FILES, Press, furnish
from tests.support.callers import Caller, World
from tests.support.databases import Database
from tests.support.killed import Answer, Request, write_until
from tests.support.seeds import scaled
from tests.support.tenants import KEY, LIBRARY, TENANT, installed

DEATHS = scaled(1)
STATEMENTS = 420
"""About as many moments as the publish below has; a later one lets it live."""
READER, LOAN, ITEM, SHELF = (f"objects/library/{name}.yaml" for name in ("reader", "loan", "loan_item", "shelf"))
RIGHTS = "metadata/library/permissions.yaml"


def changed() -> dict[str, str]:
    """The library with a field renamed, one of another type, some gone, one that is new, and another formula."""
    lines = FILES[READER].replace("card: {type: text, unique: true, max: 20}", "card: {type: integer, unique: true}")
    reader = "".join(line for line in lines.splitlines(keepends=True) if not line.startswith(("  topics:", "  home:")))
    reader = reader.replace("  level:", "  pet: {type: text, searchable: true, default: cat}\n  level:")
    reader = reader.replace('expression: "credit - owed"', 'expression: "credit - owed - 1"')
    loan = FILES[LOAN].replace("  days: {", "  weeks: {renamed_from: days, ")
    return {
        **FILES,
        READER: reader,
        LOAN: loan.replace("begun_on + days", "begun_on + weeks"),
        ITEM: FILES[ITEM].replace("loan.days", "loan.weeks"),
        RIGHTS: FILES[RIGHTS].replace("days: hidden", "weeks: hidden"),
        SHELF: "object: shelf\ntitle: name\nfields:\n  name: {type: text}\n  signs: {type: tags}\n",
    }


@dataclass(frozen=True)
class House:
    """An installation, how another process opens it, and who manages it."""

    press: Press
    settings: Settings
    admin: Caller

    @property
    def bearer(self) -> str:
        """The key of who manages it."""
        return self.admin.headers["Authorization"].split()[1]


@pytest.fixture(scope="module")
def house(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("killed")
    with installed(shared_database, folder, LIBRARY, furnish=furnish) as home:
        admin = World(home, create_api(home.runtime)).caller("boss", "admin")
        url = shared_database.url if shared_database.is_postgres else ""
        yield House(Press(home, home.known), Settings(data=folder / "data", database_url=url, key=KEY), admin)


def version(house: House) -> int:
    with house.press.home.runtime.system_read(TENANT, "test") as work:
        return metadata.current_version(work).version


def stored(house: House) -> dict[tuple[str, str, str], Any]:
    """What the readers' first names and credits, and the loans' days are, whatever these are called."""
    kept = {("reader", "name"), ("reader", "credit"), ("reader", "passport"), ("loan", "days"), ("book", "isbn")}
    return {key: value for key, value in house.press.values().items() if (key[0], key[2]) in kept}


@pytest.mark.slow
def test_a_killed_publish_leaves_one_version_or_the_other(house: House, record_property: Any) -> None:
    record_property("seeds", DEATHS)
    draw, before, deaths = random.Random(f"{house.settings.database_url != ''}"), house.press.values(), 0
    kept = stored(house)
    for death in range(DEATHS):
        base = version(house)
        refused = house.admin.post("/metadata/apply", {"files": changed()})
        consent = refused.json["plan"]["consent"]
        asked = [Request("POST", f"/metadata/apply?base={base}&consent={consent}", {"files": changed()}, f"k{death}")]
        told: list[Answer] = write_until(house.settings, house.bearer, asked, draw.randrange(1, STATEMENTS))
        deaths += not told
        assert version(house) in ((base, base + 1) if not told else (base + 1,))
        assert house.press.is_well()
        assert stored(house) == kept
        if version(house) == base:
            assert house.press.values() == before
            done = house.admin.post(f"/metadata/apply?base={base}&consent={consent}", {"files": changed()})
            assert done.json["number"] == base + 1
        assert house.press.is_well()
        back = [
            Request("POST", f"/metadata/versions/{base}/rollback?consent={going_back(house, base)}", {}, f"b{death}")
        ]
        told = write_until(house.settings, house.bearer, back, draw.randrange(1, STATEMENTS))
        deaths += not told
        assert house.press.is_well()
        if version(house) == base + 1:
            again = house.admin.post(f"/metadata/versions/{base}/rollback?consent={going_back(house, base)}")
            assert again.json["number"] == base + 2, again.json
        assert house.press.values() == before
        assert house.press.is_well()
    assert deaths > 0


def going_back(house: House, number: int) -> str:
    return str(house.admin.get(f"/metadata/versions/{number}/plan").json["consent"])


@pytest.mark.slow
def test_writers_beside_publishes_lose_nothing_and_of_two_publishes_one_is_refused(house: House) -> None:
    """Every acknowledged write of a field that stays is there; nobody is answered 500."""
    book, over, answers = house.press.ids["book"], Event(), []

    def write(turn: int) -> Answer:
        sent = house.admin("PATCH", f"/book/{book}", {"daily_fee": f"{turn}.50"})
        return Answer(sent.status_code, sent.json)

    def writing() -> Answer:
        last, turn = Answer(0, {}), 0
        while turn < 5 or (turn < 2_000 and not over.is_set()):
            turn += 1
            found = write(turn)
            answers.append(found.status)
            last = found if found.status == 200 else last
        return last

    with ThreadPoolExecutor(3) as pool:
        writer = pool.submit(writing)
        try:
            base = version(house)
            consent = house.admin.post("/metadata/apply", {"files": changed()}).json["plan"]["consent"]
            address = f"/metadata/apply?base={base}&consent={consent}"
            both = [pool.submit(house.admin.post, address, {"files": changed()}) for _ in range(2)]
            codes = sorted(one.result().status_code for one in both)
            back = house.admin.post(f"/metadata/versions/{base}/rollback?consent={going_back(house, base)}")
        finally:
            over.set()
        last = writer.result()
    assert codes == [200, 409]
    assert back.status_code == 200, back.json
    assert set(answers) <= {200, 409, 503}, sorted(set(answers))
    assert house.admin.get(f"/book/{book}").json["daily_fee"] == last.body["daily_fee"]
    assert house.press.is_well()
