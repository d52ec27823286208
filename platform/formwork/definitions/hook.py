"""Script hooks a package brings."""

from dataclasses import dataclass, field

from formwork.definitions.source import NOWHERE, Source

HOOK_EVENTS = ("before_save", "after_save", "before_delete", "after_delete", "button", "schedule")


@dataclass(frozen=True, slots=True)
class HookDef:
    """One entry of plugins/<package>/hooks.yaml. `code` is the text of `script`, never imported."""

    name: str
    package: str
    object: str
    events: tuple[str, ...]
    script: str
    code: str
    when: str | None = None
    label: str = ""
    source: Source = field(default=NOWHERE, compare=False, repr=False)
