"""The interface's languages and their catalogs, read from `words/*.po`, each when it is first asked for."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import g, has_app_context
from flask_babel import Domain, get_domain, get_locale

FOLDER = Path(__file__).parent / "words"

LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español", "zh": "中文", "ko": "한국어"}
"""Locale codes of the product with each language's own name, in the order of the switch."""

TAGS: Mapping[str, str] = {"zh": "zh-Hans"}
"""BCP 47 tags where they say more than the locale code."""


@cache
def load_words(language: str, folder: Path = FOLDER) -> NullTranslations:
    """The catalog of one language, read when a process is first asked for it; English is the source and has none."""
    path = folder / f"{language}.po"
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


class Words(Domain):  # type: ignore[misc]
    """The domain Flask-Babel asks: catalogs from memory, chosen by the request's locale."""

    def get_translations(self) -> NullTranslations:
        """The catalog of the request's language."""
        locale = get_locale()
        return load_words(locale.language if locale and locale.language in LANGUAGES else "en")


def say(text: str, /, **values: object) -> str:
    """The text in the request's language, with its `%(name)s` filled in."""
    found = catalog().gettext(text)
    return found % values if values else found


def say_count(singular: str, plural: str, count: int, /, **values: object) -> str:
    """The text for a count in the request's language; the count is `%(num)d` in it."""
    return catalog().ngettext(singular, plural, count) % {"num": count, **values}


def catalog() -> NullTranslations:
    """The words of the request, looked up once; `forget_catalog` when its language turns out to be another."""
    if not has_app_context():
        return NullTranslations()
    if "catalog" not in g:
        g.catalog = get_domain().get_translations()
    found: NullTranslations = g.catalog
    return found


def forget_catalog() -> None:
    """Choose the words anew: the person who asks is known now."""
    g.pop("catalog", None)


def is_source_language() -> bool:
    """True when the request is answered in the language the texts are written in."""
    return type(catalog()) is NullTranslations


def choose_language(wanted: str | None, kept: str | None, accepted: str | None) -> str:
    """The language of a page: the person's choice, what the browser keeps, what it accepts, English."""
    for code in (wanted, kept, accepted):
        if code is not None and code in LANGUAGES:
            return code
    return "en"


def tag_of(locale: str) -> str:
    """The `lang` attribute of a page in this locale."""
    return TAGS.get(locale, locale)
