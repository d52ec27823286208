"""Comments between the entries of a mapping: they belong to what follows, ruamel.yaml keeps them with what precedes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import ruamel.yaml as ruamel
else:
    ruamel = on_first_use("ruamel.yaml")

_BESIDE = 2
"""Where a mapping keeps what stands behind a value; a list keeps it first."""


def cut_tail(here: Any, key: Any) -> str:
    """Take the lines between an entry and the next one from the tree, and give them; blank for a plain mapping."""
    if not hasattr(here, "ca"):
        return ""
    holder, at, place = _last(here, key)
    slot = holder.ca.items.get(at)
    token = slot[place] if slot is not None and len(slot) > place else None
    if token is None:
        return ""
    first, _, rest = str(token.value).partition("\n")
    if first.strip():
        token.value = f"{first}\n"
    else:
        slot[place] = None
    return rest


def put_tail(root: Any, path: tuple[Any, ...], tail: str) -> None:
    """Put lines before what follows an entry: the next key of its mapping, of the one around it, or the end."""
    if not tail or not hasattr(root, "ca"):
        return
    around = [root]
    for key in path[:-1]:
        around.append(around[-1][key])
    for here, key in zip(reversed(around), reversed(path), strict=True):
        keys = list(here)
        after = keys[keys.index(key) + 1 :]
        if after:
            slot = here.ca.items.setdefault(after[0], [None, [], None, None])
            slot[1] = [_token(tail), *(slot[1] or [])]
            return
    last = _last(root, next(reversed(root)))
    holder, at, place = last
    slot = holder.ca.items.setdefault(at, [None] * 4 if place else [None])
    before = "\n" if slot[place] is None else slot[place].value
    slot[place] = _token(f"{before}{tail}")


def _last(here: Any, key: Any) -> tuple[Any, Any, int]:
    """The innermost block mapping or list whose last line ends an entry, with its key there."""
    value = here[key]
    is_map = isinstance(here, dict)
    is_block = hasattr(value, "ca") and value.fa.flow_style() is not True
    if is_block and isinstance(value, dict | list) and value:
        return _last(value, next(reversed(value)) if isinstance(value, dict) else len(value) - 1)
    return here, key, _BESIDE if is_map else 0


def _token(text: str) -> Any:
    return ruamel.tokens.CommentToken(text, ruamel.error.CommentMark(0))
