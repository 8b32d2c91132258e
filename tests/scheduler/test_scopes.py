"""What is asked for is what is needed: a token without one scope of the manifest is refused by the platform somewhere.

Each scope is taken out of an account's tokens in turn, and every conversation is held without it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from connectors.contract import ByHand, PlatformError, SetupWrong, SignInExpired
from connectors.simulators.running import Running, start
from connectors.words import Outgoing, Picture, Receipt
from scheduler.outcome import Accepted, BackToHeld
from tests.scheduler.meeting import Meeting
from tests.scheduler.stages import STAGES

POSTING = ["publish", "images", "thread"]
TAKING_DOWN = ["remove-part", "remove"]
EVERYTHING = [*POSTING, "find", "find-part", "recent", "profile", "connect", *TAKING_DOWN]
# What each platform refuses without each scope. Where it is the sign-in itself that is over, the word says so.
NEEDED: Mapping[str, Mapping[str, list[str]]] = {
    "facebook": {
        "pages_show_list": ["refresh"],
        "pages_read_engagement": ["find", "find-part", "recent"],
        "pages_manage_posts": ["publish", "images", "remove"],
        "pages_read_user_content": ["find-part"],
        "pages_manage_engagement": ["thread", "remove-part"],
    },
    "instagram": {
        "instagram_business_basic": EVERYTHING,
        "instagram_business_content_publish": ["publish", "images"],
        "instagram_business_manage_comments": ["thread", "find-part", "remove-part"],
    },
    "linkedin": {
        "w_organization_social": [*POSTING, *TAKING_DOWN],
        "r_organization_social": ["find", "find-part", "recent"],
        "rw_organization_admin": ["profile", "connect"],
    },
    "mastodon": {
        "read:accounts": ["profile", "connect"],
        "read:statuses": ["find", "find-part", "recent"],
        "write:statuses": [*POSTING, *TAKING_DOWN],
        "write:media": ["images"],
    },
    "threads": {
        "threads_basic": EVERYTHING,
        "threads_content_publish": POSTING,
        "threads_manage_replies": ["thread"],
        "threads_read_replies": ["find-part", "recent"],
        "threads_delete": TAKING_DOWN,
    },
    "viva_engage": {
        "https://www.yammer.com/access_as_user": EVERYTHING,
        "offline_access": ["refresh"],
    },
    "x": {
        "tweet.read": EVERYTHING,
        "tweet.write": [*POSTING, *TAKING_DOWN],
        "users.read": EVERYTHING,
        "media.write": ["images"],
        "offline.access": ["refresh"],
    },
}
ROOM: Mapping[str, Mapping[str, Any]] = {"viva_engage": {"calls_per_30s": 1000}}  # no refusal here is for haste
WORDS = {"setup-wrong": SetupWrong.word, "credential-expired": SignInExpired.word}
OVER = {"https://www.yammer.com/access_as_user", "offline_access", "offline.access"}


@pytest.fixture(scope="module", params=NEEDED)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Each platform in turn."""
    name = request.param
    rules = {**STAGES[name].rules, **ROOM.get(name, {})}
    with start(name, tmp_path_factory.mktemp(name), **rules) as made:
        yield made


def test_every_scope_that_is_asked_for_is_needed_and_its_want_is_told_in_our_word(running: Running) -> None:
    stage = STAGES[running.name]
    assert walk(stage.meeting(running), None) == {}
    for scope, expected in NEEDED[running.name].items():
        word = SignInExpired.word if scope in OVER else SetupWrong.word
        assert walk(stage.meeting(running), scope) == dict.fromkeys(expected, word), scope


@pytest.mark.parametrize("name", ["facebook", "threads"])  # the others tell in the answer to the code, if at all
def test_what_was_left_out_at_the_platforms_own_page_is_found_before_the_account_is_connected(
    name: str, tmp_path: Path
) -> None:
    with start(name, tmp_path) as running:
        for scope in NEEDED[name]:
            met = STAGES[name].meeting(running)
            running.narrow(met.home.subject, scope)
            with pytest.raises(SetupWrong, match=f"leaves out {scope}$"):
                met.renew(lambda connector, home=met.home: connector.sign_in(home))  # type: ignore[misc]


def test_no_scope_of_any_connector_is_forgotten() -> None:
    asked = {name: one.manifest.scopes for name, one in registry.load().items() if one.manifest.scopes}
    assert {name: sorted(scopes) for name, scopes in asked.items()} == {
        name: sorted(scopes) for name, scopes in NEEDED.items()
    }


def walk(meeting: Meeting, scope: str | None) -> dict[str, str]:
    """What the platform refuses, and in which word of ours, of all that a connector does, without this scope."""
    stage, running, home = STAGES[meeting.connector.name], meeting.running, meeting.home
    whole = (stage.picture,) if stage.wants_picture else ()
    first = _said(meeting, _post("First", *whole))
    part = replace(_post("Second"), part=2, parts=2)
    passage = meeting.passage(first, first, "d-2")
    second = _said(meeting, part, passage)
    if scope is not None:
        assert running.narrow(home.subject.partition("/")[0], scope) > 0
    acts: dict[str, Callable[[], object]] = {
        "sign-in": lambda: meeting.hold(lambda c: c.sign_in(home)) if stage.signs_in else None,
        "publish": lambda: _said(meeting, _post("Third", *whole)),
        "images": lambda: _said(meeting, _post("Fourth", stage.picture)),
        "thread": lambda: _said(meeting, replace(part, text="Fifth"), passage),
        "find": lambda: meeting.find(_post("First", *whole)),
        "find-part": lambda: meeting.find(part, passage),
        "recent": lambda: meeting.hold(lambda c: c.recent(home, 10)),
        "profile": lambda: meeting.hold(lambda c: c.profile(home)),
        "connect": lambda: meeting.hold(lambda c: c.identify(home)),
        "remove-part": lambda: meeting.hold(lambda c: c.remove(second, home)),
        "remove": lambda: meeting.hold(lambda c: c.remove(first, home)),
        "refresh": lambda: meeting.hold(lambda c: c.refresh(home)),
    }
    return {name: word for name, act in acts.items() if (word := _refused(running, act))}


class _TurnedAway(Exception):
    """A delivery that was not accepted, in the publisher's word."""


def _post(text: str, *pictures: Picture) -> Outgoing:
    return Outgoing(account="a", text=f"{text}: the price of bread.", wanted="now", pictures=pictures)


def _said(meeting: Meeting, outgoing: Outgoing, passage: object = None) -> Receipt:
    outcome = meeting.deliver(outgoing, passage)  # type: ignore[arg-type]
    if isinstance(outcome, Accepted):
        return outcome.receipt
    raise _TurnedAway(outcome.flag if isinstance(outcome, BackToHeld) else repr(outcome))


def _refused(running: Running, act: Callable[[], object]) -> str | None:
    """Our word, where it was the platform that said no; what only our own reading refuses needs no scope."""
    before = running.truth_path.stat().st_size
    try:
        with suppress(ByHand):
            act()
        return None
    except _TurnedAway as outcome:
        word = {"setup-wrong": SetupWrong.word, "credential-expired": SignInExpired.word}.get(
            str(outcome), str(outcome)
        )
    except PlatformError as error:
        word = error.word
    with running.truth_path.open("rb") as truth:
        truth.seek(before)
        told = [json.loads(line) for line in truth]
    return word if any((one.get("status") or 0) >= 400 for one in told) else None
