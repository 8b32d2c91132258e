"""Taking over what somebody who left had put forward: what it says, one's own declaration, and a time to come."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from connectors.words import AT_RELEASE, NOW
from gateway.actions import account, naming, reading, taking_over
from gateway.domain.delivery import Delivery
from gateway.domain.instant import parse_rfc3339
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission
from gateway.web.mount import OF_SESSION
from gateway.web.pages import wording, words
from gateway.web.pages.fields import Fields
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.previews import cards_of, together, wanted_in_words
from gateway.web.walltime import wall_fields

KEPT, CHOSEN = "kept", wording.AT


def can_take_over(page: Page, delivery: Delivery) -> bool:
    """Whether the way to `show_take_over` is shown: the action decides."""
    return delivery.hold == Reason.AUTHOR_GONE and page.may("submission.submit")


def show_take_over(page: Page) -> Response:
    """What it says and where, and the form."""
    found = reading.read_submission(page.world, page.who, page.at["submission"])
    if found.withheld:
        raise Refused(Reason.NOT_ON_LIST)
    one = found.submission
    accounts = {each.id: each for each in account.accounts(page.world, page.who)}
    kept = _can_be_kept(page, one)
    return page.render(
        "take_over.html",
        "Take this post over",
        one=one,
        cards=together(cards_of(page.world, one.outgoings, one.findings, one.judgement, accounts)),
        author=naming.names(page.world, page.who, [one.author]).get(one.author, ""),
        times=[(KEPT, "As it was", wanted_in_words(one.wish.wanted)), (CHOSEN, "At another time", "UK time")],
        kept=kept,
        day=_day(page, one) if kept else ("", ""),
        points=[(point, words.DECLARATION.get(point, point)) for point in page.world.policy.declaration],
    )


def _can_be_kept(page: Page, one: Submission) -> bool:
    """Whether the time it was wanted at is still to come."""
    if one.wish.wanted in {AT_RELEASE, NOW}:
        return one.wish.wanted == AT_RELEASE
    return not page.now.maybe_past(parse_rfc3339(one.wish.wanted))


def _day(page: Page, one: Submission) -> tuple[str, str]:
    if one.wish.wanted == AT_RELEASE:
        return "", ""
    return wall_fields(parse_rfc3339(one.wish.wanted))[:2]


def take_over(page: Page) -> Response:
    """Put forward as one's own; others answer it from the beginning."""
    page.require(time_kind=page.fields.one("time_kind") in {KEPT, CHOSEN})
    wanted = _wanted(page.fields) if page.fields.one("time_kind") == CHOSEN else None
    declared, doubt = page.fields.many("declared"), page.fields.one("doubt").strip()
    fresh = taking_over.take_over(page.world, page.who, page.at["submission"], declared, doubt=doubt, wanted=wanted)
    return page.go(f"/posts/{fresh.post}", "taken-over")


def _wanted(fields: Fields) -> str:
    """The typed UK wall time. Raises Mistyped, Refused."""
    asked = replace(fields, pairs=(*fields.pairs, ("wanted", CHOSEN)))
    return wording.wanted_of(asked)


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/submissions/{submission}/take-over", show_take_over, "submission.submit", OF_SESSION),
    PageRoute(
        "POST",
        "/submissions/{submission}/take-over",
        take_over,
        "submission.submit",
        OF_SESSION,
        again=show_take_over,
    ),
)
