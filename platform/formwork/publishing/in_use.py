"""What is said when something is taken away, or renamed, that others still use."""

from collections.abc import Mapping, Sequence
from typing import Any

from formwork.catalog import Snapshot
from formwork.catalog.compose import compose
from formwork.catalog.findings import Findings
from formwork.catalog.usage import Use, usage_of
from formwork.definitions.lost import Lost
from formwork.definitions.model import SYSTEM_FIELDS, Finding, PackageContent
from formwork.kernel import Conflict, FormworkError
from formwork.publishing.refusal import invalid_metadata

_NOUNS = {
    "formula": "The formula of `{by}`", "rollup": "The roll-up `{by}`", "default": "The default of `{by}`",
    "filter": "The choice of `{by}`", "condition": "A condition of `{by}`", "lookup": "The look-up `{by}`",
    "consent": "The consent `{by}`", "title": "The title of `{object}`", "sharing": "The sharing of `{object}`",
    "master": "The detail `{object}`", "validation": "A validation of `{object}`",
    "unique": "A unique rule of `{object}`",
    "index": "An index of `{object}`", "record_type": "A record type of `{object}`",
    "retention": "The retention of `{object}`", "layout": "A form of `{object}`", "view": "A view of `{object}`",
    "navigation": "The menu", "permission": "Rights on `{object}`", "sharing_rule": "A sharing rule of `{object}`",
    "mapping": "A mapping from `{object}`", "conversion": "A conversion of `{object}`",
    "import": "An import mapping of `{object}`",
}  # fmt: skip


def describe_use(use: Use) -> dict[str, Any]:
    """A reference as JSON-ready values, with a sentence."""
    noun = _NOUNS[use.kind].format(by=f"{use.object}.{use.by}", object=use.object)
    return {
        "kind": use.kind, "object": use.object, "field": use.by or None, "place": use.place,
        "sentence": f"{noun} uses it ({use.place}).",
    }  # fmt: skip


def refusal_of(current: Snapshot, packages: Mapping[str, PackageContent], findings: Sequence[Finding]) -> FormworkError:
    """Conflict `in_use` when all that is wrong is that something gone is still named, else Invalid `metadata_invalid`.

    It tells who used it in the version in force, and names each place that still does.
    """
    errors = [one for one in findings if one.severity == "error"]
    gone = _gone(current, packages)
    lost = [Lost(field or object, object if field else "") for object, field in gone]
    if not errors or not all(any(one.explains(finding) for one in lost) for finding in errors):
        return invalid_metadata(errors)
    named = [
        (object, field)
        for (object, field), one in zip(gone, lost, strict=True)
        if any(one.explains(finding) for finding in errors)
    ]
    away = set(gone)
    users = {
        use
        for object, field in named
        for use in usage_of(current).of(object, field)
        if use.is_apart or not {(use.object, ""), (use.object, use.by)} & away
    }
    words = ", ".join(f"`{object}.{field}`" if field else f"`{object}`" for object, field in named)
    count = len(errors)
    return Conflict(
        f"{words} is still used in {count} {'place' if count == 1 else 'places'}. Take it out there first, or keep it.",
        code="in_use",
        problems=invalid_metadata(errors).problems,
        extra={"users": [describe_use(one) for one in sorted(users)]},
    )


def _gone(current: Snapshot, packages: Mapping[str, PackageContent]) -> list[tuple[str, str]]:
    """Objects of the version in force that the packages lack, and fields of those they have, by their names."""
    objects = compose(packages, Findings()).objects
    found: list[tuple[str, str]] = []
    for name, spec in current.objects.items():
        if name not in objects:
            found.append((name, ""))
            continue
        definition = objects[name]
        own = {*definition.fields, *SYSTEM_FIELDS, *((definition.master.field,) if definition.master else ())}
        found += [(name, field) for field, one in spec.fields.items() if field not in own and not one.twin_of]
    return found
