"""The security officer's pages: people and leaving, freezes and their drill, accounts and grants, breaches, history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.words import Receipt
from gateway.actions.freezing import frozen
from gateway.domain.breach import Breach, BreachKind, fingerprint
from gateway.domain.delivery import State
from gateway.domain.grant import Kind
from gateway.domain.member import MemberState
from gateway.storage.log import Search
from gateway.world import World
from tests.actions.story import deliveries, held, log, put_forward, state_of
from tests.cast import NOON, an_account, clock_of, entries, grant, member, stepped_up, who, write
from tests.web.pages.visitors import Visitor, errors_in, main_of

ACCOUNT = "office-account"


@pytest.fixture(autouse=True)
def _account(world: World) -> None:
    an_account(world)


# --- people -----------------------------------------------------------------------------------------------------------


def test_everyone_is_listed_and_one_person_is_shown_with_what_they_hold(world: World) -> None:
    grant(world, "ada", ACCOUNT, Kind.REPLY, ends=NOON + timedelta(days=30))
    sam = Visitor.of(world, "sam")
    assert all(name in main_of(sam.get("/members")) for name in ("Ada", "Bola", "Cyd", "Olu"))
    said = main_of(sam.get("/members/ada"))
    for expected in ("Author", "office-account.pretend.example", "Reply", "Until 1 April 2026", "No end", "In order"):
        assert expected in said
    assert "Exactly these roles" not in said, "roles are the administrator's"


def test_an_administrator_changes_roles_with_a_code_that_names_them(world: World) -> None:
    cyd = Visitor.of(world, "cyd")
    assert errors_in(cyd.post("/members/dev/roles"))
    asked = cyd.post("/members/dev/roles", {"roles": ["author", "approver"]})
    for expected in ("Dev", "Roles then Author, Approver"):
        assert expected in main_of(asked)
    assert "Their roles are changed" in main_of(cyd.confirm(asked, "cyd"))
    assert member(world, "dev").roles == ("approver", "author")


def test_a_lost_factor_is_unlocked_by_two_people(world: World) -> None:
    sam, cyd = Visitor.of(world, "sam"), Visitor.of(world, "cyd")
    first = sam.confirm(sam.post("/members/ada/reset"), "sam")
    assert "Ask the next person entitled" in main_of(first)
    done = cyd.confirm(cyd.post("/members/ada/reset"), "cyd")
    assert "/join#" in main_of(done)


# --- leaving ----------------------------------------------------------------------------------------------------------


def test_what_leaving_would_do_is_shown_and_nothing_is_done(world: World) -> None:
    (one,) = held(world)
    waiting = put_forward(world, "Another")
    before = len(everything(world))
    said = main_of(Visitor.of(world, "sam").get("/members/ada/leave"))
    for expected in (
        "Nothing has been done yet",
        ACCOUNT,
        "Grants on accounts 1",
        "Second factors 1",
        "Post put forward",
    ):
        assert expected in said
    assert len(everything(world)) == before + 1, "but that Sam signed in"
    assert (member(world, "ada").is_active, state_of(world, waiting)) == (True, "waiting")
    assert deliveries(world, one.submission)[0].hold is None


def everything(world: World) -> list[object]:
    with world.storage.reading() as readers:
        return list(readers.log.search(Search(), 5_000))


def test_leaving_is_one_act_confirmed_by_a_code_and_its_report_has_times(world: World) -> None:
    (one,) = held(world)
    waiting = put_forward(world, "Another")
    sam = Visitor.of(world, "sam")
    asked = sam.post("/members/ada/leave")
    for expected in ("take this person out for good", "Ada", "Posts that are held for another person 1"):
        assert expected in main_of(asked)
    said = main_of(sam.confirm(asked, "sam"))
    for expected in (
        "Ada is out",
        "Out since 2 March 2026",
        "2026-03-02T12:0",
        "Done by Sam",
        "All outcomes known after",
    ):
        assert expected in said
    assert not member(world, "ada").is_active
    assert (deliveries(world, one.submission)[0].hold, state_of(world, waiting)) == ("author-gone", "withdrawn")


def test_nobody_takes_themselves_or_a_leaver_out(world: World) -> None:
    sam = Visitor.of(world, "sam")
    assert sam.get("/members/sam/leave").status_code == 403
    write(world, replace(member(world, "dev"), state=MemberState.LEFT))
    assert sam.get("/members/dev/leave").status_code == 403


# --- freezing ---------------------------------------------------------------------------------------------------------


def test_a_drill_measures_and_changes_nothing(world: World) -> None:
    (one,) = held(world)
    sam = Visitor.of(world, "sam")
    said = main_of(sam.post("/freezes/drill", {"scope": "account", "account": ACCOUNT, "reason": ""}))
    for expected in ("Nothing was frozen", "Posts that would go no further 1", "milliseconds"):
        assert expected in said
    assert frozen(world, who(world, "sam")) == []
    assert deliveries(world, one.submission)[0].state is State.HELD
    (told,) = entries(world, "freeze.drill")
    assert (told.actor, told.facts["stopped"]) == ("sam", 1)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"scope": "all"}, "Everything"),
        ({"scope": "platform", "platform": "pretend"}, "Pretend"),
        ({"scope": "account", "account": ACCOUNT}, "office-account.pretend.example"),
    ],
)
def test_a_freeze_is_put_on_and_lifted_with_a_code_each(world: World, fields: dict[str, str], what: str) -> None:
    sam = Visitor.of(world, "sam")
    asked = sam.post("/freezes", {**fields, "reason": "It was taken over."})
    assert f"Stops {what}" in main_of(asked)
    assert f"Frozen: {what}" in main_of(sam.confirm(asked, "sam"))
    (held_now,) = frozen(world, who(world, "sam"))
    page = sam.get("/freezes")
    assert "It was taken over." in main_of(page)
    lifted = sam.confirm(sam.post(f"/freezes/{held_now.id}/thaw"), "sam")
    assert "The freeze is lifted." in main_of(lifted)
    assert frozen(world, who(world, "sam")) == []


def test_a_freeze_without_what_or_why_is_asked_again_with_what_was_typed(world: World) -> None:
    sam = Visitor.of(world, "sam")
    again = sam.post("/freezes", {"scope": "account", "account": "", "reason": "heronquartz"})
    assert (again.status_code, errors_in(again), "heronquartz" in main_of(again)) == (422, ["Fill this in"], True)
    assert len(errors_in(sam.post("/freezes", {"reason": ""}))) == 2


# --- accounts and grants ----------------------------------------------------------------------------------------------


def test_accounts_are_shown_with_what_somebody_must_do_about_them(world: World) -> None:
    with world.storage.reading() as readers:
        known = readers.accounts.get(ACCOUNT)
    write(world, replace(known, recovery_owner="", grant_ends_at=NOON + timedelta(days=3)))
    said = main_of(Visitor.of(world, "sam").get("/security/accounts"))
    for expected in (
        "Nobody named for its recovery codes",
        "To be connected again soon",
        "in 3 days",
        "Last used Never",
    ):
        assert expected in said
    clock_of(world).advance(timedelta(days=181))
    said = main_of(Visitor.of(world, "sam").get("/security/accounts"))
    assert "Not used for half a year" in said
    assert "Check of the second factor too old" in said


def test_a_security_officer_writes_down_the_second_factor_as_seen(world: World) -> None:
    sam = Visitor.of(world, "sam")
    assert errors_in(sam.post(f"/accounts/{ACCOUNT}/factor", {"state": "on", "recovery_owner": ""})) == ["Fill this in"]
    done = sam.post(f"/accounts/{ACCOUNT}/factor", {"state": "off", "recovery_owner": "Digital team"})
    assert "That is written down, with the time." in main_of(done)
    assert "Second factor off" in main_of(sam.get("/security/accounts"))


def test_an_owner_gives_a_right_until_a_day_and_ends_it(world: World) -> None:
    olu, path = Visitor.of(world, "olu"), f"/accounts/{ACCOUNT}/grants"
    assert len(errors_in(olu.post(path, {"member": ""}))) == 2
    wrong = olu.post(path, {"member": "dev", "kinds": ["write"], "ends": "soon"})
    assert errors_in(wrong) == ["Give a day, like 2027-03-31"]
    asked = olu.post(path, {"member": "dev", "kinds": ["write"], "ends": "2026-06-01"})
    for expected in ("Gives Dev", "May Write", "From Now", "2026-06-01"):
        assert expected in main_of(asked)
    assert "Until 1 June 2026, midnight" in main_of(olu.confirm(asked, "olu"))
    with world.storage.reading() as readers:
        (given,) = readers.grants.of_member("dev")
    asked = olu.post(f"{path}/{given.id}/end")
    assert "Ends what this person may do Dev" in main_of(asked)
    assert "The grant has ended." in main_of(olu.confirm(asked, "olu"))
    with world.storage.reading() as readers:
        assert readers.grants.of_member("dev") == []


def test_whoever_may_only_read_grants_gets_no_form(world: World) -> None:
    page = Visitor.of(world, "sam").get(f"/accounts/{ACCOUNT}/grants")
    assert "Ada" in main_of(page)
    assert "Give a right" not in main_of(page)


# --- breaches and history ---------------------------------------------------------------------------------------------


def a_breach(world: World) -> str:
    found = Breach(
        id="breach-1",
        account=ACCOUNT,
        kind=BreachKind.FOREIGN_POST,
        text="Buy <b>coins</b> now",
        fingerprint=fingerprint("Buy <b>coins</b> now"),
        before="",
        receipt=Receipt("7", "https://pretend.example/7"),
        application="Other app",
        delivery=None,
        certain=True,
        found_at=NOON,
    )
    write(world, found)
    return found.id


def test_a_foreign_post_is_seen_with_its_evidence_taken_down_and_closed(world: World) -> None:
    path = f"/breaches/{a_breach(world)}"
    olu = Visitor.of(world, "olu")
    assert "A post that is not ours: office-account" in main_of(olu.get("/breaches"))
    page = olu.get(path)
    assert "Buy &lt;b&gt;coins&lt;/b&gt; now" in page.text
    assert "Other app" in main_of(page)
    assert "The worker takes it down" in main_of(olu.post(f"{path}/remove"))
    assert len(log(world, "errand.remove-foreign")) == 1
    sam = Visitor.of(world, "sam")
    assert errors_in(sam.post(f"{path}/handle", {"state": "closed", "reason": ""})) == ["Fill this in"]
    assert "Closed" in main_of(sam.post(f"{path}/handle", {"state": "closed", "reason": "It is gone."}))
    assert "No breach is open." in main_of(sam.get("/breaches"))
    assert "A post that is not ours" in main_of(sam.get("/breaches?all=yes"))


def test_sign_ins_and_refusals_are_listed_by_person_and_reading_them_is_told(world: World) -> None:
    Visitor.of(world, "ada").get("/members")  # not hers: refused
    stepped_up(world, "sam", "freeze", "all")
    sam = Visitor.of(world, "sam")
    said = main_of(sam.get("/sign-ins?kind=refusals"))
    assert "Ada" in said
    assert "Not your role" in said
    assert "Not your role" in main_of(sam.get("/sign-ins?member=ada"))
    assert "Nothing of this kind has happened." in main_of(sam.get("/sign-ins?member=bola"))
    assert len(entries(world, "audit.read")) == 3
