"""The files a new package begins with: an object, its list, its rights and a record, sound as they are."""

from typing import Any

from formwork.definitions.dump.yaml_text import yaml_text
from formwork.definitions.labels import label_of, plural_of
from formwork.definitions.layer import TENANT
from formwork.definitions.parse import parse_document
from formwork.kernel import Invalid
from formwork.publishing.refusal import invalid_metadata


def scaffold(name: str, object: str = "") -> dict[str, str]:
    """Path in a workspace -> text of a package with one object.

    Raises Invalid `reserved_name` for the tenant's layer, `metadata_invalid` for names that are none.
    """
    if name == TENANT:
        raise Invalid(f"`{TENANT}` is the name of each tenant's own layer. Choose another one.", code="reserved_name")
    object = object or f"{name}_item"
    label = label_of(object)
    role = f"{name}_user"
    documents: dict[tuple[str, str], dict[str, Any]] = {
        ("package", f"metadata/{name}/package.yaml"): {
            "package": name, "version": "0.1.0", "label": label_of(name), "summary": "What this package is for.",
            "requires": {"core": "^1.0"}, "locales": ["en"],
        },
        ("object", f"objects/{name}/{object}.yaml"): {
            "object": object, "label": label, "plural": plural_of(label), "title": "name",
            "features": ["history", "search", "import"],
            "fields": {
                "name": {"type": "text", "required": True, "searchable": True},
                "state": {"type": "select", "default": "open", "options": {"open": "Open", "done": "Done"}},
                "due_on": {"type": "date"},
                "note": {"type": "long_text"},
            },
        },
        ("layout", f"layouts/{name}/{object}.yaml"): {
            "object": object,
            "views": {"open": {"label": "Open", "filter": "state = 'open'", "columns": ["name", "state", "due_on"]}},
        },
        ("permissions", f"metadata/{name}/permissions.yaml"): {
            "roles": {role: label_of(role)},
            "grants": {role: {object: {"create": True, "read": "all", "edit": "own", "delete": "own"}}},
        },
        ("navigation", f"metadata/{name}/navigation.yaml"): {
            "navigation": [{"group": name, "label": label_of(name), "items": [{"object": object, "views": ["open"]}]}]
        },
        ("seed", f"seed/{name}/demo/{object}.yaml"): {
            "object": object, "records": [{"external_id": f"{name}-1", "name": f"First {label.lower()}"}],
        },
        ("package_test", f"metadata/{name}/tests/{name}.yaml"): {
            "test": name, "expect": [{"object": object, "where": "state = 'open'", "count": 1}],
        },
    }  # fmt: skip
    for (kind, _), data in documents.items():
        _, findings = parse_document(kind, data, name)
        if findings:
            raise invalid_metadata(findings)
    return {path: yaml_text(data) for (_, path), data in documents.items()}
