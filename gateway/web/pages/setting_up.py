"""Setting the gateway up: a list of what is there and what is missing, and inviting people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.responses import Response

from gateway.actions import enrol, pretending
from gateway.actions.progress import Progress, progress
from gateway.web.forms import Form, Line, Word
from gateway.web.guards import own_origin
from gateway.web.mount import OF_SESSION
from gateway.web.pages.fields import Mistyped
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.rendering import said

# What a role does, for whoever gives it; a role of policy that is not here is shown by its name.
ROLES = {
    "author": "writes posts and puts them forward",
    "approver": "says yes or no to other people’s posts",
    "clearer": "says whether a post holds unpublished statistics",
    "account_owner": "connects accounts and says who may act on them",
    "security_officer": "freezes, takes people out, checks the accounts’ second factors",
    "auditor": "reads and exports the log, and changes nothing",
    "administrator": "invites people, gives roles, registers accounts",
    "director": "sees how things stand",
}
# One of each at least, so that a post can go all its way; two administrators, so that a lost factor can be reset.
NEEDED = {"administrator": 2, "author": 1, "approver": 1, "clearer": 1, "account_owner": 1, "security_officer": 1}


class Newcomer(Form):
    """Who is invited."""

    name: Line
    display_name: Line
    team: Line
    roles: list[Word]
    email: Line = ""


@dataclass(frozen=True)
class Step:
    """One line of the list; `path` where something is to be done about it here."""

    text: str
    hint: str
    is_done: bool
    path: str = ""


def steps_of(found: Progress) -> Iterator[Step]:
    """Every step, in the order in which they are best done."""
    yield Step("Name the organisation", found.organisation, True)
    yield Step("Set up your own second factor", "Done when you came in; keep your recovery codes", True)
    missing = [said(role).lower() for role, count in NEEDED.items() if found.roles.get(role, 0) < count]
    hint = f"Still missing: {', '.join(missing)}" if missing else "Every role that a post needs is held"
    yield Step("Invite people", hint, not missing, "/set-up/invite")
    takes = found.status.vault == "takes"
    vault = "Takes credentials" if takes else "Shut: start the worker with its key"
    yield Step("Open the vault", vault, takes and found.status.worker_alive, "/status")
    accounts = f"{found.accounts} registered, {found.connected} connected"
    yield Step("Register and connect the first account", accounts, found.connected > 0, "/accounts")
    fresh = found.status.calendar_fresh
    calendar = "Read" if fresh else "Not read, or too old: nothing bound to a release goes out"
    yield Step("Bring in the release calendar", calendar, fresh, "/status")


def show_set_up(page: Page) -> Response:
    """The list."""
    found = progress(page.world, page.who)
    steps = list(steps_of(found))
    done = sum(step.is_done for step in steps)
    sandbox = page.world.sandbox and all(page.may(permission) for permission in pretending.NEEDED)
    return page.render(
        "set_up.html", "Set the gateway up", steps=steps, done=done, waiting=found.waiting, sandbox=sandbox
    )


def pretend(page: Page) -> Response:
    """A pretend account and the colleagues that a post needs, in one click; the sandbox alone has such."""
    made = pretending.pretend_account(page.world, page.who)
    links = [(member, f"{own_origin(page.request)}/join#{token}") for member, token in made.invited]
    return page.render("pretended.html", "A pretend account is yours", made=made, links=links)


def show_invite(page: Page) -> Response:
    """Who, in which team, with which roles."""
    roles = [(role, said(role), ROLES.get(role, "")) for role in page.world.policy.roles.permissions]
    return page.render("invite.html", "Invite someone", roles=roles)


def invite(page: Page) -> Response:
    """Their one-time link, this once."""
    who = page.form(Newcomer)
    if not who.roles:
        raise Mistyped({"roles": "Choose at least one role"})
    made = enrol.invite(page.world, page.who, who.name, who.display_name, who.team, tuple(who.roles), who.email)
    link = f"{own_origin(page.request)}/join#{made.link_token}"
    return page.render("invited.html", f"{who.display_name} is invited", link=link)


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/set-up", show_set_up, "member.invite", OF_SESSION),
    PageRoute("POST", "/set-up/pretend", pretend, "account.create", OF_SESSION, again=show_set_up, holds=False),
    PageRoute("GET", "/set-up/invite", show_invite, "member.invite", OF_SESSION),
    PageRoute("POST", "/set-up/invite", invite, "member.invite", OF_SESSION, again=show_invite),
)
