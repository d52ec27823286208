"""Schemas as the files editors read."""

import json

from formwork.definitions.schemas.kinds import SCHEMAS


def schema_text(kind: str) -> str:
    """The JSON text of the schema of a kind, as it stands in docs/schemas/<kind>.json."""
    return json.dumps(SCHEMAS[kind], indent=2, ensure_ascii=False) + "\n"


def schema_files() -> dict[str, str]:
    """File name to text of every schema; `cli.py schema` writes them."""
    return {f"{kind}.json": schema_text(kind) for kind in SCHEMAS}
