"""Coming in: an invitation once, a password that is one, a factor that is proved; nothing by a password alone."""

from __future__ import annotations

from dataclasses import replace

import pyotp
import pytest

from gateway.actions.enrol import (
    Enrolled,
    Invited,
    accept_invitation,
    begin_enrolment,
    confirm_enrolment,
    first_invitation,
    invite,
    invite_again,
)
from gateway.actions.guard import is_over
from gateway.actions.sessions import list_sessions, resolve
from gateway.actions.signin import prove_code, prove_recovery, sign_in
from gateway.actions.stepup import step_up
from gateway.domain.member import MemberState
from gateway.domain.refusal import Reason
from gateway.domain.signin import FactorStatus, SessionKind
from gateway.storage.log import Search
from gateway.world import World
from tests.cast import (
    HOUR,
    MINUTE,
    PASSWORD,
    SECOND,
    bare_world,
    clock_of,
    code_for,
    cookie,
    entries,
    member,
    migrated,
    raced,
    refused,
    stepped_up,
    who,
    write,
)

HERE = "192.0.2.7"
STRANGER = "192.0.2.99"
NEW = "seven quiet tugboats, marmalade"


def invited(world: World, name: str = "fay", *roles: str) -> Invited:
    return invite(world, who(world, "cyd"), name, "Fay Finch", "Press", roles or ("author",))


def code(world: World, secret: str) -> str:
    return pyotp.TOTP(secret).generate_otp(int(clock_of(world).at.timestamp()) // 30)


def enrolled(world: World, session_token: str) -> tuple[str, Enrolled]:
    """The factor's secret, and what enrolling gave."""
    secret = begin_enrolment(world, session_token).secret
    return secret, confirm_enrolment(world, session_token, code(world, secret))


def test_a_newcomer_comes_all_the_way_in(world: World) -> None:
    link = invited(world)
    half = accept_invitation(world, link.link_token, NEW)
    secret, signed = enrolled(world, half)
    acting, session, person = resolve(world, signed.session_token)
    assert (acting.member, session.kind, person.state) == (link.member_id, SessionKind.FULL, MemberState.ACTIVE)
    assert len(set(signed.recovery_codes)) == 10
    refused(Reason.NOT_SIGNED_IN, resolve, world, half)
    clock_of(world).advance(30 * SECOND)
    again = sign_in(world, "FAY", NEW, HERE)
    assert again.needs == "code"
    assert prove_code(world, again.session_token, code(world, secret), HERE)


def test_the_code_that_enrolled_does_not_sign_in(world: World) -> None:
    secret, _ = enrolled(world, accept_invitation(world, invited(world).link_token, NEW))
    again = sign_in(world, "fay", NEW, HERE).session_token
    refused(Reason.CODE_REPLAYED, prove_code, world, again, code(world, secret), HERE)


def test_the_enrolment_shows_an_address_and_a_picture_of_it(world: World) -> None:
    shown = begin_enrolment(world, accept_invitation(world, invited(world).link_token, NEW))
    assert shown.uri.startswith("otpauth://totp/")
    assert shown.secret in shown.uri
    assert shown.qr_svg.startswith("<svg")


def test_secrets_are_stored_sealed_and_hashed(world: World) -> None:
    link = invited(world)
    secret, signed = enrolled(world, accept_invitation(world, link.link_token, NEW))
    with world.storage.reading() as readers:
        (factor,) = readers.factors.of(link.member_id)
        assert secret.encode() not in factor.sealed
        stored = " ".join(each.hash for each in readers.recovery_codes.unused(link.member_id))
        assert not any(shown in stored or shown.replace("-", "") in stored for shown in signed.recovery_codes)
        assert readers.invitations.find(link.link_token) is None
        size = readers.log.head().frontier.size
        log = b"".join(readers.log.bodies(0, size))
    for secret_text in (secret, link.link_token, signed.session_token, *signed.recovery_codes, "Finch", NEW):
        assert secret_text.encode() not in log


@pytest.mark.parametrize("inviter", ["ada", "bola", "dev", "eve", "sam", "olu", "cleo"])
def test_only_an_administrator_invites(world: World, inviter: str) -> None:
    refused(Reason.ROLE_MISSING, invite, world, who(world, inviter), "fay", "Fay", "Press", ("author",))


@pytest.mark.parametrize(
    ("name", "roles", "reason"),
    [
        ("ADA", ("author",), Reason.NAME_TAKEN),
        ("a\u200bda", ("author",), Reason.NAME_TAKEN),
        ("", ("author",), Reason.NAME_REFUSED),
        ("<script>", ("author",), Reason.NAME_REFUSED),
        ("fay", (), Reason.EMPTY),
        ("fay", ("king",), Reason.ROLE_MISSING),
        ("fay", ("administrator", "approver"), Reason.ROLES_CLASH),
        ("fay", ("author", "auditor"), Reason.ROLES_CLASH),
    ],
)
def test_an_invitation_names_a_new_person_with_fitting_roles(
    world: World, name: str, roles: tuple[str, ...], reason: Reason
) -> None:
    refused(reason, invite, world, who(world, "cyd"), name, "Fay", "Press", roles)
    assert entries(world, "refused")[0].facts["reason"] == str(reason)


def test_the_name_of_someone_who_left_stays_taken(world: World) -> None:
    write(world, replace(member(world, "dev"), state=MemberState.LEFT))
    refused(Reason.NAME_TAKEN, invited, world, "dev")


def test_a_link_works_once(world: World) -> None:
    link = invited(world)
    accept_invitation(world, link.link_token, NEW)
    refused(Reason.INVITATION_REFUSED, accept_invitation, world, link.link_token, "other tugboats and jam, six")


@pytest.mark.slow
def test_eight_that_race_with_one_link_have_one_winner(world: World) -> None:
    link = invited(world)
    outcomes = raced(accept_invitation, [(world, link.link_token, f"{NEW} {n}") for n in range(8)])
    assert outcomes.count(Reason.INVITATION_REFUSED) == 7


def test_a_link_lasts_a_day(world: World) -> None:
    link = invited(world)
    clock_of(world).advance(24 * HOUR)
    refused(Reason.INVITATION_REFUSED, accept_invitation, world, link.link_token, NEW)
    again = invite_again(world, who(world, "cyd"), link.member_id)
    assert accept_invitation(world, again.link_token, NEW)


def test_a_new_link_ends_the_old_one(world: World) -> None:
    link = invited(world)
    invite_again(world, who(world, "cyd"), link.member_id)
    refused(Reason.INVITATION_REFUSED, accept_invitation, world, link.link_token, NEW)


def test_nobody_who_has_enrolled_is_invited_again(world: World) -> None:
    refused(Reason.WRONG_STATE, invite_again, world, who(world, "cyd"), "ada")


def test_guessed_links_are_counted_by_source(world: World) -> None:
    for number in range(30):
        refused(Reason.INVITATION_REFUSED, accept_invitation, world, f"guess-{number}", NEW, STRANGER)
    refused(Reason.TOO_MANY_TRIES, accept_invitation, world, "guess", NEW, STRANGER)
    assert accept_invitation(world, invited(world).link_token, NEW, HERE)


@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("too short", "too_short"),
        ("password123456789", "too_common"),
        ("qwertyuiopasdfghjkl", "too_common"),
        ("fayfinchfayfinch", "about_you"),
        ("x" * 600, "too_long"),
    ],
)
def test_a_password_that_is_none_is_refused_and_the_link_stays_good(world: World, password: str, flaw: str) -> None:
    link = invited(world)
    refusal = refused(Reason.PASSWORD_REFUSED, accept_invitation, world, link.link_token, password)
    assert refusal.facts["flaw"] == flaw
    assert accept_invitation(world, link.link_token, NEW)


