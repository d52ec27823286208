"""New names for objects and fields outside core, in expressions and paths too."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from formwork.catalog import Snapshot
from formwork.catalog.object import ListKind
from formwork.catalog.scope import ObjectScope
from formwork.definitions.model import SYSTEM_FIELDS, PackageContent
from formwork.expressions import parse, unparse
from formwork.expressions.ast import Ast, Call, In, Logical, Operation, Path, Unary
from formwork.expressions.currencies import TWIN_SUFFIX

CORE = "core"
PERSON = "user"
WORDS = frozenset({"currency", "rate"})
"""Fields whose names the language itself gives a meaning: in which currency a record's money is."""


@dataclass(frozen=True)
class Names:
    """The new names. `spell` makes one from an old one."""

    snapshot: Snapshot
    packages: Mapping[str, PackageContent]
    spell: Callable[[str], str]

    def object(self, name: str) -> str:
        """The new name of an object; core's stay."""
        return self.spell(name) if self.snapshot.objects[name].package != CORE else name

    def field(self, object: str, name: str) -> str:
        """The new name of a field of an object; system fields and those core itself declares stay."""
        known = self.snapshot.objects[object].fields.get(name)
        if known is not None and known.twin_of is not None:
            return self.field(object, known.twin_of) + TWIN_SUFFIX
        given = name in WORDS or name in SYSTEM_FIELDS or known is None
        return name if given or self._is_core(object, name) else self.spell(name)

    def member(self, object: str, name: str) -> str:
        """The new name of a field or list of an object."""
        spec = self.snapshot.objects[object]
        if name not in spec.lists or name in spec.fields:
            return self.field(object, name)
        item = spec.lists[name]
        owner = item.object if item.kind is not ListKind.MEMBERS else object
        return name if self._is_core(owner, item.via) else self.spell(name)

    def fields(self, object: str, names: Iterable[str]) -> tuple[str, ...]:
        """The new names of fields."""
        return tuple(self.field(object, name) for name in names)

    def sign(self, object: str, text: str) -> str:
        """The new name behind a sort key's `-`."""
        return ("-" if text.startswith("-") else "") + self.path(object, text.removeprefix("-"))

    def path(self, object: str, text: str, this: str | None = None) -> str:
        """The new spelling of names joined by dots."""
        return str(self._path(Path(tuple(text.split("."))), self.snapshot.scope(object, this=this)))

    def text(self, object: str, text: str, this: str | None = None) -> str:
        """The new spelling of an expression over records of an object."""
        return unparse(self._tree(parse(text), self.snapshot.scope(object, this=this)))

    def maybe(self, object: str, text: str | None) -> str | None:
        """The same for one that may be absent."""
        return text and self.text(object, text)

    def _is_core(self, object: str, name: str) -> bool:
        return any(one.name == object and name in one.fields for one in self.packages[CORE].objects)

    def _tree(self, ast: Ast, scope: ObjectScope) -> Ast:
        match ast:
            case Path():
                return self._path(ast, scope)
            case Unary():
                return replace(ast, operand=self._tree(ast.operand, scope))
            case Operation():
                return replace(ast, left=self._tree(ast.left, scope), right=self._tree(ast.right, scope))
            case Logical():
                return replace(ast, terms=tuple(self._tree(term, scope) for term in ast.terms))
            case In():
                choices = tuple(self._tree(choice, scope) for choice in ast.choices)
                return replace(ast, item=self._tree(ast.item, scope), choices=choices)
            case Call(arguments=(Path() as first, *rest)) if (target := self._list(first, scope)) is not None:
                inner = scope.enter(target)
                return replace(
                    ast, arguments=(self._path(first, scope), *(self._tree(argument, inner) for argument in rest))
                )
            case Call():
                return replace(ast, arguments=tuple(self._tree(argument, scope) for argument in ast.arguments))
        return ast

    def _list(self, path: Path, scope: ObjectScope) -> str | None:
        """The object of the list a path leads to, None when it leads to none."""
        object, names = self._start(path, scope)
        for name in names[:-1]:
            spec = self.snapshot.objects[object].fields.get(name)
            if spec is None or len(spec.targets) != 1:
                return None
            object = spec.targets[0]
        found = self.snapshot.objects[object].lists.get(names[-1]) if names else None
        return found.object if found else None

    def _start(self, path: Path, scope: ObjectScope) -> tuple[str, tuple[str, ...]]:
        if path.names[0] == "me":
            return PERSON, path.names[1:]
        if path.names[0] == "this" and scope.this is not None:
            return scope.this.object, path.names[1:]
        return scope.object, path.names

    def _path(self, path: Path, scope: ObjectScope) -> Path:
        start, names = self._start(path, scope)
        object: str | None = start
        found = list(path.names[: len(path.names) - len(names)])
        for name in names:
            found.append(name if object is None else self.member(object, name))
            spec = self.snapshot.objects[object].fields.get(name) if object is not None else None
            object = spec.targets[0] if spec is not None and len(spec.targets) == 1 else None
        return replace(path, names=tuple(found))
