"""A package under other names that says what its objects and fields were called, so that publishing it renames."""

from collections.abc import Mapping
from dataclasses import replace

from formwork.definitions.model import FieldDef, Master, ObjectDef, PackageContent
from tests.support.naming import Names
from tests.support.renaming import rename


def renamed_from(package: PackageContent, names: Names) -> PackageContent:
    """The package with every object and field that gets another name telling its former ones."""
    after = rename(package, names)
    pairs = zip(package.objects, after.objects, strict=True)
    return replace(after, objects=tuple(_object(before, one) for before, one in pairs))


def _object(before: ObjectDef, after: ObjectDef) -> ObjectDef:
    master = after.master
    if master is not None and before.master is not None:
        master = replace(master, renamed_from=_former(before.master.field, master.field, before.master))
    return replace(
        after,
        renamed_from=_former(before.name, after.name, before),
        master=master,
        fields=_fields(before.fields, after.fields),
    )


def _fields(before: Mapping[str, FieldDef], after: Mapping[str, FieldDef]) -> dict[str, FieldDef]:
    pairs = zip(before.values(), after.values(), strict=True)
    return {one.name: replace(one, renamed_from=_former(was.name, one.name, was)) for was, one in pairs}


def _former(before: str, after: str, known: ObjectDef | FieldDef | Master) -> tuple[str, ...]:
    return known.renamed_from if before == after else (*known.renamed_from, before)
