"""What is wrong with a row of a file, in the reader's language: as in a form, but for what only files have."""

from formwork.catalog import FieldSpec, ObjectSpec
from formwork.catalog.labels import field_label, option_label
from formwork.definitions.model import ImportDef
from formwork.kernel import FormworkError, Problem
from formwork.web.language import say as _
from formwork.web.messages import problem_text, reasons_text
from formwork.web.visit import Visit

_MOST_CHOICES = 8


def row_text(visit: Visit, problem: Problem, field: FieldSpec | None = None) -> str:
    """What is wrong and what to do; the choices of `field` by their labels."""
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
        case "unknown_option" if field is not None and field.options:
            return _("Choose one of: %(options)s.", options=_choices(visit, field))
        case "options_not_created":
            return _("This is no choice of the field. Ask who manages this tenant to add it, or choose another.")
    return problem_text(visit.snapshot, visit.locale, problem)


def row_field(spec: ObjectSpec, mapping: ImportDef, problem: Problem) -> FieldSpec | None:
    """The field a problem of a row is about: that of its column, or the one it names where the file has none."""
    column = mapping.columns.get(str(problem.args.get("column", "")))
    name = problem.pointer.strip("/").partition("/")[0] if column is None else column.field.partition(".")[0]
    return spec.fields.get(name)


def _choices(visit: Visit, field: FieldSpec) -> str:
    codes = [code for code, option in field.options.items() if option.active]
    labels = [option_label(visit.snapshot, visit.locale, field, code) for code in codes[:_MOST_CHOICES]]
    return ", ".join([*labels, "…"] if len(codes) > _MOST_CHOICES else labels)


def column_text(visit: Visit, spec: ObjectSpec, problem: Problem) -> str:
    """The header of the column a problem is about, or the label of a field that has none in the file."""
    column = str(problem.args.get("column", ""))
    field = spec.fields.get(column) if problem.pointer == f"/{column}" else None
    return column if field is None else field_label(visit.snapshot, visit.locale, field)


def file_text(error: FormworkError) -> str:
    """Why a file cannot be imported."""
    match error.extra.get("why"):
        case "no_header":
            return _("The file has no header line.")
        case "bad_header":
            return _("The first line cannot be read. Check its quotes.")
        case "too_many_columns":
            return _("The file has more than %(most)s columns. Split it.", most=error.extra.get("most"))
        case "double_header":
            return _(
                "Two columns are called %(column)s. Give each column a name of its own.",
                column=error.extra.get("column"),
            )
        case "no_text":
            return _("This is neither a spreadsheet nor text. Save it as CSV in UTF-8, or as .xlsx.")
        case "old_workbook":
            return _("Old Excel files (.xls) cannot be read. Save the sheet as .xlsx or CSV.")
        case "damaged":
            return _("The spreadsheet is damaged. Save it anew.")
        case "too_large":
            return _("The spreadsheet unpacks to more than is allowed. Split it or save it as CSV.")
        case "macros":
            return _("Spreadsheets with macros are not taken. Save it as .xlsx without macros.")
    return reasons_text(error)
