"""The pretend Instagram publishes a container once, fetches pictures itself, and says no as the platform page does."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.simulators.running import start
from tests.simulators.callers import Graph, client, code, png
from tests.simulators.pictures import jpeg, shelf

BACK = "https://gateway.example/back"
SCOPES = "instagram_business_basic,instagram_business_content_publish"
FIELDS = "id,caption,media_type,permalink,timestamp,shortcode,username,alt_text,children{id,alt_text}"


class Gram(Graph):
    """An account, and where its pictures stand."""

    version = "v25.0"

    def contain(self, url: str | None = None, **form: Any) -> httpx.Response:
        """POST /{id}/media, with a picture that is good unless said otherwise."""
        address = self.shelf.put(jpeg()) if url is None else url
        return self.call("POST", f"{self.made['id']}/media", data={"image_url": address, **form})

    def carousel(self, ids: list[str], **form: str) -> httpx.Response:
        """POST /{id}/media for a carousel."""
        data = {"media_type": "CAROUSEL", "children": ",".join(ids), **form}
        return self.call("POST", f"{self.made['id']}/media", data=data)

    def publish(self, container: str) -> httpx.Response:
        """POST /{id}/media_publish."""
        return self.call("POST", f"{self.made['id']}/media_publish", data={"creation_id": container})

    def state(self, container: str) -> str:
        """The container's status_code."""
        answer = self.call("GET", container, params={"fields": "status_code,status"})
        return str(answer.json()["status_code"])

    def listed(self, **params: Any) -> list[dict[str, Any]]:
        """GET /{id}/media."""
        return self.shown("media", FIELDS, **params)


@pytest.fixture
def gram(tmp_path: Path) -> Iterator[Gram]:
    """One account."""
    with shelf() as pictures, start("instagram", tmp_path) as running, client(running) as http:
        yield Gram(running, http, pictures, running.accounts(1, "office")[0])


def test_a_picture_is_fetched_kept_and_published_once(gram: Gram) -> None:
    container = gram.contain(caption="Prices rose 3.1%", alt_text="It rises").json()["id"]
    assert [path for path, _ in gram.shelf.asked] == ["/0.jpg"]
    assert gram.state(container) == "FINISHED"
    assert gram.running.truth("accepted") == []
    number = gram.publish(container).json()["id"]
    assert gram.state(container) == "PUBLISHED"
    assert code(gram.publish(container)) == (400, 24, 2207006)
    (post,) = gram.listed()
    assert (post["id"], post["caption"], post["alt_text"]) == (number, "Prices rose 3.1%", "It rises")
    assert post["permalink"] == f"https://www.instagram.com/p/{post['shortcode']}/"
    (told,) = gram.running.truth("accepted")
    assert (told["id"], told["account"], told["media"][0]["alt"]) == (number, gram.made["id"], "It rises")
    (fetched,) = gram.running.truth("fetched")
    assert (fetched["host"], fetched["status"]) == ("127.0.0.1", 200)


def test_a_carousel_is_made_of_items_that_are_not_published_themselves(gram: Gram) -> None:
    ids = [gram.contain(is_carousel_item="true", alt_text=f"Chart {n}").json()["id"] for n in (1, 2)]
    assert code(gram.publish(ids[0])) == (400, 24, 2207006)
    assert code(gram.carousel(ids[:1]))[1:] == (100, 2207028)
    assert code(gram.carousel([ids[0], ids[0]]))[1:] == (100, 2207028)
    assert code(gram.carousel([ids[0], gram.contain().json()["id"]]))[1:] == (24, 2207006)
    assert gram.publish(gram.carousel(ids, caption="Two").json()["id"]).status_code == 200
    (post,) = gram.listed()
    assert (post["media_type"], [one["alt_text"] for one in post["children"]["data"]]) == (
        "CAROUSEL_ALBUM",
        ["Chart 1", "Chart 2"],
    )


@pytest.mark.parametrize(
    ("picture", "kind", "said"),
    [
        (jpeg(400, 501), "image/jpeg", (36003, 2207009)),
        (jpeg(400, 209), "image/jpeg", (36003, 2207009)),
        (jpeg(319, 319), "image/jpeg", (9004, 2207052)),
        (jpeg(1441, 1441), "image/jpeg", (9004, 2207052)),
        (jpeg() + b"0" * 8_000_000, "image/jpeg", (36000, 2207004)),
        (png(400, 400), "image/png", (36001, 2207005)),
        (jpeg(), "text/html", (36001, 2207005)),
        (jpeg()[:200], "image/jpeg", (36001, 2207005)),
    ],
    ids=["tall", "wide", "narrow", "broad", "heavy", "png", "called html", "cut off"],
)
def test_a_picture_that_instagram_does_not_take_is_refused(
    gram: Gram, picture: bytes, kind: str, said: tuple[int, int]
) -> None:
    assert code(gram.contain(gram.shelf.put(picture, kind))) == (400, *said)


