"""No two different places encode alike."""

from __future__ import annotations

from dataclasses import astuple, fields, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.vault.kit import ADDRESS
from vault.place import ROW_FORMAT, Place, framed

SHORT = st.text("ab:/|\x00\u00e9", max_size=3)  # few letters, so that neighbours collide if anything lets them
VERSION = st.integers(0, 2**63 - 1) | st.integers(0, 300)
PLACES = st.builds(Place, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, VERSION, SHORT)
TEXTS = [field.name for field in fields(Place) if field.name != "version"]


@given(PLACES, PLACES)
def test_different_places_encode_differently(one: Place, other: Place) -> None:
    assert (one.encode() == other.encode()) == (one == other)


@given(PLACES, st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.integers(0, 3))
def test_moving_letters_across_a_border_changes_the_place(place: Place, giver: str, taker: str, count: int) -> None:
    assume(giver != taker)
    given_, taken = getattr(place, giver), getattr(place, taker)
    moved = replace(place, **{giver: given_[count:], taker: taken + given_[:count]})
    assert (moved.encode() == place.encode()) == (moved == place)


@pytest.mark.parametrize("name", [field.name for field in fields(Place)])
def test_every_part_counts(name: str) -> None:
    place = ADDRESS.place(ROW_FORMAT, "vk-1")
    change: dict[str, Any] = {name: 2 if name == "version" else "other"}
    other = replace(place, **change)
    assert place.encode() != other.encode()


@given(st.lists(st.binary(max_size=3), max_size=4), st.lists(st.binary(max_size=3), max_size=4))
def test_framing_tells_parts_apart(one: list[bytes], other: list[bytes]) -> None:
    assert (framed(*one) == framed(*other)) == (one == other)


def test_an_address_becomes_a_place_with_nothing_lost() -> None:
    place = ADDRESS.place(ROW_FORMAT, "vk-1")
    assert astuple(place) == (ROW_FORMAT, *astuple(ADDRESS), "vk-1")


@pytest.mark.parametrize("version", [-1, 2**63])
def test_an_impossible_version_is_refused(version: int) -> None:
    with pytest.raises(ValueError, match="counts from 0"):
        replace(ADDRESS, version=version)
    with pytest.raises(ValueError, match="counts from 0"):
        replace(ADDRESS.place(ROW_FORMAT, "vk-1"), version=version)
