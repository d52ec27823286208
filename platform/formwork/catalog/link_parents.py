"""Objects that follow the record a look-up of theirs points at: that it is one, and that nobody follows themselves."""

from collections.abc import Mapping

from formwork.catalog.findings import Findings
from formwork.catalog.object import ObjectSpec


def check_parents(objects: Mapping[str, ObjectSpec], findings: Findings) -> None:
    """Tell of parents that are no look-up to one object, and of circles."""
    for spec in objects.values():
        definition = spec.definition
        if definition.parent is None:
            continue
        field = spec.fields.get(definition.parent)
        if field is None or field.definition.type != "lookup" or len(field.targets) != 1:
            lookups = [name for name, one in spec.fields.items() if one.definition.type == "lookup"]
            findings.at(
                definition.source.at("sharing"),
                "bad_parent",
                f"{spec.name}.sharing",
                f"`{definition.parent}` is no look-up of `{spec.name}` to one object.",
                findings.choice(definition.parent, lookups, "Name a look-up of the object."),
            )
        elif spec.name in _above(objects, field.targets[0]):
            findings.at(
                definition.source.at("sharing"),
                "circular_parent",
                f"{spec.name}.sharing",
                f"By way of `{definition.parent}` the records of `{spec.name}` would follow themselves.",
                "Follow another look-up, or give the object a baseline of its own.",
            )


def _above(objects: Mapping[str, ObjectSpec], object: str) -> set[str]:
    """The object and everything it follows, as a detail or by a look-up."""
    found: set[str] = set()
    waiting = [object]
    while waiting:
        name = waiting.pop()
        if name in found or name not in objects:
            continue
        found.add(name)
        spec = objects[name]
        if spec.master is not None:
            waiting.append(spec.master.object)
        field = spec.fields.get(spec.definition.parent or "")
        if field is not None:
            waiting.extend(field.targets)
    return found
