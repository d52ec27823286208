"""The documents of docs/howto/custom-object.md are what the tenant layer takes."""

import re

from formwork.catalog import link
from formwork.definitions.load import load_texts
from formwork.fieldtypes import FIELD_TYPES
from tests.support.tenants import ROOT, shipped


def test_the_documents_of_the_page_are_taken() -> None:
    page = (ROOT / "docs/howto/custom-object.md").read_text(encoding="utf-8")
    texts = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", page, re.DOTALL))
    assert len(texts) == 2
    read = load_texts(texts)
    assert not read.findings
    linked = link({"core": shipped()["core"], **read.packages}, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    assert "driven_by_somebody" in {one.rule for one in linked.snapshot.objects["vehicle"].validations}
