"""What is wrong with a row of a file, in the reader's language: as in a form, but for what only files have."""

from formwork.kernel import Problem
from formwork.web.language import say as _
from formwork.web.messages import problem_text
from formwork.web.visit import Visit


def row_text(visit: Visit, problem: Problem) -> str:
    """What is wrong and what to do."""
    match problem.code:
        case "bad_reference":
            like = problem.args.get("suggestion")
            return (
                _("No record has this value. Did you mean %(value)s?", value=like)
                if like
                else _("No record has this value.")
            )
        case "ambiguous_reference":
            return _("Several records have this value. Match by a field that is unique.")
        case "ambiguous_match":
            return _("Several records match this row. Match by a field that is unique.")
        case "ragged_row":
            return _("This row has more cells than the header. Check its quotes.")
        case "unreadable_row":
            return _("This row cannot be read. Check its quotes.")
        case "options_not_created":
            return _("This is no choice of the field. Ask who manages this tenant to add it, or choose another.")
    return problem_text(visit.snapshot, visit.locale, problem)
