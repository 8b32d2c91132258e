"""Whose a credential may be, and how long what it brought serves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.contract import Renewal
from connectors.words import Identity
from gateway.domain.account import Account, Ends
from gateway.domain.instant import Now
from scheduler.verifying import NotOurs, ends_of, require_same

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def account(subject: str = "") -> Account:
    return Account(
        id="a",
        platform="x",
        origin="https://x.com",
        handle="@Office",
        subject=subject,
        owner_team="Digital",
        responsible="Olu",
        accountable="Head",
        created_at=NOON,
    )


def test_the_account_meant_is_known_by_its_handle_and_then_by_its_subject() -> None:
    require_same(account(), Identity("7", "office"))
    require_same(account("7"), Identity("7", "office"))
    for stored, found in ((account(), Identity("7", "other")), (account("8"), Identity("7", "office"))):
        with pytest.raises(NotOurs, match="another-account"):
            require_same(stored, found)


def test_a_persons_own_account_is_not_connected() -> None:
    with pytest.raises(NotOurs, match="a-persons-account"):
        require_same(account(), Identity("7", "office", personal=True))


def test_spans_are_counted_from_the_earliest_that_it_may_be_now() -> None:
    now = Now(NOON, NOON + HOUR)
    renewal = Renewal((), lasts=2 * HOUR, grant_lasts=5 * HOUR)
    assert ends_of(renewal, now) == Ends(NOON + 2 * HOUR, NOON + 5 * HOUR)
    assert ends_of(Renewal((), expires_at=NOON), now) == Ends(NOON, None)
    assert ends_of(Renewal(()), now) == Ends()
