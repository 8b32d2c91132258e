"""A long list at the pages: each link leads on to what was not shown yet, and back to what was."""

from __future__ import annotations

import html
import re
from datetime import timedelta

from gateway.domain.post import Post
from gateway.world import World
from tests.cast import NOON, write
from tests.web.pages.visitors import Visitor, main_of


def posts(world: World, *numbers: int) -> None:
    at = [NOON - timedelta(days=100 - number) for number in numbers]
    write(
        world,
        *(
            Post(id=f"p{n:02}", author="ada", team="Digital", created_at=when)
            for n, when in zip(numbers, at, strict=True)
        ),
    )


def shown(text: str) -> list[str]:
    return re.findall(r'href="/posts/(p\d\d)"', text)


def link(text: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', text)
    assert found, text
    return html.unescape(found[1])


def test_a_list_is_walked_to_its_end_and_back_while_something_new_comes(world: World) -> None:
    posts(world, *range(60))
    ada = Visitor.of(world, "ada")
    first = ada.get("/posts").text
    posts(world, 61)
    second = ada.get(link(first, "next")).text
    third = ada.get(link(second, "next"))
    found = [*shown(first), *shown(second), *shown(third.text)]
    assert found == [f"p{n:02}" for n in range(59, -1, -1)]
    assert 'rel="next"' not in third.text
    assert "Page 3" in main_of(third)
    again = ada.get(link(third.text, "prev"))
    assert shown(again.text) == shown(second)
    assert "Page 2" in main_of(again)
    assert shown(ada.get(link(again.text, "prev")).text)[0] == "p61"


def test_an_address_that_no_link_leads_to_is_not_found(world: World) -> None:
    ada = Visitor.of(world, "ada")
    for query in ("page=0", "page=x", "page=1234567", "after=x", "before=-1", "after=" + "9" * 17):
        assert ada.get(f"/posts?{query}").status_code == 404
    assert ada.get("/posts?page=9999&after=9999999999999999-x&before=y").status_code == 200
