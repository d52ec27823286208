"""What an English sentence names, its translations name too: fields, choices, limits, places."""

import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po
from flask import Flask, g

import formwork.web
from formwork.kernel import Problem
from formwork.web.app import make_app
from formwork.web.language import LANGUAGES
from formwork.web.messages import plain_text
from tests.web.conftest import House, Person

WORDS = Path(formwork.web.__file__).parent / "words"
OTHERS = [one for one in LANGUAGES if one != "en"]
_NAMED = re.compile(r"%\((\w+)\)")

PROBLEMS = (
    Problem("", "unknown_field", "", {"field": "zqx"}),
    Problem("", "not_writable", "", {"field": "zqx"}),
    Problem("", "field_denied", "", {"field": "zqx"}),
    Problem("/columns/A", "double_field", "", {"field": "zqx"}),
    Problem("/match", "unknown_field", "", {"field": "zqx"}),
    Problem("", "unknown_option", "", {"options": "zqx, open"}),
    Problem("", "bad_date", "", {"example": "zqx"}),
    Problem("", "bad_character", "", {"position": "zqx"}),
    Problem("", "out_of_range", "", {"digits": "zqx"}),
    Problem("", "too_long", "", {"limit": "zqx"}),
    Problem("", "too_small", "", {"min": "zqx"}),
    Problem("", "too_large", "", {"max": "zqx"}),
    Problem("", "too_many_decimals", "", {"scale": "zqx"}),
    Problem("", "bad_file_type", "", {"name": "zqx", "accept": "pdf"}),
    Problem("", "file_too_large", "", {"name": "zqx", "limit": 3}),
)


@pytest.mark.parametrize("locale", OTHERS)
def test_translations_have_the_placeholders_of_english(locale: str) -> None:
    with (WORDS / f"{locale}.po").open("rb") as file:
        catalog: Catalog = read_po(file, locale=locale)
    differing = []
    for entry in catalog:
        ids = (entry.id,) if isinstance(entry.id, str) else entry.id
        texts = (entry.string,) if isinstance(entry.string, str) else entry.string
        wanted = {name for one in ids for name in _NAMED.findall(one)}
        differing += [(entry.id, one) for one in texts if entry.id and not set(_NAMED.findall(one)) <= wanted]
        last = set(_NAMED.findall(texts[-1]))
        differing += [(entry.id, texts[-1])] if entry.id and last != wanted else []
    assert differing == []


@pytest.fixture(scope="module")
def librarian(house: House) -> Person:
    return house.person("lib-words", "librarian")


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app("only for words", lambda: g.get("locale", "en"))


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda one: f"{one.code}{one.pointer}")
def test_a_problem_names_what_it_is_about(app: Flask, locale: str, problem: Problem) -> None:
    with app.test_request_context():
        g.locale = locale
        assert "zqx" in plain_text(problem)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("/o/loan?q=zqx%20%3D%201", "zqx"),
        ("/o/loan?sort=zqx", "zqx"),
        ("/o/loan?q=status%20%3D%20%27zqx%27", "zqx"),
        ("/o/loan?q=reader.zqx%20%3D%201", "zqx"),
        ("/o/loan?q=zqx(1)", "zqx"),
        ("/o/loan?q=days%20%3D%3D%203", "=="),
        ("/o/loan?q=days%20%3D", "7"),
    ],
)
def test_a_bad_address_of_a_list_is_told_with_its_word(librarian: Person, locale: str, address: str, word: str) -> None:
    assert librarian.post("/preferences/language", {"language": locale}).status_code == 303
    page = librarian.get(address).text
    assert librarian.post("/preferences/language", {"language": "en"}).status_code == 303
    told = re.search(r'role="alert">.*?<span>(.*?)(?:<small|</span>)', page, re.DOTALL)
    assert told is not None
    assert word in told[1], told[1]
