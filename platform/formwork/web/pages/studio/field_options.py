"""The choices of a select field in its form: codes, labels, colours, order."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from formwork.definitions.schemas.words import HUES
from formwork.fieldtypes.choice import CODE_PATTERN
from formwork.web.language import say as _
from formwork.web.pages.studio.new_object import name_from
from formwork.web.views.studio import OptionLine

WITH_OPTIONS = ("select", "multi_select")
_PART = re.compile(r"option\.(\d{1,4})\.(label|code|hue|active)")


def lines_of(options: Mapping[str, Any], fixed: Iterable[str] = ()) -> tuple[OptionLine, ...]:
    """The lines of choices as a document holds them; `fixed` are those of a package."""
    known = set(fixed)
    found = []
    for code, said in options.items():
        one = said if isinstance(said, dict) else {"label": said}
        label, hue, active = str(one.get("label", code)), str(one.get("hue", "")), one.get("active", True) is True
        found.append(OptionLine(code, label, hue, active, code in known))
    return tuple(found)


def sent_options(form: Mapping[str, str], before: Mapping[str, Any]) -> tuple[dict[str, Any], list[OptionLine], str]:
    """The choices of a form in their order, their lines to show again, and what is wrong with them, blank for nothing.

    What a choice says beside label, colour and being there stays as it was `before`.
    """
    rows: dict[str, dict[str, str]] = {}
    for key, value in form.items():
        if found := _PART.fullmatch(key):
            rows.setdefault(found[1], {})[found[2]] = value.strip()
    pasted = [line.strip() for line in form.get("paste", "").splitlines()]
    rows |= {f"+{at}": {"label": line, "active": "1"} for at, line in enumerate(pasted)}
    options: dict[str, Any] = {}
    lines: list[OptionLine] = []
    fault = ""
    for row in rows.values():
        label = row.get("label", "")[:120]
        if not label:
            continue
        code = row.get("code") or name_from(label) or f"option_{len(options) + 1}"
        hue = row.get("hue", "") if row.get("hue") in HUES else ""
        lines.append(OptionLine(code, label, hue, row.get("active") == "1", code in before))
        if not re.fullmatch(CODE_PATTERN, code):
            fault = _("A code begins with a small letter or digit and has no spaces.")
        elif code in options:
            fault = _("Two choices have the code %(code)s.", code=code)
        options[code] = _said(label, hue, row.get("active") == "1", before.get(code))
    return options, lines, fault or ("" if options else _("Give at least one choice."))


def _said(label: str, hue: str, active: bool, before: Any) -> Any:
    kept = {key: value for key, value in before.items() if key not in ("label", "hue", "active")} if isinstance(
        before, dict
    ) else {}  # fmt: skip
    more = {**({"hue": hue} if hue else {}), **({} if active else {"active": False}), **kept}
    return {"label": label, **more} if more else label


def changed_options(base: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What an extension says of a package's choices: new ones, and what is other of those there are."""
    found: dict[str, Any] = {}
    for code, said in wanted.items():
        if code not in base:
            found[code] = said
            continue
        was, now = _mapping(base[code]), _mapping(said)
        differs = {key: value for key, value in now.items() if was.get(key) != value}
        if was.get("active") is False and "active" not in now:
            differs["active"] = True
        if differs:
            found[code] = differs
    return found | {code: {"active": False} for code in base if code not in wanted}


def _mapping(said: Any) -> Mapping[str, Any]:
    return said if isinstance(said, dict) else {"label": said}
