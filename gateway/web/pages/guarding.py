"""For security officers: freezing and its drill, the history of sign-ins and refusals, and breaches."""

from __future__ import annotations

import time
from collections.abc import Mapping

from starlette.responses import Response

from gateway.actions import account, freezing, underway, watch
from gateway.actions.history import ACTS, REFUSED, history
from gateway.actions.holding import Form
from gateway.audit.entry import Entry
from gateway.domain.audit import ANYONE, WORKER
from gateway.domain.breach import BreachKind, BreachState
from gateway.domain.instant import parse_rfc3339
from gateway.domain.refusal import Reason
from gateway.storage.cut import Cut, place
from gateway.web.mount import OF_SESSION, fresh
from gateway.web.pages.confirming import SHOWING
from gateway.web.pages.fields import Fields
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.paging import window
from gateway.web.pages.rendering import said
from gateway.web.pages.showing import Shown
from gateway.web.refusals import WORDS

KINDS: Mapping[BreachKind, str] = {
    BreachKind.FOREIGN_POST: "A post that is not ours",
    BreachKind.CHANGED_POST: "A post of ours was changed",
    BreachKind.VANISHED_POST: "A post of ours is gone",
    BreachKind.CHANGED_NAME: "The name was changed",
    BreachKind.CHANGED_PICTURE: "The picture was changed",
    BreachKind.CHANGED_BIO: "The description was changed",
    BreachKind.CHANGED_APPLICATIONS: "Other applications may post",
}
STATES: Mapping[BreachState, tuple[str, str]] = {
    BreachState.OPEN: ("Open", "red"),
    BreachState.ACKNOWLEDGED: ("Taken note of", "yellow"),
    BreachState.CLOSED: ("Closed", "grey"),
}
PAST: Mapping[str, str] = {
    "signin.code": "Signed in with a code",
    "signin.passkey": "Signed in with a passkey",
    "signin.recovery": "Signed in with a recovery code",
    "session.end": "A session ended",
    "invitation.accept": "Came in by a one-time link",
    "factor.confirm": "Set up a second factor",
    "factor.lock": "Second factor locked after wrong codes",
}
SOMEBODY: Mapping[str, str] = {ANYONE: "Somebody not signed in", WORKER: "The worker"}


# --- freezing ---------------------------------------------------------------------------------------------------------


def show_freezes(page: Page) -> Response:
    """Freezes in force, and the form for another."""
    handles = {one.id: one.handle for one in account.accounts(page.world, page.who)}
    found = freezing.frozen(page.world, page.who)
    platforms = [(name, page.world.spelt(name)) for name in sorted(page.world.platforms)]
    return page.render(
        "freezes.html",
        "Freezes",
        freezes=[(held, _scope(page, held.scope, held.target, handles)) for held in found],
        platforms=[("", "Choose one"), *platforms],
        accounts=[("", "Choose one"), *sorted(handles.items(), key=lambda each: each[1])],
    )


def _scope(page: Page, scope: str, target: str, handles: Mapping[str, str]) -> str:
    names = {"all": "Everything", "platform": page.world.spelt(target), "account": handles.get(target, target)}
    return names.get(scope, scope)


def _asked(fields: Fields) -> tuple[str, str]:
    """Scope and target as typed."""
    scope = fields.one("scope")
    return scope, fields.one(scope) if scope in {"platform", "account"} else ""


def freeze(page: Page) -> Response:
    """Stop everything of a scope; answers once what had passed its intent has outcomes."""
    scope, target = _asked(page.fields)
    page.require(scope=scope in {"all", "platform", "account"}, reason=bool(page.fields.one("reason").strip()))
    page.require(**({} if scope == "all" else {scope: bool(target)}))
    held = freezing.freeze(page.world, page.who, scope, target, page.fields.one("reason"))
    went = underway.outcomes_of(page.world, underway.under_freeze(page.world, held), time.sleep)
    took = page.world.clock.now().earliest - held.since
    handles = {one.id: one.handle for one in account.accounts(page.world, page.who)}
    what = _scope(page, scope, target, handles)
    return page.render("frozen.html", f"Frozen: {what}", held=held, went=went, took=took, handles=handles)


def drill(page: Page) -> Response:
    """Measure what a freeze would stop, and change nothing."""
    scope, target = _asked(page.fields)
    page.require(scope=scope in {"all", "platform", "account"})
    page.require(**({} if scope == "all" else {scope: bool(target)}))
    found = freezing.drill(page.world, page.who, scope, target)
    handles = {one.id: one.handle for one in found.accounts}
    what = _scope(page, scope, target, handles)
    return page.render("freeze_drill.html", "Freeze drill", found=found, what=what)


def thaw(page: Page) -> Response:
    """Lift a freeze."""
    freezing.thaw(page.world, page.who, page.at["freeze"])
    return page.go("/freezes", "thawed")


def show_freezing(page: Page, form: Form) -> Shown:
    """What is stopped, and why."""
    fields = Fields.of(form.fields)
    scope, target = _asked(fields)
    handles = {one.id: one.handle for one in account.accounts(page.world, page.who)}
    return Shown([("Stops", _scope(page, scope, target, handles)), ("Why", fields.one("reason"))])


