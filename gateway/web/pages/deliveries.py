"""One delivery: what it says, how it stands, the platform's own words, and the acts that resolve it or take it down."""

from __future__ import annotations

from starlette.responses import Response

from gateway.actions import account, credential, naming, published, reading, removing, settle
from gateway.domain.delivery import State
from gateway.web.forms import Form, Line, Word
from gateway.web.mount import OF_SESSION, fresh
from gateway.web.pages import standing
from gateway.web.pages.fields import Mistyped
from gateway.web.pages.lifting import can_lift
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.taking_over import can_take_over

DECISIONS = (
    ("published", "It is there", "You found it: give its address, and the worker compares its words"),
    ("held", "It is not there: try it again", "Needs two complete looks that met nothing"),
    ("withdrawn", "It is not there, and it shall not go out", "Needs two complete looks that met nothing"),
)
BY_HAND = (
    "No program may take it down there: delete it at the platform, in its own app. Then ask for it here again, and the "
    "gateway looks whether it is gone."
)


class Decided(Form):
    """What became of it; the address where it was found."""

    decision: Word
    link: Line = ""


def show_delivery(page: Page) -> Response:
    """One delivery."""
    found = reading.read_delivery(page.world, page.who, page.at["delivery"])
    whole = reading.read_submission(page.world, page.who, found.delivery.submission)
    handles = {each.id: each for each in account.accounts(page.world, page.who)}
    submission = whole.submission
    out = published.among(page.world, page.who, filter(None, (found.delivery.id, submission.corrects)))
    return page.render(
        "delivery.html",
        f"Post on {handles[found.delivery.account].handle}",
        found=found,
        delivery=found.delivery,
        account=handles[found.delivery.account],
        submission=submission,
        author=naming.names(page.world, page.who, [submission.author]).get(submission.author, ""),
        stands=standing.of_delivery(found.delivery, page.now),
        outcome=standing.said_of(found.delivery.outcome) if found.delivery.outcome else "",
        decisions=DECISIONS,
        may_settle=found.delivery.state is State.UNKNOWN and page.may("delivery.settle"),
        may_remove=found.delivery.state is State.PUBLISHED and page.may("publication.remove"),
        not_removed=_not_removed(page, submission.id) if found.delivery.state is State.PUBLISHED else "",
        may_write=page.may("post.write"),
        may_take_over=can_take_over(page, found.delivery),
        may_lift=can_lift(page, found.delivery, submission),
        out=(own := out.get(found.delivery.id)),
        awaited=bool(set(found.corrected_by) - own.corrected_in) if own else False,
        corrects=None if found.withheld else out.get(submission.corrects or ""),
    )


def _not_removed(page: Page, submission: str) -> str:
    """Why the last removal that was asked for took nothing down; empty where none was, or it did."""
    if not page.may("publication.remove"):
        return ""
    asked = [one for one in removing.removals(page.world, page.who, submission) if one.delivery == page.at["delivery"]]
    outcome = asked[-1].outcome if asked and asked[-1].done_at else ""
    return "" if outcome in ("", "removed") else BY_HAND if outcome == "by-hand" else standing.said_of(outcome)


def look(page: Page) -> Response:
    """Ask the worker to look at the platform now."""
    credential.ask_look(page.world, page.who, page.at["delivery"])
    return page.go(f"/deliveries/{page.at['delivery']}", "look-asked")


def decide(page: Page) -> Response:
    """What became of a delivery that nobody knows about; with a fresh code."""
    typed, delivery = page.form(Decided), page.at["delivery"]
    if typed.decision not in {name for name, _, _ in DECISIONS}:
        raise Mistyped({"decision": "Choose what became of it"})
    if typed.decision != "published":
        settle.settle_by_hand(page.world, page.who, delivery, typed.decision)
        return page.go(f"/deliveries/{delivery}", "decided")
    page.require(link=bool(typed.link.strip()))
    settle.settle_by_link(page.world, page.who, delivery, typed.link.strip())
    return page.go(f"/deliveries/{delivery}", "link-asked")


def show_remove(page: Page) -> Response:
    """Whether it is really to be taken down."""
    found = reading.read_delivery(page.world, page.who, page.at["delivery"])
    return page.render("delivery_remove.html", "Take this post down?", delivery=found.delivery)


def remove(page: Page) -> Response:
    """Ask the worker to take it down at the platform."""
    credential.ask_removal(page.world, page.who, page.at["delivery"])
    return page.go(f"/deliveries/{page.at['delivery']}", "removal-asked")


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/deliveries/{delivery}", show_delivery, "post.read", OF_SESSION),
    PageRoute("POST", "/deliveries/{delivery}/look", look, "delivery.settle", OF_SESSION, holds=False),
    PageRoute("POST", "/deliveries/{delivery}/decide", decide, "delivery.settle", fresh("settle"), again=show_delivery),
    PageRoute("GET", "/deliveries/{delivery}/remove", show_remove, "publication.remove", OF_SESSION),
    PageRoute("POST", "/deliveries/{delivery}/remove", remove, "publication.remove", OF_SESSION, holds=False),
)
