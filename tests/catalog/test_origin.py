"""Where a property comes from: the packages that say it, the last of which holds."""

from formwork.catalog.origin import origins_of
from tests.definitions.workspaces import examples_of_pages
from tests.support.layers import read, snapshot_of


def test_every_property_knows_who_says_it() -> None:
    files = examples_of_pages()
    packages, order = read(files), snapshot_of(files).index.order
    found = {
        (one.area, one.path): one for one in origins_of([packages[name] for name in order if name != "core"], "book")
    }
    told = {key: one.packages for key, one in found.items()}
    assert told["object", "label"] == ("library", "tenant")
    assert told["object", "icon"] == ("library",)
    assert told["object", "fields.loans_count.of"] == ("lending",)
    assert told["object", "fields.state.options.lost.label"] == ("library", "tenant")
    assert told["object", "fields.donated_by.type"] == ("tenant",)
    assert told["layout", "views.shelf.label"] == ("library", "tenant")
    assert told["layout", "forms.standard.tabs.loans.related.loan.book.sort"] == ("lending",)
    assert told["permissions", "grants.librarian.book.edit"] == ("lending", "tenant")
    assert found["object", "label"].is_own
    assert not found["object", "icon"].is_own
    assert not any(one.path.startswith("grants.librarian.loan") for one in found.values())
