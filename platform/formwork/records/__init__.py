"""The one door to record data: every write and every read of a person's records goes through here."""

from formwork.records.aggregate import AggregateRequest, MeasureRequest, aggregate
from formwork.records.announce import GUARD_WRITE, WRITTEN, Written
from formwork.records.create import create, create_each
from formwork.records.delete import delete, restore
from formwork.records.draft import Draft, Outcome, Saved
from formwork.records.history import Entry, history
from formwork.records.listing import (
    ListRequest,
    Page,
    count_records,
    get_record,
    list_records,
    suggest,
    titles,
)
from formwork.records.merge import merge
from formwork.records.update import Change, update, update_each
from formwork.records.upsert import find_matches, upsert
from formwork.records.values import from_json, from_python

__all__ = [
    "GUARD_WRITE",
    "WRITTEN",
    "AggregateRequest",
    "Change",
    "Draft",
    "Entry",
    "ListRequest",
    "MeasureRequest",
    "Outcome",
    "Page",
    "Saved",
    "Written",
    "aggregate",
    "count_records",
    "create",
    "create_each",
    "delete",
    "find_matches",
    "from_json",
    "from_python",
    "get_record",
    "history",
    "list_records",
    "merge",
    "restore",
    "suggest",
    "titles",
    "update",
    "update_each",
    "upsert",
]
