"""Every connector keeps every promise; and each promise's check can fail."""

from __future__ import annotations

import itertools
import tomllib
from dataclasses import replace
from datetime import datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import conformance, registry
from connectors.bluesky import connector as bluesky
from connectors.checking import find_rehearsal
from connectors.conformance import CHECKS, Check, NotConformant, Rehearsal, check
from connectors.contract import Commit, Connector, Conversation, Manifest, MediaAddress, Rejected, Request, Response
from connectors.reading import ask, commit, string
from connectors.registry import CONVERSATIONS, GROUP
from connectors.rehearsals import REHEARSALS
from connectors.rehearsals.basis import BLUESKY, PLAIN, POST, WINDOW, answer
from connectors.words import Absent, Found, Home, Limits, Outgoing, Passage, Receipt, Window
from tests.connectors import pigeon as third_party

ROOT = Path(__file__).parents[2]
OURS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][GROUP]
PIGEON = Rehearsal(
    outgoing=PLAIN,
    passage=Passage("delivery-7", WINDOW.begins, Home("pigeon", BLUESKY.passage.home.origin, "1", "coo")),
    window=WINDOW,
    credential={"ring": "secret-ring"},
    now=WINDOW.begins,
    answer=lambda request: answer(200, {"id": "7"}),
    gone=answer(200, {}),
)


def ours(name: str) -> Connector:
    """One of our connectors, as the project offers it (an entry point is installed later than it is written)."""
    return registry.load([name], entries=[EntryPoint(name, OURS[name], GROUP)])[name]


def test_every_connector_that_is_offered_or_installed_is_rehearsed() -> None:
    assert {name for name in OURS if find_rehearsal(name)} == set(OURS) >= set(registry.load())


def test_every_connector_of_ours_says_how_somebody_is_mentioned_or_why_nobody_can_be() -> None:
    limits = {name: ours(name).limits(one.passage.home) for name, one in REHEARSALS.items()}
    assert {name for name, one in limits.items() if not one.mention} == {"facebook", "viva_engage"}
    assert all(one.advice for one in limits.values() if not one.mention)


@pytest.mark.slow
@pytest.mark.parametrize("held", CHECKS, ids=lambda held: held.__name__)
@pytest.mark.parametrize("name", sorted(OURS))
def test_our_connectors_keep_every_promise(name: str, held: Check) -> None:
    held(ours(name), find_rehearsal(name))


def test_a_post_without_pictures_keeps_them_too() -> None:
    value = {
        "$type": "app.bsky.feed.post",
        "text": PLAIN.text,
        "createdAt": "2026-10-12T09:30:00.123Z",
        "langs": ["en"],
    }

    def plainly(request: Request) -> Response:
        good = BLUESKY.answer(request)
        return answer(200, good.json() | {"value": value}) if request.url.endswith("getRecord") else good

    check(bluesky, replace(BLUESKY, outgoing=PLAIN, answer=plainly))


def test_a_third_partys_connector_is_held_to_the_same() -> None:
    check(third_party.connector, PIGEON)


# --- each check fails where its promise is broken --------------------------------------------------------------------

COUNT = itertools.count()


class SendsTwice(third_party.Pigeon):
    """Publishes with two Commits."""

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Twice."""
        yield Commit(Request("POST", f"{third_party.BASE}/posts", json={"text": outgoing.text}))
        return (yield from super().publish(outgoing, passage))


class NeverTheSame(third_party.Pigeon):
    """Puts something new into every request."""

    def identify(self, home: Home) -> Conversation[object]:  # type: ignore[override]  # wrong on purpose
        """Counts."""
        return (yield from ask(Request("GET", f"{third_party.BASE}/ring", query=(("n", str(next(COUNT))),))))


class SpeaksPlainly(third_party.Pigeon):
    """Speaks http."""

    def revoke(self, home: Home) -> Conversation[None]:
        """Unsealed."""
        third_party.read((yield from ask(Request("POST", "http://api.pigeon.example/ring/revoke"))))


class SpeaksToStrangers(third_party.Pigeon):
    """Speaks to a host that its manifest does not name; the account's own origin is not allowed it either."""

    def revoke(self, home: Home) -> Conversation[None]:
        """Elsewhere."""
        third_party.read((yield from ask(Request("POST", f"{home.origin}/ring/revoke"))))


