"""Why can, or cannot, this person read, edit or create this, and what would be needed: the path of rules."""

from formwork.records.why.answer import Explanation, Fact, Path, Question, Step
from formwork.records.why.explain import explain
from formwork.records.why.words import SENTENCES, WORDS, as_data, tell

__all__ = ["SENTENCES", "WORDS", "Explanation", "Fact", "Path", "Question", "Step", "as_data", "explain", "tell"]
