"""What policy adds to the rules: hosts, shorteners, names, limits, Welsh; a wrong entry is refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.rules import Lists, rules_of
from gateway.domain.rules.excessive_emoji import emoji_of
from gateway.domain.rules.lists import BadLists, read_lists
from tests.domain.rules.said import hits_of, saying


def test_only_listed_hosts_and_what_lies_under_them_may_be_linked() -> None:
    lists = Lists(hosts=("gov.uk",))
    assert hits_of("link", saying("https://www.ons.gov.uk/x"), lists) == []
    assert hits_of("link", saying("x", link="https://gov.uk"), lists) == []
    for url in ("https://notgov.uk", "https://gov.uk.evil.example/", "https://evil.example/gov.uk"):
        (found,) = hits_of("link", saying("x", link=url), lists)
        assert "not on the list" in found.advice


@pytest.mark.parametrize(
    "url", ["http://gov.uk", "https://gov.uk:8443/", "https://a@gov.uk/", "https://127.0.0.1/", "https://[::1]/",
            "https://2130706433/", "https://gov.local/", "https://xn--gv-fka.uk/", "javascript:alert(1)", "ftp://gov.uk/"]
)  # fmt: skip
def test_disguised_local_and_unsafe_links_are_found_without_being_asked(url: str) -> None:
    assert hits_of("link", saying(f"See {url} now"))


def test_policy_adds_shorteners_parties_politicians_and_outlets() -> None:
    lists = Lists(
        shorteners=("sho.rt",), parties=("Monster Raving Loony",), politicians=("Zed Quirk",), outlets=("Bugle",)
    )
    assert hits_of("bare_url_shortener", saying("sho.rt/abc"), lists)
    assert hits_of("party_political", saying("The Monster Raving Loony lot"), lists)
    assert hits_of("party_political", saying("Zed Quirk is brilliant"), lists)
    assert hits_of("media_query_reply", saying("In reply to the Bugle, no."), lists)
    assert not hits_of("party_political", saying("Zed Quirk is brilliant"))


def test_policy_sets_limits_acronyms_single_words_and_facts() -> None:
    assert hits_of("excessive_emoji", saying("🎉 🌞"), Lists(most_emoji=1))
    assert hits_of("readability", saying("one two three four"), Lists(sentence_words=3))
    assert not hits_of("shouting", saying("PLEASE READ NOW"), Lists(acronyms=("please", "read", "now")))
    assert not hits_of("hashtag_case", saying("#labourmarket"), Lists(single_words=("#labourmarket",)))
    fact = "We're the best statistics office in the world"
    assert not hits_of("unsubstantiated_claim", saying(fact), Lists(facts=(fact,)))


def test_welsh_is_owed_only_where_policy_says_so() -> None:
    english = saying("Our survey opens today.")
    on = Lists(welsh=True, welsh_accounts=("account-1",))
    assert hits_of("welsh_pair", english) == []
    assert hits_of("welsh_pair", english, on)
    assert hits_of("welsh_pair", english, replace(on, welsh_accounts=("another",))) == []
    assert hits_of("welsh_pair", replace(english, language="cy"), on) == []
    assert hits_of("welsh_pair", saying("Our survey opens today. Mae ein harolwg yn agor heddiw ar y we."), on) == []
    assert hits_of("welsh_pair", saying("Our survey opens today. Yn Gymraeg: @ystadegau_cymru"), on) == []


def test_emoji_are_counted_as_people_see_them() -> None:
    assert [len(emoji_of(text)) for text in ("👩‍👩‍👧‍👦", "👍🏽", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "🇬🇧🇫🇷", "1️⃣2️⃣", "10 # *", "☎️", "©")] == [
        1,
        1,
        1,
        2,
        2,
        0,
        1,
        0,
    ]


def test_equal_lists_give_the_same_rules() -> None:
    assert rules_of(Lists()) is rules_of(Lists())


@pytest.mark.parametrize(
    "documents",
    [
        {"links": {"host": ["gov.uk"]}},
        {"links": {"hosts": "gov.uk"}},
        {"links": {"hosts": [""]}},
        {"style": {"most_emoji": 0}},
        {"style": {"most_emoji": True}},
        {"welsh": {"welsh": 1}},
        {"a": {"welsh": True}, "b": {"welsh": True}},
    ],
)
def test_a_wrong_entry_is_refused_with_its_file(documents: dict[str, dict[str, object]]) -> None:
    with pytest.raises(BadLists, match=r"rules/\w+\.toml"):
        read_lists(documents)
