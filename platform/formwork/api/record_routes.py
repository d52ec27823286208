"""Records one by one and in pages: list, create, read, change, delete, restore."""

from uuid import UUID

from formwork import records
from formwork.access import Verb
from formwork.api.answer import NO_CONTENT, Answer
from formwork.api.call import Call
from formwork.api.questions import list_answer, list_request
from formwork.api.route import Kind, Param, Route, Shape
from formwork.api.shown import show_record, show_saved
from formwork.kernel import Invalid, Problem
from formwork.records import Change
from formwork.records.listing import LONGEST_PAGE

FIELDS = Param(
    "fields", Kind.LIST,
    "Fields and related paths to show, such as `title,owner.full_name`; all of the record's own when absent.",
)  # fmt: skip
FILTER = Param("filter", Kind.MANY, "A condition of the expression language; several are joined by `and`.")
SEARCH = Param("search", Kind.TEXT, "Text looked for in the title and the searchable fields.")
DELETED = Param("deleted", Kind.FLAG, "Read the recycle bin instead of the live records.")
LIST_PARAMS = (
    FILTER,
    FIELDS,
    Param("sort", Kind.LIST, "Paths to sort by, `-` before one for descending."),
    Param("limit", Kind.WHOLE, "Records of a page.", least=1, most=LONGEST_PAGE),
    Param("cursor", Kind.TEXT, "`next` or `previous` of another page of the same question."),
    Param("count", Kind.FLAG, "Count the records of all pages, up to 1,000."),
    SEARCH,
    DELETED,
)
INCLUDE = Param("include", Kind.LIST, "Detail lists to show inside the record.")


def list_page(call: Call, object: str) -> Answer:
    """A page of records."""
    return list_answer(call, list_request(object, call.values), count=call.values.get("count", False))


def create(call: Call, object: str) -> Answer:
    """Create a record, with its details in the same body."""
    return show_saved(call, records.create(call.work, object, [call.record])[0])


def read(call: Call, object: str, id: UUID) -> Answer:
    """Read a record."""
    return show_record(call, object, id)


def change(call: Call, object: str, id: UUID) -> Answer:
    """Change the fields that are sent; the version comes from If-Match or from `version` in the body."""
    body = call.record
    version = body.pop("version", call.version)
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        message = "`version` is the whole number the record had when it was read."
        raise Invalid(message, code="bad_version", problems=[Problem("/version", "bad_version", message)])
    wanted = call.version if call.version is not None else version
    return show_saved(call, records.update(call.work, object, [Change(id, body, wanted)])[0])


def delete(call: Call, object: str, id: UUID) -> Answer:
    """Put a record with its details into the recycle bin."""
    records.delete(call.work, object, [id], version=call.version)
    return NO_CONTENT


def restore(call: Call, object: str, id: UUID) -> Answer:
    """Take a record with its details out of the recycle bin."""
    records.restore(call.work, object, [id])
    return show_record(call, object, id) if call.may(object, Verb.READ) else NO_CONTENT


ROUTES = (
    Route(
        "GET", "/<object>", list_page, "list", "A page of records.", verb=Verb.READ, params=LIST_PARAMS,
        gives=Shape.PAGE,
    ),
    Route(
        "POST", "/<object>", create, "create", "Create a record.", verb=Verb.CREATE, takes=Shape.NEW,
        gives=Shape.RECORD, status=201,
    ),
    Route(
        "GET", "/<object>/<id>", read, "read", "Read a record.", verb=Verb.READ, params=(FIELDS, INCLUDE),
        gives=Shape.RECORD,
    ),
    Route(
        "PATCH", "/<object>/<id>", change, "change", "Change fields of a record.", verb=Verb.EDIT,
        takes=Shape.CHANGE, gives=Shape.RECORD,
    ),
    Route(
        "DELETE", "/<object>/<id>", delete, "delete", "Delete a record.", verb=Verb.DELETE, gives=Shape.NONE,
        status=204,
    ),
    Route(
        "POST", "/<object>/<id>/restore", restore, "restore", "Restore a deleted record.", verb=Verb.DELETE,
        gives=Shape.RECORD,
    ),
)  # fmt: skip
