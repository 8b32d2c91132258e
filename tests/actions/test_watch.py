"""What people do about breaches, and what the worker writes down: once, told, and never of our own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.words import Profile, Receipt, Seen
from gateway.actions.notice import notices
from gateway.actions.removing import ask_removal_everywhere, removals
from gateway.actions.watch import (
    ask_foreign_removal,
    handle_breach,
    list_breaches,
    missing_from,
    read_breach,
    take_look,
)
from gateway.audit.entry import Entry
from gateway.domain.breach import Breach, BreachKind, BreachState
from gateway.domain.delivery import Delivery, State
from gateway.domain.publication import published
from gateway.domain.refusal import Reason, Refused
from gateway.domain.watching import Look
from gateway.storage.log import Search
from gateway.world import World
from tests.actions.story import held, wish
from tests.cast import MINUTE, NOON, an_account, clock_of, who, write

FACE = Profile("The Office", "picture", "Figures")
OFFICE, BRANCH = "office-account", "branch-account"


@pytest.fixture
def office(world: World) -> World:
    """An account, looked at once."""
    an_account(world, OFFICE)
    assert take_look(world, Look(OFFICE, (), True, FACE), {}) == ()
    return world


def post(id: str = "7", text: str = "Buy now") -> Seen:
    """A post that is listed."""
    return Seen(Receipt(id, f"https://p.example/{id}"), text, NOON)


def a_look(*seen: Seen, account: str = OFFICE, profile: Profile = FACE) -> Look:
    """What was shown."""
    return Look(account, seen, True, profile)


def found(world: World) -> Breach:
    """A foreign post, raised."""
    (breach,) = take_look(world, a_look(post()), {})
    return breach


def out(world: World, delivery: Delivery, id: str) -> Delivery:
    """Published under this platform id."""
    now = clock_of(world).at
    write(world, replace(delivery, state=State.SENDING, intent_at=now, ended_at=now, attempts=1))
    with world.storage.reading() as readers:
        sending = readers.deliveries.get(delivery.id)
    change = published(sending, Receipt(id), actor="worker", at=now, opened_at=now, how="answered")
    write(world, *change.records)
    with world.storage.reading() as readers:
        return readers.deliveries.get(delivery.id)


def told_of(world: World, id: str) -> list[Entry]:
    """What the log tells of a breach, oldest first."""
    with world.storage.reading() as readers:
        return list(reversed(readers.log.search(Search(subject_id=id), 100)))


def refused(act: object, *args: object) -> Reason:
    """Why an act is refused."""
    with pytest.raises(Refused) as told:
        act(*args)  # type: ignore[operator]
    return told.value.reason


def test_a_breach_is_raised_once_however_often_it_is_seen(office: World) -> None:
    breach = found(office)
    assert take_look(office, a_look(post()), {}) == ()
    (listed,) = list_breaches(office, who(office, "olu"), BreachState.OPEN)
    assert (listed.id, listed.text, listed.receipt) == (breach.id, "Buy now", Receipt("7", post().receipt.url, at=NOON))
    assert [entry.act for entry in told_of(office, breach.id)].count("breach.raise") == 1


def test_whoever_can_act_on_a_breach_has_a_notice_of_it_and_nobody_else(office: World) -> None:
    breach = found(office)
    take_look(office, a_look(post()), {})
    for name, expected in {"olu": [breach.id], "sam": [breach.id], "ada": [], "eve": []}.items():
        assert [notice.subject_id for notice in notices(office, who(office, name))] == expected


def test_a_look_at_which_nothing_is_new_writes_nothing(office: World) -> None:
    found(office)
    with office.storage.reading() as readers:
        before = readers.log.head().frontier.size
    take_look(office, a_look(post()), {})
    with office.storage.reading() as readers:
        assert readers.log.head().frontier.size == before


def test_a_post_that_came_while_its_delivery_is_on_its_way_or_published_is_ours(office: World) -> None:
    (delivery,) = held(office, "Prices rose", asked=wish(OFFICE))
    write(office, replace(delivery, state=State.SENDING, intent_at=NOON, attempts=1))
    assert take_look(office, a_look(post("8", "Prices rose")), {}) == ()
    with office.storage.reading() as readers:
        sending = readers.deliveries.get(delivery.id)
    write(office, *published(sending, Receipt("8"), actor="worker", at=NOON, opened_at=NOON, how="answered").records)
    assert take_look(office, a_look(post("8", "Prices rose")), {}) == ()


def test_only_what_is_not_known_to_be_gone_is_asked_for(office: World) -> None:
    (delivery,) = held(office, "Prices rose", asked=wish(OFFICE))
    out(office, delivery, "8")
    clock_of(office).advance(10 * MINUTE)
    (missing,) = missing_from(office, a_look())
    assert (missing.publication.platform_id, missing.delivery.id) == ("8", delivery.id)
    (breach,) = take_look(office, a_look(), {"8": True})
    assert (breach.kind, breach.delivery) == (BreachKind.VANISHED_POST, delivery.id)
    assert missing_from(office, a_look()) == []


def test_whoever_may_read_breaches_reads_them_and_that_is_told(office: World) -> None:
    breach = found(office)
    assert read_breach(office, who(office, "eve"), breach.id).id == breach.id
    assert told_of(office, breach.id)[-1].act == "breach.read"
    assert refused(list_breaches, office, who(office, "ada")) is Reason.ROLE_MISSING


def test_a_breach_is_handled_by_the_accounts_owner_or_security_with_a_reason(office: World) -> None:
    breach = found(office)
    assert refused(handle_breach, office, who(office, "eve"), breach.id, BreachState.CLOSED, "x") is Reason.ROLE_MISSING
    noted = handle_breach(office, who(office, "olu"), breach.id, BreachState.ACKNOWLEDGED, "Looking into it.")
    assert (noted.state, noted.handled_by, noted.reason) == (BreachState.ACKNOWLEDGED, "olu", "Looking into it.")
    ended = handle_breach(office, who(office, "sam"), breach.id, BreachState.CLOSED, "Password changed.")
    assert ended.state is BreachState.CLOSED
    acts = [entry.act for entry in told_of(office, breach.id)]
    assert acts.count("breach.handle") == 2
    assert "Password" not in str(told_of(office, breach.id))


def test_an_owner_without_a_grant_there_handles_and_removes_nothing(office: World) -> None:
    an_account(office, BRANCH, grants={})
    take_look(office, a_look(account=BRANCH), {})
    (breach,) = take_look(office, a_look(post(), account=BRANCH), {})
    assert refused(handle_breach, office, who(office, "olu"), breach.id, BreachState.CLOSED, "x") is Reason.NO_GRANT
    assert refused(ask_foreign_removal, office, who(office, "olu"), breach.id) is Reason.NO_GRANT


def test_a_foreign_post_is_asked_to_be_taken_down_and_nothing_else_is(office: World) -> None:
    breach = found(office)
    errand = ask_foreign_removal(office, who(office, "olu"), breach.id)
    assert (errand.kind, errand.breach, errand.delivery) == ("remove-foreign", breach.id, None)
    (other,) = take_look(office, a_look(post(), profile=replace(FACE, bio="For sale")), {})
    assert refused(ask_foreign_removal, office, who(office, "olu"), other.id) is Reason.WRONG_STATE
    assert refused(ask_foreign_removal, office, who(office, "sam"), breach.id) is Reason.ROLE_MISSING


def test_a_submission_is_taken_down_everywhere_by_one_act(office: World) -> None:
    an_account(office, BRANCH)
    first, second = held(office, "Prices rose", asked=wish(OFFICE, BRANCH))
    assert refused(ask_removal_everywhere, office, who(office, "ada"), first.submission) is Reason.WRONG_STATE
    out(office, first, "1")
    out(office, second, "2")
    asked = ask_removal_everywhere(office, who(office, "ada"), first.submission)
    assert {errand.delivery for errand in asked} == {first.id, second.id}
    assert {errand.account for errand in asked} == {OFFICE, BRANCH}
    assert [errand.outcome for errand in removals(office, who(office, "ada"), first.submission)] == ["", ""]
    assert refused(ask_removal_everywhere, office, who(office, "dev"), first.submission) is Reason.NO_GRANT
