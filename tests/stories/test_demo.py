"""A fresh folder and one command: people sign in and see what their roles let them see; started again, it is kept."""

import re
from pathlib import Path

import pytest
import requests

from tests.support.command import Program

PASSWORD = "a long enough word"


def sign_in(address: str, login: str) -> requests.Session:
    session = requests.Session()
    page = session.get(f"{address}/login", timeout=60).text
    [token] = set(re.findall(r'name="_csrf" value="([^"]+)"', page))
    answer = session.post(f"{address}/login", data={"_csrf": token, "email": login, "password": PASSWORD}, timeout=60)
    assert answer.url == f"{address}/", answer.text
    return session


@pytest.mark.slow
def test_one_command_serves_a_crm(tmp_path: Path) -> None:
    program = Program({"FORMWORK_DATA": str(tmp_path / "data")})
    made = program("demo", "--no-serve", "--password", PASSWORD, "--json")
    assert made.code == 0, made.err
    roles = {one["login"]: one["roles"] for one in made.json["people"]}
    assert roles["admin"] == ["admin"]
    assert program("doctor").code == 0
    with program.serving("demo") as address:
        counts = {}
        for login in ("admin", next(login for login, held in roles.items() if held == ["sales_rep"])):
            session = sign_in(address, login)
            assert session.get(f"{address}/o/account", timeout=60).status_code == 200
            counts[login] = session.get(f"{address}/api/v1/account/count", timeout=60).json()["count"]
        seen = list(counts.values())
        assert seen[0] > seen[1] > 0
    assert program("user", "password", "admin", "--tenant", "main").code == 0
    again = program("demo", "--no-serve", "--json")
    assert again.json["people"] == made.json["people"]
    assert program("apply", "--json").json["published"] is False
