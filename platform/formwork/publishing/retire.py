"""What goes with a name: a role or field that is taken away leaves nothing to one of that name made later."""

from collections.abc import Iterator, Mapping

from formwork.catalog import FieldSpec, Snapshot
from formwork.catalog.object import ObjectSpec
from formwork.catalog.renames import Renames, matched
from formwork.definitions.dump.field import dump_field
from formwork.definitions.dump.object import dump_object
from formwork.definitions.model import PackageContent
from formwork.definitions.stored import restore_packages
from formwork.identity import forget_role
from formwork.identity.api_key import rename_scopes
from formwork.publishing.retired import TABLE, Retired, note_retired
from formwork.records.renames import follow_renames
from formwork.storage import Work, metadata, system
from formwork.storage.renaming import rename_values
from formwork.storage.schema.physical import shape_sides

_OF_OBJECT = ""
"""Stands for the whole object where a field would be named."""


def retire_names(work: Work, new: Snapshot, renames: Renames, version: int) -> None:
    """Take roles that are gone from everybody, move what lies under renamed objects, and note the names that went.

    `work` still has the metadata before; `version` is the number of the new ones.
    """
    old = work.snapshot
    for role in sorted(old.rights.roles.keys() - new.rights.roles.keys()):
        forget_role(work, role)
    follow_renames(work.with_snapshot(new), renames)
    rename_values(work, TABLE, "object", renames.objects)
    rename_scopes(work, renames.objects)
    told = {"at": work.context.now, "version": version, "by": work.context.actor.user}
    for was, now in renames.objects.items():
        system.put(work, TABLE, {"object": was, "field": _OF_OBJECT, "became": now, **told})
    pairs = matched(old, new)
    for before, after in pairs:
        for name, became in _renamed(before, after):
            system.put(work, TABLE, {"object": after.name, "field": name, "became": became, **told})
    if version > 1:
        for one in _Retirement(work, version).found(new, pairs):
            note_retired(work, one)


def _renamed(before: ObjectSpec, after: ObjectSpec) -> Iterator[tuple[str, str]]:
    """The names that mean another field now or none, and what the field that had it is called."""
    names = {one.physical: one.name for one in after.fields.values()}
    for name, field in sorted(before.fields.items()):
        became = names.get(field.physical, name)
        if became != name:
            yield name, became


class _Retirement:
    """Finds what the version before has and the new one has not."""

    def __init__(self, work: Work, version: int) -> None:
        self._work = work
        self._version = version
        self._packages: Mapping[str, PackageContent] | None = None

    def found(self, new: Snapshot, pairs: list[tuple[ObjectSpec, ObjectSpec]]) -> Iterator[Retired]:
        """Objects without a table in the new version, and fields without a place in theirs."""
        for before, after in pairs:
            kept = {one.physical for one in after.fields.values()}
            for _, field in sorted(before.fields.items()):
                if field.physical not in kept:
                    yield self._field(before, after, field)
        gone = self._work.snapshot.objects.keys() - new.objects.keys()
        renamed = {before.name for before, _ in pairs}
        for name in sorted(gone - renamed):
            yield self._object(self._work.snapshot.objects[name])

    def _field(self, before: ObjectSpec, after: ObjectSpec, field: FieldSpec) -> Retired:
        is_written = not field.twin_of and not field.system and field.name in before.definition.fields
        sides = {} if field.side_table is None else {field.side_table: field.side_table}
        return Retired(
            after.name, field.name, self._work.context.now, self._version, self._work.context.actor.user,
            (before.name, field.name), self._package(before, field.name),
            dump_field(field.definition) if is_written else None, before.table,
            {one.name: one.name for one in field.columns}, sides,
        )  # fmt: skip

    def _object(self, spec: ObjectSpec) -> Retired:
        sides = [shape.name for shape in shape_sides(spec, {})]
        return Retired(
            spec.name, _OF_OBJECT, self._work.context.now, self._version, self._work.context.actor.user,
            (spec.name, _OF_OBJECT), spec.package, dump_object(spec.definition), "", {},
            {name: name for name in (spec.table, *sides)},
        )  # fmt: skip

    def _package(self, spec: ObjectSpec, field: str) -> str:
        """The package that brought a field."""
        if self._packages is None:
            self._packages = restore_packages(metadata.load_documents(self._work, self._version - 1))
        for package in self._packages.values():
            for extension in package.extensions:
                if extension.extends == spec.name and field in extension.fields:
                    return package.name
        return spec.package
