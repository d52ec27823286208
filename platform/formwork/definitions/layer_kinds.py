"""Which documents of the tenant's own layer say more than those of packages: they hide, move and take away."""

from typing import Any

from formwork.definitions.layer import TENANT

_WHOLE = frozenset({"permissions", "navigation"})
_EXTENDING = frozenset({"object", "layout"})
LAYER_KINDS = tuple(f"layer_{kind}" for kind in (*sorted(_EXTENDING), *sorted(_WHOLE)))
"""Kinds of documents that say more in the layer than elsewhere, as SCHEMAS names them."""


def says_more(kind: str, data: Any, package: str) -> bool:
    """True for a document of the layer that changes what packages say: its extensions, rights and menu."""
    if package != TENANT:
        return False
    return kind in _WHOLE or (kind in _EXTENDING and isinstance(data, dict) and "extends" in data)


def schema_of(kind: str, data: Any, package: str) -> str:
    """The name in SCHEMAS by which a document of a package is checked."""
    return f"layer_{kind}" if says_more(kind, data, package) else kind
