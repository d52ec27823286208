"""Records to YAML files, the same bytes every time."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_. -]*[A-Za-z0-9]|[A-Za-z]")
WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}

Record = dict[str, Any]


class Shelves:
    """Collects records by package and object and writes them to seed/<package>/demo/<object>.yaml."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], list[Record]] = {}

    def add(self, package: str, obj: str, external_id: str, **fields: Any) -> Record:
        """A record, without the fields that are None."""
        record = {"external_id": external_id, **{name: value for name, value in fields.items() if value is not None}}
        self._records.setdefault((package, obj), []).append(record)
        return record

    def write(self) -> int:
        """Writes every file and answers how many records there are, details not counted."""
        for (package, obj), records in self._records.items():
            folder = ROOT / "seed" / package / "demo"
            folder.mkdir(parents=True, exist_ok=True)
            head = "# yaml-language-server: $schema=../../../docs/schemas/seed.json\n"
            head += "# Written by docs/howto/demo-data/generate.py; edit that instead.\n"
            text = f"{head}object: {obj}\ndemo: true\nrecords:\n" + "".join(_entry(one) for one in records)
            (folder / f"{obj}.yaml").write_text(text, encoding="utf-8")
        return sum(len(records) for records in self._records.values())


def _entry(record: Record) -> str:
    flat = _flow(record)
    if len(flat) <= 116 and not any(isinstance(value, list) for value in record.values()):
        return f"  - {flat}\n"
    lines = []
    for name, value in record.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"    {name}:")
            lines += [f"      - {_flow(one)}" for one in value]
        else:
            lines.append(f"    {name}: {_flow(value)}")
    return "  - " + "\n".join(lines)[4:] + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return json.dumps(str(value))
    if PLAIN.fullmatch(value) and value.lower() not in WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def day(offset: int) -> str:
    """A date so many days from today."""
    return f"=today() {'-' if offset < 0 else '+'} {abs(offset)}" if offset else "=today()"


def moment(offset: float) -> str:
    """A moment so many days from now, to the hour and quarter."""
    steps = round(offset * 96)
    number = f"{abs(steps) / 96:.6f}".rstrip("0").rstrip(".")
    return f"=now() {'-' if steps < 0 else '+'} {number}" if steps else "=now()"


def cents(value: Decimal) -> Decimal:
    """Rounded half-up to two decimals, as the formulas of the packages do."""
    return value.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
