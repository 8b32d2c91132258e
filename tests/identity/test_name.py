"""Any spelling of a sign-in name counts as one name."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identity.name import InvalidName, canonical_name
from tests.identity.spellings import spellings


@pytest.mark.parametrize(
    "typed",
    [
        "ada.lovelace@example.org",
        "ADA.Lovelace@Example.ORG",
        "  ada.lovelace@example.org\t",
        "ａｄａ．ｌｏｖｅｌａｃｅ＠ｅｘａｍｐｌｅ．ｏｒｇ",
        "ada\u200b.love\u00adlace@exam\u2060ple.org",
        "\u202eada.lovelace@example.org\u202c",
        "ada.lovelace@example.org\ufe0f",
        "аdа.lоvеlасе@ехаmрlе.оrg",
        "𝐚𝐝𝐚.lovelace@example.org",
    ],
)
def test_every_way_to_write_adas_name_is_one(typed: str) -> None:
    assert canonical_name(typed) == "ada.lovelace@example.org"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("José", "Jose\u0301"),
        ("İlkay", "ilkay"),
        ("d’Arcy", "d'arcy"),
        ("a  b", "a\u3000b"),
        ("ﬁona", "Fiona"),
        ("ΑΔΑ", "AδA"),
    ],
)
def test_two_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert canonical_name(one) == canonical_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ada", "adam"), ("josé", "jose"), ("a b", "ab"), ("ada1", "adal"), ("bola", "b0la")]
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert canonical_name(one) != canonical_name(other)


@pytest.mark.parametrize(
    "typed", ["", "   ", "\u200b\u200b", "a" * 65, "a" * 257, "ada\x00", "a\x1bb", "a\ud800", "ada<script>", "..."]
)
def test_what_can_be_nobodys_name_is_invalid(typed: str) -> None:
    with pytest.raises(InvalidName):
        canonical_name(typed)


@pytest.mark.parametrize(
    "typed", ["Ада Лавлейс", "艾达", "عائشة", "Siân Llŷr", "O'Brien-Smith", "x_1+team@example.org"]
)
def test_names_of_all_scripts_are_names(typed: str) -> None:
    assert canonical_name(typed)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_a_canonical_name_is_its_own_canonical_name(typed: str) -> None:
    with contextlib.suppress(InvalidName):
        canonical = canonical_name(typed)
        assert canonical_name(canonical) == canonical
        assert canonical_name(f" {canonical.upper().lower()}\u200d ") == canonical_name(canonical.upper().lower())


def test_a_thousand_spellings_are_one_name() -> None:
    written = spellings("ada.lovelace@example.org", 1_000)
    assert len(set(written)) == 1_000
    assert {canonical_name(spelling) for spelling in written} == {"ada.lovelace@example.org"}
