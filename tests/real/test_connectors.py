"""Publish to, read back from and remove from servers not written here; a lost answer never makes two posts."""

from __future__ import annotations

import hashlib
import io
import json

import httpx
import pytest
from PIL import Image

from connectors.contract import PlatformError
from connectors.words import Absent, Exact, Likely, Outgoing, Picture
from tests.real.conftest import RealAccount, around

pytestmark = pytest.mark.real


def post(text: str, **more: object) -> Outgoing:
    return Outgoing(account="a", text=text, wanted="now", **more)  # type: ignore[arg-type]


def test_a_post_is_published_read_back_and_removed(account: RealAccount) -> None:
    receipt = account.publish(post("Retail sales rose 0.4% in October 2026 — Gwerthiannau."), account.passage())
    (seen,) = account.recent()
    assert seen.receipt.platform_id == receipt.platform_id
    assert "Retail sales rose 0.4%" in seen.text
    account.talk.hold(account.connector.remove(receipt, account.home))
    assert account.recent() == ()


def test_removing_what_is_gone_is_no_fault(account: RealAccount) -> None:
    receipt = account.publish(post("Gone soon."), account.passage())
    account.talk.hold(account.connector.remove(receipt, account.home))
    account.talk.hold(account.connector.remove(receipt, account.home))
    assert account.recent() == ()


def test_a_thread_hangs_together_at_the_server(account: RealAccount) -> None:
    first = account.publish(post("One of three.", parts=3), account.passage())
    second = account.publish(post("Two of three.", part=2, parts=3), account.passage(first, first))
    third = account.publish(post("Three of three.", part=3, parts=3), account.passage(first, second))
    stored = json.dumps(account.stored(account, third))
    assert second.platform_id in stored
    assert len({first.platform_id, second.platform_id, third.platform_id}) == 3
    assert account.times_there("of three.") == 3


def test_an_image_arrives_with_its_alt_text(account: RealAccount) -> None:
    file = io.BytesIO()
    Image.new("RGB", (320, 180), (0, 94, 165)).save(file, "PNG")
    data = file.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    account.talk.media = {digest: data}
    picture = Picture(digest, "image/png", len(data), 320, 180, "A blue chart: sales by month, rising.")
    receipt = account.publish(post("With a chart.", pictures=(picture,)), account.passage())
    assert picture.alt_text in json.dumps(account.stored(account, receipt), ensure_ascii=False)


def test_what_was_never_said_is_not_found(account: RealAccount) -> None:
    passage = account.passage()
    found = account.talk.hold(account.connector.find(post("Never said."), passage, around(passage)))
    assert isinstance(found, Absent)


def test_a_time_out_after_the_server_took_the_post_is_settled_by_looking(account: RealAccount) -> None:
    outgoing, passage = post("The answer to this one is lost."), account.passage()
    account.relay.swallow(account.commits_at)
    account.talk.seconds = 2.0
    with pytest.raises(httpx.ReadTimeout):
        account.publish(outgoing, passage)
    assert account.relay.swallowed.is_set()
    account.talk.seconds = 20.0
    found = account.talk.hold(account.connector.find(outgoing, passage, around(passage)))
    receipts = (
        [found.receipt] if isinstance(found, Exact) else list(found.candidates) if isinstance(found, Likely) else []
    )
    assert [receipt.platform_id for receipt in receipts] == [seen.receipt.platform_id for seen in account.recent()]
    assert account.times_there(outgoing.text) == 1


def test_a_harmless_repeat_makes_no_second_post(on_bluesky: RealAccount) -> None:
    outgoing, passage = post("Said twice, there once."), on_bluesky.passage()
    assert on_bluesky.connector.manifest.harmless_repeat
    with_first = on_bluesky.publish(outgoing, passage)
    assert on_bluesky.publish(outgoing, passage).platform_id == with_first.platform_id
    assert on_bluesky.times_there(outgoing.text) == 1


def test_this_server_would_take_a_blind_repeat_twice(on_mastodon: RealAccount) -> None:
    """The hazard is real: the key is sent and ignored, so only looking prevents a second post (house section 5)."""
    outgoing, passage = post("Said twice, there twice."), on_mastodon.passage()
    assert not on_mastodon.connector.manifest.harmless_repeat
    on_mastodon.publish(outgoing, passage)
    on_mastodon.publish(outgoing, passage)
    assert on_mastodon.times_there(outgoing.text) == 2


def test_a_credential_that_does_not_open_publishes_nothing(account: RealAccount) -> None:
    right = dict(account.talk.credential)
    account.talk.credential = dict.fromkeys(right, "wrong")
    with pytest.raises(PlatformError):
        account.publish(post("Not mine to say."), account.passage())
    account.talk.credential = right
    assert account.recent() == ()