def test_pictures_at_the_edges_are_taken(gram: Gram) -> None:
    for picture in (jpeg(400, 500), jpeg(382, 200), jpeg(320, 320), jpeg(1440, 1440, progressive=True)):
        assert gram.contain(gram.shelf.put(picture)).status_code == 200


def test_only_an_address_that_answers_is_any_good_and_only_loopback_is_asked(gram: Gram) -> None:
    gone = f"http://127.0.0.1:{gram.shelf.port}/none.jpg"
    moved = gram.shelf.put(b"", status=302)
    for url in (
        gone,
        moved,
        "http://127.0.0.1:1/a.jpg",
        "https://gateway.example/0.jpg",
        "http://gateway.example/",
        "x",
    ):
        assert code(gram.contain(url)) == (400, 9004, 2207052)
    gram.running.knobs(rules={"picture_hosts": f"gateway.example={gram.shelf.port}"})
    gram.shelf.put(jpeg())
    assert gram.contain("https://gateway.example/1.jpg").status_code == 200
    assert code(gram.contain("http://gateway.example/1.jpg")) == (400, 9004, 2207052)
    assert gram.shelf.asked[-1] == ("/1.jpg", "gateway.example")


def test_a_picture_that_does_not_come_in_time_is_not_waited_for(gram: Gram) -> None:
    gram.running.knobs(rules={"fetch_s": 0.05})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert code(gram.contain(f"http://127.0.0.1:{silent.getsockname()[1]}/a.jpg")) == (400, -2, 2207003)


def test_a_container_may_take_its_time_fail_or_expire(gram: Gram) -> None:
    gram.running.knobs(rules={"processing_s": 30.0})
    waiting = gram.contain().json()["id"]
    assert (gram.state(waiting), code(gram.publish(waiting))) == ("IN_PROGRESS", (400, 9007, 2207027))
    gram.running.knobs(rules={"processing_s": 0.0, "flaws_show_late": True})
    failed = gram.contain(gram.shelf.put(jpeg(400, 600))).json()["id"]
    assert (gram.state(failed), code(gram.publish(failed))) == ("ERROR", (400, -1, 2207032))
    assert "2207009" in gram.call("GET", failed, params={"fields": "status"}).json()["status"]
    gram.running.knobs(rules={"container_life_s": 0.0})
    old = gram.contain().json()["id"]
    assert (gram.state(old), code(gram.publish(old))) == ("EXPIRED", (400, -2, 2207020))
    assert gram.running.truth("accepted") == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"surprise": "1"}, (100, None)),
        ({"caption": "😀" * 1_101}, (36004, 2207010)),
        ({"caption": "#a " * 31}, (100, 2207040)),
        ({"caption": "@a " * 21}, (100, 2207040)),
        ({"alt_text": "a" * 1_001}, (100, None)),
        ({"media_type": "IMAGE"}, (100, 2207023)),
        ({"media_type": "REELS"}, (352, 2207026)),
        ({"is_carousel_item": "perhaps"}, (100, None)),
        ({"is_carousel_item": "true", "caption": "x"}, (100, None)),
    ],
    ids=repr,
)
def test_what_instagram_does_not_take_is_refused_before_it_fetches(
    gram: Gram, form: dict[str, str], said: tuple[int, int | None]
) -> None:
    assert code(gram.contain(**form)) == (400, *said)
    assert gram.shelf.asked == []


def test_versions_hosts_tokens_permissions_and_content_types_are_looked_at(gram: Gram) -> None:
    own, other = gram.made["id"], gram.running.accounts(1, "other")[0]
    head = {"Authorization": f"Bearer {gram.made['access_token']}"}
    assert code(gram.http.get("/me", headers=head))[1] == 2500
    assert code(gram.http.get("/v1.0/me", headers=head))[1] == 2500
    assert code(gram.http.get("/v25.0/me", headers={**head, "Host": "api.instagram.com"}))[1] == 100
    assert code(gram.call("POST", f"{own}/media", content="image_url=x"))[1] == 100
    assert code(gram.call("GET", "me", "nonsense"))[1] == 190
    assert code(gram.call("POST", f"{own}/media", other["access_token"], data={"image_url": "x"})) == (400, 100, 33)
    container = gram.contain().json()["id"]
    assert code(gram.call("GET", container, other["access_token"])) == (400, 100, 33)
    gram.running.expire("access", own)
    assert code(gram.publish(container)) == (400, 190, 463)


def test_what_follows_a_post_is_a_comment_and_only_that_can_be_deleted(gram: Gram) -> None:
    post = gram.publish(gram.contain().json()["id"]).json()["id"]
    made = gram.call("POST", f"{post}/comments", data={"message": "More on our site"}).json()["id"]
    (told,) = gram.call("GET", f"{post}/comments", params={"fields": "id,text"}).json()["data"]
    assert told == {"id": made, "text": "More on our site"}
    assert len(gram.listed()) == 1
    assert code(gram.call("DELETE", post)) == (400, 100, 33)
    assert gram.call("DELETE", made).json() == {"success": True}
    gram.running.knobs(rules={"deletes": True})
    assert gram.call("DELETE", post).json() == {"success": True}


