"""Members: roles that fit, given by somebody else with a fresh factor; factors are reset by two people or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.actions.enrol import accept_invitation
from gateway.actions.member import list_members, reset_factor, set_roles, unlock_factor
from gateway.actions.sessions import resolve
from gateway.actions.signin import prove_code, sign_in
from gateway.domain.member import MemberState
from gateway.domain.refusal import Reason
from gateway.domain.signin import FactorStatus
from gateway.world import World
from tests.cast import (
    MINUTE,
    PASSWORD,
    clock_of,
    code_for,
    cookie,
    entries,
    member,
    refused,
    stepped_up,
    who,
    write,
)

HERE = "192.0.2.7"
NEW = "seven quiet tugboats, marmalade"


def locked(world: World, name: str) -> None:
    with world.storage.reading() as readers:
        (factor,) = readers.factors.of(name)
    write(world, replace(factor, status=FactorStatus.LOCKED))


def test_an_administrator_changes_roles_with_a_fresh_factor(world: World) -> None:
    old = cookie(world, "dev")
    set_roles(world, stepped_up(world, "cyd", "roles", "dev"), "dev", ("clearer", "author"))
    assert member(world, "dev").roles == ("author", "clearer")
    refused(Reason.NOT_SIGNED_IN, resolve, world, old)
    (told,) = entries(world, "member.roles")
    assert (told.actor, told.subject_id, told.facts["after"]) == ("cyd", "dev", "author+clearer")


def test_roles_need_a_fresh_factor_for_that_member(world: World) -> None:
    refused(Reason.STEP_UP_NEEDED, set_roles, world, who(world, "cyd"), "dev", ("clearer",))
    refused(Reason.STEP_UP_NEEDED, set_roles, world, stepped_up(world, "cyd", "roles", "ada"), "dev", ("clearer",))
    assert member(world, "dev").roles == ("author",)


@pytest.mark.parametrize("name", ["ada", "bola", "eve", "sam", "olu"])
def test_only_an_administrator_changes_roles(world: World, name: str) -> None:
    refused(Reason.ROLE_MISSING, set_roles, world, stepped_up(world, name, "roles", "dev"), "dev", ("clearer",))


def test_nobody_changes_their_own_roles(world: World) -> None:
    refused(Reason.OWN_WORK, set_roles, world, stepped_up(world, "cyd", "roles", "cyd"), "cyd", ("director",))


def test_roles_that_may_not_be_held_together_are_not_given(world: World) -> None:
    acting = stepped_up(world, "cyd", "roles", "bola")
    refused(Reason.ROLES_CLASH, set_roles, world, acting, "bola", ("approver", "administrator"))


def test_who_is_no_administrator_any_more_gives_no_roles(world: World) -> None:
    set_roles(world, stepped_up(world, "cyd", "roles", "ade"), "ade", ("director",))
    refused(Reason.ROLE_MISSING, set_roles, world, stepped_up(world, "ade", "roles", "cyd"), "cyd", ("director",))


def test_those_who_may_see_members_see_everyone(world: World) -> None:
    assert [person.id for person in list_members(world, who(world, "eve"))][:3] == ["ada", "ade", "bea"]
    refused(Reason.ROLE_MISSING, list_members, world, who(world, "ada"))


def test_two_people_unlock_a_factor(world: World) -> None:
    locked(world, "ada")
    half = sign_in(world, "ada", PASSWORD, HERE).session_token
    refused(Reason.FACTOR_LOCKED, prove_code, world, half, code_for(world, "ada"), HERE)
    sam = stepped_up(world, "sam", "unlock-factor", "ada")
    refused(Reason.UNAPPROVED, unlock_factor, world, sam, "ada")
    unlock_factor(world, stepped_up(world, "cyd", "unlock-factor", "ada"), "ada")
    half = sign_in(world, "ada", PASSWORD, HERE).session_token
    assert prove_code(world, half, code_for(world, "ada"), HERE)
    refused(Reason.STEP_UP_NEEDED, unlock_factor, world, sam, "ada")


def test_a_factor_that_locked_itself_is_unlocked_with_its_count(world: World) -> None:
    for count in range(10):
        if count == 5:
            clock_of(world).advance(5 * MINUTE)
        half = sign_in(world, "ada", PASSWORD, HERE).session_token
        refused(Reason.CODE_REFUSED, prove_code, world, half, "12345", HERE)
    stepped_up(world, "sam", "unlock-factor", "ada")
    unlock_factor(world, stepped_up(world, "cyd", "unlock-factor", "ada"), "ada")
    half = sign_in(world, "ada", PASSWORD, HERE).session_token
    assert prove_code(world, half, code_for(world, "ada"), HERE)


def test_what_is_not_locked_is_not_unlocked(world: World) -> None:
    stepped_up(world, "sam", "unlock-factor", "ada")
    refused(Reason.WRONG_STATE, unlock_factor, world, stepped_up(world, "cyd", "unlock-factor", "ada"), "ada")


def test_two_people_reset_a_factor_and_the_member_starts_anew(world: World) -> None:
    old = cookie(world, "ada")
    stepped_up(world, "sam", "reset-factor", "ada")
    link = reset_factor(world, stepped_up(world, "cyd", "reset-factor", "ada"), "ada")
    refused(Reason.NOT_SIGNED_IN, resolve, world, old)
    refused(Reason.WRONG_CREDENTIALS, sign_in, world, "ada", PASSWORD, HERE)
    assert member(world, "ada").state is MemberState.INVITED
    assert accept_invitation(world, link.link_token, NEW)
    rests_until = member(world, "ada").rests_until
    assert rests_until is not None
    assert rests_until - world.clock.now().latest == timedelta(hours=24), "nothing of hers is sent for a day"
    (told,) = entries(world, "factor.reset")
    assert (told.actor, told.subject_id, told.facts["with"]) == ("cyd", "ada", "sam")


@pytest.mark.parametrize("second", ["cyd", "ada", "bola", "eve", "olu"])
def test_one_person_alone_or_with_someone_who_may_not_resets_nothing(world: World, second: str) -> None:
    stepped_up(world, second, "reset-factor", "ada")
    refused(Reason.UNAPPROVED, reset_factor, world, stepped_up(world, "cyd", "reset-factor", "ada"), "ada")


def test_nobody_resets_their_own_factor(world: World) -> None:
    stepped_up(world, "sam", "reset-factor", "cyd")
    refused(Reason.OWN_WORK, reset_factor, world, stepped_up(world, "cyd", "reset-factor", "cyd"), "cyd")


def test_the_member_concerned_is_not_the_second_person(world: World) -> None:
    stepped_up(world, "ade", "reset-factor", "ade")
    refused(Reason.UNAPPROVED, reset_factor, world, stepped_up(world, "cyd", "reset-factor", "ade"), "ade")


def test_the_other_ones_word_is_fresh_theirs_and_for_this_act(world: World) -> None:
    stepped_up(world, "sam", "reset-factor", "ada")
    clock_of(world).advance(5 * MINUTE)
    cyd = stepped_up(world, "cyd", "reset-factor", "ada")
    stepped_up(world, "sam", "unlock-factor", "ada")
    stepped_up(world, "sam", "reset-factor", "bola")
    refused(Reason.UNAPPROVED, reset_factor, world, cyd, "ada")


def test_the_other_one_is_still_here(world: World) -> None:
    stepped_up(world, "sam", "reset-factor", "ada")
    write(world, replace(member(world, "sam"), state=MemberState.LEFT))
    refused(Reason.UNAPPROVED, reset_factor, world, stepped_up(world, "cyd", "reset-factor", "ada"), "ada")


def test_who_left_is_not_brought_back_by_a_reset(world: World) -> None:
    write(world, replace(member(world, "ada"), state=MemberState.LEFT))
    stepped_up(world, "sam", "reset-factor", "ada")
    refused(Reason.MEMBER_LEFT, reset_factor, world, stepped_up(world, "cyd", "reset-factor", "ada"), "ada")


def test_a_reset_factor_does_not_work_again(world: World) -> None:
    stepped_up(world, "sam", "reset-factor", "ada")
    reset_factor(world, stepped_up(world, "cyd", "reset-factor", "ada"), "ada")
    with world.storage.reading() as readers:
        assert readers.factors.of("ada") == []
        assert readers.recovery_codes.unused("ada") == []
