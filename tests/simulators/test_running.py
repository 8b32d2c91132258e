"""Starting, stopping and looking at simulators; the truth file; a thousand at once; no secret written down."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import httpx
import pytest

from connectors.simulators.running import start
from connectors.simulators.truth import Instant, Truth, read_truth
from tests.simulators.callers import Sky, Toot, a_record, client, png


def test_the_truth_tells_when_the_first_byte_came_and_what_was_taken(toot: Toot) -> None:
    number = toot.post("Inflation rose", key="k1").json()["id"]
    request, accepted, answered = toot.running.truth()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", request["at"])
    assert request["mono_ns"] < accepted["mono_ns"] < answered["mono_ns"]
    assert request["number"] == accepted["number"] == answered["number"] == 1
    assert (accepted["id"], accepted["text"], accepted["key"]) == (number, "Inflation rose", "k1")
    assert (accepted["account"], accepted["by"], accepted["application"]) == (toot.id, "api", "Gateway")


def test_the_first_byte_of_a_slow_body_is_what_counts(toot: Toot) -> None:
    async def trickle() -> None:
        host, port = toot.running.origin.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        body = json.dumps({"status": "slowly"}).encode()
        writer.write(b"POST /api/v1/statuses HTTP/1.1\r\n")
        await asyncio.sleep(0.06)
        head = f"Host: x\r\nAuthorization: Bearer {toot.access_token}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
        await asyncio.sleep(0.06)
        writer.write(body)
        assert b"200 OK" in await reader.readline()
        writer.close()
        await writer.wait_closed()

    asyncio.run(trickle())
    request, accepted, _ = toot.running.truth()
    assert accepted["mono_ns"] - request["mono_ns"] >= 110_000_000


def test_a_line_still_being_written_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "truth.jsonl"
    with Truth(path, "bluesky") as truth:
        truth.tell("request", Instant(1_000_000_001_999, 5))
    with path.open("ab") as file:
        file.write(b'{"event": "acc')
    assert read_truth(path, "request")[0]["at"] == "1970-01-01T00:16:40.000001Z"
    assert len(read_truth(path)) == 1


def test_no_credential_is_written_down_or_shown(toot: Toot, sky: Sky) -> None:
    toot.post("hello")
    sky.put(a_record())
    sky.server("refreshSession", sky.refresh)
    seen = toot.running.truth_path.read_text() + sky.running.truth_path.read_text()
    for person in (toot, sky):
        seen += json.dumps(person.running.posts()) + person.http.get("/").text
    for secret in (toot.access_token, toot.client_secret, sky.app_password, sky.access, sky.refresh):
        assert secret not in seen


def test_a_newcomer_sees_posts_arrive_and_nothing_of_theirs_is_run(toot: Toot, sky: Sky) -> None:
    assert "Nothing has been posted" in toot.http.get("/").text
    medium = toot.upload(png(), description='A "chart"').json()["id"]
    toot.post("<script>alert(1)</script>", media_ids=[medium])
    toot.running.foreign_post(toot.acct, "from the web")
    page = toot.http.get("/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script" not in page.text
    assert 'alt="A &quot;chart&quot;"' in page.text
    assert "not through the gateway" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    blob = sky.upload(png(), "image/png").json()["blob"]
    sky.put(a_record("hi", embed={"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": "dot"}]}))
    source = re.search(r'img src="([^"]+)"', sky.http.get("/").text)
    assert source
    assert sky.http.get(source[1]).content == png()


def test_a_foreign_post_is_in_the_lists_and_in_the_truth(sky: Sky) -> None:
    made = sky.running.foreign_post(sky.handle, "from a telephone")
    assert sky.read("listRecords").json()["records"][0]["uri"] == made["id"]
    assert sky.running.truth("accepted")[0]["by"] == "foreign"


@pytest.mark.parametrize(
    ("name", "body", "word"),
    [
        ("knobs", {"surprise": 1}, "surprise"),
        ("knobs", {"rules": {"surprise": 1}}, "surprise"),
        ("knobs", {"rules": {"idempotency": "perhaps"}}, "idempotency"),
        ("knobs", {"rules": {"max_characters": "many"}}, "max_characters"),
        ("accounts", {"count": 0}, "count"),
        ("foreign_post", {"account": "nobody", "text": "x"}, "nobody"),
        ("expire", {"what": "everything"}, "access"),
        ("nothing", {}, "no such control"),
    ],
)
def test_a_control_that_cannot_be_understood_says_why(toot: Toot, name: str, body: object, word: str) -> None:
    answer = toot.http.post(f"/_sim/{name}", json=body)
    assert answer.status_code in (400, 404)
    assert word in answer.json()["error"]


def test_knobs_and_truth_can_be_read_over_http(toot: Toot) -> None:
    toot.running.fault("slow", ms=5)
    assert toot.http.get("/_sim/knobs").json()["faults"][0]["kind"] == "slow"
    toot.post("hello")
    assert toot.http.get("/_sim/truth").json()["events"] == toot.running.truth()


def test_an_unknown_platform_or_rule_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        start("pigeon", tmp_path)
    with pytest.raises(TypeError):
        start("bluesky", tmp_path, surprise=1)
    with pytest.raises(ValueError, match="idempotency"):
        start("mastodon", tmp_path, idempotency="perhaps")


def test_a_port_that_is_taken_is_told_at_once(toot: Toot, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="did not start"):
        start("bluesky", tmp_path, port=int(toot.running.origin.rpartition(":")[2]))


def test_stopping_frees_the_port_and_may_be_said_twice(tmp_path: Path) -> None:
    running = start("bluesky", tmp_path)
    running.stop()
    running.stop()
    with client(running) as http, pytest.raises(httpx.ConnectError):
        http.get("/")


def test_stopping_does_not_wait_for_a_silent_answer(toot: Toot) -> None:
    toot.running.fault("timeout_after_accept", seconds=600)
    toot.http.timeout = httpx.Timeout(0.05)
    with pytest.raises(httpx.ReadTimeout):
        toot.post("hello")
    toot.running.stop()
    assert [e["event"] for e in toot.running.truth()][:2] == ["request", "accepted"]


@pytest.mark.slow
def test_both_platforms_run_in_one_process_until_sigterm(tmp_path: Path) -> None:
    order = [sys.executable, "-m", "connectors.simulators", "--bluesky-port", "0", "--mastodon-port", "0"]
    with subprocess.Popen([*order, "--truth", str(tmp_path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        said = json.loads(child.stdout.readline())
        for name in ("bluesky", "mastodon"):
            page = httpx.get(said[name]["origin"] + "/", trust_env=False)
            assert f"Pretend {name.capitalize()}" in page.text
            assert Path(said[name]["truth"]).exists()
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0


@pytest.mark.slow
def test_a_thousand_accounts_are_answered_at_one_instant_by_a_process_of_its_own(tmp_path: Path) -> None:
    async def all_at_once(origin: str, tokens: list[str]) -> list[int]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

            async def one(token: str) -> int:
                headers = {"Authorization": f"Bearer {token}"}
                async with session.post(f"{origin}/api/v1/statuses", json={"status": "x"}, headers=headers) as answer:
                    await answer.read()
                    return answer.status

            return await asyncio.gather(*(one(token) for token in tokens))

    with start("mastodon", tmp_path, process=True, max_characters=1) as running:
        tokens = [account["access_token"] for account in running.accounts(1000)]
        running.knobs(latency_ms=200)
        assert set(asyncio.run(all_at_once(running.origin, tokens))) == {200}
        assert len({post["account"] for post in running.posts()}) == 1000
