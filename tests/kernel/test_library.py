"""What waits for its first use: libraries, commands, and that a server starts without them."""

import gc
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from formwork.kernel.library import find, on_first_use, uncollected
from tests.support.tenants import KEY, ROOT

WAITING = (
    "alembic", "networkx", "psycopg", "jsonschema", "jsonschema_rs", "yaml", "phonenumbers", "xlsxwriter",
    "openpyxl", "python_calamine", "rapidfuzz", "cryptography", "mako",
)  # fmt: skip

SLOW = "import time\ntime.sleep(0.3)\nname = 'whole'\n"


def test_a_library_is_imported_when_it_is_asked_for_a_name() -> None:
    code = (
        "import sys; from formwork.kernel.library import on_first_use\n"
        "graphs = on_first_use('networkx'); assert 'networkx' not in sys.modules\n"
        "assert graphs.DiGraph().size() == 0 and 'networkx' in sys.modules"
    )
    run(code)


def test_a_library_that_is_missing_says_so_when_it_is_used() -> None:
    missing = on_first_use("no_such_library")
    with pytest.raises(ImportError, match="no_such_library"):
        _ = missing.anything


def test_threads_wait_for_an_import_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is half imported stands in sys.modules already; nobody may see it so."""
    (tmp_path / "slow_to_import.py").write_text(SLOW)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "slow_to_import", raising=False)
    library = on_first_use("slow_to_import")
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(lambda: library.name)
        time.sleep(0.1)
        others = [pool.submit(lambda: library.name) for _ in range(3)]
        assert [one.result() for one in (first, *others)] == ["whole"] * 4


def test_a_place_is_found_by_name_and_the_collector_is_left_as_it_was() -> None:
    assert find("formwork.kernel.library:find") is find
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_server_starts_without_what_serving_does_not_need() -> None:
    code = (
        "import sys; from pathlib import Path; from formwork.kernel import Settings; from formwork.wsgi import Site\n"
        f"Site(Settings(data=Path('nowhere'), key={KEY!r})).build()\n"
        f"print(*(name for name in {WAITING!r} if name in sys.modules))"
    )
    assert run(code).split() == []


def run(code: str) -> str:
    """What a fresh process prints."""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={"PYTHONPATH": "platform"},
        cwd=ROOT,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
