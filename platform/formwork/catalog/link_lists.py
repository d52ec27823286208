"""The other side of look-ups: details, inverses and many-to-many, as lists of an object."""

from collections.abc import Mapping

from formwork.catalog.field_kind import NO_SUCH_OBJECT, FieldKinds
from formwork.catalog.findings import Findings
from formwork.catalog.object import ListKind, ListSpec
from formwork.definitions.model import FieldDef, ObjectDef


def link_lists(
    objects: Mapping[str, ObjectDef],
    fields: Mapping[str, Mapping[str, FieldDef]],
    kinds: FieldKinds,
    findings: Findings,
) -> dict[str, dict[str, ListSpec]]:
    """Every list of every object, by name; a name used twice is reported."""
    lists: dict[str, dict[str, ListSpec]] = {name: {} for name in objects}

    def add(owner: str, spec: ListSpec, definition: FieldDef, key: str) -> None:
        taken = spec.name in lists[owner] or (spec.kind is not ListKind.MEMBERS and spec.name in fields[owner])
        if taken:
            findings.at(
                definition.source.at(key),
                "duplicate_list",
                f"fields.{definition.name}.{key}",
                f"`{owner}` already has something called `{spec.name}`.",
                "Choose another `inverse` name.",
            )
            return
        lists[owner][spec.name] = spec

    for name, definition in objects.items():
        master = definition.master
        if master is not None:
            if master.to not in objects:
                findings.at(
                    definition.source.at("master", "to"),
                    "unknown_object",
                    "master.to",
                    f"There is no object `{master.to}` to be the master.",
                    findings.choice(master.to, objects, NO_SUCH_OBJECT),
                )
                findings.lose(master.inverse)
            else:
                spec = ListSpec(master.inverse, name, master.field, ListKind.DETAIL)
                add(master.to, spec, fields[name][master.field], "inverse")
        for field in fields[name].values():
            inverse = field.settings.get("inverse")
            kind = kinds.kind_of(name, field.name) if field.type in ("lookup", "user", "many_to_many") else None
            if kind is None or len(kind.targets) != 1 or kind.targets[0] not in objects:
                continue
            if field.type == "many_to_many":
                add(name, ListSpec(field.name, kind.targets[0], field.name, ListKind.MEMBERS), field, "to")
                if inverse:
                    add(kind.targets[0], ListSpec(inverse, name, field.name, ListKind.MEMBER_OF), field, "inverse")
            elif inverse:
                add(kind.targets[0], ListSpec(inverse, name, field.name, ListKind.LOOKUP), field, "inverse")
    return lists
