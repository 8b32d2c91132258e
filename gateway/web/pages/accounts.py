"""The account register: what there is, entering an account, and connecting it with what a person brings or consents to.

A credential is typed after the code was asked for, goes into the box, and is never shown, held or logged.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from gateway.actions import account, connecting, consent, credential, revoking
from gateway.actions.connecting import AccountRead
from gateway.actions.holding import Form as Held
from gateway.domain.account import Account, CredentialState, FactorState
from gateway.web.forms import Form, Line, Word
from gateway.web.mount import OF_SESSION, fresh
from gateway.web.pages import words
from gateway.web.pages.confirming import SHOWING
from gateway.web.pages.fields import Mistyped
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.paging import paged
from gateway.web.pages.showing import Shown

# Where a credential stands, in the words of whoever has to do something about it; and the colour of its tag.
CREDENTIALS: Mapping[CredentialState, tuple[str, str]] = {
    CredentialState.NONE: ("Not connected", "grey"),
    CredentialState.DEPOSITED: ("Being checked at the platform", "blue"),
    CredentialState.CURRENT: ("Connected", "green"),
    CredentialState.EXPIRED: ("Expired: connect it again", "red"),
    CredentialState.REVOKED: ("Revoked at the platform: connect it again", "red"),
}
FACTORS: Mapping[FactorState, str] = {
    FactorState.ON: "On",
    FactorState.OFF: "Off: nothing can be scheduled",
    FactorState.UNKNOWN: "Not checked yet: nothing can be scheduled",
}
# What came of ending a credential at the platform; another outcome is a reason, and it may be asked for again.
REVOKED: Mapping[str, str] = {
    "": "Its credential is being ended at the platform. Load this page again in a moment.",
    "revoked": "Its credential was ended at the platform and is forgotten here.",
    "forgotten-here": "Its credential is forgotten here, but the platform lets only its own people end it: "
    "end it there too, in the platform’s own settings.",
    "by-hand": "Its credential is forgotten here, but the platform lets only its own people end it: "
    "end it there too, in the platform’s own settings.",
}
ENDED_WELL = frozenset({"", "current", "exchanging"})


class NewAccount(Form):
    """An account for the register."""

    platform: Word
    origin: Line
    handle: Line
    owner_team: Line
    responsible: Line
    accountable: Line
    tier: Word
    sign_off: Line = ""


def show_accounts(page: Page) -> Response:
    """The register."""
    found, pages = paged(page, account.accounts(page.world, page.who))
    return page.render("accounts.html", "Accounts", accounts=found, pages=pages, said=CREDENTIALS, factors=FACTORS)


def show_register(page: Page) -> Response:
    """What an account needs: where it is, and who answers for it."""
    platforms = [(name, page.world.spelt(name)) for name in sorted(page.world.platforms)]
    homes = {n: sorted(p.hosts) for n, p in sorted(page.world.platforms.items()) if p.hosts and not p.own_origin}
    tiers = [(tier, words.TIERS.get(tier, tier)) for tier in page.world.policy.quorum.needed]
    return page.render("account_new.html", "Register an account", platforms=platforms, homes=homes, tiers=tiers)


def register(page: Page) -> Response:
    """Into the register; it is connected by an owner of its team."""
    typed = page.form(NewAccount)
    required = ("handle", "owner_team", "responsible", "accountable", "origin")
    page.require(**{name: bool(getattr(typed, name).strip()) for name in required})
    made = account.create_account(page.world, page.who, **typed.model_dump())
    return page.go(f"/accounts/{made.id}", "account-registered")


def show_account(page: Page) -> Response:
    """One account, and what it still needs before anything can be posted on it."""
    found = connecting.read_account(page.world, page.who, page.at["account"])
    failed = found.last if found.last and found.last not in ENDED_WELL else ""
    return page.render(
        "account.html",
        found.account.handle,
        found=found,
        account=found.account,
        failed=failed,
        missing=_missing(found.account),
        credential=CREDENTIALS[found.account.credential_state],
        factor=FACTORS[found.account.factor_state],
        ways=_ways(found),
        may_revoke=_may_revoke(page, found),
        revoked=REVOKED.get(found.revoking or "") if found.revoking is not None else None,
    )


def _may_revoke(page: Page, found: AccountRead) -> bool:
    """Whether there is something to end, and whoever looks may ask for it."""
    holds = found.account.credential_state in revoking.HELD and found.revoking != ""
    return holds and found.is_own and page.may("account.connect")


def _missing(account: Account) -> list[str]:
    """What keeps this account from being posted on, each with who does it."""
    needs = (
        (account.credential_state is not CredentialState.CURRENT, "An account owner of its team connects it"),
        (account.factor_state is not FactorState.ON, "A security officer checks its second factor at the platform"),
        (not account.recovery_owner, "A security officer writes down who holds its recovery codes"),
    )
    return [words for is_missing, words in needs if is_missing]


def _ways(found: AccountRead) -> tuple[str, ...]:
    """How this account may be connected, what is asked for first: by consent, by typed fields, by both, or not at all
    while its platform is not installed or our application there is not entered.
    """
    if found.platform is None:
        return ()
    offered = (("consent", found.platform.asks_consent), ("fields", bool(found.platform.fields)))
    return tuple(way for way, is_offered in offered if is_offered)


def show_connect(page: Page) -> Response:
    """The fields of its credential; the code comes first, because what is typed here is never kept."""
    ready = connecting.require_ready(page.world, page.who, page.at["account"])
    fields = [(name, words.CREDENTIALS.get(name, name)) for name in page.world.platforms[ready.platform].fields]
    scopes = page.world.platforms[ready.platform].scopes
    return page.render("connect.html", f"Connect {ready.handle}", account=ready, fields=fields, scopes=scopes)


def connect(page: Page) -> Response:
    """Into the box, for the worker alone."""
    ready = connecting.require_ready(page.world, page.who, page.at["account"])
    brought = {name: page.fields.one(name).strip() for name in page.world.platforms[ready.platform].fields}
    if empty := {name: "Fill this in" for name, value in brought.items() if not value}:
        raise Mistyped(empty)
    credential.connect(page.world, page.who, ready.id, brought)
    return page.go(f"/accounts/{ready.id}", "credential-boxed")


def ask_consent(page: Page) -> Response:
    """The worker makes the address at the platform."""
    asked = consent.ask_consent(page.world, page.who, page.at["account"])
    return page.go(f"/accounts/{asked.account}/consents/{asked.id}")


def show_consent(page: Page) -> Response:
    """On to the platform, as soon as there is an address to go to."""
    asked = consent.read_consent(page.world, page.who, page.at["consent"])
    found = connecting.read_account(page.world, page.who, asked.account)
    scopes = found.platform.scopes if found.platform else ()
    return page.render("consent_asked.html", "Give your consent at the platform", asked=asked, scopes=scopes)


def show_revoke(page: Page) -> Response:
    """Whether its credential is really to be ended."""
    found = connecting.read_account(page.world, page.who, page.at["account"])
    return page.render("account_revoke.html", "End its credential at the platform?", account=found.account)


def revoke(page: Page) -> Response:
    """Ask the worker to end it at the platform and to forget it; with a fresh code."""
    asked = revoking.ask_revocation(page.world, page.who, page.at["account"])
    return page.go(f"/accounts/{asked.account}", "revocation-asked")


def show_what_ends(page: Page, form: Held) -> Shown:
    """Whose credential is about to end, for whoever types a code for it."""
    found = connecting.read_account(page.world, page.who, form.subject).account
    return Shown(
        (("Account", found.handle), ("Platform", page.world.spelt(found.platform)), ("Team", found.owner_team))
    )


SHOWING[revoking.REVOKE] = show_what_ends

PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/accounts", show_accounts, "account.read", OF_SESSION),
    PageRoute("GET", "/accounts/new", show_register, "account.create", OF_SESSION),
    PageRoute("POST", "/accounts/new", register, "account.create", OF_SESSION, again=show_register),
    PageRoute("GET", "/accounts/{account}", show_account, "account.read", OF_SESSION),
    PageRoute("GET", "/accounts/{account}/connect", show_connect, "account.connect", OF_SESSION),
    PageRoute(
        "POST",
        "/accounts/{account}/connect",
        connect,
        "account.connect",
        fresh("connect"),
        again=show_connect,
        holds=False,
    ),
    PageRoute(
        "POST",
        "/accounts/{account}/consents",
        ask_consent,
        "account.connect",
        fresh("connect"),
        holds=True,
        again=show_account,
    ),
    PageRoute("GET", "/accounts/{account}/revoke", show_revoke, "account.connect", OF_SESSION),
    PageRoute(
        "POST",
        "/accounts/{account}/revoke",
        revoke,
        "account.connect",
        fresh(revoking.REVOKE),
        holds=True,
        again=show_account,
    ),
    PageRoute("GET", "/accounts/{account}/consents/{consent}", show_consent, "account.connect", OF_SESSION),
)
