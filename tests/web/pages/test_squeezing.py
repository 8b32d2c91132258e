"""Pages are compressed for our own pages and for whoever typed the address, and their length tells little (BREACH)."""

from __future__ import annotations

from gateway.world import World
from tests.web.pages.visitors import Visitor

OURS = ({"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"})
OTHERS = (
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": ""},
    {"Accept-Encoding": "identity"},
)


def test_a_page_is_compressed_for_nobody_but_our_own_pages(world: World) -> None:
    ada = Visitor.of(world, "ada")
    for headers in OURS:
        answer = ada.get("/posts", headers=headers)
        assert answer.headers["content-encoding"] == "gzip"
        assert "Posts of your team" in answer.text
        assert int(answer.headers["content-length"]) < len(answer.content) / 2
        assert "Sec-Fetch-Site" in answer.headers["vary"]
    for headers in OTHERS:
        assert "content-encoding" not in ada.get("/posts", headers=headers).headers


def test_the_same_page_has_many_lengths(world: World) -> None:
    ada = Visitor.of(world, "ada")
    lengths = {int(ada.get("/posts").headers["content-length"]) for _ in range(12)}
    assert len(lengths) > 3
