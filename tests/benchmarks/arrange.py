"""What a benchmark needs in the house before it measures: accounts with sealed credentials, approved deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.words import Outgoing
from gateway.domain.account import Account, CredentialState, FactorState
from gateway.domain.approval import Approval
from gateway.domain.change import Record
from gateway.domain.clearance import Clearance
from gateway.domain.delivery import Delivery, State
from gateway.domain.digest import digest_of
from gateway.domain.grant import Grant, Kind
from gateway.domain.judging import calendar_print, under
from gateway.domain.submission import Submission, SubmissionState, Wish
from gateway.world import World
from tests import cast

SALT = b"s" * 32


def account(world: World, platform: str, origin: str, made: Mapping[str, Any], number: int) -> list[Record]:
    """One connected account with grants for Ada and Bola."""
    at = world.clock.now().earliest - timedelta(minutes=1)
    record = Account(
        id=f"account-{number:05}",
        platform=platform,
        origin=origin,
        handle=str(made.get("acct") or made["handle"]),
        subject=str(made.get("id") or made["did"]),
        owner_team="Digital",
        responsible="Olu",
        accountable="Head of Digital",
        factor_state=FactorState.ON,
        recovery_owner="Digital team",
        factor_checked_at=at,
        credential_state=CredentialState.CURRENT,
        created_at=at,
    )
    grants = [
        Grant(
            id=f"grant-{name}-{number:05}",
            member=name,
            account=record.id,
            kinds=kinds,
            begins=at,
            ends=None,
            given_by="olive",
        )
        for name, kinds in (("ada", (Kind.WRITE,)), ("bola", (Kind.APPROVE,)))
    ]
    return [record, *grants]


def delivery(
    world: World, account_id: str, platform: str, number: int, due: datetime, state: State = State.HELD
) -> list[Record]:
    """One submission for one account, cleared and approved, with its delivery."""
    at = world.clock.now().earliest - timedelta(seconds=30)
    wanted = due.isoformat()
    outgoing = Outgoing(account=account_id, text=f"Our offices are open. Notice {number}.", wanted=wanted)
    wish = Wish((account_id,), wanted, "routine", None, True, ())
    submission = Submission(
        id=f"submission-{number:07}",
        post=f"post-{number:07}",
        revision=f"revision-{number:07}",
        author="ada",
        submitted_at=at,
        wish=wish,
        outgoings=(outgoing,),
        salt=SALT,
        digest=digest_of([outgoing], SALT),
        rule_set=world.policy.id,
        findings=(),
        content_class="routine",
        state=SubmissionState.HELD,
    )
    answers: Mapping[str, Any] = {"submission": submission.id, "digest": submission.digest, "at": at}
    approval = Approval(
        id=f"approval-{number:07}",
        by="bola",
        given=True,
        reason="",
        rule_set=world.policy.id,
        content_class="routine",
        **answers,
    )
    clearance = Clearance(id=f"clearance-{number:07}", by="cleo", reason="no figures", granted=True, **answers)
    made = Delivery(
        id=f"delivery-{number:07}",
        submission=submission.id,
        account=account_id,
        platform=platform,
        outgoing=outgoing,
        digest=submission.digest,
        release=None,
        due_at=due,
        stamp=due,
        previous=None,
        judged_under=under(world.policy, calendar_print(()), world.clock.now()),
        state=state,
    )
    return [submission, approval, clearance, made]


def in_pieces(world: World, records: Iterable[Record], size: int = 2000) -> None:
    """Write many records, a commit a piece."""
    piece: list[Record] = []
    for record in records:
        piece.append(record)
        if len(piece) >= size:
            cast.write(world, *piece)
            piece = []
    if piece:
        cast.write(world, *piece)
