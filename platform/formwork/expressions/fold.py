"""Text with case and accents folded away, for `contains`, `starts with`, sorting and uniqueness keys."""

import unicodedata


def fold(text: str) -> str:
    """The folded form: NFKD, combining marks taken out, case folded. `fold(fold(x)) == fold(x)`.

    "Ärger" and "arger" fold to the same text, so do "ＡＢＣ" and "abc"; "ß" folds to "ss".
    """
    if text.isascii():
        return text.lower()
    return _strip(_strip(text).casefold())


def _strip(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
