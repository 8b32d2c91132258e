"""One's own notices, each with a link to the exact thing, and the home page's count of those unread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from gateway.actions import member, notice
from gateway.domain.notice import Notice, NoticeKind
from gateway.storage.cut import place
from gateway.web.mount import OF_SESSION, SIGNED_IN
from gateway.web.pages.finding import row_of
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.paging import window

# The sentence of each kind; {name} is the release's.
WORDS: Mapping[NoticeKind, str] = {
    NoticeKind.RELEASE_MOVED: "{name} has moved: what is bound to it moves with it, or waits",
    NoticeKind.RELEASE_CANCELLED: "{name} is cancelled: nothing bound to it goes out",
    NoticeKind.RELEASE_NOT_FINAL: "{name} is no longer final: what is bound to it waits",
    NoticeKind.RELEASE_VANISHED: "{name} is no longer in the calendar that told of it: ask the release's owner",
    NoticeKind.CALENDARS_DISAGREE: "The calendars disagree about {name}: the later time and the stricter state hold",
    NoticeKind.PUBLICATION_UNSEEN: "{name} has not been seen on the website: two people may confirm that it is out",
    NoticeKind.BREACH_FOUND: "Something on an account is not as we published it: look at the breaches",
    NoticeKind.NOT_APPROVED: "A post of yours was not approved: read why, and write it anew if you wish",
    NoticeKind.WAITS_FOR_YOU: "A post waits for your answer",
    NoticeKind.NOBODY_KNOWS: "Nobody knows whether a post went out: look at it, and say what is so",
    NoticeKind.PLATFORM_REFUSED: "A platform refused a post: read what it said, and put it forward anew",
    NoticeKind.LAPSED: "A post could not go out in its time: read why, and put it forward anew",
    NoticeKind.COMMENTED: "Someone asks or says something about a post",
    NoticeKind.JUDGED_STRICTER: "A post was judged again, more strictly than before: it waits for a person",
    NoticeKind.CREDENTIAL_ENDS: "An account must be connected again soon, or what is scheduled on it cannot go out",
    NoticeKind.FACTOR_ADDED: "A new code app took the place of yours. If that was not you, tell a security officer now",
    NoticeKind.FACTOR_RESET: "Two people reset how you sign in. If you did not ask for it, tell a security officer now",
    NoticeKind.PASSKEY_ADDED: "A passkey was added to your sign-in. If that was not you, tell a security officer now",
    NoticeKind.PASSKEY_REMOVED: "A passkey of yours was removed. If that was not you, tell a security officer now",
    NoticeKind.PASSKEY_COPIED: "A passkey of yours may have been copied: remove it and tell a security officer",
}
# Where the thing is that a notice is about, by its kind.
PLACES: Mapping[str, str] = {
    "submission": "/submissions/{}",
    "breach": "/breaches/{}",
    "delivery": "/deliveries/{}",
    "release": "/releases/{}",
    "account": "/accounts/{}",
    "member": "/passkeys",
}


@dataclass(frozen=True)
class Line:
    """One notice as it is shown; `path` is empty where no page shows the thing."""

    notice: Notice
    text: str
    path: str


def line_of(page: Page, told: Notice) -> Line:
    """A notice in words, with its link."""
    text = WORDS.get(told.kind, str(told.kind)).format(name=told.name or "A release")
    path = PLACES.get(told.subject_kind, "").format(told.subject_id)
    return Line(told, text, path if path and row_of(page, "GET", path) else "")


def show_notices(page: Page) -> Response:
    """Newest first."""
    found, pages = window(
        page,
        lambda limit, cut: notice.notices(page.world, page.who, limit=limit, cut=cut),
        lambda told: place(told.at, told.id),
    )
    lines = [line_of(page, each) for each in found]
    return page.render("notices.html", "Your notices", lines=lines, pages=pages)


def read_notice(page: Page) -> Response:
    """Mark one as read."""
    notice.read_notice(page.world, page.who, page.at["notice"])
    return page.go("/notices", "notice-read")


def open_notice(page: Page) -> Response:
    """Where an e-mail leads: on to the exact thing; to the list where no page shows it."""
    found = notice.one_notice(page.world, page.who, page.at["notice"])
    return page.go(line_of(page, found).path or "/notices")


def show_address(page: Page) -> Response:
    """Where notices go too."""
    return page.render("address.html", "Notices by e-mail")


def set_address(page: Page) -> Response:
    """Another address, or none."""
    member.set_address(page.world, page.who, page.fields.one("email"))
    return page.go("/notices", "address-set")


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/notices", show_notices, SIGNED_IN, OF_SESSION),
    PageRoute("GET", "/notices/by-e-mail", show_address, SIGNED_IN, OF_SESSION),
    PageRoute("POST", "/notices/by-e-mail", set_address, SIGNED_IN, OF_SESSION, again=show_address),
    PageRoute("GET", "/notices/{notice}", open_notice, SIGNED_IN, OF_SESSION),
    PageRoute("POST", "/notices/{notice}/read", read_notice, SIGNED_IN, OF_SESSION, holds=False),
)
