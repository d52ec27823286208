"""Every command by its word, each loaded when it is asked for, so that `serve` loads nothing of `import`."""

from collections.abc import Iterator, Mapping

import click

from formwork.kernel.library import find

_PLACES = {
    "demo": "demo:demo",
    "serve": "serve:serve",
    "worker": "upkeep:worker",
    "tenant": "tenant_commands:tenant",
    "user": "user:user",
    "provider": "provider:provider",
    "second-factor": "second_factor:second_factor",
    "check": "check:check",
    "plan": "publish:plan",
    "apply": "publish:apply",
    "versions": "versions:versions",
    "diff": "versions:diff",
    "rollback": "versions:rollback",
    "retired": "versions:retired",
    "usage": "usage:usage",
    "package": "package_commands:package",
    "schema": "schema:schema",
    "upgrade": "upkeep:upgrade",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "keys": "keys:keys",
    "audit": "audit:audit",
    "privacy": "privacy:privacy",
    "explain": "explain:explain",
    "doctor": "upkeep:doctor",
    "import": "import_file:import_file",
    "export": "export_file:export_file",
}
"""Word -> module of this room and the command in it."""


class _Loaded(Mapping[str, click.Command]):
    """The commands by their words."""

    def __getitem__(self, word: str) -> click.Command:
        command: click.Command = find(f"formwork.cli.{_PLACES[word]}")
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


class Commands(click.Group):
    """The group of all commands."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Their words, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them, None for a word that is none."""
        return COMMANDS[cmd_name] if cmd_name in _PLACES else None


COMMANDS: Mapping[str, click.Command] = _Loaded()