def test_a_wrong_first_code_enrols_nobody(world: World) -> None:
    half = accept_invitation(world, invited(world).link_token, NEW)
    secret = begin_enrolment(world, half).secret
    wrong = str((int(code(world, secret)) + 1) % 1_000_000).zfill(6)
    refused(Reason.CODE_REFUSED, confirm_enrolment, world, half, wrong)
    assert resolve(world, half)[1].kind is SessionKind.HALF
    assert confirm_enrolment(world, half, code(world, secret))


def test_enrolment_is_begun_before_it_is_confirmed(world: World) -> None:
    half = accept_invitation(world, invited(world).link_token, NEW)
    refused(Reason.FACTOR_MISSING, confirm_enrolment, world, half, "123456")
    refused(Reason.FACTOR_MISSING, prove_code, world, half, "123456", HERE)
    refused(Reason.FACTOR_MISSING, prove_recovery, world, half, "AAAA-AAAA-AAAA-AAAA", HERE)


def test_beginning_again_ends_the_first_secret(world: World) -> None:
    half = accept_invitation(world, invited(world).link_token, NEW)
    first, second = begin_enrolment(world, half).secret, begin_enrolment(world, half).secret
    refused(Reason.CODE_REFUSED, confirm_enrolment, world, half, code(world, first))
    assert confirm_enrolment(world, half, code(world, second))


def test_a_password_alone_never_changes_a_factor(world: World) -> None:
    half = sign_in(world, "ada", PASSWORD, HERE).session_token
    refused(Reason.NOT_SIGNED_IN, begin_enrolment, world, half)
    stepped_up(world, "ada", "enrol", "ada")
    refused(Reason.NOT_SIGNED_IN, begin_enrolment, world, half)


def test_a_password_alone_does_not_finish_what_a_full_session_began(world: World) -> None:
    full = cookie(world, "ada")
    stepped_up(world, "ada", "enrol", "ada")
    secret = begin_enrolment(world, full).secret
    half = sign_in(world, "ada", PASSWORD, HERE).session_token
    refused(Reason.NOT_SIGNED_IN, confirm_enrolment, world, half, code(world, secret))


