"""What the sources of the web door must hold: no inline code, known icons and classes, every word in four languages."""

import json
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from formwork.records.why import SENTENCES, WORDS

WEB = Path(__file__).parents[2] / "platform/formwork/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
STYLES = "\n".join(path.read_text(encoding="utf-8") for path in (WEB / "front/css").glob("*.css"))
BEHAVIOURS = (WEB / "front/src/app.ts").read_text(encoding="utf-8") + (WEB / "front/src/login.ts").read_text(
    encoding="utf-8"
)


def messages() -> set[str | tuple[str, ...]]:
    """Every text of templates and pages that is shown to people."""
    found: set[str | tuple[str, ...]] = set()
    options = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(WEB),
        [("**.py", "python"), ("templates/**.html", "jinja2")],
        options_map=options,
        keywords={"_": None, "say": None, "gettext": None, "ngettext": (1, 2), "say_count": (1, 2)},
        directory_filter=lambda folder: Path(folder).name not in ("front", "static"),
    ):
        found.add(message if isinstance(message, str) else tuple(part for part in message if isinstance(part, str)))
    return found | set(SENTENCES.values()) | set(WORDS.values())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_no_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_templates_use_classes_of_the_sheet() -> None:
    used = {
        name
        for path in TEMPLATES
        for value in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8"))
        for name in re.sub(r"{[{%].*?[}%]}", " ", value).split()
        if name.startswith("fw-") and not name.endswith("-")
    }
    unknown = sorted(name for name in used if f".{name}" not in STYLES)
    assert unknown == [], unknown


def test_icons_named_by_templates_and_pages_exist() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "front/icons.svg").read_text(encoding="utf-8")))
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"icon(?:_address)?\(['\"]([a-z-]+)['\"]", path.read_text(encoding="utf-8"))
    }
    assert named <= sprite


def test_shipped_objects_and_options_name_icons_of_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "front/icons.svg").read_text(encoding="utf-8")))
    shelf = WEB.parents[2] / "objects"
    named = {
        (path.name, name)
        for path in shelf.rglob("*.yaml")
        for name in re.findall(r"\bicon: *([a-z-]+)", path.read_text(encoding="utf-8"))
    }
    assert not {pair for pair in named if pair[1] not in sprite}


def test_behaviours_named_by_templates_exist() -> None:
    named = {
        name
        for path in TEMPLATES
        for value in re.findall(r'data-behaviour="([^"]+)"', path.read_text(encoding="utf-8"))
        for name in value.split()
    }
    assert {name for name in named if not re.search(rf"\b{name}\b", BEHAVIOURS)} == set()


@pytest.mark.parametrize("locale", ["es", "zh", "ko"])
def test_every_word_is_translated(locale: str) -> None:
    with (WEB / f"words/{locale}.po").open("rb") as file:
        catalog: Catalog = read_po(file, locale=locale)
    known = {entry.id if isinstance(entry.id, str) else tuple(entry.id): entry for entry in catalog if entry.id}
    wanted = messages()
    assert sorted(map(str, wanted - known.keys())) == []
    assert sorted(map(str, known.keys() - wanted)) == [], "words nobody says any more"
    empty = [
        key
        for key, entry in known.items()
        if not all(entry.string if isinstance(entry.string, tuple) else [entry.string])
    ]
    assert empty == []
    assert [(entry.id, [str(error) for error in errors]) for entry, errors in catalog.check()] == []


def test_lock_file_carries_no_addresses() -> None:
    lock = json.loads((WEB / "front/package-lock.json").read_text(encoding="utf-8"))
    assert not any("resolved" in package for package in lock["packages"].values())
