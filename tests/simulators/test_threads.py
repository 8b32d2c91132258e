"""The pretend Threads counts emoji in bytes, publishes a container once, and keeps chains and quotas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.simulators.running import start
from connectors.simulators.threads_words import count
from tests.simulators.callers import Graph, client, code, png
from tests.simulators.pictures import jpeg, shelf

FIELDS = (
    "id,text,permalink,media_type,alt_text,is_quote_post,link_attachment_url,replied_to{id},root_post{id},children{id}"
)


class Thread(Graph):
    """A profile, and where its pictures stand."""

    version = "v1.0"

    def contain(self, text: str = "Prices rose", **form: Any) -> httpx.Response:
        """POST /{id}/threads."""
        data = {"media_type": "TEXT", **({"text": text} if text else {}), **form}
        return self.call("POST", f"{self.made['id']}/threads", data=data)

    def picture(self, data: bytes | None = None, kind: str = "image/jpeg", **form: str) -> httpx.Response:
        """POST /{id}/threads for a picture."""
        url = self.shelf.put(jpeg() if data is None else data, kind)
        return self.contain("", media_type="IMAGE", image_url=url, **form)

    def publish(self, container: str) -> httpx.Response:
        """POST /{id}/threads_publish."""
        return self.call("POST", f"{self.made['id']}/threads_publish", params={"creation_id": container})

    def say(self, text: str = "Prices rose", **form: Any) -> str:
        """A published post's id."""
        return str(self.publish(self.contain(text, **form).json()["id"]).json()["id"])

    def state(self, container: str) -> dict[str, str]:
        """The container's status."""
        found: dict[str, str] = self.call("GET", container, params={"fields": "id,status,error_message"}).json()
        return found

    def listed(self, edge: str = "threads", **params: Any) -> list[dict[str, Any]]:
        """GET /{id}/threads."""
        return self.shown(edge, FIELDS, **params)


@pytest.fixture
def thread(tmp_path: Path) -> Iterator[Thread]:
    """One profile, whose containers are ready at once."""
    with shelf() as pictures, start("threads", tmp_path, processing_s=0.0) as running, client(running) as http:
        yield Thread(running, http, pictures, running.accounts(1, "office")[0])


def test_a_container_is_published_once_and_found(thread: Thread) -> None:
    container = thread.contain(link_attachment="https://office.example/figures").json()["id"]
    assert (thread.state(container)["status"], thread.running.truth("accepted")) == ("FINISHED", [])
    number = thread.publish(container).json()["id"]
    assert thread.state(container)["status"] == "PUBLISHED"
    assert code(thread.publish(container)) == (400, 24, 4279009)
    (post,) = thread.listed()
    assert (post["id"], post["text"], post["media_type"]) == (number, "Prices rose", "TEXT_POST")
    assert post["link_attachment_url"] == "https://office.example/figures"
    assert post["permalink"].startswith(f"https://www.threads.net/@{thread.made['handle']}/post/")


def test_a_container_may_take_its_time_fail_or_expire(thread: Thread) -> None:
    thread.running.knobs(rules={"processing_s": 30.0})
    waiting = thread.contain().json()["id"]
    assert (thread.state(waiting)["status"], code(thread.publish(waiting))) == ("IN_PROGRESS", (400, 24, 4279009))
    thread.running.knobs(rules={"processing_s": 0.0, "spoil": "UNKNOWN"})
    failed = thread.contain().json()["id"]
    assert thread.state(failed) == {"id": failed, "status": "ERROR", "error_message": "UNKNOWN"}
    thread.running.knobs(rules={"spoil": "", "container_life_s": 0.0})
    old = thread.contain().json()["id"]
    assert (thread.state(old)["status"], code(thread.publish(old))) == ("EXPIRED", (400, 24, 4279009))


