"""`schema`: the JSON Schemas editors complete YAML files by."""

from pathlib import Path

import click

from formwork.cli.shell import Shell, takes_json, takes_shell
from formwork.definitions.schemas.text import schema_files


@click.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs/schemas"), show_default=True
)
@takes_json
@takes_shell
def schema(shell: Shell, out: Path) -> None:
    """Write the JSON Schema of every kind of document to a folder."""
    out.mkdir(parents=True, exist_ok=True)
    files = schema_files()
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8")
    shell.say(f"Wrote {len(files)} schemas to {out}.")
    shell.answer({"files": [str(out / name) for name in files]})
