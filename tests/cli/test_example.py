"""What the demo imports for an example is there: files, and mappings of its packages."""

import pytest

from formwork.cli.example import example_folder, steps_of
from formwork.kernel import Malformed
from tests.support.tenants import loaded


def test_every_step_has_its_file_and_its_mapping() -> None:
    folder = example_folder("crm-sales")
    known = {one.name for package in loaded(folder).values() for one in package.imports}
    steps = steps_of(folder)
    assert [step.mapping for step in steps] == ["accounts", "products", "managers", "agents", "pipeline"]
    assert {step.mapping for step in steps} == known
    assert all(step.file.is_file() for step in steps)


def test_an_unknown_example_is_answered_with_those_there_are() -> None:
    with pytest.raises(Malformed, match="crm-sales"):
        example_folder("nothing")
