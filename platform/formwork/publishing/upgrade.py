"""Packages change under what a tenant made of it: three versions of each thing, and who decides where two changed.

What the tenant's layer does not name follows the package; what it names and the package left alone stays as it is.
Where both changed one key, somebody chooses: `mine` keeps the layer's, `theirs` lets go of it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from formwork.definitions import load_files, package_files
from formwork.definitions.dump.document import dump_document
from formwork.definitions.edit.reset import Goes, let_go
from formwork.definitions.layer import TENANT
from formwork.definitions.leaves import Path, leaves
from formwork.definitions.model import PackageContent
from formwork.definitions.place_of_file import FilePlace
from formwork.definitions.reading.shelves import ZipFiles
from formwork.kernel import Conflict, NotFound, Problem

ALL = "all"
"""Said instead of a key: every key."""
CHANGED, REMOVED, ADDED = "changed", "removed", "added"
Key = tuple[str, str, Path]
"""Area, what it is about, and the path of one leaf: ("object", "book", ("fields", "isbn", "label"))."""


@dataclass(frozen=True, slots=True)
class PackageConflict:
    """One key that the layer says and the package changes (`kind`: changed, removed or added by both).

    `mine`, `was` and `theirs` are what the layer, the package so far and the new package say; None for nothing.
    """

    key: str
    kind: str
    mine: Any
    was: Any
    theirs: Any


def conflicts_between(
    before: Mapping[str, PackageContent], after: Mapping[str, PackageContent]
) -> tuple[PackageConflict, ...]:
    """The keys of the layer among the packages `before` that the others say otherwise `after`, in their order."""
    layer = before.get(TENANT)
    if layer is None:
        return ()
    old, new = _said_together(before), _said_together(after)
    had, has = _parts(old), _parts(new)
    found = []
    for key, mine in sorted(_said(layer, differences=True).items()):
        was, theirs = old.get(key), new.get(key)
        if any(part in had and part not in has for part in _needs(key)):
            found.append(PackageConflict(name_of(key), REMOVED, mine, was, None))
        elif was != theirs and (mine != theirs or _makes_field(key)):
            found.append(PackageConflict(name_of(key), ADDED if was is None else CHANGED, mine, was, theirs))
    return tuple(found)


def settled(
    layer: PackageContent | None, found: Collection[PackageConflict], mine: Collection[str], theirs: Collection[str]
) -> PackageContent | None:
    """The layer after the choices; each names a key, one above it, or `all`. None where nothing of the layer is left.

    Raises NotFound `unknown_key` for a choice nobody asked for, Conflict `package_conflicts` naming what is undecided.
    """
    chosen = {one.key: _choice(one.key, mine, theirs) for one in found}
    for name in {*mine, *theirs} - {ALL}:
        if not any(_reaches(name, key) for key in chosen):
            raise NotFound(f"Nobody has to choose about `{name}`. Look at the list of conflicts.", code="unknown_key")
    open_ = [one for one in found if not chosen[one.key]]
    if open_:
        raise Conflict(
            f"The package and your own layer both changed {len(open_)} things. Choose for each: mine or theirs.",
            code="package_conflicts",
            problems=[Problem(f"/{one.key}", one.kind, sentence_of(one)) for one in open_],
            extra={"conflicts": [describe_conflict(one) for one in open_]},
        )
    gone = {one.key for one in found if chosen[one.key] == "theirs"}
    adopted = {
        one.key for one in found if chosen[one.key] == "mine" and one.kind == ADDED and one.key.endswith(".type")
    }
    return None if layer is None else without(layer, gone | adopted)


def without(layer: PackageContent, keys: Collection[str]) -> PackageContent | None:
    """The layer without some keys, the comments of its files kept; None when nothing of it is left.

    It is read from its files again, so that what is wrong with it is told with file and line.
    """
    files = package_files(layer)

    def choose(place: FilePlace, data: Mapping[str, Any]) -> Goes:
        area, about = place_in(place.kind or "", data, place.stem)
        return lambda leaf: name_of((area, about, leaf)) in keys

    changes = let_go(files, choose)
    left = {**files, **{name: text for name, text in changes.items() if text is not None}}
    return _read({name: text for name, text in left.items() if changes.get(name, "") is not None})


def _read(files: Mapping[str, str]) -> PackageContent | None:
    """The layer of these files; None where there are none."""
    return load_files(ZipFiles({name: text.encode() for name, text in files.items()})).packages.get(TENANT)


def sentence_of(one: PackageConflict) -> str:
    """A conflict for a person."""
    match one.kind:
        case "removed":
            return f"The package takes `{one.key}` away, of which you say {one.mine!r}."
        case "added":
            return f"The package now says `{one.key}` itself, {one.theirs!r}; you say {one.mine!r}."
    return f"`{one.key}` was {one.was!r}; the package says {one.theirs!r} now, you say {one.mine!r}."


def describe_conflict(one: PackageConflict) -> dict[str, Any]:
    """A conflict as JSON-ready values."""
    return {"key": one.key, "kind": one.kind, "mine": one.mine, "was": one.was, "theirs": one.theirs}


def name_of(key: Key) -> str:
    """A key in one word: `book.fields.isbn.label`, `book.layout.views.shelf.label`, `permissions.grants.…`."""
    area, about, path = key
    heads = {"object": (about,), "layout": (about, area), "translation": ("translations", about), "navigation": ()}
    return ".".join((*heads.get(area, (area,)), *path))


def _choice(key: str, mine: Collection[str], theirs: Collection[str]) -> str:
    """Who has the say about a key; the choice that names the most of it counts, an equal one against the layer."""
    best, length = "", -1
    for word, names in (("mine", mine), ("theirs", theirs)):
        for name in names:
            if _reaches(name, key) and (0 if name == ALL else len(name)) >= length:
                best, length = word, 0 if name == ALL else len(name)
    return best


def _reaches(name: str, key: str) -> bool:
    return name == ALL or key == name or key.startswith(f"{name}.")


def _said(package: PackageContent, *, differences: bool = False) -> dict[Key, Any]:
    """Everything a package says by key; of the layer only what is about other packages' things."""
    return {key: value for definition in _documents(package, differences) for key, value in _keys(definition)}


