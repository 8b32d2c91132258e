"""Posts for whoever writes them: their own team's, and one post's whole life: words, answers, what became of it."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from gateway.actions import account, commenting, listing, naming, published, reading, submit
from gateway.actions.listing import Line
from gateway.actions.reading import PostRead, SubmissionRead
from gateway.domain.account import Account
from gateway.domain.comment import Comment
from gateway.domain.delivery import State
from gateway.domain.submission import Submission, SubmissionState
from gateway.storage.cut import place
from gateway.web.mount import OF_SESSION
from gateway.web.pages import standing, words
from gateway.web.pages.marking import Found, found_then
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.paging import window
from gateway.web.pages.taking_over import can_take_over
from gateway.web.walltime import minute

OUT = frozenset({State.PUBLISHED, State.REMOVED})
OPEN = frozenset({SubmissionState.WAITING, SubmissionState.HELD})


def show_posts(page: Page) -> Response:
    """The newest of one's own team; the words of what waits for a release are read one by one, and told."""
    found, pages = window(
        page,
        lambda limit, cut: listing.list_lines(page.world, page.who, limit, cut),
        lambda line: place(line.post.created_at, line.post.id),
    )
    title = "Posts of everybody" if reading.READ_DRAFTS & set(page.member.roles) else "Posts of your team"
    return page.render("posts.html", title, posts=found, pages=pages, standing=_tag)


def _tag(line: Line) -> tuple[str, str]:
    """The word for how a post stands, and its colour."""
    if line.newest is None:
        return "Draft", "grey"
    if standing.WANTED & set(line.states):
        return "Needs somebody", "red"
    if line.states and set(line.states) <= OUT:
        return "Out", "green"
    stands = standing.of_submission(line.newest)
    return stands.word, "blue" if line.states else stands.colour


def show_post(page: Page) -> Response:
    """One post."""
    found = reading.read_post(page.world, page.who, page.at["post"])
    newest = found.submissions[-1] if found.submissions else None
    whole = reading.read_submission(page.world, page.who, newest.id) if newest else None
    corrected = None if found.withheld else newest.corrects if newest else found.post.corrects
    comments = commenting.list_comments(page.world, page.who, newest.id) if newest and not found.withheld else []
    return page.render(
        "post.html",
        "Draft" if newest is None else f"Post put forward {minute(newest.submitted_at)}",
        found=found,
        whole=whole,
        said=found.revisions[-1].content,
        shown=_shown(page, newest) if newest else None,
        stands=standing.of_submission(newest, _is_cleared(whole)) if whole and newest else None,
        deliveries=_deliveries(page, whole) if whole else (),
        handles=_handles(page),
        names=_names(page, found, whole, comments),
        release=naming.release_title(page.world, page.who, newest.wish.release) if newest else "",
        comments=comments,
        may_take_over=whole is not None and any(can_take_over(page, each) for each in whole.deliveries),
        may_change=_may_change(page, found),
        may_withdraw=newest is not None and newest.state in OPEN and page.may("submission.withdraw"),
        classes=words.CLASSES,
        corrects=published.among(page.world, page.who, [corrected]).get(corrected) if corrected else None,
    )


def _is_cleared(whole: SubmissionRead | None) -> bool:
    return whole is not None and any(each.granted and each.voided_at is None for each in whole.clearances)


def _deliveries(page: Page, whole: SubmissionRead) -> list[tuple[object, standing.Standing]]:
    return [(delivery, standing.of_delivery(delivery, page.now)) for delivery in whole.deliveries]


def _accounts(page: Page) -> dict[str, Account]:
    return {each.id: each for each in account.accounts(page.world, page.who)}


def _handles(page: Page) -> dict[str, str]:
    return {id: each.handle for id, each in _accounts(page).items()}


def _names(page: Page, found: PostRead, whole: SubmissionRead | None, comments: Iterable[Comment]) -> dict[str, str]:
    yes = [each.by for each in whole.approvals] if whole else []
    cleared = [each.by for each in whole.clearances] if whole else []
    return naming.names(page.world, page.who, [found.post.author, *yes, *cleared, *(said.by for said in comments)])


def _may_change(page: Page, found: PostRead) -> bool:
    is_open = page.may("post.write") and not found.withheld
    return is_open and (found.post.author == page.member.id or found.post.team == page.member.team)


def _shown(page: Page, submission: Submission) -> Found:
    """What was put forward, as it was judged then."""
    return found_then(page.world, submission, _accounts(page))


def show_picture(page: Page) -> Response:
    """A picture of a post, for whoever may read the post."""
    media = reading.read_picture(page.world, page.who, page.at["post"], page.at["picture"])
    return Response(media.body, media_type=media.media_type)


def comment(page: Page) -> Response:
    """Say something to those who answer it; kept with it, never published."""
    newest = reading.read_post(page.world, page.who, page.at["post"]).submissions[-1:]
    for submission in newest:
        commenting.comment(page.world, page.who, submission.id, page.fields.one("comment"))
    return page.go(f"/posts/{page.at['post']}", "commented")


def withdraw(page: Page) -> Response:
    """Take back what has not gone."""
    done = submit.withdraw_submission(page.world, page.who, page.at["submission"])
    return page.go(f"/posts/{done.post}", "withdrawn")


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/posts", show_posts, "post.read", OF_SESSION),
    PageRoute("GET", "/posts/{post}", show_post, "post.read", OF_SESSION),
    PageRoute("GET", "/posts/{post}/pictures/{picture}", show_picture, "post.read", OF_SESSION),
    PageRoute("POST", "/posts/{post}/comments", comment, "submission.comment", OF_SESSION, again=show_post),
    PageRoute("POST", "/submissions/{submission}/withdraw", withdraw, "submission.withdraw", OF_SESSION, holds=False),
)
