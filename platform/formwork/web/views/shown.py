"""Values ready to be shown: already formatted, translated and allowed for the reader."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """One value as a page shows it.

    `kind` chooses the mark-up: text, number, pill, pills, person, link, lines, yes, no, rating, mono, rich, file,
    picture, files or blank. `hue` is one of the ten option hues, `icon` an id of the sprite, `title` the exact
    value where `text` is shortened (relative times), `tone` "", "ok", "warn" or "bad". `parts` are the items of
    pills, lines and files.
    """

    kind: str = "text"
    text: str = ""
    href: str = ""
    hue: str = "grey"
    icon: str = ""
    title: str = ""
    tone: str = ""
    initials: str = ""
    key: str = ""
    """The id of a file, where a form names it."""
    parts: tuple["Shown", ...] = ()

    @property
    def is_blank(self) -> bool:
        """True when there is nothing to show."""
        return self.kind == "blank"

    @property
    def is_number(self) -> bool:
        """True when the value is set in tabular figures at the right edge of its column."""
        return self.kind == "number"


BLANK = Shown(kind="blank")


def initials_of(name: str) -> str:
    """Two letters that stand for a name, one for names written without spaces (Chinese, Korean)."""
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return "?"
    if len(words) == 1 or not words[0].isascii():
        return words[0][: 1 if not words[0].isascii() else 2].upper()
    return (words[0][0] + words[-1][0]).upper()


HUES = ("blue", "teal", "violet", "orange", "pink", "green", "cyan", "red", "yellow", "grey")


def hue_of(key: str) -> str:
    """A hue that is always the same for the same key, for avatars and options without one of their own."""
    return HUES[sum(key.encode()) % (len(HUES) - 1)]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, a filter or a switch."""

    value: str
    label: str
    selected: bool = False
    hue: str = ""
    disabled: bool = False
