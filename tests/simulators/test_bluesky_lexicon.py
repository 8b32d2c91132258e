"""What the pretend Bluesky takes as a post: the lexicon of contract §3, stricter than the server where it says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.simulators.bluesky_lexicon import Invalid, check_post
from connectors.simulators.cids import encode, record_cid
from connectors.simulators.graphemes import count_graphemes
from tests.simulators.callers import a_record

VECTORS = Path(__file__).parent / "vectors"
TEXTS = json.loads((VECTORS / "bluesky_text.json").read_text())
DATA = json.loads((VECTORS / "data-model-fixtures.json").read_text())
STRONG = {"uri": "at://did:plc:abc/app.bsky.feed.post/3l2abcdefghij", "cid": "bafyrei" + "a" * 52}
BLOB = {"$type": "blob", "ref": {"$link": "bafkrei" + "a" * 52}, "mimeType": "image/png", "size": 100}
RATIO = {"width": 2, "height": 1}
IMAGE = {"image": BLOB, "alt": "", "aspectRatio": RATIO}
CARD = {"uri": "https://example.org", "title": "t", "description": "d"}


def facet(begin: int, end: int, **feature: str) -> dict[str, Any]:
    kind, value = next(iter(feature.items()))
    names = {"uri": "link", "tag": "tag", "did": "mention"}
    features = [{"$type": f"app.bsky.richtext.facet#{names[kind]}", kind: value}]
    return {"index": {"byteStart": begin, "byteEnd": end}, "features": features}


def images(*given: dict[str, Any]) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.images", "images": list(given)}


@pytest.mark.parametrize("vector", DATA, ids=lambda vector: vector["cid"][-6:])
def test_record_cids_are_those_of_the_published_fixtures(vector: dict[str, Any]) -> None:
    assert record_cid(vector["json"]) == vector["cid"]


def test_large_and_negative_numbers_are_encoded_as_rfc_8949_says() -> None:
    found = [encode(n).hex() for n in (23, 24, 1000, 1000000, 1000000000000, -1, -1000)]
    assert found == ["17", "1818", "1903e8", "1a000f4240", "1b000000e8d4a51000", "20", "3903e7"]


def test_numbers_that_are_not_whole_have_no_place_in_the_data_model() -> None:
    with pytest.raises(ValueError, match="float"):
        record_cid({"a": 1.5})


@pytest.mark.parametrize("vector", TEXTS["length"], ids=lambda vector: vector["description"])
def test_lengths_agree_with_the_vectors(vector: dict[str, Any]) -> None:
    assert count_graphemes(vector["text"]) == vector["graphemes"]
    if vector["valid"]:
        check_post(a_record(vector["text"]))
    else:
        with pytest.raises(Invalid):
            check_post(a_record(vector["text"]))


@pytest.mark.parametrize("vector", TEXTS["facets"], ids=lambda vector: vector["needle"])
def test_facets_of_the_vectors_are_good(vector: dict[str, Any]) -> None:
    check_post(a_record(vector["text"], facets=[vector["facet"]]))


@pytest.mark.parametrize(
    "more",
    [
        {"langs": ["en", "cy", "en-GB"]},
        {"tags": ["cpih"]},
        {"embed": images(IMAGE, IMAGE, IMAGE, IMAGE)},
        {"embed": {"$type": "app.bsky.embed.external", "external": {**CARD, "thumb": BLOB}}},
        {"embed": {"$type": "app.bsky.embed.record", "record": STRONG}},
        {
            "embed": {
                "$type": "app.bsky.embed.recordWithMedia",
                "record": {"$type": "app.bsky.embed.record", "record": STRONG},
                "media": images(IMAGE),
            }
        },
        {
            "embed": {
                "$type": "app.bsky.embed.gallery",
                "items": [{"$type": "app.bsky.embed.gallery#image", **IMAGE}],
            }
        },
        {"reply": {"root": STRONG, "parent": STRONG}},
        {"facets": [facet(0, 2, tag="cpih"), facet(2, 5, uri="https://example.org")]},
        {"labels": {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]}},
    ],
    ids=lambda more: next(iter(more)),
)
def test_a_good_post_is_taken(more: dict[str, Any]) -> None:
    check_post(a_record("hello", **more))


@pytest.mark.parametrize(
    "more",
    [
        {"surprise": 1},
        {"langs": None},
        {"langs": ["en", "cy", "ga", "gd"]},
        {"langs": ["English!"]},
        {"tags": ["x" * 65]},
        {"createdAt": "2026-10-12"},
        {"createdAt": "2026-10-12T10:00:00"},
        {"createdAt": "2026-02-30T10:00:00Z"},
        {"createdAt": "2026-10-12T10:00:00-00:00"},
        {"text": "\ud800"},
        {"text": 5},
        {"embed": images({"image": BLOB})},
        {"embed": images({"image": BLOB, "alt": None})},
        {"embed": images(IMAGE, IMAGE, IMAGE, IMAGE, IMAGE)},
        {"embed": images({**IMAGE, "image": {**BLOB, "size": 2_000_001}})},
        {"embed": images({**IMAGE, "image": {**BLOB, "mimeType": "text/html"}})},
        {"embed": images({**IMAGE, "image": BLOB["ref"]})},
        {"embed": images({**IMAGE, "alt": "\udc00"})},
        {"embed": images({**IMAGE, "aspectRatio": {"width": 0, "height": 1}})},
        {"embed": images({**IMAGE, "aspectRatio": {"width": 2**70, "height": 1}})},
        {"embed": {"images": [IMAGE]}},
        {"embed": {"$type": "app.bsky.embed.poll"}},
        {"embed": {"$type": "app.bsky.embed.external", "external": {"uri": "https://example.org", "title": "t"}}},
        {"embed": {"$type": "app.bsky.embed.external", "external": {**CARD, "uri": "example.org"}}},
        {"embed": {"$type": "app.bsky.embed.gallery", "items": [IMAGE]}},
        {"reply": {"root": STRONG}},
        {"reply": {"root": STRONG, "parent": {"uri": STRONG["uri"]}}},
        {"reply": {"root": STRONG, "parent": {**STRONG, "cid": "no"}}},
        {"reply": {"root": STRONG, "parent": {**STRONG, "uri": "https://bsky.app/x"}}},
        {"facets": [facet(0, 6, tag="cpih")]},
        {"facets": [facet(3, 3, tag="cpih")]},
        {"facets": [facet(0, 3, tag="cpih"), facet(2, 5, tag="rpi")]},
        {"facets": [facet(0, 5, tag="#cpih")]},
        {"facets": [facet(0, 5, did="office.test")]},
        {"facets": [{"index": {"byteStart": 0, "byteEnd": 5}, "features": [{"uri": "https://example.org"}]}]},
        {"text": "é1", "facets": [facet(1, 3, tag="cpih")]},
        {"$type": "app.bsky.feed.like"},
    ],
    ids=repr,
)
def test_a_bad_post_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        check_post({**a_record("hello"), **more})


@pytest.mark.parametrize("missing", ["$type", "text", "createdAt"])
def test_a_post_without_a_required_field_is_refused(missing: str) -> None:
    record = a_record()
    del record[missing]
    with pytest.raises(Invalid):
        check_post(record)
