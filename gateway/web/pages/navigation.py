"""Where one can go: the navigation and the tasks of the home page, each for those whose role allows it.

A helper who adds a page adds a row here. `permission` is SIGNED_IN or words of roles.toml, any of which is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.web.mount import SIGNED_IN
from gateway.web.pages.page import Page


@dataclass(frozen=True)
class Place:
    """One link: its words, its path, who sees it, and for the home page what one does there."""

    text: str
    path: str
    permission: str
    hint: str = ""


NAVIGATION: tuple[Place, ...] = (
    Place("Home", "/", SIGNED_IN),
    Place("Write", "/compose", "post.write"),
    Place("Queue", "/queue", "post.read"),
    Place("Published", "/publications", "post.read"),
    Place("Waiting", "/waiting", "submission.approve submission.clear"),
    Place("Accounts", "/accounts", "account.read"),
    Place("People", "/members", "member.read"),
    Place("Audit", "/audit", "audit.read"),
    Place("Notices", "/notices", SIGNED_IN),
    Place("Status", "/status", SIGNED_IN),
)
TASKS: tuple[Place, ...] = (
    Place("Write a post", "/compose", "post.write", "Check it, see it as each platform shows it, put it forward"),
    Place("Set the gateway up", "/set-up", "member.invite", "People, the vault, the first account, the calendar"),
    Place(
        "Answer what waits for you",
        "/waiting",
        "submission.approve submission.clear",
        "Posts of other people, the most urgent first",
    ),
    Place("Freeze, or drill it", "/freezes", "freeze.write", "Stop one account, one platform or everything, at once"),
    Place("Take a person out", "/members", "member.leave", "See first what it ends, holds and lists"),
    Place("See breaches", "/breaches", "breach.read", "What was found on the accounts that should not be there"),
    Place("See how the accounts stand", "/security/accounts", "account.factor grant.write", "Factors, use, keys"),
    Place("Search the audit log", "/audit", "audit.read", "Who did what, when; a post’s whole life; proofs; verify it"),
    Place(
        "Take the log away", "/audit/export", "audit.export", "As it was signed, with what verifies it, or as a table"
    ),
    Place("See sign-ins and refusals", "/sign-ins", "audit.read", "Who came in, who was told no, and why"),
    Place(
        "Register an account", "/accounts/new", "account.create", "A social account, where it is and who answers for it"
    ),
    Place("Connect an account", "/accounts", "account.connect", "Bring its credential, or consent at the platform"),
    Place("See the queue", "/queue", "post.read", "What is coming, when, and what needs somebody"),
    Place("See what went out", "/publications", "post.read", "Where, when and how late; correct or take down"),
    Place("See your team’s posts", "/posts", "post.read", "Drafts, what waits for answers, what became of it"),
    Place("Passkeys", "/passkeys", SIGNED_IN, "Sign in and confirm by finger, face or PIN, safe from copied pages"),
    Place("See where you are signed in", "/sessions", SIGNED_IN, "End a session you do not know, or all of them"),
    Place("See how the gateway is", "/status", SIGNED_IN, "Clock, calendar, worker and vault"),
)


def shown(page: Page) -> list[dict[str, object]]:
    """The navigation for whoever asks, as the macro wants it; empty before signing in."""
    here = page.request.url.path
    return [
        {"text": place.text, "href": place.path, "current": here == place.path, "active": _is_in(here, place.path)}
        for place in NAVIGATION
        if is_for(page, place)
    ]


def is_for(page: Page, place: Place) -> bool:
    """Whether this place is shown to whoever asks: they are signed in, and a role of theirs allows it."""
    if page.caller is None or not page.caller.is_full:
        return False
    return place.permission == SIGNED_IN or any(page.may(word) for word in place.permission.split())


def _is_in(here: str, path: str) -> bool:
    return path != "/" and here.startswith(f"{path}/")
