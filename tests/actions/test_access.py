"""Who may read, bind and answer what waits for a release: the people on its list, put there by another person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.actions.access import access_list, end_access, give_access
from gateway.actions.approve import approve
from gateway.actions.commenting import list_comments
from gateway.actions.leave import leave
from gateway.actions.reading import read_picture, read_post, read_submission
from gateway.actions.submit import check, submit
from gateway.actions.write import add_picture, write_post
from gateway.domain.access import digest_of_members
from gateway.domain.post import Content, PictureUse
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission
from gateway.world import World
from tests.actions.story import CPI, calendar, log, put_forward, read_calendar, refuses, wish, yes
from tests.cast import (
    HOUR,
    MINUTE,
    NOON,
    an_account,
    clock_of,
    enrol,
    entries,
    grant,
    on_list,
    refused,
    stepped_up,
    who,
)
from tests.picture.made import chart, saved

SECRET = "Prices rose"
HINT = "The office is open to visitors"


@pytest.fixture(autouse=True)
def _arranged(world: World) -> None:
    an_account(world)
    read_calendar(world, calendar(NOON + HOUR))


def bound(world: World) -> Submission:
    return put_forward(world, SECRET, asked=wish(release=CPI))


def given(world: World, name: str, by: str = "olu") -> None:
    give_access(world, stepped_up(world, by, "access", CPI, digest_of_members([name])), CPI, [name])


def ended(world: World, name: str, by: str = "olu") -> None:
    end_access(world, stepped_up(world, by, "access", CPI, digest_of_members([name])), CPI, name)


def is_out(world: World) -> None:
    clock_of(world).at = NOON + HOUR + MINUTE
    read_calendar(world, calendar(NOON + HOUR, published=True))


# --- the list ---------------------------------------------------------------------------------------------------------


def test_a_list_is_changed_with_a_fresh_factor_for_exactly_this_member(world: World) -> None:
    with refuses(world, Reason.STEP_UP_NEEDED, "access.give"):
        give_access(world, who(world, "olu"), CPI, ["ada"])
    with refuses(world, Reason.STEP_UP_NEEDED, "access.give"):
        give_access(world, stepped_up(world, "olu", "access", CPI, digest_of_members(["ada"])), CPI, ["ada", "dev"])
    given(world, "ada")
    given(world, "bola")
    assert [each.member for each in access_list(world, who(world, "eve"), CPI).people] == ["ada", "bola"]
    ended(world, "ada")
    assert [each.member for each in access_list(world, who(world, "eve"), CPI).people] == ["bola"]
    assert [(e.actor, e.subject_id, e.facts["member"]) for e in entries(world, "access.end")] == [("olu", CPI, "ada")]
    assert len(entries(world, "access.give")) == 2


def test_who_is_on_it_already_stays_on_it(world: World) -> None:
    given(world, "ada")
    before = access_list(world, who(world, "olu"), CPI)
    assert give_access(world, who(world, "olu"), CPI, ["ada"]) == before


@pytest.mark.parametrize("name", ["ada", "bola", "cyd", "eve", "sam", "cleo"])
def test_only_the_roles_of_policy_change_a_list(world: World, name: str) -> None:
    with refuses(world, Reason.ROLE_MISSING, "access.give"):
        given(world, "dev", by=name)
    on_list(world, CPI, "dev")
    with refuses(world, Reason.ROLE_MISSING, "access.end"):
        ended(world, "dev", by=name)


def test_nobody_puts_themselves_on_and_nobody_an_administrator(world: World) -> None:
    with refuses(world, Reason.OWN_WORK, "access.give"):
        given(world, "olu")
    with refuses(world, Reason.ROLE_MISSING, "access.give"):
        given(world, "cyd")
    given(world, "olu", by="olive")


def test_there_is_no_list_for_a_release_that_is_not_on_the_calendar(world: World) -> None:
    acting = stepped_up(world, "olu", "access", "/releases/none", digest_of_members(["ada"]))
    with refuses(world, Reason.NOT_FOUND, "access.give"):
        give_access(world, acting, "/releases/none", ["ada"])


def test_a_leaver_drops_off_every_list(world: World) -> None:
    on_list(world, CPI, "ada", "bola")
    leave(world, stepped_up(world, "sam", "leave", "ada"), "ada")
    assert [each.member for each in access_list(world, who(world, "olu"), CPI).people] == ["bola"]
    (told,) = entries(world, "access.end")
    assert (told.actor, told.facts["member"], told.facts["why"]) == ("sam", "ada", "left")


# --- binding ----------------------------------------------------------------------------------------------------------


def test_an_author_who_is_not_on_the_list_binds_nothing_and_is_told_whom_to_ask(world: World) -> None:
    revision = write_post(world, who(world, "ada"), Content((SECRET,)))
    for act in (submit, check):
        told = refused(Reason.NOT_ON_LIST, act, world, who(world, "ada"), revision.id, wish(release=CPI))
        assert told.facts == {"release": CPI, "ask": "account_owner+director"}
    told = refused(Reason.NOT_ON_LIST, write_for, world, "ada")
    assert told.facts["release"] == CPI
    given(world, "ada")
    assert check(world, who(world, "ada"), revision.id, wish(release=CPI)).outgoings[0].text == SECRET
    assert submit(world, who(world, "ada"), revision.id, wish(release=CPI)).wish.release == CPI


def write_for(world: World, name: str, *, release: str | None = CPI, post_id: str | None = None) -> object:
    return write_post(world, who(world, name), Content((SECRET,)), release=release, post_id=post_id)


def test_a_draft_may_be_bound_from_its_first_word_and_its_team_does_not_read_it(world: World) -> None:
    on_list(world, CPI, "ada")
    revision = write_post(world, who(world, "ada"), Content((SECRET,)), release=CPI)
    assert read_post(world, who(world, "dev"), revision.post).withheld
    assert SECRET not in repr(read_post(world, who(world, "dev"), revision.post))
    assert SECRET in repr(read_post(world, who(world, "ada"), revision.post))
    with refuses(world, Reason.NOT_ON_LIST, "post.write"):
        write_for(world, "dev", release=None, post_id=revision.post)
    assert write_post(world, who(world, "ada"), Content(("More",)), post_id=revision.post).release == CPI
    with refuses(world, Reason.RELEASE_UNKNOWN, "post.write"):
        write_for(world, "ada", release="/releases/none")


def test_what_was_written_for_a_release_is_put_forward_no_other_way_until_it_is_out(world: World) -> None:
    on_list(world, CPI, "ada")
    revision = write_post(world, who(world, "ada"), Content(("Words",)), release=CPI)
    with refuses(world, Reason.DRAFT_BOUND, "submit"):
        submit(world, who(world, "ada"), revision.id, wish())
    is_out(world)
    assert submit(world, who(world, "ada"), revision.id, wish(wanted="2026-03-02T15:00:00.000000Z"))


def test_what_was_put_forward_for_a_release_is_put_forward_no_other_way_in_whatever_wording(world: World) -> None:
    submission = put_forward(world, HINT, asked=wish(release=CPI))
    with refuses(world, Reason.DRAFT_BOUND, "submit"):
        submit(world, who(world, "ada"), submission.revision, wish())
    reworded = write_post(world, who(world, "ada"), Content((f"{HINT}!",)), post_id=submission.post)
    with refuses(world, Reason.DRAFT_BOUND, "submit"):
        submit(world, who(world, "ada"), reworded.id, wish())
    assert submit(world, who(world, "ada"), reworded.id, wish(release=CPI)).wish.release == CPI


def test_what_is_bound_later_is_withheld_in_its_earlier_words_too(world: World) -> None:
    on_list(world, CPI, "ada", "bola")
    grant(world, "dev", "office-account")
    before = put_forward(world, HINT, asked=wish())
    assert not read_submission(world, who(world, "eve"), before.id).withheld
    submit(world, who(world, "ada"), before.revision, wish(release=CPI))
    for name in ("eve", "dev", "bea"):
        assert HINT not in repr(read_submission(world, who(world, name), before.id))
        refused(Reason.NOT_ON_LIST, list_comments, world, who(world, name), before.id)
    assert HINT in repr(read_submission(world, who(world, "bola"), before.id))
    assert [told.subject_id for told in log(world, "draft.read")] == [before.id]


# --- reading and answering --------------------------------------------------------------------------------------------


def test_each_reading_by_someone_on_the_list_is_told_and_what_is_withheld_is_not(world: World) -> None:
    submission = bound(world)
    assert log(world, "draft.read") == []
    assert read_submission(world, who(world, "bola"), submission.id).submission.outgoings[0].text == SECRET
    assert read_submission(world, who(world, "eve"), submission.id).withheld
    check(world, who(world, "ada"), submission.revision, wish(release=CPI))
    told = [(e.actor, e.subject_kind, e.subject_id, e.facts["release"]) for e in reversed(log(world, "draft.read"))]
    assert told == [("bola", "submission", submission.id, CPI), ("ada", "revision", submission.revision, CPI)]


def test_whoever_is_taken_off_the_list_reads_nothing_more_not_even_their_own(world: World) -> None:
    submission = bound(world)
    ended(world, "ada")
    assert read_submission(world, who(world, "ada"), submission.id).withheld
    with refuses(world, Reason.NOT_ON_LIST, "check"):
        check(world, who(world, "ada"), submission.revision, wish(release=CPI))


def test_an_approver_who_is_not_on_the_list_cannot_answer_what_they_cannot_read(world: World) -> None:
    submission = bound(world)
    ended(world, "bola")
    for is_yes in (True, False):
        acting = stepped_up(world, "bola", "approve", submission.id, submission.digest)
        with refuses(world, Reason.NOT_ON_LIST, "approve"):
            approve(world, acting, submission.id, submission.digest, yes=is_yes, reason="r")
    given(world, "bola")
    assert yes(world, submission).state == "held"


def test_after_the_release_it_is_read_like_any_other_and_not_told(world: World) -> None:
    submission = bound(world)
    is_out(world)
    assert read_submission(world, who(world, "eve"), submission.id).submission.outgoings[0].text == SECRET
    assert log(world, "draft.read") == []


def test_a_release_that_moves_shuts_what_was_open(world: World) -> None:
    submission = bound(world)
    is_out(world)
    read_calendar(world, calendar(NOON + 5 * HOUR))
    assert read_submission(world, who(world, "eve"), submission.id).withheld


def test_being_on_the_list_is_enough_to_read_and_not_to_act(world: World) -> None:
    submission = bound(world)
    dora = enrol(world, "dora", "director")
    on_list(world, CPI, dora)
    assert read_submission(world, who(world, dora), submission.id).submission.outgoings[0].text == SECRET


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_the_picture_of_an_embargoed_post_is_for_the_list_alone_and_each_look_is_told(world: World) -> None:
    on_list(world, CPI, "ada", "bola")
    picture = add_picture(world, who(world, "ada"), saved(chart(), "PNG"))
    content = Content((SECRET,), (PictureUse(picture.id, "A red square on a blue field", "ours"),))
    revision = write_post(world, who(world, "ada"), content, release=CPI)
    submit(world, who(world, "ada"), revision.id, wish(release=CPI))

    def looked(name: str) -> Callable[[], bytes]:
        return lambda: read_picture(world, who(world, name), revision.post, picture.id).body

    assert looked("bola")() == picture.body
    (told,) = log(world, "draft.read")
    named = ("bola", "media", picture.told_as, CPI)
    assert (told.actor, told.subject_kind, told.subject_id, told.facts["release"]) == named
    grant(world, "dev", "office-account")
    for name in ("dev", "bea", "eve", "sam", "olu"):
        refused(Reason.NOT_ON_LIST, looked(name))
    refused(Reason.ROLE_MISSING, looked("cyd"))
    is_out(world)
    assert looked("eve")() == picture.body
    assert len(log(world, "draft.read")) == 1


def test_a_picture_is_read_only_as_part_of_a_post_that_uses_it(world: World) -> None:
    picture = add_picture(world, who(world, "ada"), saved(chart(), "PNG"))
    other = write_post(world, who(world, "ada"), Content(("No picture",)))
    with pytest.raises(Refused) as no:
        read_picture(world, who(world, "ada"), other.post, picture.id)
    assert no.value.reason is Reason.NOT_FOUND
