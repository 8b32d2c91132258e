"""The pretend Bluesky's records and blobs: the exactly-once semantics of contract §6, lists, points."""

from __future__ import annotations

import pytest

from connectors.simulators.bluesky_repo import next_tid
from tests.simulators.callers import A_KEY, Sky, a_record, png


def test_the_same_put_twice_writes_once_and_says_so_by_leaving_out_the_commit(sky: Sky) -> None:
    first, again = sky.put(a_record()).json(), sky.put(a_record()).json()
    assert first["commit"]
    assert "commit" not in again
    assert (again["uri"], again["cid"]) == (first["uri"], first["cid"])
    assert [e["event"] for e in sky.running.truth() if e["event"] in ("accepted", "repeated")] == [
        "accepted",
        "repeated",
    ]


def test_other_content_under_a_taken_key_is_an_invalid_swap_that_names_what_is_there(sky: Sky) -> None:
    there = sky.put(a_record("one")).json()["cid"]
    answer = sky.put(a_record("two"))
    assert (answer.status_code, answer.json()) == (400, {"error": "InvalidSwap", "message": f"Record was at {there}"})
    assert sky.read("getRecord", rkey=A_KEY).json()["value"]["text"] == "one"


def test_a_put_without_swap_replaces_and_a_wrong_swap_does_not(sky: Sky) -> None:
    cid = sky.put(a_record("one")).json()["cid"]
    other = sky.put(a_record("x"), rkey=next_tid()).json()["cid"]
    assert sky.put(a_record("two"), swapRecord=other).status_code == 400
    assert sky.put(a_record("two"), swapRecord=cid).status_code == 200
    assert sky.write("putRecord", rkey=A_KEY, record=a_record("three")).status_code == 200
    assert sky.read("getRecord", rkey=A_KEY).json()["value"]["text"] == "three"


def test_creating_on_a_taken_key_is_500_as_on_the_reference_server(sky: Sky) -> None:
    assert sky.write("createRecord", rkey=A_KEY, record=a_record()).status_code == 200
    answer = sky.write("createRecord", rkey=A_KEY, record=a_record())
    assert (answer.status_code, answer.json()["error"]) == (500, "InternalServerError")


def test_a_record_that_is_not_there_is_400_and_a_fact(sky: Sky) -> None:
    answer = sky.read("getRecord", rkey=A_KEY)
    assert (answer.status_code, answer.json()["error"]) == (400, "RecordNotFound")


def test_deleting_is_idempotent(sky: Sky) -> None:
    sky.put(a_record())
    assert "commit" in sky.write("deleteRecord", rkey=A_KEY).json()
    assert sky.write("deleteRecord", rkey=A_KEY).json() == {}
    assert sky.read("getRecord", rkey=A_KEY).status_code == 400
    assert len(sky.running.truth("removed")) == 1


def test_lists_give_the_newest_key_first_and_page_without_gaps(sky: Sky) -> None:
    keys = [sky.write("createRecord", record=a_record(str(n))).json()["uri"][-13:] for n in range(5)]
    found: list[str] = []
    page = sky.read("listRecords", limit=2).json()
    while page["records"]:
        found += [record["uri"][-13:] for record in page["records"]]
        page = sky.read("listRecords", limit=2, cursor=page["cursor"]).json()
    assert found == sorted(keys, reverse=True)
    assert [r["uri"][-13:] for r in sky.read("listRecords", reverse="true").json()["records"]] == sorted(keys)
    assert sky.read("listRecords", limit=101).status_code == 400


@pytest.mark.parametrize("rkey", ["hello", "zzzzzzzzzzzzz", "3l2abcdefghi1", ""])
def test_a_post_key_must_be_a_tid(sky: Sky, rkey: str) -> None:
    assert sky.put(a_record(), rkey=rkey).json()["error"] == "InvalidRequest"


