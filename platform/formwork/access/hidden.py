"""The fields and lists an actor may not see, by object, worked out when asked."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from formwork.access.decide import decide_beyond
from formwork.access.decision import Decision
from formwork.catalog import ListSpec, Snapshot
from formwork.expressions import Expression
from formwork.kernel import Actor


def tells_list(rights: Callable[[str], Decision], object: str, item: ListSpec) -> bool:
    """True when a reader may be told which records are in a list of `object`.

    That is what the link behind the list says: whoever may not see the link learns it from no list, count or `exists`
    either. `rights` gives what the reader may read of an object.
    """
    return rights(item.object).allowed and item.via in rights(item.via_object(object)).readable


def may_ask(snapshot: Snapshot, actor: Actor, object: str, record_type: str | None, condition: Expression) -> bool:
    """True when the actor may see everything a condition on a record of this type reads.

    Whether another one holds would tell what is hidden, so what a page shows must not follow from it.
    """
    rights = partial(decide_beyond, snapshot, actor)
    for owner, name in condition.reads:
        spec = snapshot.objects[owner]
        if name not in spec.fields:
            if not tells_list(rights, owner, spec.lists[name]):
                return False
        elif name not in (rights(owner).readable_on(record_type) if owner == object else rights(owner).readable):
            return False
    return True


class HiddenFields(Mapping[str, frozenset[str]]):
    """object -> names of its fields and lists that answer this actor like unknown ones."""

    def __init__(self, snapshot: Snapshot, actor: Actor) -> None:
        self._snapshot = snapshot
        self._actor = actor

    def __getitem__(self, object: str) -> frozenset[str]:
        spec = self._snapshot.objects[object]
        decision = decide_beyond(self._snapshot, self._actor, object)
        rights = partial(decide_beyond, self._snapshot, self._actor)
        lists = {name for name, item in spec.lists.items() if not tells_list(rights, object, item)}
        return (frozenset(spec.fields) - decision.readable) | (lists - decision.readable)

    def __iter__(self) -> Iterator[str]:
        return iter(self._snapshot.objects)

    def __len__(self) -> int:
        return len(self._snapshot.objects)