def test_a_days_posts_are_counted_and_the_next_is_refused(gram: Gram) -> None:
    gram.running.knobs(rules={"quota_total": 1})
    first, second = (gram.contain().json()["id"] for _ in range(2))
    assert gram.publish(first).status_code == 200
    told = gram.call("GET", f"{gram.made['id']}/content_publishing_limit", params={"fields": "quota_usage,config"})
    assert told.json()["data"] == [{"quota_usage": 1, "config": {"quota_total": 1, "quota_duration": 86400}}]
    assert code(gram.publish(second)) == (400, 9, 2207042)
    assert gram.state(second) == "FINISHED"


def test_a_person_consents_and_the_token_is_exchanged_and_extended(gram: Gram) -> None:
    app = {name: gram.made[name] for name in ("client_id", "client_secret")}
    asked = {
        "client_id": app["client_id"],
        "redirect_uri": BACK,
        "state": "s1",
        "scope": SCOPES,
        "response_type": "code",
    }
    assert "Continue as" in gram.http.get("/oauth/authorize", params=asked).text
    back = gram.http.post("/oauth/authorize", data=asked | {"account": gram.made["id"]}).headers["Location"]
    given = parse_qs(urlsplit(back).query)
    assert (given["state"], back[-2:]) == (["s1"], "#_")
    change = {**app, "redirect_uri": BACK, "grant_type": "authorization_code", "code": given["code"][0]}
    short = gram.http.post("/oauth/access_token", data=change).json()
    assert short["permissions"] == SCOPES
    assert gram.http.post("/oauth/access_token", data=change).json()["error_type"] == "OAuthException"
    longer = {"grant_type": "ig_exchange_token", "client_secret": app["client_secret"]}
    long = gram.http.get("/access_token", params=longer | {"access_token": short["access_token"]}).json()
    assert (long["token_type"], long["expires_in"]) == ("bearer", 5_183_944)
    again = {"grant_type": "ig_refresh_token"}
    assert code(gram.http.get("/refresh_access_token", params=again | {"access_token": long["access_token"]}))[1] == 100
    fresh = gram.http.get("/refresh_access_token", params=again | {"access_token": gram.made["access_token"]}).json()
    me = gram.call("GET", "me", fresh["access_token"], params={"fields": "user_id,username"}).json()
    assert (me["user_id"], me["username"]) == (gram.made["id"], gram.made["handle"])
    assert me["id"] == short["user_id"] != me["user_id"]
    post = gram.publish(gram.contain().json()["id"]).json()["id"]
    assert code(gram.call("POST", f"{post}/comments", long["access_token"], data={"message": "x"})) == (403, 10, None)


def test_what_happens_outside_the_gateway_shows(gram: Gram) -> None:
    by_hand = gram.running.foreign_post(gram.made["id"], "By hand")["id"]
    gram.running.edit_post(by_hand, "By hand, again")
    gram.running.change_profile(gram.made["id"], name="The Office", bio="Figures")
    assert gram.listed()[0]["caption"] == "By hand, again"
    shown = gram.call("GET", gram.made["id"], params={"fields": "name,biography,profile_picture_url"}).json()
    assert (shown["name"], shown["biography"]) == ("The Office", "Figures")
    assert gram.listed(since=int(time.time()) + 60) == []
    gram.running.remove_post(by_hand)
    assert gram.listed() == []


def test_every_fault_can_be_committed_here_too(gram: Gram) -> None:
    containers = [gram.contain(caption=f"{n}").json()["id"] for n in range(3)]
    gram.running.fault("status", path="/media_publish$", status=429, seconds=90)
    throttled = gram.publish(containers[0])
    assert code(throttled)[:2] == (400, 80002)
    assert '"estimated_time_to_regain_access": 2' in throttled.headers["X-Business-Use-Case-Usage"]
    gram.running.fault("expired_credential", path="/media_publish$")
    assert code(gram.publish(containers[0])) == (400, 190, 463)
    gram.running.fault("status", path="/media_publish$", status=500, applied=True)
    assert code(gram.publish(containers[0])) == (500, 2, None)
    assert gram.state(containers[0]) == "PUBLISHED"
    gram.running.fault("reset_before", path="/media_publish$")
    with pytest.raises(httpx.HTTPError):
        gram.publish(containers[1])
    assert gram.state(containers[1]) == "FINISHED"
    gram.running.fault("duplicate", path="/media_publish$")
    gram.running.fault("lagging_lists", path="/media$", method="GET", seconds=30)
    assert gram.publish(containers[1]).status_code == 200
    assert gram.listed() == []
    assert len(gram.listed()) == 3
    gram.running.fault("reset_before", path="/media$", method="POST")
    asked = len(gram.shelf.asked)
    with pytest.raises(httpx.HTTPError):
        gram.contain()
    assert len(gram.shelf.asked) == asked
