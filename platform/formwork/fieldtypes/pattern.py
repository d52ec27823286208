"""Patterns a package writes for its text fields: sound, and quick on every text."""

import re

_REPEATS = "+*{"


def pattern_fault(pattern: str) -> str:
    """What is wrong with a regular expression as a sentence, or an empty text.

    A repeated group must not itself hold a repetition or a choice: such patterns can take time that
    grows exponentially with the text.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        return f"This is no regular expression: {error.msg}."
    risky: list[bool] = []
    in_class = escaped = False
    for index, sign in enumerate(pattern):
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign == "(":
            risky.append(False)
        elif sign == ")" and risky:
            held = risky.pop()
            repeated = pattern[index + 1 : index + 2] in tuple(_REPEATS)
            if held and repeated:
                return "A repeated group must not hold a repetition or a choice; it can take forever."
            if risky and (held or repeated):
                risky[-1] = True
        elif sign in _REPEATS + "|" and risky:
            risky[-1] = True
    return ""
