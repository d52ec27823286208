"""The one door to record data: every write and every read of a person's records goes through here."""

from formwork.records.aggregate import AggregateRequest, MeasureRequest, aggregate
from formwork.records.announce import GUARD_LIFE, GUARD_LINKS, GUARD_WRITE, WRITTEN, Written
from formwork.records.bulk import require_bulk
from formwork.records.coerce import stored_value
from formwork.records.convert import Converted, apply_mapping, conversions_for, convert, mapping_names
from formwork.records.create import create, create_each
from formwork.records.delete import delete, restore
from formwork.records.draft import Draft, Outcome, Saved
from formwork.records.given import levels_to_give
from formwork.records.history_page import Entry, HistoryPage, history, history_page
from formwork.records.judge import judge_changes, judge_new
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
from formwork.records.shares import share, shares_of, unshare
from formwork.records.team import join_team, leave_team, team_of
from formwork.records.update import Change, update, update_each
from formwork.records.upsert import find_matches, upsert
from formwork.records.values import from_json, from_python

__all__ = [
    "GUARD_LIFE",
    "GUARD_LINKS",
    "GUARD_WRITE",
    "WRITTEN",
    "AggregateRequest",
    "Change",
    "Converted",
    "Draft",
    "Entry",
    "HistoryPage",
    "ListRequest",
    "MeasureRequest",
    "Outcome",
    "Page",
    "Saved",
    "Written",
    "aggregate",
    "apply_mapping",
    "conversions_for",
    "convert",
    "count_records",
    "create",
    "create_each",
    "delete",
    "find_matches",
    "from_json",
    "from_python",
    "get_record",
    "history",
    "history_page",
    "join_team",
    "judge_changes",
    "judge_new",
    "leave_team",
    "levels_to_give",
    "list_records",
    "mapping_names",
    "merge",
    "require_bulk",
    "restore",
    "share",
    "shares_of",
    "stored_value",
    "suggest",
    "team_of",
    "titles",
    "unshare",
    "update",
    "update_each",
    "upsert",
]
