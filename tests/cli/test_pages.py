"""docs/howto/cli.md names every command, and the README's commands are there."""

import re

from formwork.cli.commands import COMMANDS
from tests.support.tenants import ROOT


def test_every_command_has_its_line() -> None:
    page = (ROOT / "docs/howto/cli.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `([a-z-]+)", page, re.MULTILINE)
    assert sorted(lines) == sorted(COMMANDS)


def test_the_readme_uses_commands_there_are() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs/howto").glob("*.md"))]
    used = {name for page in pages for name in re.findall(r"cli\.py ([a-z-]+)", page.read_text(encoding="utf-8"))}
    assert used <= set(COMMANDS)


def test_every_command_takes_json_and_says_what_it_does() -> None:
    commands = [(name, one) for name, one in COMMANDS.items()]
    while commands:
        name, command = commands.pop()
        commands += [(f"{name} {key}", one) for key, one in getattr(command, "commands", {}).items()]
        assert command.help, name
        if not hasattr(command, "commands"):
            assert any("--json" in param.opts for param in command.params), name
