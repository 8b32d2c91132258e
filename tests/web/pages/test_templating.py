"""Templates: kept by one of the team and used by another, nothing is lost; help with hashtags, mentions, crops."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from connectors.words import Limits
from gateway.actions.templating import keep_template, remove_template, templates
from gateway.domain.refusal import Reason
from gateway.domain.rules.hashtag_case import capitalised
from gateway.web.pages.cropping import crop_of
from gateway.world import World
from tests.actions.story import calendar, read_calendar
from tests.cast import HOUR, NOON, PRETEND, an_account, entries, refused, who
from tests.web.callers import elsewhere
from tests.web.pages.visitors import Visitor, errors_in, main_of

WORDS = "Our [place] is closed on [day]."


def text_in(answer: str, name: str = "text-1") -> str:
    found = re.search(rf'<textarea[^>]*id="{name}"[^>]*>(.*?)</textarea>', answer, re.S)
    assert found, answer
    return html.unescape(found[1])


def test_a_text_is_kept_by_one_of_the_team_and_used_by_another(world: World) -> None:
    an_account(world)
    ada, dev = Visitor.of(world, "ada"), Visitor.of(world, "dev")
    assert errors_in(ada.post("/templates", {"title": "Closed", "text": " "})) == ["Fill this in"]
    assert "Your team can start from it now." in main_of(ada.post("/templates", {"title": "Closed", "text": WORDS}))
    assert WORDS in main_of(dev.get("/templates"))
    (kept,) = templates(world, who(world, "dev"))
    assert text_in(dev.get(f"/compose?template={kept.id}").text) == WORDS
    used = dev.post("/compose", {"text-1": "Dear all", "template": kept.id, "do": "use-template"})
    assert text_in(used.text) == f"Dear all\n\n{WORDS}"
    none = dev.post("/compose", {"text-1": "Dear all", "template": "", "do": "use-template"})
    assert (errors_in(none), text_in(none.text)) == (["Choose a template"], "Dear all")
    assert WORDS not in "".join(entry.to_bytes().decode() for entry in entries(world, "template.keep"))
    assert "It is off the list." in main_of(dev.post(f"/templates/{kept.id}/remove"))
    assert templates(world, who(world, "ada")) == []
    with world.storage.reading() as readers:
        assert readers.templates.get(kept.id).text == ""


def test_another_team_neither_sees_nor_removes_it(world: World) -> None:
    kept = keep_template(world, who(world, "ada"), "Closed", WORDS)
    far = who(world, elsewhere(world, "dev"))
    assert templates(world, far) == []
    refused(Reason.NOT_FOUND, remove_template, world, far, kept.id)


def test_what_speaks_of_a_release_to_come_is_no_template(world: World) -> None:
    read_calendar(world, calendar(NOON + HOUR))
    told = "Inflation rose to 3.4% in the year to October, says our Consumer price inflation bulletin."
    for title, text in (("Prices", told), (told[:90], "Prices")):
        refused(Reason.MUST_BIND, keep_template, world, who(world, "ada"), title, text)
    answer = Visitor.of(world, "ada").post("/templates", {"title": "Prices", "text": told})
    assert told in html.unescape(answer.text)
    assert errors_in(answer)


def test_a_hashtag_is_shown_with_its_capitals_and_each_platforms_way_to_mention(world: World) -> None:
    account = an_account(world)
    said = main_of(
        Visitor.of(world, "ada").post(
            "/compose", {"accounts": account, "text-1": "See #labourmarket today.", "do": "check"}
        )
    )
    assert "Better: #LabourMarket" in " ".join(said.split())
    assert "No way is known from here" in said


def test_what_a_platform_makes_of_mentions_and_hashtags_is_said_beside_its_way(world: World) -> None:
    spoken = replace(
        world.platforms[PRETEND], limits=lambda _: Limits(characters=300, mention="@name", advice="One hashtag alone.")
    )
    told = replace(world, platforms={PRETEND: spoken})
    account = an_account(told)
    said = main_of(Visitor.of(told, "ada").post("/compose", {"accounts": account, "text-1": "Hello.", "do": "check"}))
    assert "@name One hashtag alone." in " ".join(said.split())
    assert "No way is known" not in said


def test_a_tag_without_known_words_stays_as_it_is() -> None:
    assert [capitalised(tag) for tag in ("#dataforgood", "#xqzvwk", "#gdp", "#LabourMarket")] == [
        *("#DataForGood", "#xqzvwk", "#GDP", "#LabourMarket")
    ]


def test_what_a_feed_cuts_off_a_picture_is_said() -> None:
    assert (crop_of(1600, 900).is_cut, crop_of(1000, 1000).off_height, crop_of(3200, 900).off_width) == (False, 44, 50)
