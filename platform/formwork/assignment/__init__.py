"""Whose records are: holdings of a person, and handing them over."""

from formwork.assignment.handover import HANDOVER, is_moving, run_handover
from formwork.assignment.holdings import Holding, Place, holdings
from formwork.assignment.leaving import Successors, deactivate, reactivate

__all__ = [
    "HANDOVER",
    "Holding",
    "Place",
    "Successors",
    "deactivate",
    "holdings",
    "is_moving",
    "reactivate",
    "run_handover",
]
