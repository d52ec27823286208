"""The words of business that platform/ may not know, and the few places that have a reason to say one."""

import re
from dataclasses import dataclass
from functools import cache

from tests.support.house import ROOT, words_of

CORE = "core"

ALWAYS = frozenset(
    """
    account accounts campaign campaigns customer customers dealer dealers employee employees invoice invoices
    lead opportunity opportunities order_line price_book purchase_order refund refunds
    return_order sales_order salesperson shipment shipments supplier suppliers
    """.split()
)
"""Held even when no package on the shelves has such an object yet."""

ORDINARY = frozenset(
    """
    cart case contact contract event mailing message note payment product quote resource store subscription task
    territory visit
    """.split()
)
"""Object names that are also everyday words of English or of programming (an `event` of a page, the `product`
this is, a `message` to the reader). They are not looked for; the renaming test is what holds them."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A file that may say a word, and why."""

    file: str
    word: str
    reason: str


ALLOWED: tuple[Allowed, ...] = (
    Allowed("kernel/actor.py", "account", "the design gives every Actor the account of a portal user"),
    Allowed("kernel/context.py", "account", "speaks of the actor's account"),
    Allowed("expressions/reading.py", "account", "`me.account`, the same member of the Actor"),
    Allowed("definitions/", "web_form", "the feature switch of the metadata language, not the object"),
    Allowed("web/", "account", "the account menu: the user's own sign-in"),
)


VERBS = re.compile(r"\bleads? (back|into|nowhere|on|somewhere|to)\b")
"""What an expression or a link does; taken out of a line before it is searched."""

STATEMENT = re.compile(r"(^|:)\s*return\b")
"""The statement that gives back an `order` or a `line` is not about goods that come back; taken out as well."""


@cache
def forbidden() -> frozenset[tuple[str, ...]]:
    """The nouns as sequences of words, singular and plural: those of the shelves outside core, and ALWAYS."""
    names = set(ALWAYS)
    for path in (ROOT / "objects").glob("*/*.yaml"):
        if path.parent.name != CORE and path.stem not in ORDINARY and _declares(path.read_text(encoding="utf-8")):
            names |= {path.stem, _plural(path.stem)}
    return frozenset(tuple(name.split("_")) for name in names)


def _declares(text: str) -> bool:
    return any(line.startswith("object:") for line in text.splitlines())


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch")) else "s")


def is_allowed(file: str, noun: str) -> bool:
    """True when the allow-list gives the file (or its folder, written with a closing slash) the word."""
    return any(
        noun == entry.word and (file == entry.file or (entry.file.endswith("/") and file.startswith(entry.file)))
        for entry in ALLOWED
    )


def nouns_in(line: str) -> set[str]:
    """The forbidden nouns a line holds, identifiers taken apart."""
    found = set()
    words = words_of(VERBS.sub("", STATEMENT.sub("", line)))
    longest = max(map(len, forbidden()))
    for start in range(len(words)):
        for length in range(1, longest + 1):
            if tuple(words[start : start + length]) in forbidden():
                found.add("_".join(words[start : start + length]))
    return found