class ShowsItsRing(third_party.Pigeon):
    """Carries a secret in a request."""

    def revoke(self, home: Home) -> Conversation[None]:
        """In the open."""
        request = Request("POST", f"{third_party.BASE}/ring/revoke", json={"ring": "secret-ring"})
        third_party.read((yield from ask(request)))


class LoudAuth(third_party.PigeonAuth):
    """Shows its secret when printed."""

    def __repr__(self) -> str:
        return f"LoudAuth({self._ring})"


class ShowsItsAuth(third_party.Pigeon):
    """Has a loud auth."""

    def auth(self, credential: object, now: datetime, nonce: str) -> LoudAuth:
        """Loud."""
        return LoudAuth("secret-ring")


class TakesAnything(third_party.Pigeon):
    """Does not refuse what is too long."""

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """At any length."""
        sent = yield from commit(Request("POST", f"{third_party.BASE}/posts", json={"text": outgoing.text}))
        return Receipt(string(third_party.read(sent), "id"))


class FindsNothing(third_party.Pigeon):
    """Never finds what it published."""

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Blind."""
        third_party.read((yield from ask(Request("GET", f"{third_party.BASE}/roof"))))
        return Absent(proof=False, complete=True)


class TakesSilenceForAbsence(third_party.Pigeon):
    """Takes any refusal for proof that nothing is there."""

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Hasty."""
        there = yield from ask(Request("GET", f"{third_party.BASE}/roof"))
        if there.status != 200:
            return Absent(proof=True, complete=True)
        return (yield from super().find(outgoing, passage, window))


class BelievesAnything(third_party.Pigeon):
    """Takes every answer to its Commit for success."""

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Trusting."""
        yield from super().publish(outgoing, passage) if len(outgoing.text) > 300 else ()
        yield from commit(Request("POST", f"{third_party.BASE}/posts", json={"text": outgoing.text}))
        return Receipt("7")


class ShowsTooEarly(third_party.Pigeon):
    """Gives a picture's address away in an Ask."""

    def revoke(self, home: Home) -> Conversation[None]:
        """For anybody."""
        form = (("picture", MediaAddress("ab" * 32)),)
        third_party.read((yield from ask(Request("POST", f"{third_party.BASE}/ring/revoke", form=form))))


