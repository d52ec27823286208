"""Every object and field outside core under another name, everywhere a package mentions it.

The renamed packages say the same things, so whatever the product does with the shipped ones it must do
with these. Labels, options, roles, views and other keys stay.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from formwork.definitions.model import (
    ConversionDef,
    Default,
    DetailSection,
    FieldChange,
    FieldDef,
    FieldPlacement,
    Form,
    ImportDef,
    LayoutDef,
    MappingDef,
    NavigationDef,
    ObjectDef,
    ObjectExtension,
    PackageContent,
    PermissionsDef,
    RelatedList,
    SeedDef,
    Tab,
    TranslationDef,
    UniqueRule,
    ValidationRule,
    ViewDef,
)
from tests.support.naming import Names

_CONDITIONS = ("required_when", "visible_when", "readonly_when")
_MEASURES = ("sum", "min", "max", "avg", "latest", "where", "order_by")
_BOUNDS = re.compile(r"[a-z_]")


def rename(package: PackageContent, names: Names) -> PackageContent:
    """The package under the new names."""
    assert not (*package.workflows, *package.hooks, *package.reports, *package.dashboards), package.name
    return replace(
        package,
        objects=tuple(_object(one, names) for one in package.objects),
        extensions=tuple(_extension(one, names) for one in package.extensions),
        layouts=tuple(_layout(one, names) for one in package.layouts),
        permissions=tuple(_permissions(one, names) for one in package.permissions),
        navigation=tuple(_navigation(one, names) for one in package.navigation),
        translations=tuple(_translation(one, names) for one in package.translations),
        seeds=tuple(_seed(one, names) for one in package.seeds),
        mappings=tuple(_mapping(one, names) for one in package.mappings),
        conversions=tuple(_conversion(one, names) for one in package.conversions),
        imports=tuple(_import(one, names) for one in package.imports),
    )


def _object(one: ObjectDef, names: Names) -> ObjectDef:
    master = one.master
    if master is not None:
        master = replace(
            master,
            field=names.field(one.name, master.field),
            to=names.object(master.to),
            inverse=names.member(master.to, master.inverse),
            order_by=master.order_by and names.field(one.name, master.order_by),
        )
    return replace(
        one,
        **_parts(one.name, one, names),
        name=names.object(one.name),
        title=one.title and names.field(one.name, one.title),
        master=master,
    )


def _extension(one: ObjectExtension, names: Names) -> ObjectExtension:
    changes = {names.field(one.extends, name): _change(one.extends, part, names) for name, part in one.changes.items()}
    return replace(one, **_parts(one.extends, one, names), extends=names.object(one.extends), changes=changes)


def _parts(object: str, one: ObjectDef | ObjectExtension, names: Names) -> dict[str, Any]:
    """What objects and extensions of them both say."""
    types = {
        code: replace(kind, options={names.field(object, name): codes for name, codes in kind.options.items()})
        for code, kind in one.record_types.items()
    }
    return {
        "fields": {names.field(object, name): _field(object, part, names) for name, part in one.fields.items()},
        "record_types": types,
        "validations": tuple(_validation(object, rule, names) for rule in one.validations),
        "unique": tuple(_unique(object, rule, names) for rule in one.unique),
        "indexes": tuple(replace(rule, fields=names.fields(object, rule.fields)) for rule in one.indexes),
    }


def _validation(object: str, rule: ValidationRule, names: Names) -> ValidationRule:
    return replace(
        rule,
        error_when=names.text(object, rule.error_when),
        at=rule.at and names.field(object, rule.at),
        when_changed=names.fields(object, rule.when_changed),
    )


def _unique(object: str, rule: UniqueRule, names: Names) -> UniqueRule:
    return replace(rule, fields=names.fields(object, rule.fields), when=names.maybe(object, rule.when))


def _field(object: str, one: FieldDef, names: Names) -> FieldDef:
    default = one.default
    if default is not None and default.expression is not None:
        default = Default(None, names.text(object, default.expression))
    conditions = {key: names.maybe(object, getattr(one, key)) for key in _CONDITIONS}
    return replace(
        one,
        name=names.field(object, one.name),
        default=default,
        settings=_settings(object, one.name, one.settings, names),
        **conditions,
    )


def _change(object: str, one: FieldChange, names: Names) -> FieldChange:
    properties = _settings(object, one.name, one.properties, names)
    for key in _CONDITIONS:
        if isinstance(properties.get(key), str):
            properties[key] = names.text(object, properties[key])
    assert "default" not in properties, "a changed default may be an expression"
    return replace(one, name=names.field(object, one.name), properties=properties)


def _settings(object: str, field: str, settings: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Settings of a type with the names they mention."""
    found = dict(settings)
    spec = names.snapshot.objects[object].fields[field]
    if isinstance(found.get("to"), str):
        found["to"] = names.object(found["to"])
    elif isinstance(found.get("to"), tuple | list):
        found["to"] = tuple(names.object(name) for name in found["to"])
    if found.get("consent"):
        found["consent"] = {part: names.field(object, name) for part, name in found["consent"].items()}
    if found.get("inverse"):
        found["inverse"] = names.member(spec.targets[0], found["inverse"])
    if found.get("filter"):
        found["filter"] = names.text(spec.targets[0], found["filter"], object)
    for key in ("expression", "assign_when"):
        if found.get(key):
            found[key] = names.text(object, found[key])
    if found.get("path"):
        found["path"] = names.path(object, found["path"])
    if found.get("of"):
        detail, _, via = found["of"].partition(".")
        for key in _MEASURES:
            if isinstance(found.get(key), str):
                found[key] = names.text(detail, found[key])
        found["of"] = f"{names.object(detail)}.{names.field(detail, via)}"
    for key in ("min", "max"):
        if "of" not in found and isinstance(found.get(key), str) and _BOUNDS.match(found[key]):
            found[key] = names.text(object, found[key])
    return found


