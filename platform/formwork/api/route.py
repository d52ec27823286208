"""A route of the API as data: what it does, who may call it, what it takes and gives."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from formwork.access import Verb
from formwork.api.answer import Answer


class Kind(StrEnum):
    """What a query parameter holds."""

    TEXT = "text"
    LIST = "list"
    """Comma-separated, commas inside brackets and quotes excepted; may be repeated."""
    MANY = "many"
    """May be repeated; each value stands as it is."""
    WHOLE = "whole"
    FLAG = "flag"
    MOMENT = "moment"
    """Date and time with an offset, ISO 8601."""
    ID = "id"


@dataclass(frozen=True, slots=True)
class Param:
    """A query parameter."""

    name: str
    kind: Kind
    help: str
    least: int = 0
    most: int | None = None
    required: bool = False


class Right(StrEnum):
    """Who may call a route at all; rows and fields are judged below."""

    PUBLIC = "public"
    """Anybody, signed in or not."""
    BY_VERB = "by_verb"
    """Whoever may use the object of the address with the route's verb."""
    SIGNED_IN = "signed_in"
    """Whoever is signed in; the service below decides about the rest."""
    MANAGE = "manage"
    """Who may manage the tenant."""


class Shape(StrEnum):
    """What a body holds; `openapi` turns each into a JSON Schema."""

    NONE = "none"
    RECORD = "record"
    NEW = "new"
    CHANGE = "change"
    PAGE = "page"
    BATCH = "batch"
    BATCH_ANSWER = "batch_answer"
    UPSERT = "upsert"
    UPSERT_ANSWER = "upsert_answer"
    QUERY = "query"
    AGGREGATE = "aggregate"
    GROUPS = "groups"
    COUNT = "count"
    CHOICES = "choices"
    MERGE = "merge"
    HISTORY = "history"
    CONVERTED = "converted"
    ANY = "any"
    KEY = "key"
    SHARE = "share"
    MEMBER = "member"
    PERSON = "person"
    FILES = "files"
    TABLE = "table"
    PLAIN_LIST = "plain_list"
    FILE = "file"
    """The bytes of one file on the way in, what is known of it in an answer of JSON."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address. `verb` is asked of the address's object before anything else.

    A route without a verb declares its right: refusal is the default, and a route that says nothing is none.
    Raises TypeError where neither is said.

    `reads` marks a POST that changes nothing. `handler(call, **path)` runs in one unit of work.
    """

    method: str
    path: str
    handler: Callable[..., Answer]
    operation: str
    summary: str
    right: Right = Right.BY_VERB
    verb: Verb | None = None
    params: tuple[Param, ...] = ()
    takes: Shape = Shape.NONE
    gives: Shape = Shape.ANY
    status: int = 200
    reads: bool = False
    media: tuple[str, ...] = ("application/json",)
    upload: bool = False
    files: tuple[str, ...] = ("application/zip",)
    """Media types an upload may come as, beside JSON."""
    secret: bool = False
    """The answer holds a secret that is shown once, so it is never stored for an Idempotency-Key."""

    def __post_init__(self) -> None:
        if self.right is Right.BY_VERB and self.verb is None:
            raise TypeError(f"{self.method} {self.path} declares neither a right nor a verb.")

    @property
    def writes(self) -> bool:
        """True when the route opens a unit of work that commits."""
        return self.method not in ("GET", "HEAD") and not self.reads

    @property
    def per_object(self) -> bool:
        """True for an address below an object."""
        return self.path.startswith("/<object>")
