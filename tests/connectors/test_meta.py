"""What Instagram and Threads count, and what the state of a container means."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.conformance import drive
from connectors.contract import Commit, Connector, Request, Response, Upload
from connectors.instagram import connector as instagram
from connectors.rehearsals.basis import LINK, answer
from connectors.rehearsals.facebook import GONE
from connectors.rehearsals.meta import INSTAGRAM, INSTAGRAM_HOME, PICTURED, THREADS, THREADS_HOME, WORDS
from connectors.simulators.threads_words import count
from connectors.threads import connector as threads
from connectors.threads.limits import length
from connectors.words import Absent, Likely, Outgoing, Picture

BOTH = [(instagram, INSTAGRAM, "status_code"), (threads, THREADS, "status")]
WHATS: dict[str, tuple[Connector, Outgoing]] = {
    "hashtags": (instagram, replace(PICTURED, text="#a #b #c #d #e #f")),
    "mentions": (instagram, replace(PICTURED, text=" ".join(f"@office{n}" for n in range(21)))),
    "pictures at least": (instagram, replace(PICTURED, pictures=())),
    "picture type": (instagram, replace(PICTURED, pictures=(Picture("ab" * 32, "image/png", 9, 800, 600, "A"),))),
    "links": (threads, replace(WORDS, text=" ".join(f"https://example.org/{n}" for n in range(5)))),
    "characters": (threads, replace(WORDS, text="📈" * 126)),
}


@given(st.text(alphabet=st.sampled_from("a é©™\ufe0f\u200d📈👩👧🇬🇧1\u20e3𝒜#"), max_size=12))
def test_threads_counts_as_the_other_reader_of_the_page_does_and_never_less(text: str) -> None:
    assert length(text) >= count(text, utf16=True)


@pytest.mark.parametrize(("text", "units"), [("a", 1), ("📈", 4), ("👩\u200d👧", 11), ("🇬🇧", 8), ("𝒜", 2), ("©", 2)])
def test_an_emoji_counts_by_its_bytes_and_all_else_by_its_units(text: str, units: int) -> None:
    assert length(text) == units == count(text, utf16=True)


@pytest.mark.parametrize("what", WHATS)
def test_every_limit_is_told_by_its_name(what: str) -> None:
    connector, outgoing = WHATS[what]
    home = INSTAGRAM_HOME if connector is instagram else THREADS_HOME
    assert [one.what for one in connector.limits(home).overruns(outgoing)] == [what]


@pytest.mark.parametrize(
    ("shape", "what"),
    [
        ((1441, 1000), "picture width in pixels"),
        ((319, 300), "picture width in pixels"),
        ((400, 501), "picture width in hundredths of its height"),
        ((960, 500), "picture width in hundredths of its height"),
    ],
)
def test_a_picture_that_does_not_fit_is_told_how(shape: tuple[int, int], what: str) -> None:
    picture = Picture("ab" * 32, "image/jpeg", 9, *shape, "A")
    found = instagram.limits(INSTAGRAM_HOME).overruns(replace(PICTURED, pictures=(picture,)))
    assert [one.what for one in found] == [what]


@pytest.mark.parametrize(("connector", "rehearsal", "field"), BOTH, ids=["instagram", "threads"])
def test_the_state_of_a_container_proves_or_leads_to_a_look(connector: Any, rehearsal: Any, field: str) -> None:
    made = replace(rehearsal.passage, made="77")

    def look(state: Response, there: bool) -> Any:
        def answered(request: Request) -> Response:
            if request.url.endswith("/77"):
                return state
            listed = request.url.endswith(("/media", "/threads"))
            return answer(200, {"data": []}) if listed and not there else rehearsal.answer(request)

        return drive(connector.find(rehearsal.outgoing, made, rehearsal.window), answered)[0]

    for word in ("FINISHED", "ERROR", "EXPIRED"):
        assert look(answer(200, {field: word}), there=True) == Absent(proof=True, complete=True)
    assert isinstance(look(answer(200, {field: "PUBLISHED"}), there=True), Likely)
    for word in ("PUBLISHED", "IN_PROGRESS"):
        assert look(answer(200, {field: word}), there=False) == Absent(proof=False, complete=False)
    assert isinstance(look(GONE, there=True), Likely), "a container that is not shown proves nothing"
    assert look(GONE, there=False).proof is False


@pytest.mark.parametrize(("connector", "rehearsal", "field"), BOTH, ids=["instagram", "threads"])
def test_a_container_of_before_is_used_again_unless_it_is_over(connector: Any, rehearsal: Any, field: str) -> None:
    def steps(state: str) -> tuple[Any, ...]:
        def answered(request: Request) -> Response:
            return answer(200, {field: state}) if request.url.endswith("/77") else rehearsal.answer(request)

        made = replace(rehearsal.passage, made="77")
        return drive(connector.publish(rehearsal.outgoing, made), answered)[1]

    again, anew = steps("FINISHED"), steps("EXPIRED")
    assert [step.made for step in again if isinstance(step, Commit)] == ["77"]
    assert not any(isinstance(step, Upload) for step in again)
    assert "77" not in [step.made for step in anew if isinstance(step, Commit)]


def test_a_link_is_a_card_beside_words_and_words_beside_pictures() -> None:
    _, steps = drive(threads.publish(WORDS, THREADS.passage), THREADS.answer)
    forms = [dict(step.request.form or ()) for step in steps if isinstance(step, Upload)]
    assert forms == [{"media_type": "TEXT", "text": WORDS.text, "link_attachment": LINK}]
