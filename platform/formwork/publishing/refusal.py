"""What is said when metadata cannot be published."""

from collections.abc import Sequence

from formwork.definitions.model import Finding
from formwork.kernel import Invalid, Problem


def invalid_metadata(findings: Sequence[Finding]) -> Invalid:
    """The refusal of metadata with problems, one per place."""
    problems = [
        Problem(
            f"/{one.file}/{one.path}".replace(".", "/"), one.code, str(one), {"line": one.line, "column": one.column}
        )
        for one in findings
    ]
    count = len(problems)
    noun = "problem" if count == 1 else "problems"
    return Invalid(f"The metadata has {count} {noun}. Nothing was changed.", code="metadata_invalid", problems=problems)