def test_writing_needs_json_known_fields_and_the_own_repository(sky: Sky) -> None:
    put = "/xrpc/com.atproto.repo.putRecord"
    assert sky.http.post(put, content=b"{}", headers=sky.auth).status_code == 400
    assert "surprise" in sky.put(a_record(), surprise=1).json()["message"]
    other = sky.running.accounts()[0]["did"]
    assert sky.write("putRecord", repo=other, rkey=A_KEY, record=a_record()).status_code == 401
    sky.running.knobs(rules={"write_limit": 100})
    assert sky.put(a_record()).status_code == 413


def test_points_are_counted_and_told_and_run_out(sky: Sky) -> None:
    sky.running.knobs(rules={"points_per_hour": 8})
    first = sky.put(a_record("one"))
    assert first.headers["RateLimit-Remaining"] == "5"
    assert first.headers["RateLimit-Policy"] == "8;w=3600"
    assert sky.write("putRecord", rkey=A_KEY, record=a_record("two")).headers["RateLimit-Remaining"] == "3"
    assert sky.write("deleteRecord", rkey=A_KEY).headers["RateLimit-Remaining"] == "2"
    refused = sky.put(a_record())
    assert (refused.status_code, refused.json()["error"]) == (429, "RateLimitExceeded")
    assert refused.headers["RateLimit-Reset"].isdecimal()
    assert sky.running.posts() == []


def test_the_allowance_per_address_can_be_switched_on(sky: Sky) -> None:
    sky.running.knobs(rules={"requests_per_5min": 1})
    assert [sky.read("listRecords").status_code for _ in range(2)] == [200, 429]


def test_a_picture_is_stored_once_by_content_and_posted_with_its_alt_text(sky: Sky) -> None:
    blob = sky.upload(png(), "image/png").json()["blob"]
    assert sky.upload(png(), "image/png").json()["blob"] == blob
    assert blob["ref"]["$link"].startswith("bafkrei")
    images = {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": "A red dot"}]}
    assert sky.put(a_record(embed=images)).status_code == 200
    accepted, media = sky.running.truth("accepted")[0], sky.running.truth("media")[0]
    assert accepted["media"] == [{"sha256": media["sha256"], "alt": "A red dot"}]


@pytest.mark.parametrize(
    ("data", "media_type", "status"),
    [(png(), "image/jpeg", 400), (b"text", "image/png", 400), (b"", "image/png", 400), (png(), "", 400)],
)
def test_a_blob_must_be_what_its_type_says(sky: Sky, data: bytes, media_type: str, status: int) -> None:
    assert sky.upload(data, media_type).status_code == status


def test_a_blob_too_large_or_unknown_or_altered_is_refused(sky: Sky) -> None:
    blob = sky.upload(png(), "image/png").json()["blob"]
    sky.running.knobs(rules={"blob_limit": 10})
    assert sky.upload(png(3, 3), "image/png").status_code == 413
    for wrong in ({**blob, "size": 5}, {**blob, "ref": {"$link": "bafkrei" + "a" * 52}}):
        images = {"$type": "app.bsky.embed.images", "images": [{"image": wrong, "alt": ""}]}
        assert sky.put(a_record(embed=images)).json()["error"] == "BlobNotFound"


def test_an_answer_to_our_own_post_must_carry_its_own_cid(sky: Sky) -> None:
    first = sky.put(a_record("one")).json()
    other = sky.put(a_record("x"), rkey=next_tid()).json()
    strong = {"uri": first["uri"], "cid": first["cid"]}
    wrong = {"uri": first["uri"], "cid": other["cid"]}
    assert sky.put(a_record(reply={"root": strong, "parent": wrong}), rkey=next_tid()).status_code == 400
    assert sky.put(a_record(reply={"root": strong, "parent": strong}), rkey=next_tid()).status_code == 200
    assert sky.running.truth("accepted")[-1]["reply_to"] == first["uri"]