def test_each_part_of_a_thread_replies_to_the_one_before(thread: Thread) -> None:
    first = thread.say("First")
    second = thread.say("Second", reply_to_id=first)
    third = thread.say("Third", reply_to_id=second)
    assert [post["id"] for post in thread.listed()] == [first]
    newest, older = thread.listed("replies")
    assert (newest["id"], newest["replied_to"], newest["root_post"]) == (third, {"id": second}, {"id": first})
    assert older["replied_to"] == {"id": first}
    below = thread.call("GET", f"{first}/conversation", params={"fields": "id"}).json()["data"]
    assert below == [{"id": third}, {"id": second}]
    assert code(thread.contain(reply_to_id="7"))[1:] == (24, 4279009)
    assert thread.listed("replies", limit=1)[0]["id"] == third


def test_pictures_are_fetched_and_may_be_twenty(thread: Thread) -> None:
    assert thread.publish(thread.picture(png(400, 400), "image/png", alt_text="Red").json()["id"]).status_code == 200
    ids = [thread.picture(is_carousel_item="true").json()["id"] for _ in range(2)]
    whole = thread.contain("Both", media_type="CAROUSEL", children=",".join(ids)).json()["id"]
    assert thread.publish(whole).status_code == 200
    both, one = thread.listed()
    assert (one["media_type"], one["alt_text"]) == ("IMAGE", "Red")
    assert (both["media_type"], len(both["children"]["data"])) == ("CAROUSEL_ALBUM", 2)
    assert code(thread.contain("", media_type="CAROUSEL", children=ids[0])) == (400, 100, None)


def test_pictures_that_are_no_good_are_refused_at_once_or_show_in_the_container(thread: Thread) -> None:
    gone = thread.contain("", media_type="IMAGE", image_url="https://office.example/a.jpg")
    assert code(gone) == (400, 1, 2207052)
    assert code(thread.picture(jpeg(319, 319))) == (400, 100, None)
    assert code(thread.picture(b"GIF89a", "image/gif")) == (400, 100, None)
    flat = thread.picture(jpeg(1100, 109)).json()["id"]
    assert thread.state(flat)["error_message"] == "INVALID_ASPEC_RATIO"


@pytest.mark.parametrize(
    ("words", "length"),
    [("abc", 3), ("é", 1), ("😀", 4), ("👍🏽", 8), ("👩‍👩‍👧", 18), ("🇬🇧", 8), ("1️⃣ 1", 9), ("𝒳", 2)],
)
def test_an_emoji_counts_as_its_bytes(words: str, length: int) -> None:
    assert count(words, utf16=True) == length
    assert count("𝒳", utf16=False) == 1


@pytest.mark.parametrize(
    "form",
    [
        {"surprise": "1"},
        {"text": "a" * 501},
        {"text": "😀" * 126},
        {"text": " ".join(f"https://a.example/{n}" for n in range(6))},
        {"text": " ".join(f"https://a.example/{n}" for n in range(5)), "link_attachment": "https://b.example"},
        {"link_attachment": "nowhere"},
        {"topic_tag": "a.b"},
        {"topic_tag": "a" * 51},
        {"reply_control": "nobody"},
        {"image_url": "https://a.example/a.jpg"},
        {"media_type": "VIDEO", "video_url": "https://a.example/a.mp4"},
        {"media_type": "IMAGE"},
        {"media_type": "IMAGE", "image_url": "x", "alt_text": "a" * 1_001},
        {"media_type": "IMAGE", "image_url": "x", "link_attachment": "https://a.example"},
        {"media_type": "IMAGE", "image_url": "x", "is_carousel_item": "true"},
    ],
    ids=repr,
)
def test_what_threads_does_not_take_is_refused(thread: Thread, form: dict[str, str]) -> None:
    assert code(thread.contain(**form)) == (400, 100, None)