def show_thawing(page: Page, form: Form) -> Shown:
    """Which freeze is lifted."""
    handles = {one.id: one.handle for one in account.accounts(page.world, page.who)}
    found = [held for held in freezing.frozen(page.world, page.who) if held.id == form.subject]
    return Shown([(_scope(page, held.scope, held.target, handles), held.reason) for held in found])


SHOWING["freeze"] = show_freezing
SHOWING["thaw"] = show_thawing

# --- history ----------------------------------------------------------------------------------------------------------


def show_history(page: Page) -> Response:
    """Sign-ins and refusals, newest first; of one member where one is named."""
    kind, member = page.query.one("kind"), page.query.one("member")
    names: dict[str, str] = {}

    def read(limit: int, cut: Cut | None) -> tuple[Entry, ...]:
        found = history(page.world, page.who, kind, member, limit, cut)
        names.update(found.names)
        return found.entries

    found, pages = window(page, read, lambda entry: str(entry.index))
    lines = [(parse_rfc3339(each.at_earliest), _actor(each, names), _told(each)) for each in found]
    title = f"Sign-ins and refusals of {names.get(member, 'one person')}" if member else "Sign-ins and refusals"
    return page.render("history.html", title, lines=lines, pages=pages, kinds=tuple(ACTS), kind=kind, member=member)


def _actor(entry: Entry, names: Mapping[str, str]) -> str:
    who = names.get(entry.actor) or SOMEBODY.get(entry.actor, entry.actor)
    about = names.get(entry.subject_id, "")
    return f"{who}, for {about}" if about and entry.actor != entry.subject_id else who


def _told(entry: Entry) -> str:
    if entry.act != REFUSED:
        return PAST.get(entry.act, entry.act)
    why = str(entry.facts.get("reason", ""))
    title = WORDS[Reason(why)].title if why in set(Reason) else said(why)
    return f"Refused: {said(str(entry.facts.get('act', '')).replace('.', ' ')).lower()} – {title}"


# --- breaches ---------------------------------------------------------------------------------------------------------


def show_breaches(page: Page) -> Response:
    """What was found on the accounts that should not be there, newest first; the open ones unless all are asked for."""
    state = None if page.query.one("all") == "yes" else BreachState.OPEN
    found, pages = window(
        page,
        lambda limit, cut: watch.list_breaches(page.world, page.who, state, limit, cut),
        lambda breach: place(breach.found_at, breach.id),
    )
    handles = {one.id: one.handle for one in account.accounts(page.world, page.who)}
    return page.render(
        "breaches.html", "Breaches", found=found, pages=pages, kinds=KINDS, states=STATES, handles=handles, state=state
    )


def show_breach(page: Page) -> Response:
    """One breach with its evidence, and what can be done about it."""
    one = watch.read_breach(page.world, page.who, page.at["breach"])
    handles = {each.id: each for each in account.accounts(page.world, page.who)}
    removable = one.kind is BreachKind.FOREIGN_POST and one.receipt is not None and one.removed_at is None
    return page.render(
        "breach.html",
        KINDS[one.kind],
        one=one,
        account=handles[one.account],
        state=STATES[one.state],
        may_handle=page.may("breach.handle") and one.state is not BreachState.CLOSED,
        may_remove=page.may("publication.remove") and removable,
    )


def handle(page: Page) -> Response:
    """Take note of it, or close it, and say why."""
    state, reason = page.fields.one("state"), page.fields.one("reason")
    page.require(state=state in {"acknowledged", "closed"}, reason=bool(reason.strip()))
    watch.handle_breach(page.world, page.who, page.at["breach"], BreachState(state), reason)
    return page.go(f"/breaches/{page.at['breach']}", "breach-handled")


def take_down(page: Page) -> Response:
    """Have a foreign post taken down at the platform."""
    watch.ask_foreign_removal(page.world, page.who, page.at["breach"])
    return page.go(f"/breaches/{page.at['breach']}", "removal-asked")


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/freezes", show_freezes, "freeze.read", OF_SESSION),
    PageRoute("POST", "/freezes", freeze, "freeze.write", fresh("freeze"), again=show_freezes),
    PageRoute("POST", "/freezes/drill", drill, "freeze.write", OF_SESSION, again=show_freezes),
    PageRoute("POST", "/freezes/{freeze}/thaw", thaw, "freeze.write", fresh("thaw"), again=show_freezes),
    PageRoute("GET", "/sign-ins", show_history, "audit.read", OF_SESSION),
    PageRoute("GET", "/breaches", show_breaches, "breach.read", OF_SESSION),
    PageRoute("GET", "/breaches/{breach}", show_breach, "breach.read", OF_SESSION),
    PageRoute("POST", "/breaches/{breach}/handle", handle, "breach.handle", OF_SESSION, again=show_breach),
    PageRoute("POST", "/breaches/{breach}/remove", take_down, "publication.remove", OF_SESSION, holds=False),
)
