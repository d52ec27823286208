"""Records through HTTP: the journey of one record, on both databases."""

import pytest

from tests.support.callers import Caller, World


@pytest.fixture(scope="module")
def book(admin: Caller) -> dict[str, object]:
    return admin.made("book", title="Tide tables", isbn="i-1", daily_fee="2.50")


def test_a_record_is_made_read_changed_deleted_and_restored(admin: Caller) -> None:
    made = admin.post("/reader", {"name": "Ada", "card": "c-1", "topics": ["sea"], "home": {"city": "Faro"}})
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/reader/{made.json['id']}"
    assert made.json["credit"] == "100.0000" or made.json["credit"].startswith("100")
    path = f"/reader/{made.json['id']}"
    read = admin.get(path)
    assert read.status_code == 200
    assert read.json == made.json
    assert read.headers["ETag"] == made.headers["ETag"]
    assert admin("GET", path, headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    changed = admin("PATCH", path, {"name": "Ada L."}, headers={"If-Match": read.headers["ETag"]})
    assert changed.status_code == 200
    assert (changed.json["name"], changed.json["version"]) == ("Ada L.", read.json["version"] + 1)
    stale = admin("PATCH", path, {"name": "Eve"}, headers={"If-Match": read.headers["ETag"]})
    assert (stale.status_code, stale.json["code"]) == (412, "precondition_failed")
    assert stale.json["current_version"] == changed.json["version"]
    assert admin("PATCH", path, {"name": "Eve", "version": read.json["version"]}).status_code == 409
    assert admin("DELETE", path).status_code == 204
    assert admin.get(path).status_code == 404
    assert [one["id"] for one in admin.get("/reader", deleted="true").json["data"]] == [made.json["id"]]
    assert admin.post(path + "/restore").json["name"] == "Ada L."
    actions = [one["action"] for one in admin.get(path + "/history").json["data"]]
    assert actions == ["restored", "deleted", "updated", "created"]


def test_details_are_written_and_shown_with_their_master(admin: Caller, book: dict[str, object]) -> None:
    reader = admin.made("reader", name="Bo")
    loan = admin.made("loan", reader=reader["id"], items=[{"book": book["id"], "copies": 2}, {"book": book["id"]}])
    shown = admin.get(f"/loan/{loan['id']}", include="items", fields="number,reader.name,fee_total,items_count")
    assert shown.json["reader.name"] == "Bo"
    assert [one["copies"] for one in shown.json["items"]] == [2, 1]
    assert shown.json["items_count"] == 2
    assert float(shown.json["fee_total"]) == 52.5


def test_a_list_is_filtered_sorted_paged_and_counted(admin: Caller) -> None:
    for number in range(7):
        admin.made("book", title=f"List {number}", isbn=f"list-{number}")
    question = {
        "filter": "title starts with 'List'",
        "sort": "-title",
        "limit": "3",
        "fields": "title",
        "count": "true",
    }
    first = admin.get("/book", **question)
    assert first.status_code == 200, first.json
    assert [one["title"] for one in first.json["data"]] == ["List 6", "List 5", "List 4"]
    assert (first.json["count"], first.json["more"]) == (7, False)
    second = admin.get("/book", **question, cursor=first.json["next"])
    assert [one["title"] for one in second.json["data"]] == ["List 3", "List 2", "List 1"]
    back = admin.get("/book", **question, cursor=second.json["previous"])
    assert back.json["data"] == first.json["data"]
    body = {"filter": "title starts with 'List'", "sort": ["-title"], "limit": 3, "fields": ["title"], "count": True}
    assert admin.post("/book/query", body).json["data"] == first.json["data"]
    assert admin.get("/book/count", filter="title starts with 'List'").json == {"count": 7, "more": False}


def test_groups_and_measures(admin: Caller) -> None:
    for title, fee in (("Group a", "1"), ("Group a", "3"), ("Group b", "5")):
        admin.made("book", title=title, daily_fee=fee)
    query = {"groups": "title", "measures": "count,sum(daily_fee) as total", "filter": "title starts with 'Group'"}
    found = admin.get("/book/aggregate", **query, sort="title").json["data"]
    assert [(one["title"], one["count"], float(one["total"])) for one in found] == [
        ("Group a", 2, 4.0),
        ("Group b", 1, 5.0),
    ]
    body = {
        "groups": ["title"], "measures": ["count", "sum(daily_fee) as total"],
        "filter": "title starts with 'Group'", "sort": ["title"],
    }  # fmt: skip
    assert admin.post("/book/aggregate", body).json["data"] == found


def test_a_look_up_offers_what_fits_it(admin: Caller) -> None:
    member = admin.made("reader", name="Lookup Member", member=True)
    other = admin.made("reader", name="Lookup Other", member=False)
    loan = admin.made("loan", reader=other["id"])
    found = admin.get("/loan/lookup/guide", q="Lookup", record=loan["id"]).json["data"]
    assert found == [{"id": member["id"], "title": "Lookup Member"}]
    assert len(admin.get("/loan/lookup/reader", q="lookup").json["data"]) == 2
    assert admin.get("/loan/lookup/status").status_code == 400


def test_a_record_is_put_by_its_key(admin: Caller) -> None:
    made = admin("PUT", "/reader/by/card/k-9", {"name": "Key"})
    assert made.status_code == 201, made.json
    again = admin("PUT", "/reader/by/card/k-9", {"name": "Key two"})
    assert (again.status_code, again.json["id"], again.json["name"]) == (200, made.json["id"], "Key two")
    assert admin.get("/reader/by/card/k-9").json["name"] == "Key two"
    assert admin.get("/reader/by/card/nobody").status_code == 404
    assert admin.get("/reader/by/name/Key").status_code == 400
    assert admin("PUT", "/reader/by/card/k-9", {"name": "Key", "card": "other"}).status_code == 422


def test_upserts_of_many(admin: Caller) -> None:
    rows = [{"external_id": "x-1", "title": "One"}, {"external_id": "x-2", "title": "Two"}]
    first = admin.post("/book/upsert", {"records": rows})
    assert first.status_code == 200, first.json
    assert [one["created"] for one in first.json["data"]] == [True, True]
    rows[0]["title"] = "Uno"
    again = admin.post("/book/upsert", {"records": [*rows, {"external_id": "x-3", "title": "Three"}]})
    assert [one["created"] for one in again.json["data"]] == [False, False, True]
    bad = admin.post("/book/upsert", {"records": [{"title": "No key"}]})
    assert (bad.status_code, bad.json["errors"][0]["pointer"]) == (422, "/records/0/external_id")


def test_merging_points_links_at_the_winner(admin: Caller) -> None:
    keep, drop = admin.made("reader", name="Keep"), admin.made("reader", name="Drop")
    loan = admin.made("loan", reader=drop["id"])
    done = admin.post(f"/reader/{keep['id']}/merge", {"losers": [drop["id"]], "set": {"name": "Kept"}})
    assert (done.status_code, done.json["name"]) == (200, "Kept")
    assert admin.get(f"/loan/{loan['id']}").json["reader"] == keep["id"]
    assert admin.get(f"/reader/{drop['id']}").status_code == 404


def test_minimal_answers(world: World, admin: Caller) -> None:
    made = admin.post("/book", {"title": "Short"}, headers={"Prefer": "return=minimal"})
    assert set(made.json) == {"id", "version", "created"}


def test_the_owner_is_set_by_who_may_transfer(world: World) -> None:
    """Through every way the API has: single, batch, upsert; what it describes says the same."""
    clerk, librarian = world.caller("owen", "clerk"), world.caller("lena", "librarian")
    made = clerk.made("reader", name="Ada", external_id="own-1", owner=str(clerk.user))
    assert made["owner"] == str(clerk.user)
    path, given = f"/reader/{made['id']}", {"owner": str(librarian.user)}
    refused = [
        clerk("PATCH", path, given),
        clerk.post("/reader", {"name": "Bea", **given}),
        clerk.post("/reader/upsert", {"records": [{"external_id": "own-1", **given}]}),
        clerk.post("/reader/upsert", {"records": [{"external_id": "own-2", "name": "Bea", **given}]}),
        clerk.post("/reader/batch", {"update": [{"id": made["id"], **given}]}),
    ]
    assert [(one.status_code, one.json["code"]) for one in refused] == [(403, "field_denied")] * len(refused)

    def says_writable(caller: Caller) -> bool:
        fields = caller.get("/describe/reader").json["fields"]
        return next(bool(one["writable"]) for one in fields if one["name"] == "owner")

    assert (says_writable(clerk), says_writable(librarian)) == (False, True)
    assert clerk.get(path).json["owner"] == str(clerk.user)
    assert librarian("PATCH", path, given).json["owner"] == str(librarian.user)
    assert clerk.get(path).status_code == 404


def test_an_owner_is_looked_up_among_people_groups_and_queues(admin: Caller) -> None:
    queue = admin.made("queue", name="Returns desk")["id"]
    found = admin.get("/reader/lookup/owner", q="Returns", target="queue").json["data"]
    assert found == [{"id": queue, "title": "Returns desk"}]
    assert admin.made("reader", name="Left with the desk", owner=queue)["owner"] == queue
    refused = admin.get("/reader/lookup/owner", target="book")
    assert (refused.status_code, refused.json["code"]) == (400, "bad_parameter")


def test_many_records_in_one_request_need_a_right_of_their_own(world: World) -> None:
    clerk = world.caller("bulk", "clerk")
    mine = [clerk.made("reader", name=name)["id"] for name in ("One", "Two")]
    changes = [{"id": id, "name": "Changed"} for id in mine]
    for body in ({"update": changes}, {"update": changes, "mode": "each"}, {"update": changes[:1], "delete": mine[1:]}):
        answer = clerk.post("/reader/batch", body)
        assert (answer.status_code, answer.json["verb"]) == (403, "bulk_edit")
    assert clerk.post("/reader/batch", {"update": changes[:1], "create": [{"name": "Three"}]}).status_code == 200
    rights = clerk.get("/describe/reader").json["rights"]
    assert (rights["edit"], rights["bulk_edit"], rights["convert"]) == (True, False, False)