def _layout(one: LayoutDef, names: Names) -> LayoutDef:
    object = one.object
    return replace(
        one,
        object=names.object(object),
        forms={key: _form(object, form, names) for key, form in one.forms.items()},
        views={key: _view(object, view, names) for key, view in one.views.items()},
        quick=names.fields(object, one.quick),
    )


def _form(object: str, form: Form, names: Names) -> Form:
    tabs = tuple(_tab(object, tab, names) for tab in form.tabs)
    return replace(form, header=names.fields(object, form.header), tabs=tabs)


def _tab(object: str, tab: Tab, names: Names) -> Tab:
    sections: list[Any] = []
    for one in tab.sections:
        target = one.detail if isinstance(one, DetailSection) else object
        placed = tuple(_placement(target, placement, names) for placement in one.fields)
        moved = replace(one, fields=placed, visible_when=names.maybe(object, one.visible_when))
        sections.append(replace(moved, detail=names.object(target)) if isinstance(moved, DetailSection) else moved)
    return replace(
        tab,
        sections=tuple(sections),
        related=tuple(_related(one, names) for one in tab.related),
        visible_when=names.maybe(object, tab.visible_when),
    )


def _placement(object: str, one: FieldPlacement, names: Names) -> FieldPlacement:
    return replace(
        one,
        field=names.field(object, one.field),
        visible_when=names.maybe(object, one.visible_when),
        required_when=names.maybe(object, one.required_when),
    )


def _related(one: RelatedList, names: Names) -> RelatedList:
    return replace(
        one,
        object=names.object(one.object),
        field=names.field(one.object, one.field),
        columns=tuple(names.path(one.object, column) for column in one.columns),
        sort=tuple(names.sign(one.object, key) for key in one.sort),
    )


def _view(object: str, view: ViewDef, names: Names) -> ViewDef:
    single = {
        key: (found and names.path(object, found))
        for key in ("group", "by", "sum", "start", "end", "title", "location")
        for found in (getattr(view, key),)
    }
    return replace(
        view,
        filter=names.maybe(object, view.filter),
        columns=tuple(names.path(object, column) for column in view.columns),
        sort=tuple(names.sign(object, key) for key in view.sort),
        card=tuple(names.path(object, column) for column in view.card),
        **single,
    )