def test_posts_replies_and_deletions_are_counted_apart(thread: Thread) -> None:
    thread.running.knobs(rules={"posts_per_day": 1, "replies_per_day": 1, "deletes_per_day": 1})
    post = thread.say()
    reply = thread.say("More", reply_to_id=post)
    second = thread.contain("Too many").json()["id"]
    assert code(thread.publish(second))[:2] == (400, 613)
    assert code(thread.publish(thread.contain("Too many", reply_to_id=post).json()["id"]))[:2] == (400, 613)
    assert thread.call("DELETE", reply).json() == {"success": True, "deleted_id": reply}
    assert code(thread.call("DELETE", reply)) == (400, 100, 33)
    assert code(thread.call("DELETE", post))[:2] == (400, 613)
    fields = "quota_usage,reply_quota_usage,delete_quota_usage,delete_config"
    (told,) = thread.call("GET", f"{thread.made['id']}/threads_publishing_limit", params={"fields": fields}).json()[
        "data"
    ]
    assert (told["quota_usage"], told["reply_quota_usage"], told["delete_quota_usage"]) == (1, 1, 1)
    assert told["delete_config"] == {"quota_total": 1, "quota_duration": 86_400}


def test_a_person_consents_and_the_token_is_exchanged_extended_and_inspected(thread: Thread) -> None:
    app = {name: thread.made[name] for name in ("client_id", "client_secret")}
    asked = {"client_id": app["client_id"], "redirect_uri": "https://gateway.example/back", "response_type": "code"}
    asked |= {"scope": "threads_basic,threads_content_publish", "state": "s1", "account": thread.made["id"]}
    back = thread.http.post("/oauth/authorize", data=asked, headers={"Host": "threads.net"}).headers["Location"]
    (word,) = parse_qs(urlsplit(back).query)["code"]
    change = {**app, "redirect_uri": asked["redirect_uri"], "grant_type": "authorization_code"}
    assert thread.http.post("/oauth/access_token", data=change | {"code": f"{word}#_"}).status_code == 400
    short = thread.http.post("/oauth/access_token", data=change | {"code": word}).json()
    assert str(short["user_id"]) == thread.made["id"]
    longer = {"grant_type": "th_exchange_token", "client_secret": app["client_secret"]}
    long = thread.http.get("/access_token", params=longer | {"access_token": short["access_token"]}).json()
    assert long["expires_in"] == 5_184_000
    early = {"grant_type": "th_refresh_token", "access_token": long["access_token"]}
    assert code(thread.http.get("/refresh_access_token", params=early))[1] == 100
    assert thread.http.get(
        "/refresh_access_token", params=early | {"access_token": thread.made["access_token"]}
    ).is_success
    seen = {"input_token": long["access_token"], "access_token": long["access_token"]}
    told = thread.http.get("/debug_token", params=seen).json()["data"]
    assert (told["is_valid"], told["scopes"]) == (True, ["threads_basic", "threads_content_publish"])
    post = thread.say()
    assert code(thread.call("DELETE", post, long["access_token"])) == (403, 10, None)
    thread.running.expire("access", thread.made["id"])
    assert code(thread.call("GET", "me")) == (400, 190, 463)


def test_a_text_may_be_published_at_once_and_quote_another(thread: Thread) -> None:
    first = thread.contain("At once", auto_publish_text="true").json()["id"]
    thread.say("Look", quote_post_id=first)
    newest, oldest = thread.listed()
    assert (newest["is_quote_post"], oldest["id"]) == (True, first)


def test_faults_and_strangers_are_here_too(thread: Thread) -> None:
    container = thread.contain().json()["id"]
    thread.running.fault("timeout_after_accept", path="/threads_publish$", seconds=0.01)
    with pytest.raises(httpx.HTTPError):
        thread.publish(container)
    assert thread.state(container)["status"] == "PUBLISHED"
    thread.running.fault("lagging_lists", path="/threads$", method="GET", seconds=30)
    assert thread.listed() == []
    other = thread.running.accounts(1, "other")[0]
    assert code(thread.call("GET", container, other["access_token"])) == (400, 100, 33)
    assert code(thread.call("GET", "me/threads", "nonsense"))[1] == 190
    assert code(thread.http.get("/v25.0/me", params={"access_token": thread.made["access_token"]}))[1] == 2500
    thread.running.foreign_post(thread.made["id"], "By hand")
    assert [post["text"] for post in thread.listed()] == ["By hand", "Prices rose"]
