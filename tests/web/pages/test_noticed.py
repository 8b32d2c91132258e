"""Notices on the pages: one's own alone, each leading to what it is about."""

from __future__ import annotations

from dataclasses import replace

from gateway.domain.account import CredentialState
from gateway.domain.delivery import State
from gateway.domain.notice import Notice, NoticeKind
from gateway.web.pages.noticed import WORDS
from gateway.world import World
from tests.cast import NOON, an_account, member, write
from tests.web.callers import a_delivery
from tests.web.pages.visitors import Visitor, errors_in, main_of


def tell(world: World, member: str) -> None:
    told = Notice(
        id=f"notice-{member}",
        member=member,
        kind=NoticeKind.RELEASE_MOVED,
        subject_kind="submission",
        subject_id="submission-1",
        at=NOON,
        name="Consumer price inflation <March>",
    )
    write(world, told)


def test_a_notice_is_shown_to_its_member_and_marked_as_read(world: World) -> None:
    tell(world, "ada")
    ada = Visitor.of(world, "ada")
    assert "1 unread notice" in main_of(ada.get("/"))
    shown = ada.get("/notices")
    assert "Consumer price inflation &lt;March&gt; has moved" in shown.text
    assert "2 March 2026, midday" in main_of(shown)
    assert "Marked as read." in main_of(ada.post("/notices/notice-ada/read"))
    assert "unread" not in main_of(ada.get("/"))


def test_nobody_sees_or_marks_anothers_notice(world: World) -> None:
    tell(world, "ada")
    bola = Visitor.of(world, "bola")
    assert "nothing you need to know" in main_of(bola.get("/notices"))
    assert bola.post("/notices/notice-ada/read").status_code == 404


def test_every_kind_has_its_sentence() -> None:
    assert set(WORDS) == set(NoticeKind)


def test_an_e_mail_leads_to_the_exact_thing_and_to_nobody_elses(world: World) -> None:
    account = an_account(world)
    about = Notice(
        id="n7",
        member="ada",
        kind=NoticeKind.CREDENTIAL_ENDS,
        subject_kind="account",
        subject_id=account,
        at=world.clock.now().earliest,
    )
    write(world, about)
    answer = Visitor.of(world, "ada").get("/notices/n7", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/accounts/{account}")
    assert Visitor.of(world, "dev").get("/notices/n7").status_code == 404


def test_ones_own_address_is_set_on_the_page(world: World) -> None:
    ada = Visitor.of(world, "ada")
    again = ada.post("/notices/by-e-mail", {"email": "nonsense"})
    assert errors_in(again) == ["Write an e-mail address like name@example.gov.uk, or leave it empty."]
    assert 'value="nonsense"' in again.text
    kept = ada.post("/notices/by-e-mail", {"email": "ada@office.example"})
    assert "Your notices go there too" in kept.text
    assert member(world, "ada").email == "ada@office.example"


def test_the_status_page_tells_members_how_connectors_and_mail_do_and_others_nothing_of_it(world: World) -> None:
    fine, ended = an_account(world), an_account(world, "second")
    with world.storage.reading() as readers:
        write(world, replace(readers.accounts.get(ended), credential_state=CredentialState.EXPIRED))
    write(world, replace(a_delivery(world, "ada", fine), state=State.UNKNOWN, intent_at=NOON))
    told = Notice(id="n8", member="ada", kind=NoticeKind.COMMENTED, subject_kind="submission", subject_id="s", at=NOON)
    write(world, replace(told, mail_after=NOON, mail_tries=1))
    said = main_of(Visitor.of(world, "ada").get("/status"))
    assert "1 of 2 accounts connected; 1 must be connected again; 1 post nobody knows about" in said
    assert "Not set up: notices are on the page alone" in said
    assert "1 e-mail tried and not taken yet" in main_of(
        Visitor.of(replace(world, sends_mail=True), "ada").get("/status")
    )
    assert "accounts connected" not in main_of(Visitor.of(world).get("/status"))
