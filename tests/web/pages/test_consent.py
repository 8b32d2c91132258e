"""Where a platform sends a person back to: boxed once, whoever sent them, and nothing is guessed."""

from __future__ import annotations

import pytest

from gateway.world import World
from tests.actions.test_consent import STATE, asked, boxed, database_url, office
from tests.web.pages.visitors import Visitor, main_of

__all__ = ["boxed", "database_url", "office"]  # fixtures of the room behind this page


@pytest.fixture
def waiting(office: World) -> World:
    """A consent whose person has been sent to the platform."""
    asked(office)
    return office


def test_whoever_comes_back_with_a_code_is_told_and_the_code_is_boxed(waiting: World) -> None:
    answer = Visitor.of(waiting, "olu").get(f"/oauth/callback?state={STATE}&code=a-code&session_state=whatever")
    assert "The account is being connected" in main_of(answer)
    assert "a-code" not in answer.text
    with waiting.storage.reading() as readers:
        assert len(readers.deposits.codes()) == 1


def test_what_is_asked_for_is_shown_before_anybody_leaves_for_the_platform(office: World) -> None:
    wish = asked(office)
    shown = main_of(Visitor.of(office, "olu").get(f"/accounts/{wish.account}/consents/{wish.id}"))
    assert "These rights are asked for, and no others; without one of them it cannot do its work: say" in shown


def test_coming_from_elsewhere_takes_one_step_on_our_own_site(waiting: World) -> None:
    """A strict cookie does not come along with a redirect from the platform."""
    path = f"/oauth/callback?state={STATE}&code=a-code"
    answer = Visitor.of(waiting).get(path, headers={"Sec-Fetch-Site": "cross-site"}, follow_redirects=False)
    assert answer.status_code == 200
    assert f'content="0; url={path.replace("&", "&amp;")}"' in answer.text
    with waiting.storage.reading() as readers:
        assert readers.deposits.codes() == []


@pytest.mark.parametrize("more", ["", "&code=another"])
def test_a_second_time_or_twice_in_one_address_is_refused(waiting: World, more: str) -> None:
    olu = Visitor.of(waiting, "olu")
    if not more:
        olu.get(f"/oauth/callback?state={STATE}&code=a-code")
    answer = olu.get(f"/oauth/callback?state={STATE}&code=a-code{more}")
    assert answer.status_code in {409, 422}
    with waiting.storage.reading() as readers:
        assert len(readers.deposits.codes()) == (0 if more else 1)


def test_someone_else_cannot_bring_it(waiting: World) -> None:
    assert Visitor.of(waiting, "olive").get(f"/oauth/callback?state={STATE}&code=a-code").status_code == 409


def test_a_person_who_declined_is_told_so(waiting: World) -> None:
    answer = Visitor.of(waiting, "olu").get(f"/oauth/callback?state={STATE}&error=access_denied&error_description=no")
    assert "The platform gave no consent" in main_of(answer)
