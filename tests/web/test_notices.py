"""Over the API: two people change a release, its author is told, and marks it as read; nobody else's notice shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cast import HOUR, NOON, an_account
from tests.web.callers import Office, a_release, a_submission, reason

SAMPLES = Path("tests/calendar/samples")


def test_two_people_change_a_release_and_the_author_reads_of_it(api: Office) -> None:
    release = a_release(api.world)
    submission = a_submission(api.world, "ada", an_account(api.world), release=release)
    later = {"release": release.id, "instant": (NOON + 5 * HOUR).isoformat(), "state": "final"}
    first = api.ask("olu", "POST", "/releases/change", later).json()
    assert (first["changed"], first["release"]["instant"]) == (False, "2026-03-02T13:00:00Z")
    assert reason(api.ask("olu", "POST", "/releases/change", later)) == "already-answered"
    assert [word["by"] for word in api.ask("ada", "GET", f"/release?id={release.id}").json()["words"]] == ["olu"]
    second = api.ask("cyd", "POST", "/releases/change", {**later, "instant": {"wall": "2026-03-02T17:00"}}).json()
    assert (second["changed"], second["release"]["instant"]) == (True, "2026-03-02T17:00:00Z")
    (told,) = api.ask("ada", "GET", "/notices?unread=true").json()
    assert told["kind"] == "release-moved"
    assert (told["subject_kind"], told["subject_id"]) == ("submission", submission.id)
    assert (told["release"], told["name"]) == (release.id, "Prices")
    assert api.ask("olu", "GET", "/notices").json() == []
    assert reason(api.ask("olu", "POST", f"/notices/{told['id']}/read")) == "not-found"
    assert api.ask("ada", "POST", f"/notices/{told['id']}/read").json()["read_at"]
    assert api.ask("ada", "GET", "/notices?unread=true").json() == []
    assert len(api.ask("ada", "GET", "/notices").json()) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ((SAMPLES / "release_page.json").read_bytes(), "application/json"),
        ((SAMPLES / "govuk_confirmed.json").read_bytes(), "application/json"),
        (
            b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:/releases/cpi\r\nSUMMARY:CPI\r\n"
            b"DTSTART:20261020T060000Z\r\nSTATUS:Confirmed\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "text/calendar",
        ),
        (
            b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>CPI</title>'
            b"<link>https://www.ons.gov.uk/releases/cpi</link><pubDate>Tue, 20 Oct 2026 06:00:00 GMT</pubDate>"
            b"</item></channel></rss>",
            "application/rss+xml",
        ),
    ],
    ids=["page", "govuk", "ics", "rss"],
)
def test_a_calendar_of_any_kind_is_imported(api: Office, body: bytes, kind: str) -> None:
    answer = api.ask("cyd", "POST", "/releases/import", content=body, headers={"Content-Type": kind})
    assert (answer.json()["entries"], answer.json()["waiting"]) == (1, 0)
    assert len(api.ask("ada", "GET", "/releases").json()) == 1
