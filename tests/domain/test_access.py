"""The lists of who may read what waits for a release: from values alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.words import Outgoing
from gateway.domain import withheld
from gateway.domain.access import (
    AccessList,
    Listed,
    admit,
    dropped,
    embargoed_among,
    is_embargoed,
    require_listed,
    strike,
)
from gateway.domain.instant import Now
from gateway.domain.member import Member, MemberState
from gateway.domain.policy import read_roles
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Release, ReleaseState
from tests.domain.made import a_delivery

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ROLES = read_roles(
    {
        "roles": {
            "author": {"may": ["post.read"]},
            "account_owner": {"may": ["post.read", "access.write"]},
            "director": {"may": ["post.read", "access.write"]},
            "administrator": {"may": ["member.roles"]},
        }
    }
)
OUT = Release(
    id="/releases/cpi", title="Prices", instant=AT, state=ReleaseState.FINAL, seen_at=AT, source="ons", imported_at=AT
)
EMPTY = AccessList(id=OUT.id)


def person(name: str, *roles: str, state: MemberState = MemberState.ACTIVE) -> Member:
    return Member(
        id=name, name=name, name_key=name, display_name=name, team="T", roles=roles, state=state, created_at=AT
    )


OLU, ADA = person("olu", "account_owner"), person("ada", "author")


def refusal(act: object, *args: object, **named: object) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*args, **named)  # type: ignore[operator]
    return caught.value


@pytest.mark.parametrize(
    ("release", "now"),
    [
        (None, Now(AT + SECOND, AT + SECOND)),
        (replace(OUT, state=ReleaseState.PROVISIONAL), Now(AT + SECOND, AT + SECOND)),
        (replace(OUT, state=ReleaseState.CANCELLED), Now(AT + SECOND, AT + SECOND)),
        (OUT, Now(AT - SECOND, AT + SECOND)),
        (OUT, Now.unknown()),
        (replace(OUT, seen_at=None), Now(AT + SECOND, AT + SECOND)),
        (replace(OUT, seen_at=AT - SECOND), Now(AT + SECOND, AT + SECOND)),
    ],
    ids=["unknown", "provisional", "cancelled", "perhaps past", "no clock", "unseen", "seen before it moved"],
)
def test_whatever_is_unsure_is_still_for_the_list_alone(release: Release | None, now: Now) -> None:
    assert is_embargoed(release, now)


def test_what_is_surely_out_is_for_everyone() -> None:
    now = Now(AT, AT)
    assert not is_embargoed(OUT, now)
    assert embargoed_among([None, OUT.id, "/other"], {OUT.id: OUT}, now) == ("/other",)


def test_someone_is_put_on_a_list_by_another_and_the_log_says_who_and_which() -> None:
    after, event = admit(EMPTY, ADA, by=OLU, at=AT, roles=ROLES)
    assert (event.act, event.actor, event.subject_id, dict(event.facts)) == (
        "access.give",
        "olu",
        OUT.id,
        {"member": "ada"},
    )
    assert after == AccessList(id=OUT.id, people=(Listed("ada", AT, "olu"),))
    require_listed([OUT.id], {OUT.id: after}, "ada", ROLES)


def test_nobody_puts_themselves_on_a_list_or_takes_themselves_off() -> None:
    assert refusal(admit, EMPTY, OLU, by=OLU, at=AT, roles=ROLES).reason is Reason.OWN_WORK
    known = AccessList(id=OUT.id, people=(Listed("olu", AT, "dora"),))
    assert refusal(strike, known, OLU, by=OLU, roles=ROLES).reason is Reason.OWN_WORK


def test_only_policy_s_roles_change_a_list() -> None:
    assert refusal(admit, EMPTY, OLU, by=ADA, at=AT, roles=ROLES).reason is Reason.ROLE_MISSING
    known = AccessList(id=OUT.id, people=(Listed("olu", AT, "dora"),))
    assert refusal(strike, known, OLU, by=ADA, roles=ROLES).reason is Reason.ROLE_MISSING


def test_an_administrator_and_a_leaver_can_be_on_no_list() -> None:
    cyd = person("cyd", "administrator")
    assert refusal(admit, EMPTY, cyd, by=OLU, at=AT, roles=ROLES).reason is Reason.ROLE_MISSING
    gone = person("gone", "author", state=MemberState.LEFT)
    assert refusal(admit, EMPTY, gone, by=OLU, at=AT, roles=ROLES).reason is Reason.MEMBER_LEFT


def test_whoever_is_on_no_list_is_told_whom_to_ask() -> None:
    for lists in ({}, {OUT.id: EMPTY}):
        told = refusal(require_listed, [OUT.id], lists, "ada", ROLES)
        assert (told.reason, told.facts) == (
            Reason.NOT_ON_LIST,
            {"release": OUT.id, "ask": "account_owner+director"},
        )


def test_who_is_on_one_of_two_lists_reads_nothing_that_is_bound_to_both() -> None:
    lists = {OUT.id: AccessList(id=OUT.id, people=(Listed("ada", AT, "olu"),)), "/other": AccessList(id="/other")}
    assert refusal(require_listed, [OUT.id, "/other"], lists, "ada", ROLES).facts["release"] == "/other"


def test_striking_and_leaving_take_off_this_one_and_nobody_else() -> None:
    known = AccessList(id=OUT.id, people=(Listed("ada", AT, "olu"), Listed("bola", AT, "olu")))
    left = AccessList(id=OUT.id, people=(Listed("bola", AT, "olu"),))
    assert strike(known, ADA, by=OLU, roles=ROLES)[0] == left
    (change,) = dropped([known, EMPTY], "ada", by="sam")
    assert (change.records, change.events[0].act) == ((left,), "access.end")
    assert refusal(strike, EMPTY, ADA, by=OLU, roles=ROLES).reason is Reason.NOT_FOUND


def test_an_outgoing_withheld_keeps_account_time_and_release() -> None:
    found = a_delivery()
    empty = withheld.delivery(found)
    assert empty.outgoing == Outgoing(
        found.account,
        "",
        found.outgoing.wanted,
        release=found.outgoing.release,
        part=found.outgoing.part,
        parts=found.outgoing.parts,
    )
    assert empty.digest == ""
