"""Accounts as those see them who answer for them: how each stands, its second factor, and who may act on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.responses import Response

from gateway.actions import account, connecting, overseeing
from gateway.actions.holding import Form
from gateway.actions.overseeing import AccountSeen
from gateway.domain.account import CredentialState, FactorState
from gateway.domain.grant import Kind
from gateway.domain.instant import Now
from gateway.web.mount import OF_SESSION, fresh
from gateway.web.pages.accounts import CREDENTIALS
from gateway.web.pages.confirming import SHOWING
from gateway.web.pages.fields import Fields, Mistyped
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.paging import paged
from gateway.web.pages.rendering import said, span
from gateway.web.pages.showing import Shown
from gateway.web.walltime import day, instant_of_wall, wall

DORMANT = timedelta(days=180)
AHEAD = timedelta(days=14)
KINDS: Mapping[Kind, str] = {
    Kind.WATCH: "sees what is planned on it",
    Kind.WRITE: "writes posts for it",
    Kind.APPROVE: "says yes or no to posts for it",
    Kind.PUBLISH_NOW: "publishes at once, without a time",
    Kind.REPLY: "answers others on it",
    Kind.MANAGE: "settles, removes, answers for breaches",
}


def show_health(page: Page) -> Response:
    """Every account: who answers for it, its second factor, when it was last used, how long its credential serves."""
    found, pages = paged(page, overseeing.account_health(page.world, page.who))
    lines = [(one, worries(page, one), forecast(one, page.now)) for one in found]
    return page.render("account_health.html", "How the accounts stand", lines=lines, pages=pages, said=CREDENTIALS)


def worries(page: Page, seen: AccountSeen) -> list[str]:
    """What somebody has to do something about."""
    one, now = seen.account, page.now
    checked, life = one.factor_checked_at, page.world.policy.timing.account_factor_life
    used = seen.used_at or one.created_at
    found = (
        (one.factor_state is FactorState.OFF, "Second factor off"),
        (one.factor_state is FactorState.UNKNOWN, "Second factor not checked"),
        (checked is not None and now.maybe_past(checked + life), "Check of the second factor too old"),
        (not one.recovery_owner, "Nobody named for its recovery codes"),
        (one.credential_state is not CredentialState.CURRENT, CREDENTIALS[one.credential_state][0]),
        (one.grant_ends_at is not None and now.maybe_past(one.grant_ends_at - AHEAD), "To be connected again soon"),
        (now.maybe_past(used + DORMANT), "Not used for half a year: use it, close it or say why it stays"),
    )
    return [words for holds, words in found if holds]


def forecast(seen: AccountSeen, now: Now) -> str:
    """How long the credential serves, in words."""
    one = seen.account
    if one.credential_state is not CredentialState.CURRENT:
        return "No credential serves"
    if one.grant_ends_at is not None:
        left = one.grant_ends_at - now.latest
        return f"A person connects it again by {wall(one.grant_ends_at)}" + (
            f", in {span(left)}" if left > timedelta(0) else ": that is past"
        )
    return f"Renewed by itself before {wall(one.access_ends_at)}" if one.access_ends_at else "No end known"


# --- the second factor ------------------------------------------------------------------------------------------------


def show_factor(page: Page) -> Response:
    """What was seen last, and the form for what is seen now."""
    one = connecting.read_account(page.world, page.who, page.at["account"]).account
    states = [("on", "On"), ("off", "Off"), ("unknown", "It could not be seen")]
    return page.render("account_factor.html", f"Second factor of {one.handle}", one=one, states=states)


def check_factor(page: Page) -> Response:
    """Written down as a person saw it just now."""
    state, owner = page.fields.one("state"), page.fields.one("recovery_owner").strip()
    page.require(state=state in set(FactorState), recovery_owner=state != "on" or bool(owner))
    account.check_factor(page.world, page.who, page.at["account"], FactorState(state), owner)
    return page.go(f"/accounts/{page.at['account']}", "factor-checked")


# --- grants -----------------------------------------------------------------------------------------------------------


def show_grants(page: Page) -> Response:
    """Who may do what on an account, until when; and the form for another."""
    found = connecting.read_account(page.world, page.who, page.at["account"])
    grants = account.grants(page.world, page.who, found.account.id)
    may_give = found.is_own and page.may("grant.write")
    people = overseeing.people(page.world, page.who) if may_give else []
    return page.render(
        "grants.html",
        f"Who may act on {found.account.handle}",
        one=found.account,
        grants=sorted(grants, key=lambda grant: (grant.member, grant.begins)),
        names=overseeing.names(page.world, page.who),
        people=[("", "Choose a person"), *((each.id, f"{each.display_name}, {each.team}") for each in people)],
        kinds=[(str(kind), said(kind), hint) for kind, hint in KINDS.items()],
        may_give=may_give,
        own=page.member.id,
    )


def give(page: Page) -> Response:
    """A grant from now on, or from a day, until a day."""
    kinds = tuple(Kind(kind) for kind in page.fields.many("kinds") if kind in set(Kind))
    page.require(member=bool(page.fields.one("member")), kinds=bool(kinds))
    begins = _day(page, "begins") or page.now.earliest
    account.give_grant(
        page.world, page.who, page.at["account"], page.fields.one("member"), kinds, begins, _day(page, "ends")
    )
    return page.go(f"/accounts/{page.at['account']}/grants", "grant-given")


def _day(page: Page, name: str) -> datetime | None:
    """The beginning of a typed day, UK time; None where nothing was typed. Raises Mistyped."""
    typed = page.fields.one(name).strip()
    if not typed:
        return None
    try:
        return instant_of_wall(f"{typed}T00:00")
    except ValueError:
        raise Mistyped({name: "Give a day, like 2027-03-31"}) from None


def end(page: Page) -> Response:
    """End a grant at once."""
    given = account.end_grant(page.world, page.who, page.at["grant"])
    return page.go(f"/accounts/{given.account}/grants", "grant-ended")


def show_granting(page: Page, form: Form) -> Shown:
    """Who gets, or loses, what on which account."""
    fields, one = Fields.of(form.fields), connecting.read_account(page.world, page.who, form.subject).account
    names = overseeing.names(page.world, page.who)
    if "kinds" in fields:
        rows = [
            ("Gives", names.get(fields.one("member"), "")),
            ("May", ", ".join(said(kind) for kind in fields.many("kinds"))),
            ("From", fields.one("begins") or "Now"),
            ("Until the beginning of", fields.one("ends") or "No end"),
        ]
    else:
        ended = [g for g in account.grants(page.world, page.who, one.id) if form.path.endswith(f"/grants/{g.id}/end")]
        rows = [("Ends what this person may do", names.get(g.member, g.member)) for g in ended]
        rows += [("May now", ", ".join(map(said, g.kinds)) + f", since {day(g.begins)}") for g in ended]
    return Shown([("Account", one.handle), *rows])


SHOWING["grant"] = show_granting

PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/security/accounts", show_health, "account.read", OF_SESSION),
    PageRoute("GET", "/accounts/{account}/factor", show_factor, "account.factor", OF_SESSION),
    PageRoute("POST", "/accounts/{account}/factor", check_factor, "account.factor", OF_SESSION, again=show_factor),
    PageRoute("GET", "/accounts/{account}/grants", show_grants, "grant.read", OF_SESSION),
    PageRoute("POST", "/accounts/{account}/grants", give, "grant.write", fresh("grant"), again=show_grants),
    PageRoute("POST", "/accounts/{account}/grants/{grant}/end", end, "grant.write", fresh("grant"), again=show_grants),
)
