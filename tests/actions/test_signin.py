"""Signing in: nothing less than both factors, each code once, every try counted, nobody told who exists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.actions import sessions
from gateway.actions.proving import written_hash
from gateway.actions.signin import (
    end_everything,
    end_session,
    list_sessions,
    prove_code,
    prove_recovery,
    resolve,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.member import MemberState
from gateway.domain.refusal import Reason
from gateway.domain.signin import FactorStatus, RecoveryCode, SessionKind
from gateway.identity import recovery
from gateway.storage.log import Search
from gateway.storage.unit import Readers
from gateway.world import Who, World
from tests.cast import (
    HOUR,
    MINUTE,
    PASSWORD,
    SECOND,
    StoppedClock,
    clock_of,
    code_for,
    cookie,
    entries,
    member,
    raced,
    refused,
    who,
    write,
)

HERE = "192.0.2.7"
WRONG = "a wrong password all the same"
SPELLINGS = ("ada", "ADA", " Ada ", "a\u200bda", "\uff41\uff44\uff41", "аdа")


def half(world: World, name: str = "ada") -> str:
    return sign_in(world, name, PASSWORD, HERE).session_token


def wrong_code(world: World, name: str) -> str:
    right = code_for(world, name)
    return str((int(right) + 1) % 1_000_000).zfill(6)


def recovery_codes(world: World, name: str) -> tuple[str, ...]:
    codes = recovery.make_codes(bytes(range(100)))
    rows = (
        RecoveryCode(id=f"rc-{n}", member=name, hash=written_hash(h)) for n, h in enumerate(recovery.hash_codes(codes))
    )
    write(world, *rows)
    return codes


def test_a_password_and_a_code_sign_in(world: World) -> None:
    signed = sign_in(world, "Ada", PASSWORD, HERE)
    assert (signed.kind, signed.needs) == (SessionKind.HALF, "code")
    full = prove_code(world, signed.session_token, code_for(world, "ada"), HERE)
    acting, session, person = resolve(world, full)
    assert (acting.member, session.kind, person.id) == ("ada", SessionKind.FULL, "ada")
    refused(Reason.NOT_SIGNED_IN, resolve, world, signed.session_token)


def test_what_a_cookie_carries_is_not_in_the_database(world: World) -> None:
    token = half(world)
    with world.storage.reading() as readers:
        assert all(token not in session.id for session in readers.sessions.open_of("ada"))


def test_a_half_session_is_no_session_to_act_with(world: World) -> None:
    acting, session, _ = resolve(world, half(world))
    assert session.kind is SessionKind.HALF
    refused(Reason.NOT_SIGNED_IN, list_sessions, world, acting)
    refused(Reason.NOT_SIGNED_IN, sign_out_everywhere, world, acting)


def test_a_full_session_proves_nothing_twice(world: World) -> None:
    refused(Reason.WRONG_STATE, prove_code, world, cookie(world, "ada"), code_for(world, "ada"), HERE)


def test_known_and_unknown_names_are_answered_alike(world: World) -> None:
    write(world, replace(member(world, "dev"), state=MemberState.LEFT))
    write(world, replace(member(world, "eve"), password_hash=None))
    tries = (("ada", WRONG), ("nobody", PASSWORD), ("dev", PASSWORD), ("eve", PASSWORD), ("\n\n", WRONG), ("ada", ""))
    answers = []
    for number, (name, password) in enumerate(tries):
        refusal = refused(Reason.WRONG_CREDENTIALS, sign_in, world, name, password, f"192.0.2.{number}")
        answers.append((str(refusal), dict(refusal.facts), refusal.args))
    assert len({str(answer) for answer in answers}) == 1
    assert len(entries(world, "refused")) == len(tries)


def test_a_typed_name_never_enters_the_log(world: World) -> None:
    refused(Reason.WRONG_CREDENTIALS, sign_in, world, "hunter2-my-password", WRONG, HERE)
    with world.storage.reading() as readers:
        size = readers.log.head().frontier.size
        assert all(b"hunter2" not in body for body in readers.log.bodies(0, size))
        told = readers.log.search(Search(act="refused"))
    assert [(e.actor, e.subject_id) for e in told] == [("anyone", "-")]


def test_every_spelling_of_a_name_shares_one_count(world: World) -> None:
    for number in range(5):
        spelling = SPELLINGS[number]
        refused(Reason.WRONG_CREDENTIALS, sign_in, world, spelling, WRONG, f"192.0.2.{number}")
    for spelling in SPELLINGS:
        refusal = refused(Reason.TOO_MANY_TRIES, sign_in, world, spelling, PASSWORD, "198.51.100.1")
        assert refusal.facts["retry_at"] == "2026-03-02T12:05:00.000000Z"
    clock_of(world).advance(5 * MINUTE)
    assert half(world)


def test_one_source_cannot_try_everyone(world: World) -> None:
    for number in range(30):
        refused(Reason.WRONG_CREDENTIALS, sign_in, world, f"guess{number}", WRONG, HERE)
    refused(Reason.TOO_MANY_TRIES, sign_in, world, "ada", PASSWORD, HERE)
    assert sign_in(world, "ada", PASSWORD, "192.0.2.8").session_token


def test_throttled_tries_do_not_fill_the_log(world: World) -> None:
    for _ in range(5):
        refused(Reason.WRONG_CREDENTIALS, sign_in, world, "ada", WRONG, HERE)
    with world.storage.reading() as readers:
        before = readers.log.head().frontier.size
    for _ in range(5):
        refused(Reason.TOO_MANY_TRIES, sign_in, world, "ada", WRONG, HERE)
    with world.storage.reading() as readers:
        assert readers.log.head().frontier.size == before
    assert [e.facts["count"] for e in entries(world, "signin.try")] == [5, 4, 3, 2, 1]


def test_a_right_password_forgives_the_name(world: World) -> None:
    for _ in range(3):
        for _ in range(4):
            refused(Reason.WRONG_CREDENTIALS, sign_in, world, "ada", WRONG, HERE)
        half(world)


@pytest.mark.parametrize(
    "shape", ["", "12345", "1234567", " 123456", "123456 ", "١٢٣٤٥٦", "１２３４５６", "-12345", "12345\0"]
)
def test_a_code_has_exactly_six_digits(world: World, shape: str) -> None:
    token = half(world)
    refused(Reason.CODE_REFUSED, prove_code, world, token, shape, HERE)


def test_a_padded_code_is_refused_and_counts(world: World) -> None:
    token, right = half(world), code_for(world, "ada")
    refused(Reason.CODE_REFUSED, prove_code, world, token, f" {right}", HERE)
    (told,) = entries(world, "refused")
    assert (told.subject_id, told.facts["reason"], told.facts["count"]) == ("ada", "code-refused", 1)


def test_a_late_code_is_refused(world: World) -> None:
    token, code = half(world), code_for(world, "ada")
    clock_of(world).advance(41 * SECOND)
    refused(Reason.CODE_REFUSED, prove_code, world, token, code, HERE)


def test_a_code_is_used_once(world: World) -> None:
    code = code_for(world, "ada")
    prove_code(world, half(world), code, HERE)
    again = half(world)
    refused(Reason.CODE_REPLAYED, prove_code, world, again, code, HERE)


def test_an_earlier_code_is_refused_after_a_later_one(world: World) -> None:
    earlier = code_for(world, "ada")
    clock_of(world).advance(32 * SECOND)
    prove_code(world, half(world), code_for(world, "ada"), HERE)
    again = half(world)
    refused(Reason.CODE_REPLAYED, prove_code, world, again, earlier, HERE)


@pytest.mark.slow
def test_sixteen_that_race_with_one_code_have_one_winner(world: World) -> None:
    tokens = [half(world) for _ in range(5)]
    for _ in range(3):
        code = code_for(world, "ada")
        outcomes = raced(prove_code, [(world, tokens[number % 5], code, HERE) for number in range(16)])
        won = [outcome for outcome in outcomes if isinstance(outcome, str) and not isinstance(outcome, Reason)]
        assert len(won) == 1
        clock_of(world).advance(6 * MINUTE)
        tokens = [half(world) for _ in range(5)]


@pytest.mark.slow
def test_sixteen_that_race_with_wrong_passwords_get_five_tries(world: World) -> None:
    outcomes = raced(sign_in, [(world, SPELLINGS[number % 6], WRONG, f"192.0.2.{number}") for number in range(16)])
    assert outcomes.count(Reason.WRONG_CREDENTIALS) == 5
    assert outcomes.count(Reason.TOO_MANY_TRIES) == 11


def test_ten_wrong_codes_in_a_row_lock_the_factor(world: World) -> None:
    for count in range(10):
        if count == 5:
            clock_of(world).advance(5 * MINUTE)
        token = half(world)
        refused(Reason.CODE_REFUSED, prove_code, world, token, wrong_code(world, "ada"), HERE)
    clock_of(world).advance(24 * HOUR)
    token = half(world)
    refused(Reason.FACTOR_LOCKED, prove_code, world, token, code_for(world, "ada"), HERE)
    with world.storage.reading() as readers:
        assert readers.factors.get("factor-ada").status is FactorStatus.LOCKED
    assert len(entries(world, "factor.lock")) == 1


def test_a_recovery_code_works_once_and_each_of_the_others_still(world: World) -> None:
    codes = recovery_codes(world, "ada")
    assert prove_recovery(world, half(world), codes[3].lower().replace("-", " "), HERE)
    again = half(world)
    refused(Reason.CODE_REFUSED, prove_recovery, world, again, codes[3], HERE)
    assert prove_recovery(world, again, codes[4], HERE)
    assert [e.facts["left"] for e in entries(world, "recovery.use")] == [8, 9]


def test_somebody_elses_recovery_code_is_refused(world: World) -> None:
    codes = recovery_codes(world, "bola")
    token = half(world)
    refused(Reason.CODE_REFUSED, prove_recovery, world, token, codes[0], HERE)


def test_recovery_may_be_tried_three_times_an_hour(world: World) -> None:
    codes, token = recovery_codes(world, "ada"), half(world)
    for _ in range(3):
        refused(Reason.CODE_REFUSED, prove_recovery, world, token, "AAAA-AAAA-AAAA-AAAA", HERE)
    refused(Reason.TOO_MANY_TRIES, prove_recovery, world, token, codes[0], HERE)


@pytest.mark.slow
def test_sixteen_that_race_with_one_recovery_code_have_one_winner(world: World) -> None:
    codes, tokens = recovery_codes(world, "ada"), [half(world) for _ in range(5)]
    outcomes = raced(prove_recovery, [(world, tokens[number % 5], codes[0], HERE) for number in range(16)])
    assert len([o for o in outcomes if isinstance(o, str) and not isinstance(o, Reason)]) == 1


def test_a_session_ends_after_thirty_idle_minutes(world: World) -> None:
    token = cookie(world, "ada")
    clock_of(world).advance(30 * MINUTE - SECOND)
    resolve(world, token)
    clock_of(world).advance(30 * MINUTE)
    refused(Reason.NOT_SIGNED_IN, resolve, world, token)


def test_a_session_ends_after_twelve_hours_however_busy(world: World) -> None:
    token = cookie(world, "ada")
    for _ in range(12 * 3 - 1):
        clock_of(world).advance(20 * MINUTE)
        resolve(world, token)
    clock_of(world).advance(20 * MINUTE)
    refused(Reason.NOT_SIGNED_IN, resolve, world, token)


def test_the_twelve_hours_count_from_the_password(world: World) -> None:
    token = half(world)
    clock_of(world).advance(14 * MINUTE)
    full = prove_code(world, token, code_for(world, "ada"), HERE)
    _, session, _ = resolve(world, full)
    assert session.seen_at - session.began_at >= 14 * MINUTE


def test_a_half_session_ends_after_fifteen_minutes(world: World) -> None:
    token = half(world)
    clock_of(world).advance(15 * MINUTE)
    refused(Reason.NOT_SIGNED_IN, prove_code, world, token, code_for(world, "ada"), HERE)


def test_being_seen_is_written_at_most_every_five_minutes(world: World) -> None:
    token = cookie(world, "ada")
    for _ in range(10):
        clock_of(world).advance(MINUTE)
        resolve(world, token)
    assert len(entries(world, "session.seen")) == 2


def test_a_member_who_left_is_refused_at_the_next_request(world: World) -> None:
    token = cookie(world, "ada")
    write(world, replace(member(world, "ada"), state=MemberState.LEFT))
    refused(Reason.NOT_SIGNED_IN, resolve, world, token)
    refused(Reason.WRONG_CREDENTIALS, half, world)


def test_signing_out_ends_this_session_only_and_may_be_repeated(world: World) -> None:
    one, other = cookie(world, "ada"), half(world)
    sign_out(world, one)
    sign_out(world, one)
    sign_out(world, "no such cookie")
    refused(Reason.NOT_SIGNED_IN, resolve, world, one)
    resolve(world, other)


def test_signing_out_everywhere_ends_every_session(world: World) -> None:
    one, other = half(world), cookie(world, "ada")
    assert sign_out_everywhere(world, who(world, "ada")) == 2
    for token in (one, other):
        refused(Reason.NOT_SIGNED_IN, resolve, world, token)


def test_one_ends_ones_own_sessions_only(world: World) -> None:
    ada, bola = who(world, "ada"), who(world, "bola")
    refused(Reason.NOT_FOUND, end_session, world, ada, bola.session)
    assert [session.id for session in list_sessions(world, bola)] == [bola.session]
    end_session(world, bola, bola.session)
    refused(Reason.NOT_SIGNED_IN, list_sessions, world, bola)


def test_a_sixth_sign_in_ends_the_oldest(world: World) -> None:
    tokens = []
    for _ in range(6):
        tokens.append(prove_code(world, half(world), code_for(world, "ada"), HERE))
        clock_of(world).advance(MINUTE)
    refused(Reason.NOT_SIGNED_IN, resolve, world, tokens[0])
    for token in tokens[1:]:
        resolve(world, token)


def test_knowing_a_password_pushes_nobody_out(world: World) -> None:
    token = cookie(world, "ada")
    for _ in range(8):
        clock_of(world).advance(SECOND)
        half(world)
    resolve(world, token)


def test_an_unsure_clock_signs_nobody_in_and_counts_nothing(world: World) -> None:
    token, full = half(world), cookie(world, "bola")
    code = code_for(world, "ada")
    clock_of(world).unsure()
    refused(Reason.CLOCK_UNSURE, sign_in, world, "ada", PASSWORD, HERE)
    refused(Reason.CLOCK_UNSURE, prove_code, world, token, code, HERE)
    refused(Reason.CLOCK_UNSURE, resolve, world, full)
    clock_of(world).sure()
    assert prove_code(world, token, code, HERE)


def test_a_clock_too_vague_for_codes_says_so_and_counts_nothing(world: World) -> None:
    token, code = half(world), code_for(world, "ada")
    clock_of(world).bound = 20 * SECOND
    for _ in range(6):
        refused(Reason.CLOCK_UNSURE, prove_code, world, token, code, HERE)
    clock_of(world).bound = 0 * SECOND
    assert prove_code(world, token, code, HERE)


def test_a_clock_that_went_back_ends_sessions(world: World) -> None:
    token = cookie(world, "ada")
    clock_of(world).advance(-2 * HOUR)
    refused(Reason.NOT_SIGNED_IN, resolve, world, token)


def test_ending_everything_leaves_nothing_to_sign_in_with(world: World) -> None:
    codes, token = recovery_codes(world, "ada"), half(world)
    full = cookie(world, "ada")
    with world.storage.unit() as unit:
        gone = replace(unit.members.get("ada"), state=MemberState.LEFT)
        leaving = Change((AuditEvent("leave", "sam", "member", "ada"),), (gone,))
        unit.commit(leaving + end_everything(unit, "ada", "sam", unit.now))
    refused(Reason.NOT_SIGNED_IN, resolve, world, full)
    refused(Reason.NOT_SIGNED_IN, prove_recovery, world, token, codes[0], HERE)
    with world.storage.reading() as readers:
        assert left_behind(readers, "ada") == []
        assert readers.factors.of("bola") != []


def left_behind(readers: Readers, name: str) -> list[object]:
    return [
        *readers.sessions.open_of(name),
        *readers.factors.of(name),
        *readers.recovery_codes.unused(name),
        *readers.invitations.open_for(name),
        *readers.step_ups.unused_of(name),
    ]


def test_a_stranger_session_id_is_nobody(world: World) -> None:
    stolen = Who("ada", who(world, "bola").session)
    refused(Reason.NOT_SIGNED_IN, list_sessions, world, stolen)
    refused(Reason.NOT_SIGNED_IN, resolve, world, who(world, "ada").session)


def test_session_ids_do_not_repeat(world: World) -> None:
    assert len({sessions.new_token(world) for _ in range(1000)}) == 1000


@pytest.fixture
def vague(world: World) -> StoppedClock:
    """A clock that is unsure by a second either way."""
    clock = clock_of(world)
    clock.bound = SECOND
    return clock


def test_a_vague_clock_ends_sessions_early_never_late(world: World, vague: StoppedClock) -> None:
    token = cookie(world, "ada")  # dated a second before the stopped instant
    vague.advance(30 * MINUTE - 2 * SECOND)
    refused(Reason.NOT_SIGNED_IN, resolve, world, token)
