"""Groups and queues as owners: offered by forms and the API, taken by both, and named by pages."""

from formwork.records import create
from tests.web.conftest import House


def test_a_group_or_queue_is_chosen_as_the_owner_and_named_as_such(house: House) -> None:
    librarian = house.person("lina", "librarian")
    with house.here.system() as work:
        group = create(work, "group", [{"name": "Counter crew"}])[0].id
        queue = create(work, "queue", [{"name": "Counter queue"}])[0].id
    items = librarian.get("/o/reader/lookup?field=owner&q=Counter").json["items"]  # type: ignore[index]
    assert {(one["id"], one["title"]) for one in items} == {(str(group), "Counter crew"), (str(queue), "Counter queue")}
    made = librarian.post("/o/reader/new", {"name": "Given away", "owner": str(group)}, "/o/reader/new")
    assert made.status_code == 303, made.text
    changed = librarian.post(f"{made.location}/edit", {"owner": str(queue)}, f"{made.location}/edit")
    assert changed.status_code == 303, changed.text
    told = librarian.get(f"{made.location}/history").text
    assert "Counter crew" in told
    assert "Counter queue" in told
