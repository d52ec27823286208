"""How many examples a property gets: few on every push, many in `make proof` (FORMWORK_SEEDS=full)."""

import os
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings

FULL = os.environ.get("FORMWORK_SEEDS") == "full"
PUSH = bool(os.environ.get("CI"))
"""A push is judged by the same examples however often it runs; fresh ones are drawn where someone can look at them."""


@dataclass(frozen=True, slots=True)
class Profile:
    """`examples` a hypothesis property without its own number gets; `factor` multiplies a number of one's own."""

    name: str
    examples: int
    factor: int
    derandomize: bool


PROFILE = Profile("full", 1000, 20, derandomize=PUSH) if FULL else Profile("promise", 50, 1, derandomize=True)


def scaled(examples: int) -> int:
    """`examples` on every push and twenty times as many in the proof: `@settings(max_examples=scaled(30))`."""
    return examples * PROFILE.factor


def load_profile() -> None:
    """Make PROFILE what hypothesis uses: fixed examples for a promise and a push, fresh ones for other proofs."""
    settings.register_profile(
        "formwork",
        max_examples=PROFILE.examples,
        derandomize=PROFILE.derandomize,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    settings.load_profile("formwork")


def is_seeded(item: pytest.Item) -> bool:
    """True for a property, and for every test of a module that takes `scaled`: the proof runs these again."""
    function, module = getattr(item, "obj", None), getattr(item, "module", None)
    return bool(getattr(function, "is_hypothesis_test", False)) or getattr(module, "scaled", None) is scaled


def note_seeds(item: pytest.Item) -> None:
    """Write the examples a property is given on the item, so that the session's summary can add them up."""
    function = getattr(item, "obj", None)
    if getattr(function, "is_hypothesis_test", False):
        own = getattr(function, "_hypothesis_internal_use_settings", None) or settings.default
        item.user_properties.append(("seeds", own.max_examples if own else PROFILE.examples))


class SeedCount:
    """Adds up the `seeds` of every test that ran; tests with seeds of their own say `record_property("seeds", n)`."""

    def __init__(self) -> None:
        self.tests = 0
        self.seeds = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test once, when its body has run."""
        if report.when != "call":
            return
        counts = [int(str(value)) for name, value in report.user_properties if name == "seeds"]
        self.tests += bool(counts)
        self.seeds += sum(counts)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The closing line of `make test` and `make proof`."""
        drawn = "fixed" if PROFILE.derandomize else "fresh"
        line = f"seeds ({PROFILE.name}, {drawn}): {self.seeds} examples in {self.tests} properties"
        terminalreporter.write_line(line)
