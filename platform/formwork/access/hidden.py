"""The fields an actor may not see, by object, worked out when asked."""

from collections.abc import Iterator, Mapping

from formwork.access.decide import decide_beyond
from formwork.catalog import ListSpec, Snapshot
from formwork.kernel import Actor


class HiddenFields(Mapping[str, frozenset[str]]):
    """object -> names of its fields and lists that answer this actor like unknown ones."""

    def __init__(self, snapshot: Snapshot, actor: Actor) -> None:
        self._snapshot = snapshot
        self._actor = actor

    def __getitem__(self, object: str) -> frozenset[str]:
        spec = self._snapshot.objects[object]
        decision = decide_beyond(self._snapshot, self._actor, object)
        lists = {name for name, item in spec.lists.items() if not self._may_follow(object, item)}
        return (frozenset(spec.fields) - decision.readable) | (lists - decision.readable)

    def _may_follow(self, object: str, item: ListSpec) -> bool:
        beyond = decide_beyond(self._snapshot, self._actor, item.object)
        via = decide_beyond(self._snapshot, self._actor, item.via_object(object))
        return beyond.allowed and item.via in via.readable

    def __iter__(self) -> Iterator[str]:
        return iter(self._snapshot.objects)

    def __len__(self) -> int:
        return len(self._snapshot.objects)
