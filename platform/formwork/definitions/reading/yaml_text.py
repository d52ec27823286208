"""YAML 1.2 to plain values, with the line and column of every path.

Works on the parser's events, so nesting is bounded by a counter and not by the machine's stack.
Duplicate keys, tags, several documents, deep nesting and aliases that multiply are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from formwork.definitions.finding import Finding
from formwork.definitions.reading.document import MOST_BYTES, Document, unreadable
from formwork.definitions.reading.scalar import resolve
from formwork.definitions.reading.yaml_fault import yaml_fault
from formwork.definitions.source import Path, Source
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import yaml
else:
    yaml = on_first_use("yaml")

DEEPEST = 30
"""Levels of mappings and lists a document may have."""
MOST_NODES = 200_000
"""Values a document may have once its aliases are written out."""


@dataclass(slots=True)
class _Level:
    """An open mapping or list: what was read into it, and the key that waits for its value."""

    value: Any
    path: Path
    anchor: str | None
    first_node: int
    key: Any = None
    has_key: bool = False


@dataclass(slots=True)
class _Builder:
    file: str
    positions: dict[Path, tuple[int, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict)
    levels: list[_Level] = field(default_factory=list)
    root: Any = None
    nodes: int = 0
    documents: int = 0

    def report(self, event: yaml.Event, path: Path, code: str, message: str, mend: str) -> None:
        dotted = ".".join(str(step) for step in path)
        self.findings.append(Finding(self.file, *_start(event), dotted, code, message, mend))

    def path_of_next(self) -> Path:
        if not self.levels:
            return ()
        top = self.levels[-1]
        return (*top.path, top.key if isinstance(top.value, dict) else len(top.value))

    def place(self, event: yaml.Event, path: Path) -> None:
        if path not in self.positions:
            self.positions[path] = _start(event)

    def put(self, value: Any) -> None:
        if not self.levels:
            self.root = value
            return
        top = self.levels[-1]
        if isinstance(top.value, list):
            top.value.append(value)
            return
        top.value.setdefault(top.key, value)
        top.has_key = False

    def take_key(self, event: yaml.Event, key: Any) -> None:
        top = self.levels[-1]
        top.has_key = True
        if not isinstance(key, str):
            self.report(event, top.path, "bad_key", "A key is text.", "Put it in quotes.")
            key = str(key)
        top.key = key
        if key in top.value:
            first = self.positions[(*top.path, key)][0]
            self.report(
                event, (*top.path, key), "duplicate_key", f"`{key}` is written twice here.",
                f"Keep one of them; the first is in line {first}.",
            )  # fmt: skip
        else:
            self.place(event, (*top.path, key))

    @property
    def wants_key(self) -> bool:
        return bool(self.levels) and isinstance(self.levels[-1].value, dict) and not self.levels[-1].has_key

    def count(self, event: yaml.Event, nodes: int = 1) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            raise _TooMuch(event, f"A document has at most {MOST_NODES:,} values.", "Split it.")

    def open(self, event: Any, value: Any) -> None:
        path = self.path_of_next()
        if self.wants_key:
            raise _TooMuch(event, "A key is text, not a mapping or a list.", "Put it in quotes if it is text.")
        if len(self.levels) >= DEEPEST:
            raise _TooMuch(event, f"A document is nested at most {DEEPEST} levels deep.", "Split it.")
        self.check_tag(event, path)
        self.place(event, path)
        self.levels.append(_Level(value, path, event.anchor, self.nodes))
        self.count(event)

    def close(self) -> None:
        level = self.levels.pop()
        if level.anchor:
            self.anchors[level.anchor] = (level.value, self.nodes - level.first_node)
        self.put(level.value)

    def scalar(self, event: Any) -> None:
        self.count(event)
        path = self.path_of_next()
        self.check_tag(event, path)
        value: Any = event.value
        if event.style is None or event.style == "":
            try:
                value = resolve(event.value)
            except ValueError as error:
                self.report(event, path, "bad_number", str(error), "Write it shorter, or in quotes as text.")
                value = None
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        if self.wants_key:
            self.take_key(event, value)
        else:
            self.place(event, path)
            self.put(value)

    def alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            raise _TooMuch(event, f"The alias `*{event.anchor}` stands before or inside its anchor.",
                           "Write the value out, or put text that begins with `*` in quotes.")  # fmt: skip
        value, nodes = self.anchors[event.anchor]
        self.count(event, nodes)
        if self.wants_key:
            self.take_key(event, value)
        else:
            self.put(value)

    def check_tag(self, event: Any, path: Path) -> None:
        if event.tag is not None and event.tag != "!":
            self.report(event, path, "bad_tag", "The language has no tags.", f"Remove `{event.tag}`.")


def _start(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _TooMuch(Exception):
    """The document cannot be read further from here."""

    def __init__(self, event: yaml.Event, message: str, mend: str) -> None:
        super().__init__(message)
        self.event = event
        self.mend = mend


def read_yaml(raw: bytes, file: str) -> Document:
    """The document of a YAML file, with a finding for everything that hinders reading it."""
    if len(raw) > MOST_BYTES:
        return unreadable(file, "too_large", "A file has at most 1 MiB.", "Split it.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return unreadable(file, "bad_encoding", "The file is not UTF-8.", "Save it as UTF-8.", line)
    builder = _Builder(file)
    try:
        # libyaml's parser; only its events are used, so none of its tags or resolvers ever act.
        _follow(yaml.CSafeLoader(text), builder)
    except _TooMuch as error:
        builder.report(error.event, (), "bad_structure", str(error), error.mend)
        return Document(None, Source(file, builder.positions), tuple(builder.findings))
    except yaml.MarkedYAMLError as error:
        return yaml_fault(error, text, file)
    except yaml.YAMLError as error:
        before = text[: getattr(error, "position", 0)]
        line = before.count("\n") + 1
        return unreadable(file, "bad_yaml", "The file holds a character YAML does not allow.", "Remove it.", line)
    return Document(builder.root, Source(file, builder.positions), tuple(builder.findings))


def _follow(parser: yaml.CSafeLoader, builder: _Builder) -> None:
    # Named once: the library waits for its first use, and a file has thousands of events.
    scalar, mapping, sequence, alias = (
        yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent, yaml.AliasEvent,
    )  # fmt: skip
    ends, document = (yaml.MappingEndEvent, yaml.SequenceEndEvent), yaml.DocumentStartEvent
    while parser.check_event():
        event = parser.get_event()
        if isinstance(event, scalar):
            builder.scalar(event)
        elif isinstance(event, mapping):
            builder.open(event, {})
        elif isinstance(event, sequence):
            builder.open(event, [])
        elif isinstance(event, ends):
            builder.close()
        elif isinstance(event, alias):
            builder.alias(event)
        elif isinstance(event, document):
            builder.documents += 1
            if builder.documents > 1:
                raise _TooMuch(event, "A file holds one document.", "Remove the `---`, or split the file.")
