"""Lifting a hold: why it is held, what it says, and the word of somebody who is not its author that it may go on."""

from __future__ import annotations

from starlette.responses import Response

from gateway.actions import account, lift, naming, reading
from gateway.actions.holding import Form
from gateway.domain.delivery import Delivery, why_it_stays
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission
from gateway.web.mount import OF_SESSION, fresh
from gateway.web.pages import standing
from gateway.web.pages.confirming import SHOWING
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.showing import Shown
from gateway.web.refusals import words_for
from gateway.web.walltime import wall


def can_lift(page: Page, delivery: Delivery, one: Submission) -> bool:
    """Whether the way to `show_lift` is shown: the action decides."""
    return why_it_stays(delivery) is None and page.may("delivery.lift") and one.author != page.member.id


def show_lift(page: Page) -> Response:
    """What is held and why; the form, where somebody's word can end that."""
    found = reading.read_delivery(page.world, page.who, page.at["delivery"])
    delivery = found.delivery
    one = reading.read_submission(page.world, page.who, delivery.submission).submission
    return page.render(
        "delivery_lift.html",
        "Let it go on?",
        found=found,
        delivery=delivery,
        account=_account(page, delivery),
        author=naming.names(page.world, page.who, [one.author]).get(one.author, ""),
        is_own=one.author == page.member.id,
        post=one.post,
        held=standing.said_of(delivery.hold or ""),
        stays=_stays(delivery),
    )


def _stays(delivery: Delivery) -> str:
    """Why nobody's word ends this hold, and what does; empty where a word does."""
    no = why_it_stays(delivery)
    if no is None:
        return ""
    if no.reason is Reason.WRONG_STATE:
        return "Nothing holds it: it goes on by itself."
    return words_for(no).detail


def _account(page: Page, delivery: Delivery) -> str:
    return next(each.handle for each in account.accounts(page.world, page.who) if each.id == delivery.account)


def lift_hold(page: Page) -> Response:
    """It may go on, for a written reason; with a fresh code for exactly this delivery and what it says."""
    page.require(reason=bool(page.fields.one("reason").strip()))
    lift.lift(page.world, page.who, page.at["delivery"], page.fields.one("reason"))
    return page.go(f"/deliveries/{page.at['delivery']}", "lifted")


def shown_lift(page: Page, form: Form) -> Shown:
    """Exactly what may go on. Raises Refused(DIGEST_DIFFERS) where it is not that any more."""
    found = reading.read_delivery(page.world, page.who, form.subject)
    if found.withheld or found.delivery.digest != form.digest:
        raise Refused(Reason.DIGEST_DIFFERS)
    rows = (
        ("Account", _account(page, found.delivery)),
        ("Held because", standing.said_of(found.delivery.hold or "")),
        ("You say", dict(form.fields).get("reason", "")),
        ("Due", wall(found.delivery.due_at)),
    )
    return Shown(rows, found.delivery.outgoing.text)


SHOWING["lift"] = shown_lift

PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/deliveries/{delivery}/lift", show_lift, "delivery.lift", OF_SESSION),
    PageRoute("POST", "/deliveries/{delivery}/lift", lift_hold, "delivery.lift", fresh("lift"), again=show_lift),
)