class SureOfTheWorst(third_party.Pigeon):
    """Takes a server's error at its Commit for a refusal."""

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Certain."""
        sent = yield from commit(Request("POST", f"{third_party.BASE}/posts", json={"text": outgoing.text}))
        if sent.status >= 500:
            raise Rejected("no", status=sent.status)
        return Receipt(string(third_party.read(sent), "id"))


class Unprepared(third_party.Pigeon):
    """Falls over where the answer is not what it thought."""

    def revoke(self, home: Home) -> Conversation[None]:
        """Careless."""
        (yield from ask(Request("POST", f"{third_party.BASE}/ring/revoke"))).json()["id"]


class SpeaksToNobody(third_party.Pigeon):
    """Has an empty manifest."""

    manifest = Manifest(hosts=frozenset(), own_origin=False, fields=("ring",))


class ForgetsLimits(third_party.Pigeon):
    """Counts nothing."""

    def limits(self, home: Home) -> Limits:
        """Short."""
        return Limits(characters=300, measure=lambda text: 1)


BROKEN: list[tuple[type[third_party.Pigeon], Check]] = [
    (SpeaksToNobody, conformance.is_what_the_contract_asks),
    (SendsTwice, conformance.commits_exactly_once),
    (NeverTheSame, conformance.says_the_same_twice),
    (SpeaksPlainly, conformance.speaks_only_to_its_hosts),
    (SpeaksToStrangers, conformance.speaks_only_to_its_hosts),
    (ShowsItsRing, conformance.shows_no_secret),
    (ShowsItsAuth, conformance.adds_its_credential_quietly),
    (TakesAnything, conformance.refuses_what_is_too_long),
    (ForgetsLimits, conformance.refuses_what_is_too_long),
    (ShowsTooEarly, conformance.shows_pictures_only_past_the_door),
    (FindsNothing, conformance.finds_what_it_published),
    (TakesSilenceForAbsence, conformance.ends_in_our_words),
    (BelievesAnything, conformance.ends_in_our_words),
    (SureOfTheWorst, conformance.leaves_a_server_error_open),
]


@pytest.mark.parametrize(("broken", "held"), BROKEN, ids=lambda one: one.__name__)
def test_a_broken_promise_is_found_and_named(broken: type[third_party.Pigeon], held: Check) -> None:
    with pytest.raises(NotConformant, match="pigeon"):
        held(broken(), PIGEON)


def test_a_removal_that_fails_for_what_is_gone_is_found() -> None:
    with pytest.raises(NotConformant, match="idempotent"):
        conformance.removes_what_is_gone(third_party.connector, replace(PIGEON, gone=answer(404, {})))


def test_a_removal_that_only_a_person_can_do_is_not_called_done() -> None:
    by_hand = third_party.Pigeon()
    by_hand.manifest = replace(by_hand.manifest, removes=False)
    with pytest.raises(NotConformant, match="removes=False"):
        conformance.removes_what_is_gone(by_hand, PIGEON)


def test_a_connector_that_falls_over_is_found() -> None:
    with pytest.raises((KeyError, TypeError)):
        conformance.ends_in_our_words(Unprepared(), PIGEON)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (conformance.Recorded("docs", "identify", "GET", "/ring", answer(404, {}), None), "ends in Rejected"),
        (
            conformance.Recorded("docs", "identify", "GET", "/ring", answer(200, {"id": "7"}), Rejected),
            "not in Rejected",
        ),
        (conformance.Recorded("docs", "identify", "POST", "/ring", answer(200, {"id": "7"})), "never asks POST /ring"),
    ],
)
def test_an_example_that_is_read_wrongly_is_found(one: conformance.Recorded, said: str) -> None:
    with pytest.raises(NotConformant, match=said):
        conformance.reads_the_recorded_answers(third_party.connector, replace(PIGEON, recorded=(one,)))


def test_a_conversation_without_end_is_found() -> None:
    def forever() -> Conversation[None]:
        while True:
            yield from ask(Request("GET", "https://a.example"))

    with pytest.raises(NotConformant, match="500 steps"):
        conformance.drive(forever(), lambda _: answer(200, {}))


# --- whatever a platform answers -------------------------------------------------------------------------------------

NAMES = (
    *("error", "message", "uri", "cid", "value", "records", "cursor", "did", "handle", "blob", "ref", "id", "name"),
    *("created_at", "createdAt", "content", "text", "url", "accessJwt", "refreshJwt", "configuration", "statuses"),
    *("application", "media_attachments", "reblog", "acct", "embed", "images", "reply"),
    *("messages", "sender_id", "group_id", "body", "plain", "attachments", "thread_id", "response", "code", "email"),
    *("data", "paging", "cursors", "after", "created_time", "error_subcode", "elements", "errors", "meta", "detail"),
    *("access_token", "refresh_token", "expires_in", "scope", "commentary", "includes", "status", "picture"),
    *("elements", "commentary", "createdAt", "status", "uploadUrl", "image", "multiImage", "media", "errorDetails"),
    *("access_token", "refresh_token", "expires_in", "refresh_token_expires_in", "organization", "role", "actor"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
HEADERS = st.dictionaries(
    st.sampled_from(["ratelimit-reset", "x-ratelimit-reset", "retry-after", "date"]),
    st.text(max_size=20)
    | st.sampled_from(["1760262000", "2026-10-12T10:05:00.000000Z", "Mon, 12 Oct 2026 10:05:00 GMT", "9" * 30, "-1"]),
    max_size=3,
)


@st.composite
def answers(draw: st.DrawFn) -> Response:
    """Any answer at all, mostly a nearly right one."""
    status = draw(st.sampled_from([200, 202, 206, 302, 400, 401, 404, 422, 429, 500]) | st.integers(400, 599))
    body = draw(JSON.map(lambda value: answer(200, value).body) | st.binary(max_size=40))
    return Response(status, draw(HEADERS), body)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(REHEARSALS))
@given(wrong=answers(), which=st.sampled_from(CONVERSATIONS), at=st.integers(0, 6))
@settings(max_examples=400, deadline=None)
def test_any_answer_anywhere_ends_in_our_words(name: str, wrong: Response, which: str, at: int) -> None:
    connector = ours(name)
    if wrong.status == 200:  # nearly right answers may be right: only the family of the ending is held
        conformance.disturb(connector, REHEARSALS[name], which, at, wrong)
    else:
        conformance.is_not_fooled(connector, REHEARSALS[name], which, at, wrong)


def test_the_rehearsed_post_uses_everything_a_post_can_have() -> None:
    assert POST.pictures
    assert POST.link
    assert {"@", "#", "https://"} <= {mark for mark in ("@", "#", "https://") if mark in POST.text}