def test_a_full_session_changes_its_factor_with_a_fresh_one_only(world: World) -> None:
    full = cookie(world, "ada")
    refused(Reason.STEP_UP_NEEDED, begin_enrolment, world, full)
    stepped_up(world, "ada", "enrol", "bola")
    refused(Reason.STEP_UP_NEEDED, begin_enrolment, world, full)


def test_a_changed_factor_ends_the_old_one_its_codes_and_every_other_session(world: World) -> None:
    half = accept_invitation(world, invited(world).link_token, NEW)
    old, first = enrolled(world, half)
    clock_of(world).advance(MINUTE)
    other = sign_in(world, "fay", NEW, HERE).session_token
    acting, _, _ = resolve(world, first.session_token)
    step_up(world, acting, "enrol", acting.member, "", code(world, old))
    new, second = enrolled(world, first.session_token)
    for gone in (first.session_token, other):
        refused(Reason.NOT_SIGNED_IN, resolve, world, gone)
    assert [s.id for s in list_sessions(world, resolve(world, second.session_token)[0])]
    clock_of(world).advance(MINUTE)
    again = sign_in(world, "fay", NEW, HERE).session_token
    refused(Reason.CODE_REFUSED, prove_code, world, again, code(world, old), HERE)
    refused(Reason.CODE_REFUSED, prove_recovery, world, again, first.recovery_codes[0], HERE)
    assert prove_code(world, again, code(world, new), HERE)


def test_whoever_lost_the_phone_enrols_a_new_one_with_two_recovery_codes(world: World) -> None:
    _, first = enrolled(world, accept_invitation(world, invited(world).link_token, NEW))
    full = prove_recovery(world, sign_in(world, "fay", NEW, HERE).session_token, first.recovery_codes[0], HERE)
    acting, _, _ = resolve(world, full)
    refused(Reason.CODE_REFUSED, step_up, world, acting, "enrol", acting.member, "", first.recovery_codes[0])
    refused(Reason.CODE_REFUSED, step_up, world, acting, "approve", "a-post", "d", first.recovery_codes[1])
    step_up(world, acting, "enrol", acting.member, "", first.recovery_codes[1])
    _, second = enrolled(world, full)
    assert resolve(world, second.session_token)[1].kind is SessionKind.FULL


def test_the_first_administrator_is_invited_while_there_is_nobody(database_url: str) -> None:
    world = bare_world(migrated(database_url))
    lost = first_invitation(world, "cyd", "Cyd", "Digital")
    link = first_invitation(world, "Cyd", "Cyd", "Digital")
    assert link.member_id == lost.member_id
    refused(Reason.INVITATION_REFUSED, accept_invitation, world, lost.link_token, NEW)
    refused(Reason.WRONG_STATE, first_invitation, world, "mallory", "Mallory", "Digital")
    _, signed = enrolled(world, accept_invitation(world, link.link_token, NEW))
    assert resolve(world, signed.session_token)[2].roles == ("administrator",)
    refused(Reason.WRONG_STATE, first_invitation, world, "cyd", "Cyd", "Digital")
    world.storage.close()


def test_nobody_is_the_first_where_there_is_someone(world: World) -> None:
    refused(Reason.WRONG_STATE, first_invitation, world, "mallory", "Mallory", "Digital")


def test_an_unsure_clock_lets_nobody_in(world: World) -> None:
    link, cyd = invited(world), who(world, "cyd")
    half = accept_invitation(world, invited(world, "gus").link_token, NEW)
    secret = begin_enrolment(world, half).secret
    now_right = code(world, secret)
    clock_of(world).unsure()
    refused(Reason.CLOCK_UNSURE, accept_invitation, world, link.link_token, NEW)
    refused(Reason.CLOCK_UNSURE, invite, world, cyd, "hal", "Hal", "Press", ("author",))
    refused(Reason.CLOCK_UNSURE, begin_enrolment, world, half)
    refused(Reason.CLOCK_UNSURE, confirm_enrolment, world, half, now_right)


def test_an_invitation_that_is_used_leaves_its_trace(world: World) -> None:
    link = invited(world)
    enrolled(world, accept_invitation(world, link.link_token, NEW))
    with world.storage.reading() as readers:
        told = [entry.act for entry in readers.log.search(Search(subject_id=link.member_id))]
        (session,) = readers.sessions.open_of(link.member_id)
        (factor,) = readers.factors.of(link.member_id)
    assert told == ["factor.confirm", "invitation.accept", "member.invite"]
    assert factor.status is FactorStatus.CONFIRMED
    assert not is_over(session, clock_of(world).now())


def test_a_code_for_the_cast_is_right(world: World) -> None:
    assert prove_code(world, sign_in(world, "bola", PASSWORD, HERE).session_token, code_for(world, "bola"), HERE)