def _permissions(one: PermissionsDef, names: Names) -> PermissionsDef:
    grants = tuple(
        replace(
            grant,
            object=names.object(grant.object),
            verbs={
                verb: replace(right, when=names.maybe(grant.object, right.when)) for verb, right in grant.verbs.items()
            },
            fields={names.field(grant.object, name): level for name, level in grant.fields.items()},
            record_types={
                code: replace(
                    one, fields={names.field(grant.object, name): level for name, level in one.fields.items()}
                )
                for code, one in grant.record_types.items()
            },
        )
        for grant in one.grants
    )
    rules = {
        key: replace(rule, object=names.object(rule.object), when=names.text(rule.object, rule.when))
        for key, rule in one.sharing_rules.items()
    }
    return replace(one, grants=grants, sharing_rules=rules)


def _navigation(one: NavigationDef, names: Names) -> NavigationDef:
    groups = tuple(
        replace(group, items=tuple(replace(item, object=names.object(item.object)) for item in group.items))
        for group in one.groups
    )
    return replace(one, groups=groups)


def _translation(one: TranslationDef, names: Names) -> TranslationDef:
    return replace(one, texts={_keys(path, names): text for path, text in one.texts.items()})


def _keys(path: tuple[str, ...], names: Names) -> tuple[str, ...]:
    object, *rest = path
    if object not in names.snapshot.objects:
        return path
    if len(rest) > 1 and rest[0] == "fields":
        rest[1] = names.field(object, rest[1])
    return (names.object(object), *rest)


def _seed(one: SeedDef, names: Names) -> SeedDef:
    records = tuple(_record(one.object, record, names) for record in one.records)
    return replace(one, object=names.object(one.object), records=records)


def _record(object: str, record: Mapping[str, Any], names: Names) -> dict[str, Any]:
    spec = names.snapshot.objects[object]
    details = {item.name: item.object for item in spec.details}
    found: dict[str, Any] = {}
    for name, value in record.items():
        if name in details and isinstance(value, list | tuple):
            value = [_record(details[name], inner, names) for inner in value]
        elif name in spec.fields and spec.fields[name].definition.type == "polymorphic_lookup":
            value = _pointer(value, names)
        found[names.member(object, name)] = value
    return found


def _pointer(value: Any, names: Names) -> Any:
    """What a polymorphic look-up holds: `object:key`, or the two apart."""
    if isinstance(value, str):
        object, _, key = value.partition(":")
        return f"{names.object(object)}:{key}"
    return value and {**value, "object": names.object(value["object"])}


def _mapping(one: MappingDef, names: Names) -> MappingDef:
    details = {}
    for key, detail in one.details.items():
        source = names.snapshot.objects[one.from_object].lists[detail.list].object
        moved = replace(
            detail,
            list=names.member(one.from_object, detail.list),
            to=names.object(detail.to),
            fields=_assigned(source, detail.to, detail.fields, names),
            when=names.maybe(source, detail.when),
        )
        details[moved.list if key == detail.list else key] = moved
    return replace(
        one,
        from_object=names.object(one.from_object),
        to=names.object(one.to),
        fields=_assigned(one.from_object, one.to, one.fields, names),
        details=details,
        reuse_when=one.reuse_when and names.text(one.to, one.reuse_when, one.from_object),
    )


def _conversion(one: ConversionDef, names: Names) -> ConversionDef:
    source = one.from_object
    creates = tuple(replace(step, link=step.link and names.field(source, step.link)) for step in one.creates)
    return replace(
        one,
        from_object=names.object(source),
        creates=creates,
        set=_assigned(source, source, one.set, names),
        when=names.maybe(source, one.when),
    )


def _assigned(source: str, target: str, texts: Mapping[str, str], names: Names) -> dict[str, str]:
    """Target fields with expressions over the source. A lone name that is no field there names a step."""
    return {names.field(target, name): names.text(source, text) for name, text in texts.items()}


def _import(one: ImportDef, names: Names) -> ImportDef:
    columns = {}
    for header, column in one.columns.items():
        targets = names.snapshot.objects[one.object].fields[column.field].targets
        by = column.by and (names.path(targets[0], column.by) if targets else column.by)
        columns[header] = replace(column, field=names.field(one.object, column.field), by=by)
    return replace(
        one,
        object=names.object(one.object),
        match=names.fields(one.object, one.match),
        columns=columns,
        set=_assigned(one.object, one.object, one.set, names),
    )
