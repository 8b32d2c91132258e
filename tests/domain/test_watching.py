"""What a look finds: foreign, changed and vanished posts and another face, each once; never one of our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.words import Profile, Receipt, Seen, Window
from gateway.domain.breach import (
    Breach,
    BreachKind,
    BreachState,
    Watch,
    fingerprint,
    handle,
    require_removable,
    taken_down,
)
from gateway.domain.instant import Now
from gateway.domain.publication import Publication
from gateway.domain.refusal import Reason, Refused
from gateway.domain.watching import Around, Doubt, Look, Ours, judge, missing, raised, same_loosely

AT = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
NOW = Now(AT, AT + timedelta(milliseconds=10))
MINUTE = timedelta(minutes=1)
FACE = Profile("The Office", "a-picture", "Figures, not opinions", ("Gateway",))
BEGUN = Watch(id="acc", version=3, before=(), floor=None, shown=(), profile=FACE)


def post(id: str, text: str = "Prices rose", at: datetime = AT - MINUTE, **more: Any) -> Seen:
    """A post as it is listed."""
    return Seen(Receipt(id, f"https://p.example/{id}"), text, at, **more)


def ours(id: str, said: str = "Prices rose", **more: Any) -> Ours:
    """One of our publications."""
    known: dict[str, Any] = {"at": AT - 2 * MINUTE, "lateness_ms": 0, "how": "answered", "url": None} | more
    return Ours(Publication(id=f"d-{id}", account="acc", platform_id=id, **known), said)


def around(*known: Ours, watch: Watch | None = BEGUN, **more: Any) -> Around:
    """What the house knows."""
    given: dict[str, Any] = {"doubts": (), "removing": (), "lag": timedelta(seconds=60)} | more
    return Around(watch=watch, ours={one.publication.platform_id: one for one in known}, **given)


def look(*seen: Seen, whole: bool = True, profile: Profile | None = FACE) -> Look:
    """What the platform showed."""
    return Look("acc", seen, whole, profile)


def found(shown: Look, known: Around, gone: Mapping[str, bool] | None = None) -> list[Breach]:
    """What follows."""
    return list(judge(shown, known, gone or {}, NOW)[1])


def kinds(breaches: list[Breach]) -> list[str]:
    """Their kinds."""
    return [str(one.kind) for one in breaches]


# --- foreign ---------------------------------------------------------------------------------------------------------


def test_a_post_that_is_not_ours_is_a_breach_with_its_evidence() -> None:
    (breach,) = found(look(post("7", "Buy now", application="Web")), around())
    assert (breach.kind, breach.text, breach.fingerprint) == (
        BreachKind.FOREIGN_POST,
        "Buy now",
        fingerprint("Buy now"),
    )
    assert breach.receipt == Receipt("7", "https://p.example/7", at=AT - MINUTE)
    assert (breach.application, breach.found_at, breach.certain) == ("Web", AT, True)


def test_ours_are_never_foreign_nor_is_what_was_there_before_us() -> None:
    watch = replace(BEGUN, before=("old",))
    assert found(look(post("1"), post("old")), around(ours("1"), watch=watch)) == []


def test_the_first_look_only_takes_note() -> None:
    seen = look(post("1"), post("old", at=AT - 90 * MINUTE), whole=False)
    watch, breaches = judge(seen, around(ours("1"), watch=None), {}, NOW)
    assert breaches == ()
    assert (watch.before, watch.floor, watch.profile) == (("old",), AT - 90 * MINUTE, FACE)
    assert watch.shown == (("1", fingerprint("Prices rose")),)


def test_older_posts_that_slide_into_a_long_list_are_not_new() -> None:
    watch = replace(BEGUN, before=("old",), floor=AT - 90 * MINUTE)
    older = post("older", at=AT - 91 * MINUTE)
    assert found(look(post("old"), older), around(watch=watch)) == []
    assert kinds(found(look(older), around(watch=replace(watch, floor=None)))) == ["foreign-post"]


DOUBT = Doubt("Prices rose  https://example.org/a", Window(AT - 2 * MINUTE, AT + MINUTE))


def test_what_may_be_an_unknown_delivery_of_ours_is_not_called_foreign() -> None:
    assert found(look(post("7", "Prices rose https://t.co/x")), around(doubts=[DOUBT])) == []


@pytest.mark.parametrize("other", [post("7", "Buy now"), post("7", at=AT - 10 * MINUTE), post("7", at=AT + 9 * MINUTE)])
def test_other_words_or_another_time_are_not_covered_by_a_doubt(other: Seen) -> None:
    assert kinds(found(look(other), around(doubts=[DOUBT]))) == ["foreign-post"]


def test_what_a_doubt_covers_at_the_first_look_is_judged_when_it_is_settled() -> None:
    watch, _ = judge(look(post("7")), around(watch=None, doubts=[DOUBT]), {}, NOW)
    assert kinds(found(look(post("7")), around(watch=replace(watch, version=1)))) == ["foreign-post"]


# --- changed ---------------------------------------------------------------------------------------------------------


def test_a_post_of_ours_with_other_words_is_a_breach_each_time_they_change() -> None:
    watch = replace(BEGUN, shown=(("1", fingerprint("Prices rose")),))
    (breach,) = found(look(post("1", "Prices fell")), around(ours("1"), watch=watch))
    assert (breach.kind, breach.delivery, breach.before) == (BreachKind.CHANGED_POST, "d-1", fingerprint("Prices rose"))
    after, _ = judge(look(post("1", "Prices fell")), around(ours("1"), watch=watch), {}, NOW)
    assert found(look(post("1", "Prices fell")), around(ours("1"), watch=after)) == []
    again = found(look(post("1", "Sold")), around(ours("1"), watch=after))
    assert kinds(again) == ["changed-post"]
    assert again[0].id != breach.id


def test_words_changed_before_the_first_sight_are_found_by_what_was_said() -> None:
    assert kinds(found(look(post("1", "Prices fell")), around(ours("1")))) == ["changed-post"]


@pytest.mark.parametrize(
    "shown",
    [
        "Prices rose",
        " Prices  rose\n",
        "Prices rose https://t.co/Ab1",
        "PRICES ROSE",
        "Prices rose …",
        "Prices&nbsp;rose",
    ],
)
def test_what_platforms_do_to_a_text_is_no_change(shown: str) -> None:
    assert same_loosely("Prices rose https://example.org/x", shown)
    assert found(look(post("1", shown)), around(ours("1"))) == []


def test_a_removed_post_that_a_list_still_shows_is_no_change() -> None:
    assert found(look(post("1", "Prices fell")), around(ours("1", removed_at=AT))) == []


# --- vanished --------------------------------------------------------------------------------------------------------


def test_ours_that_is_not_listed_is_asked_for_and_then_a_breach() -> None:
    known = around(ours("1"))
    (absent,) = missing(look(), known, NOW)
    (breach,) = found(look(), known, {absent.platform_id: False})
    assert (breach.kind, breach.delivery, breach.certain) == (BreachKind.VANISHED_POST, "d-1", False)
    assert breach.before == fingerprint("Prices rose")


YOUNG = ours("1", at=AT - timedelta(seconds=30))
REMOVED = ours("1", removed_at=AT)


@pytest.mark.parametrize(
    ("shown", "known"),
    [
        (look(post("1")), around(ours("1"))),
        (look(), around(YOUNG)),
        (look(), around(REMOVED)),
        (look(), around(ours("1"), removing={"d-1"})),
        (look(whole=False), around(ours("1"))),
        (look(post("2"), whole=False), around(ours("1"), ours("2"))),
    ],
)
def test_what_is_listed_young_removed_being_removed_or_out_of_reach_is_not_missing(shown: Look, known: Around) -> None:
    assert missing(shown, known, NOW) == []


def test_what_was_taken_down_while_we_asked_has_not_vanished() -> None:
    for known in (around(REMOVED), around(ours("1"), removing={"d-1"}), around()):
        assert found(look(), known, {"1": True}) == []


def test_a_list_that_reaches_beyond_it_must_show_it() -> None:
    older = post("2", at=AT - 9 * MINUTE)
    assert [one.id for one in missing(look(older, whole=False), around(ours("1"), ours("2")), NOW)] == ["d-1"]


# --- the face --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"name": "Some Office"}, "changed-name"),
        ({"picture": "other"}, "changed-picture"),
        ({"picture": None}, "changed-picture"),
        ({"bio": "For sale"}, "changed-bio"),
        ({"applications": ("Gateway", "Bot")}, "changed-applications"),
    ],
)
def test_another_face_is_a_breach_once_and_changing_back_is_another(changed: dict[str, Any], kind: str) -> None:
    other = replace(FACE, **changed)
    watch, (breach,) = judge(look(profile=other), around(), {}, NOW)
    assert str(breach.kind) == kind
    stored = replace(watch, version=4)
    assert found(look(profile=other), around(watch=stored)) == []
    (back,) = found(look(profile=FACE), around(watch=stored))
    assert back.id != breach.id


def test_a_face_that_was_not_shown_changes_nothing() -> None:
    watch, breaches = judge(look(profile=None), around(), {}, NOW)
    assert breaches == ()
    assert watch.profile == FACE
    untold = replace(FACE, applications=None)
    assert found(look(profile=untold), around()) == []


# --- once, whatever is seen ------------------------------------------------------------------------------------------

IDS = st.sampled_from(["1", "2", "3", "4", "5"])
SEEN = st.lists(
    st.builds(post, IDS, st.sampled_from(["Prices rose", "Buy now"])), unique_by=lambda s: s.receipt.platform_id
)


@given(SEEN, st.sets(IDS), st.sets(IDS))
def test_every_post_is_ours_known_or_a_breach_and_found_under_one_id(
    seen: list[Seen], mine: set[str], old: set[str]
) -> None:
    known = around(*(ours(id) for id in sorted(mine)), watch=replace(BEGUN, before=tuple(sorted(old))))
    first, second = (found(look(*seen), known) for _ in range(2))
    foreign = {one.receipt.platform_id for one in first if one.kind is BreachKind.FOREIGN_POST and one.receipt}
    assert foreign == {one.receipt.platform_id for one in seen} - mine - old
    assert [one.id for one in first] == [one.id for one in second]
    assert len({one.id for one in first}) == len(first)


def test_what_is_raised_is_told_with_its_fingerprint_and_without_its_words() -> None:
    watch, breaches = judge(look(post("7", "Buy now")), around(), {}, NOW)
    change = raised(watch, breaches)
    assert [event.act for event in change.events] == ["watch.note", "breach.raise"]
    assert change.events[1].facts["fingerprint"] == fingerprint("Buy now")
    assert "Buy" not in str(change.events)


# --- what people do --------------------------------------------------------------------------------------------------


def a_breach() -> Breach:
    """A foreign post."""
    (breach,) = found(look(post("7", "Buy now")), around())
    return breach


def test_a_breach_is_noted_then_ended_each_with_a_reason_and_never_opened_again() -> None:
    noted = handle(a_breach(), BreachState.ACKNOWLEDGED, " Seen ", by="olu", at=AT).records[0]
    assert isinstance(noted, Breach)
    assert (noted.state, noted.reason, noted.handled_by) == (BreachState.ACKNOWLEDGED, "Seen", "olu")
    ended = handle(noted, BreachState.CLOSED, "Taken down", by="sam", at=AT).records[0]
    assert isinstance(ended, Breach)
    for state in BreachState:
        with pytest.raises(Refused) as refused:
            handle(ended, state, "why", by="olu", at=AT)
        assert refused.value.reason is Reason.WRONG_STATE
    with pytest.raises(Refused) as unsaid:
        handle(a_breach(), BreachState.CLOSED, "  ", by="olu", at=AT)
    assert unsaid.value.reason is Reason.REASON_MISSING


def test_only_a_foreign_post_is_taken_down_and_once() -> None:
    breach = a_breach()
    assert require_removable(breach).platform_id == "7"
    gone = taken_down(breach, by="olu", at=AT).records[0]
    (changed,) = found(look(profile=replace(FACE, bio="For sale")), around())
    for other in (gone, changed):
        assert isinstance(other, Breach)
        with pytest.raises(Refused):
            require_removable(other)


def test_an_old_date_hides_no_post_that_came_after_what_is_known() -> None:
    known, floor = post("known"), AT - timedelta(days=30)
    begun = replace(BEGUN, before=("known",), floor=floor)
    old = floor - MINUTE
    above, below = post("above", at=old), post("below", at=old)
    (breach,) = found(look(above, known, below, whole=False), around(watch=begun))
    assert breach.receipt is not None
    assert breach.receipt.platform_id == "above"
    assert found(look(below, whole=False), around(watch=begun)) == []
    mine = ours("mine")
    shown = look(post("above", at=old), post("mine"), below, whole=False)
    assert len(found(shown, around(mine, watch=replace(begun, before=())))) == 1
