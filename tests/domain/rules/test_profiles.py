"""Dated profiles tighten and never loosen; preview says what they would hold; shadow what changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.words import Outgoing
from gateway.domain.instant import Now
from gateway.domain.rules import RULES, Lists, rules_of
from gateway.domain.rules.profiles import (
    ORDER,
    BadProfile,
    Forecast,
    Profile,
    active,
    apply,
    preview,
    read_profiles,
    rules_in,
)
from gateway.domain.rules.shadow import RuleSet, shadow
from gateway.settings import read_policy, read_settings
from tests.domain.rules.said import saying

BEGINS, ENDS = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 5, 7, tzinfo=UTC)
SEVERITIES = {"party_political": "reason", "excessive_emoji": "advise", "shouting": "advise"}
ELECTION = Profile("e", "Election", "P6", BEGINS, ENDS, {"party_political": "block"}, ("political_mention",))
POLLING = Profile("p", "Polling day", "GSS", BEGINS, ENDS, {}, (), frozenset({"policy"}), True)
SECOND = timedelta(seconds=1)


def outgoing(text: str, release: str | None = None) -> Outgoing:
    return Outgoing("account-1", text, "now", release=release)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (BEGINS - 2 * SECOND, 0),
        (BEGINS - SECOND / 2, 1),
        (BEGINS, 1),
        (ENDS, 1),
        (ENDS + SECOND / 2, 1),
        (ENDS + 2 * SECOND, 0),
    ],
)
def test_a_profile_may_begin_early_and_end_late_by_the_clocks_bound_and_never_the_other_way(
    at: datetime, expected: int
) -> None:
    assert len(active([ELECTION], Now.within(at, SECOND))) == expected


def test_a_clock_that_knows_nothing_keeps_every_profile_in_force() -> None:
    assert active([ELECTION, POLLING], Now.unknown()) == (ELECTION, POLLING)


WORDS = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(sorted(ORDER)))


@given(WORDS, st.lists(WORDS, max_size=3))
def test_profiles_never_loosen_in_whatever_order(severities: dict[str, str], raised: list[dict[str, str]]) -> None:
    profiles = [Profile(str(n), "t", "s", BEGINS, ENDS, one) for n, one in enumerate(raised)]
    tightened = apply(severities, *profiles)
    for rule in "abc":
        assert ORDER[tightened.get(rule, "block")] >= ORDER[severities.get(rule, "block")]
    assert tightened == apply(severities, *reversed(profiles))


def test_an_occasions_rule_runs_in_its_profile_alone() -> None:
    mention = outgoing("The candidates met at the hustings.")
    assert not [hit for rule in RULES for hit in rule(mention) if hit.rule == "political_mention"]
    assert [hit for rule in rules_in(RULES, ELECTION) for hit in rule(mention) if hit.rule == "political_mention"]


def test_preview_names_what_would_be_held_and_why() -> None:
    inside = BEGINS + SECOND
    forecasts = [
        Forecast("party", "routine", (outgoing("Vote Labour on Thursday"),), inside),
        Forecast("plain", "routine", (outgoing("We are open on Monday."),), inside),
        Forecast("outside", "routine", (outgoing("Vote Labour on Thursday"),), ENDS),
        Forecast("unknown", "routine", (outgoing("Vote Labour on Thursday"),)),
    ]
    held = preview(forecasts, ELECTION, RULES, SEVERITIES)
    assert [(one.submission, one.why) for one in held] == [
        ("party", ("party_political",)),
        ("unknown", ("party_political",)),
    ]


def test_polling_day_holds_what_is_bound_to_a_release_and_whole_classes() -> None:
    forecasts = [
        Forecast("bound", "statistical", (outgoing("Out now.", "release-1"),), BEGINS),
        Forecast("policy", "policy", (outgoing("We are open on Monday."),), BEGINS),
    ]
    assert [one.submission for one in preview(forecasts, POLLING, RULES, SEVERITIES)] == ["bound", "policy"]


def test_the_delivered_profiles_are_right_and_only_tighten() -> None:
    policy = read_policy(read_settings(None))
    assert {"pre-election-2024", "polling-day-2024", "national-mourning-2022"} <= {p.name for p in policy.profiles}
    for profile in policy.profiles:
        assert all(ORDER[word] > ORDER[policy.severities[rule]] for rule, word in profile.severities.items()), (
            profile.name
        )


GOOD = {"name": "n", "title": "t", "source": "s", "begins": "2027-03-01T00:00:00Z", "ends": "2027-03-02T00:00:00Z"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"begins": "2027-03-01T00:00:00"},
        {"begins": "yesterday"},
        {"ends": "2027-03-01T00:00:00Z"},
        {"severity": {"shouting": "off"}},
        {"rules": ["gossip"]},
        {"held_class": ["policy"]},
    ],
)
def test_a_profile_that_does_not_say_what_it_must_is_refused(wrong: dict[str, object]) -> None:
    read_profiles({"profile": [GOOD]})
    with pytest.raises(BadProfile):
        read_profiles({"profile": [GOOD | wrong]})


def test_two_profiles_of_one_name_are_refused() -> None:
    with pytest.raises(BadProfile, match="one name"):
        read_profiles({"profile": [GOOD, GOOD]})


def test_shadow_tells_what_a_new_rule_set_finds_loses_and_changes() -> None:
    before = RuleSet("old", rules_of(Lists()), {"shouting": "advise", "excessive_emoji": "block"})
    after = RuleSet("new", rules_of(Lists(most_emoji=9, most_repeated_emoji=9, sentence_words=3)),
                    {"shouting": "block", "readability": "advise"})  # fmt: skip
    posts = [
        ("loud", (saying("PLEASE READ NOW"),)),
        ("merry", (saying("🎉🎉🎉"),)),
        ("long", (saying("one two three four"),)),
        ("same", (saying("Hello"),)),
    ]
    loud, merry, long = shadow(posts, before, after)
    assert (loud.post, loud.changed, loud.tightened) == ("loud", (("shouting", "advise", "block"),), True)
    assert (merry.lost, merry.loosened) == ((("excessive_emoji", "block"),), True)
    assert (long.found, long.tightened) == ((("readability", "advise"),), True)