def _said_together(packages: Mapping[str, PackageContent]) -> dict[Key, Any]:
    """What packages other than the layer say, later names over earlier ones: only compared with itself."""
    return {key: value for name in sorted(packages.keys() - {TENANT}) for key, value in _said(packages[name]).items()}


def parts_together(packages: Mapping[str, PackageContent]) -> set[Key]:
    """Every part packages have, and every leaf."""
    said = _said_together(packages)
    return _parts(said) | set(said)


def _documents(package: PackageContent, differences: bool) -> Iterator[Any]:
    yield from () if differences else package.objects
    yield from package.extensions
    yield from (one for one in package.layouts if one.extends or not differences)
    yield from (*package.permissions, *package.navigation, *package.translations)


def _keys(definition: Any) -> Iterator[tuple[Key, Any]]:
    kind, data = dump_document(definition)
    area, about = place_in(kind, data, getattr(definition, "locale", ""))
    yield from (((area, about, path), value) for path, value in leaves(data).items())


def place_in(kind: str, data: Mapping[str, Any], stem: str) -> tuple[str, str]:
    """The area of a document and what it is about; `stem` is the language of a translation."""
    if kind in ("object", "layout"):
        return kind, str(data.get("object") or data["extends"])
    return kind, stem if kind == "translation" else ""


def _parts(said: Collection[Key]) -> set[Key]:
    return {(area, about, path[:length]) for area, about, path in said for length in range(len(path))}


def _needs(key: Key) -> Iterator[Key]:
    """The parts of packages without which what the layer says of a key makes no sense."""
    area, about, path = key
    if area in ("object", "layout"):
        yield "object", about, ()
        yield from ((area, about, path[:length]) for length in range(1, len(path)))
    elif path[0] == "grants":
        yield area, about, ("roles", path[1])
        yield "object", path[2], ()
    elif path[0] in ("roles", "sharing_rules"):
        yield area, about, path[:2]
    elif area == "navigation" and path[2:3] == ("items",):
        yield "object", path[3], ()


def _makes_field(key: Key) -> bool:
    area, _, path = key
    return area == "object" and path[:1] == ("fields",) and path[2:] == ("type",)
