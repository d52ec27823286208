"""One cell of a file as the value of a field: value maps, date orders, decimal marks, scales, options."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from formwork.catalog import FieldSpec
from formwork.definitions.model import ColumnMapping
from formwork.expressions import fold
from formwork.fieldtypes import BadValue, LoadContext
from formwork.fieldtypes.decimals import read_localised

_SHORT_YEAR = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})(.*)", re.ASCII | re.DOTALL)
_PIVOT = 70
"""Years of two digits below it are of this century, as databases and spreadsheets read them."""


def clean(column: ColumnMapping, cell: str | None) -> str | None:
    """The text of a cell after trimming and the value map; None for a blank one."""
    [text] = clean_all(column, (cell,))
    return text


def clean_all(column: ColumnMapping, cells: Iterable[str | None]) -> list[str | None]:
    """The texts of a column's cells after trimming and the value map; None for blank ones."""
    values = column.values
    texts = (
        [values.get(text, text) for text in map(as_written(column), cells)]
        if values
        else map(as_written(column), cells)
    )
    return [text if text and not text.isspace() else None for text in texts]


def as_written(column: ColumnMapping) -> Callable[[str | None], str]:
    """How a cell is looked up in the column's `values` and `skip`: trimmed where the column trims, "" when blank."""
    if any(step.kind == "trim" for step in column.transform):
        return lambda cell: cell.strip() if cell else ""
    return lambda cell: cell or ""


def circumstances(column: ColumnMapping, where: LoadContext) -> LoadContext:
    """How this column's texts are read."""
    for step in column.transform:
        if step.kind == "date":
            where = replace(where, date_order=str(step.argument))
        elif step.kind == "decimal":
            where = replace(where, decimal_mark=str(step.argument))
    return where


def read_value(column: ColumnMapping, spec: FieldSpec, text: str, where: LoadContext) -> object:
    """The Python value of a text for a field that is no look-up; raises BadValue."""
    settings = spec.definition.settings
    if spec.options:
        text = ";".join(option_code(spec, item) for item in items_of(spec, text))
    if where.date_order in ("dmy", "mdy"):
        text = _with_century(text, where.date_order)
    scale = next((step.argument for step in column.transform if step.kind == "scale"), None)
    if scale is not None:
        text = format(read_localised(text, where) * Decimal(str(scale)), "f")
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        where = replace(where, decimal_mark=".")
    return spec.field_type.load_text(text, settings, where)


def items_of(spec: FieldSpec, text: str) -> list[str]:
    """The items of a cell: several for fields that hold several (between `;`, or `,`), else the text itself."""
    if not spec.field_type.side_table:
        return [text]
    return text.split(";" if ";" in text else ",")


def option_code(spec: FieldSpec, text: str) -> str:
    """The option code a text means: the code itself, or a label whatever its case and accents."""
    plain = text.strip()
    if plain in spec.options:
        return plain
    wanted = fold(plain)
    hits = [code for code, option in spec.options.items() if wanted in (fold(code), fold(option.label))]
    return hits[0] if len(hits) == 1 else plain


def _with_century(text: str, order: str) -> str:
    found = _SHORT_YEAR.fullmatch(text.strip())
    if found is None or re.match(r"\d", found.group(5)):
        return text
    first, _, second, year, rest = found.groups()
    full = int(year) + (2000 if int(year) < _PIVOT else 1900)
    if len(year) != 2:
        raise BadValue("bad_date", "Write the year with two or four digits.")
    day, month = (first, second) if order == "dmy" else (second, first)
    return f"{full:04d}-{int(month):02d}-{int(day):02d}{rest}"
