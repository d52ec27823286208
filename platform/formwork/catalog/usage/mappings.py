"""References of mappings, conversions and shipped import mappings."""

from collections.abc import Iterator

from formwork.catalog.usage.use import Reader, Reference, Thing, Use
from formwork.definitions.model import ConversionDef, ImportDef, MappingDef


def of_mappings(reader: Reader) -> Iterator[Reference]:
    """Everything mappings of all kinds refer to."""
    snapshot = reader.snapshot
    for mapping in snapshot.mappings.values():
        use = Use("mapping", mapping.from_object, f"mappings.{mapping.name}")
        yield from ((thing, use) for thing in _of_mapping(reader, mapping))
    for conversion in snapshot.conversions.values():
        use = Use("conversion", conversion.from_object, f"conversions.{conversion.name}")
        yield from ((thing, use) for thing in _of_conversion(reader, conversion))
    for item in snapshot.imports.values():
        use = Use("import", item.object, f"imports.{item.name}")
        yield from ((thing, use) for thing in _of_import(reader, item))


def _of_mapping(reader: Reader, mapping: MappingDef) -> set[Thing]:
    source, to = mapping.from_object, mapping.to
    things: set[Thing] = {(source, ""), (to, ""), *((to, name) for name in mapping.fields)}
    for text in mapping.fields.values():
        things |= reader.text(text, source)
    things |= reader.text(mapping.reuse_when, to, source)
    lists = reader.snapshot.objects[source].lists
    for detail in mapping.details.values():
        item = lists.get(detail.list)
        inner = source if item is None else item.object
        things |= {(detail.to, ""), *((detail.to, name) for name in detail.fields)}
        things |= {reader.thing(source, detail.list)} if item is not None else set()
        for text in detail.fields.values():
            things |= reader.text(text, inner)
        things |= reader.text(detail.when, inner)
    return things


def _of_conversion(reader: Reader, conversion: ConversionDef) -> set[Thing]:
    source = conversion.from_object
    things: set[Thing] = {(source, ""), *((source, name) for name in conversion.set)}
    things |= {(source, step.link) for step in conversion.creates if step.link}
    for text in (*conversion.set.values(), conversion.when):
        things |= reader.text(text, source)
    return things


def _of_import(reader: Reader, item: ImportDef) -> set[Thing]:
    object = item.object
    things: set[Thing] = {(object, ""), *((object, name) for name in (*item.match, *item.set))}
    for column in item.columns.values():
        things |= reader.path(f"{column.field}.{column.by}" if column.by else column.field, object)
    for text in item.set.values():
        things |= reader.text(text, object)
    return things
