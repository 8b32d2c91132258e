"""For approvers and clearers: what waits for them, one submission whole, their answer, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.responses import Response

from gateway.actions import approve as answering
from gateway.actions import commenting, published, reviewing
from gateway.actions.holding import Form
from gateway.actions.reviewing import Review
from gateway.domain.instant import END, Now
from gateway.domain.refusal import Reason, Refused
from gateway.domain.statistics.evidence import Verdict
from gateway.domain.submission import SubmissionState
from gateway.web.mount import OF_SESSION, fresh
from gateway.web.pages.confirming import SHOWING
from gateway.web.pages.lifting import can_lift
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.paging import paged
from gateway.web.pages.previews import (
    PART_BREAK,
    Card,
    cards_of,
    compared,
    noted,
    others_changed,
    together,
    wanted_in_words,
)
from gateway.web.pages.rendering import span
from gateway.web.pages.showing import Shown, plainly
from gateway.web.pages.standing import of_delivery
from gateway.web.problems import NotTaken

STATES: Mapping[SubmissionState, tuple[str, str]] = {
    SubmissionState.WAITING: ("Waits for answers", "blue"),
    SubmissionState.HELD: ("Approved: goes out at its time", "green"),
    SubmissionState.REFUSED: ("Not approved", "red"),
    SubmissionState.WITHDRAWN: ("Withdrawn", "grey"),
    SubmissionState.REPLACED: ("Replaced by a newer version", "grey"),
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.CLEAR: "Nothing that looks like unpublished statistics was found.",
    Verdict.NEEDS_CLEARANCE: "It may hold unpublished statistics: a clearer decides.",
    Verdict.BIND: "It speaks of a release that is on the calendar.",
}
POINTS: Mapping[str, str] = {
    "common-sense": "common sense was used",
    "civil-service-code": "it keeps the Civil Service Code",
    "no-doubt": "there is no doubt",
    "accurate": "it is accurate",
    "permanent": "it may be read for ever",
}
MINUTE, SOON, DAY = 60, 3_600, 86_400  # seconds


def show_waiting(page: Page) -> Response:
    """What waits for whoever asks, the most urgent first."""
    found, pages = paged(page, reviewing.waiting_for(page.world, page.who))
    lines = [(line, time_left(line.due, page.now), urgency(line.due, page.now)) for line in found]
    return page.render("waiting.html", "Posts that wait for you", lines=lines, pages=pages)


def time_left(due: datetime | None, now: Now) -> str:
    """How long there is to answer."""
    if due is None:
        return "Goes out as soon as every answer is in"
    if due >= END or not now.bounded:
        return "Its time is not known"
    seconds = int((due - now.latest).total_seconds())
    left = span(abs(seconds) if abs(seconds) < MINUTE else abs(seconds) // MINUTE * MINUTE)
    return f"{left} left" if seconds > 0 else f"Its time passed {left} ago"


def urgency(due: datetime | None, now: Now) -> str:
    """The colour of its tag; the words say the same."""
    if due is None:
        return "red"
    seconds = (due - now.latest).total_seconds() if now.bounded else DAY
    return "red" if seconds < SOON else "yellow" if seconds < DAY else "grey"


def show_submission(page: Page) -> Response:
    """One submission, with the forms for whatever the reader may still say of it."""
    found = reviewing.review(page.world, page.who, page.at["submission"])
    if found.read.withheld:
        return page.render("submission_withheld.html", "This post is withheld", found=found, states=STATES)
    return page.render("submission.html", _title(found), **_shown(page, found))


def _title(found: Review) -> str:
    return f"Post by {found.names.get(found.read.submission.author, 'someone')}"


def _shown(page: Page, found: Review) -> dict[str, Any]:
    one = found.read.submission
    titles = {found.release.id: found.release.title} if found.release else {}
    classes = page.world.policy.quorum.classes
    own = classes.index(one.content_class) if one.content_class in classes else 0
    before = found.before
    return {
        "found": found,
        "one": one,
        "state": STATES[one.state],
        "cards": together(compared(_cards(page, found), one, before)),
        "others": others_changed(before, one, found.accounts, titles) if before else [],
        "noted": noted(one.findings, found.accounts),
        "verdict": VERDICTS[one.judgement.verdict],
        "left": time_left(found.due, page.now),
        "urgency": urgency(found.due, page.now),
        "wanted": wanted_in_words(one.wish.wanted),
        "declared": [POINTS.get(point, point) for point in one.wish.declared],
        "undeclared": [
            POINTS.get(point, point) for point in page.world.policy.declaration if point not in one.wish.declared
        ],
        "rights": {use.sha256: use.rights for use in (found.revision.content.pictures if found.revision else ())},
        "needs_reason": bool(one.wish.doubt.strip()) or any(f.severity == "reason" for f in one.findings),
        "classes": [(name, name.capitalize()) for name in classes[own:]],
        "deliveries": [
            (each, of_delivery(each, page.now), can_lift(page, each, one)) for each in found.read.deliveries
        ],
        "corrects": published.among(page.world, page.who, [one.corrects]).get(one.corrects) if one.corrects else None,
        "may_comment": page.may("submission.comment"),
    }


def _cards(page: Page, found: Review) -> tuple[Card, ...]:
    one = found.read.submission
    return cards_of(page.world, one.outgoings, one.findings, one.judgement, found.accounts)


def approve(page: Page) -> Response:
    """Yes or no to exactly what was shown."""
    decision, reason = page.fields.one("decision"), page.fields.one("reason")
    page.require(decision=decision in {"yes", "no"}, reason=decision != "no" or bool(reason.strip()))
    raised = page.fields.one("content_class") or None
    given = decision == "yes"
    digest, submission = page.fields.one("digest"), page.at["submission"]
    answering.approve(
        page.world, page.who, submission, digest, yes=given, reason=reason, content_class=raised if given else None
    )
    return page.go("/waiting", "approved" if given else "rejected")


def clear(page: Page) -> Response:
    """Whether it holds unpublished statistics."""
    word, why = page.fields.one("word"), page.fields.one("why")
    page.require(word=word in {"clear", "refuse"}, why=bool(why.strip()))
    digest, granted = page.fields.one("digest"), word == "clear"
    answering.clear(page.world, page.who, page.at["submission"], digest, granted=granted, reason=why)
    return page.go("/waiting", "cleared" if granted else "not-cleared")


def comment(page: Page) -> Response:
    """Ask or say something about it."""
    text = page.fields.one("comment")
    page.require(comment=bool(text.strip()))
    commenting.comment(page.world, page.who, page.at["submission"], text)
    return page.go(f"/submissions/{page.at['submission']}#comments", "commented")


def show_picture(page: Page) -> Response:
    """A picture of a submission, as its bytes."""
    if len(page.at["picture"]) != 64:
        raise NotTaken(404)
    media = reviewing.picture_of(page.world, page.who, page.at["submission"], page.at["picture"])
    return Response(media.body, media_type=media.media_type)


# --- what is shown before a code is typed -----------------------------------------------------------------------------

ANSWERS: Mapping[str, str] = {
    "yes": "Approve",
    "no": "Reject",
    "clear": "It holds no unpublished statistics",
    "refuse": "It may hold unpublished statistics",
}


def show_answer(page: Page, form: Form) -> Shown:
    """Exactly what is being answered, and the answer. Raises Refused(DIGEST_DIFFERS) where it is not that any more."""
    if not form.path.startswith("/submissions/"):
        return plainly(form)
    found = reviewing.review(page.world, page.who, form.subject)
    if found.read.withheld or found.read.submission.digest != form.digest:
        raise Refused(Reason.DIGEST_DIFFERS)
    typed, one = dict(form.fields), found.read.submission
    answer = typed.get("decision") or typed.get("word") or ""
    cards = together(_cards(page, found))
    rows = [
        ("You say", ANSWERS.get(answer, answer)),
        ("Why", typed.get("reason") or typed.get("why") or ""),
        ("Written by", found.names.get(one.author, "")),
        ("Goes out", wanted_in_words(one.wish.wanted)),
        ("Release", found.release.title if found.release else ""),
        ("Class", (typed.get("content_class") or one.content_class).capitalize()),
        ("Pictures", PART_BREAK.join(p.alt_text for part in cards[0].parts for p in part.pictures)),
        ("Fingerprint", one.digest),
    ]
    return Shown([(key, value) for key, value in rows if value], PART_BREAK.join(_said(page, card) for card in cards))


def _said(page: Page, card: Card) -> str:
    accounts = ", ".join(f"{each.handle} ({page.world.spelt(each.platform)})" for each in card.accounts)
    return f"{accounts}:\n" + PART_BREAK.join(part.said for part in card.parts)


SHOWING["approve"] = show_answer
SHOWING["clear"] = show_answer

PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/waiting", show_waiting, "post.read", OF_SESSION),
    PageRoute("GET", "/submissions/{submission}", show_submission, "post.read", OF_SESSION),
    PageRoute(
        "POST",
        "/submissions/{submission}/approve",
        approve,
        "submission.approve",
        fresh("approve"),
        again=show_submission,
    ),
    PageRoute(
        "POST", "/submissions/{submission}/clear", clear, "submission.clear", fresh("clear"), again=show_submission
    ),
    PageRoute(
        "POST",
        "/submissions/{submission}/comments",
        comment,
        "submission.comment",
        OF_SESSION,
        again=show_submission,
    ),
    PageRoute("GET", "/submissions/{submission}/pictures/{picture}", show_picture, "post.read", OF_SESSION),
)
