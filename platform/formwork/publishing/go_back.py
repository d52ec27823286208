"""Going back: what was retired comes back with its values, by itself or with the whole of an older version.

Both are plans like any other and are published as a new version.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from formwork.catalog import ObjectSpec, Snapshot
from formwork.definitions.edit import new_text
from formwork.definitions.edit.objects import with_field
from formwork.definitions.load import load_texts
from formwork.definitions.model import FieldDef, ObjectDef, ObjectExtension, PackageContent
from formwork.definitions.parse import restore_document
from formwork.definitions.parse.field import parse_field
from formwork.definitions.source import NOWHERE
from formwork.definitions.stored import restore_packages
from formwork.fieldtypes.base import FieldType
from formwork.kernel import Conflict, NotFound
from formwork.publishing.publish import Plan, plan_publish
from formwork.publishing.retired import Retired, list_retired
from formwork.storage import Work, metadata


def plan_rollback(work: Work, current: Snapshot, version: int, field_types: Mapping[str, FieldType]) -> Plan:
    """What publishing the packages of an older version again would do; raises NotFound `unknown_version`."""
    packages = restore_packages(metadata.load_documents(work, version))
    retired = [one for one in list_retired(work) if one.version > version]
    return plan_publish(work, current, packages, field_types, retired)


def plan_restore(
    work: Work,
    current: Snapshot,
    packages: Mapping[str, PackageContent],
    field_types: Mapping[str, FieldType],
    object: str,
    field: str = "",
) -> Plan:
    """What bringing back a field, or with `field` "" an object, would do: the one that was retired last.

    Raises NotFound `not_retired`, Conflict `name_taken` when there is one of that name again, and Conflict
    `package_gone` when the package that brought it is not there any more.
    """
    found = find_retired(work, object, field)
    spec = current.objects.get(found.object)
    if spec is not None and (not field or field in spec.fields):
        raise Conflict(
            f"There is another `{field or object}` by now. Rename that one first, then bring this one back.",
            code="name_taken",
        )
    found = _placed(found, spec) if spec is not None else found
    package = packages.get(found.package)
    if package is None:
        raise Conflict(
            f"Package `{found.package}`, which brought it, is not installed any more. Install it first.",
            code="package_gone",
        )
    changed = _with_field(package, found) if field else _with_object(package, found)
    return plan_publish(work, current, {**packages, package.name: changed}, field_types, [found])


def find_retired(work: Work, object: str, field: str = "") -> Retired:
    """What was retired last under this name and can be brought back; raises NotFound `not_retired`."""
    for one in list_retired(work):
        if (one.object, one.field) == (object, field) and one.definition is not None:
            return one
    raise NotFound(
        "Nothing of this name was retired, or it is gone for good. Look at what is retired.", code="not_retired"
    )


def _placed(found: Retired, spec: ObjectSpec) -> Retired:
    """The field with a column of its own where another one has taken its first name.

    Raises Conflict `name_taken` where its values cannot lie under another one.
    """
    definition = parse_field(found.field, dict(found.definition or {}), NOWHERE)
    taken = {one.physical for one in spec.fields.values()}
    if definition.physical not in taken:
        return found
    if found.tables or definition.encrypted or definition.type == "secret":
        raise Conflict(
            f"The values of another field lie where those of `{found.field}` lay. Take that one out first.",
            code="name_taken",
        )
    free = next(name for name in (f"{definition.physical}_{at}" for at in count(2)) if name not in taken)
    data = {**(found.definition or {}), "column": free}
    return replace(found, definition=data, placed=(definition.physical, free))


def _with_object(package: PackageContent, found: Retired) -> PackageContent:
    """The package with the object at its end. Where its files are kept, they say it too."""
    if package.texts:
        written = {f"objects/{package.name}/{found.object}.yaml": new_text(found.definition or {})}
        return load_texts({**package.texts, **written}).packages[package.name]
    restored = restore_document("object", found.definition or {}, package.name)
    return replace(package, objects=(*package.objects, restored))


def _with_field(package: PackageContent, found: Retired) -> PackageContent:
    """The package with the field behind those it brings of the object. Where its files are kept, they say it too."""
    if package.texts:
        changes = with_field(package.texts, found.object, found.field, found.definition or {})
        texts = {**package.texts, **{path: text for path, text in changes.items() if text is not None}}
        return load_texts(texts).packages[package.name]
    data = dict(found.definition or {})
    fields = {found.field: parse_field(found.field, data, NOWHERE)}
    objects = [_added(one, found.object, fields) for one in package.objects]
    if any(one.name == found.object for one in package.objects):
        return replace(package, objects=tuple(objects))
    return replace(package, extensions=_extended(package, found.object, fields))


def _added(one: ObjectDef, object: str, fields: Mapping[str, FieldDef]) -> ObjectDef:
    return replace(one, fields={**one.fields, **fields}) if one.name == object else one


def _extended(package: PackageContent, object: str, fields: Mapping[str, FieldDef]) -> tuple[ObjectExtension, ...]:
    """The extensions of a package, the first one of the object with the fields."""
    known = next((one for one in package.extensions if one.extends == object), None)
    if known is None:
        return (*package.extensions, ObjectExtension(object, package.name, fields=fields))
    changed = replace(known, fields={**known.fields, **fields})
    return tuple(changed if one is known else one for one in package.extensions)
