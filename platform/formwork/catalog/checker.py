"""Checks one written expression at its place and reports what is wrong with it."""

from formwork.catalog.findings import Findings
from formwork.catalog.scope import ObjectScope, Vocabulary
from formwork.definitions.model import Source
from formwork.expressions import Expression, ExpressionError, Type, check


class Checker:
    """Turns texts into Expressions against one vocabulary, collecting findings."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings) -> None:
        self._vocabulary = vocabulary
        self._findings = findings

    def check(
        self,
        text: str,
        object: str,
        source: Source,
        path: tuple[str | int, ...],
        *,
        expect: Type | None = None,
        this: str | None = None,
        sql: bool = False,
    ) -> Expression | None:
        """The checked expression, or None after reporting why not. `sql` refuses changed() and prior()."""
        name = ".".join(str(part) for part in path)
        try:
            expression = check(text, ObjectScope(self._vocabulary, object, this), expect)
        except ExpressionError as error:
            self._findings.at(source.at(*path), "bad_expression", name, *_told(text, error))
            return None
        if sql and not expression.has_sql:
            self._findings.at(
                source.at(*path),
                "no_sql_form",
                name,
                "changed() and prior() compare with the record before a save, which a query does not have.",
                "Use them in validations, conditions and workflows only.",
            )
            return None
        return expression

    def report(self, source: Source, path: tuple[str | int, ...], code: str, message: str, mend: str = "") -> None:
        """Record another problem of the same document."""
        self._findings.at(source.at(*path), code, ".".join(str(part) for part in path), message, mend)


def _told(text: str, error: ExpressionError) -> tuple[str, str]:
    """The sentence of an error in an expression, which says where in it, and its mend."""
    place = f"At character {error.column} of the expression"
    if "\n" in text:
        place = f"In line {error.line} of the expression, at character {error.column}"
    sentence = error.sentence
    if error.suggestion and sentence.endswith(asked := f"; did you mean `{error.suggestion}`?"):
        return f"{place}: {sentence.removesuffix(asked)}.", f"Did you mean `{error.suggestion}`?"
    return f"{place}: {sentence}", error.mend or "docs/language/expressions.md shows what can be written."
