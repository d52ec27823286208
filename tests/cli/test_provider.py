"""`provider`: kept with its secret from standard input, asked who it is first."""

from dataclasses import replace

from tests.support.command import Program
from tests.support.provider import CLIENT, SECRET, local_provider, place_of


def test_a_provider_is_set_listed_and_removed(program: Program) -> None:
    with local_provider() as found:
        words = ("provider", "set", "acme", "--label", "Acme", "--client", CLIENT, "--issuer", found.issuer)
        assert program(*words, text=f"{SECRET}\n").code != 0, "a place inside that no setting names"
        place = {"FORMWORK_OUTBOUND_INSIDE": place_of(found.issuer)}
        program = replace(program, environment={**program.environment, **place})
        assert program(*words[:-1], f"{found.issuer}/other", text=f"{SECRET}\n").code != 0
        assert program(*words, text="\n").code != 0, "no secret, no provider"
        made = program(*words, "--json", text=f"{SECRET}\n")
        assert made.json["back"] == "/login/back/acme", made.err
        [listed] = program("provider", "list", "--json").json
        assert (listed["issuer"], SECRET in str(listed)) == (found.issuer, False)
        assert program("provider", "test", "acme").code == 0
        assert program("provider", "disable", "acme", "--json").json["enabled"] is False
        assert program("provider", "list", "--json").json[0]["enabled"] is False
        assert program("provider", "enable", "acme").code == 0
        assert program("provider", "remove", "acme").code == 0
        assert program("provider", "list", "--json").json == []
