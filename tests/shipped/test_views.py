"""Every shipped view answers, for the administrator and for each role that may read the object."""

from uuid import UUID

import pytest

from formwork.access.decide import decide, may_use
from formwork.access.decision import Verb
from formwork.catalog.object import ObjectSpec
from formwork.definitions.model import ViewDef
from formwork.kernel import Actor
from formwork.records import ListRequest
from tests.shipped.conftest import Shop

ROLES = ("admin", "sales_rep", "sales_manager", "finance", "executive")
ON_A_PUSH = ("sales_rep", "finance")
"""Who sees a part by row rules, and who sees all; the administrator asks every view in test_resources.py."""
PERSON = UUID(int=1)


def actor(role: str) -> Actor:
    owners = {scope: frozenset({PERSON}) for scope in ("own", "team", "department", "subordinates")}
    return Actor(user=PERSON, name="Somebody", roles=frozenset({role}), owners=owners)


def question(spec: ObjectSpec, view: ViewDef, readable: frozenset[str]) -> ListRequest:
    """What a page asks for a view: the columns this reader may see."""
    wanted = view.columns or view.card or (spec.title,)
    return ListRequest(
        object=spec.name,
        fields=tuple(path for path in wanted if path.split(".")[0] in readable),
        filters=(view.filter,) if view.filter else (),
        sort=tuple(key for key in view.sort if key.lstrip("-").split(".")[0] in readable),
    )


def test_every_shipped_object_has_its_place_in_the_menu(shop: Shop) -> None:
    """Details stand at their master; whatever else is shipped is placed by the package that brings it."""
    placed = {item.object for group in shop.snapshot.navigation for item in group.items}
    own = {name for name, spec in shop.snapshot.objects.items() if spec.master is None and not spec.definition.system}
    assert own - placed == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=() if role in ON_A_PUSH else pytest.mark.proof) for role in ROLES]
)
def test_every_view_answers(shop: Shop, role: str) -> None:
    assert role in shop.snapshot.rights.roles
    asked = 0
    for spec in shop.snapshot.objects.values():
        if spec.layout is None or not may_use(shop.snapshot, actor(role), spec.name):
            continue
        readable = decide(shop.snapshot, actor(role), spec.name, Verb.READ).readable
        for view in spec.layout.views.values():
            if view.roles and role not in view.roles:
                continue
            assert shop.read(question(spec, view, readable), actor(role)) == []
            asked += 1
    assert asked > 40
