"""Members: who there is, one person with what they hold, their roles, their lost factor, and taking them out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from gateway.actions import leave as leaving
from gateway.actions import member as members
from gateway.actions import overseeing, underway
from gateway.actions.holding import Form
from gateway.domain.leaving import Report
from gateway.domain.member import Member, MemberState
from gateway.domain.signin import FactorStatus
from gateway.web.guards import own_origin
from gateway.web.mount import OF_SESSION, fresh
from gateway.web.pages.confirming import SHOWING
from gateway.web.pages.fields import Mistyped
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.paging import paged
from gateway.web.pages.rendering import said
from gateway.web.pages.setting_up import ROLES
from gateway.web.pages.showing import Shown

STATES: Mapping[MemberState, tuple[str, str]] = {
    MemberState.INVITED: ("Invited, not here yet", "yellow"),
    MemberState.ACTIVE: ("Active", "green"),
    MemberState.LEFT: ("Left", "grey"),
}
FACTORS: Mapping[FactorStatus, str] = {
    FactorStatus.PENDING: "Begun, not confirmed",
    FactorStatus.CONFIRMED: "In order",
    FactorStatus.LOCKED: "Locked after ten wrong codes",
    FactorStatus.ENDED: "Ended",
}


def show_members(page: Page) -> Response:
    """Everyone, those who left at the end."""
    everyone = members.list_members(page.world, page.who)
    found, pages = paged(page, sorted(everyone, key=lambda one: one.state is MemberState.LEFT))
    return page.render("members.html", "People", members=found, pages=pages, states=STATES)


def show_member(page: Page) -> Response:
    """One person with what they hold."""
    found = overseeing.read_member(page.world, page.who, page.at["member"])
    one = found.member
    is_other, is_here = one.id != page.member.id, one.state is not MemberState.LEFT
    return page.render(
        "member.html",
        one.display_name,
        found=found,
        one=one,
        state=STATES[one.state],
        factor=FACTORS[found.factor] if found.factor else "None yet",
        roles=[(role, said(role), ROLES.get(role, "")) for role in page.world.policy.roles.permissions],
        may_leave=is_other and is_here and page.may("member.leave"),
        may_roles=is_other and is_here and page.may("member.roles"),
        may_factor=is_other and one.is_active and page.may("member.factor"),
    )


def set_roles(page: Page) -> Response:
    """Give exactly these roles."""
    wanted = page.fields.many("roles")
    if not wanted:
        raise Mistyped({"roles": "Choose at least one role; to take all of them, take the person out"})
    members.set_roles(page.world, page.who, page.at["member"], wanted)
    return page.go(f"/members/{page.at['member']}", "roles-set")


def unlock(page: Page) -> Response:
    """The second of two people unlocks a factor."""
    members.unlock_factor(page.world, page.who, page.at["member"])
    return page.go(f"/members/{page.at['member']}", "factor-unlocked")


def reset(page: Page) -> Response:
    """The second of two people lets a member come in anew: their link, this once."""
    made = members.reset_factor(page.world, page.who, page.at["member"])
    link = f"{own_origin(page.request)}/join#{made.link_token}"
    return page.render("invited.html", "They come in anew", link=link)


# --- leaving ----------------------------------------------------------------------------------------------------------


def show_leaving(page: Page) -> Response:
    """What taking this person out would end, hold and list."""
    found = leaving.foresee(page.world, page.who, page.at["member"])
    title = f"Take {found.member.display_name} out"
    return page.render("leaving.html", title, found=found, **_listed(page, found.report))


def leave(page: Page) -> Response:
    """Out, at once and for good; then the report, when all that was on its way has its outcome."""
    gone = overseeing.read_member(page.world, page.who, page.at["member"]).member
    report = leaving.leave(page.world, page.who, gone.id)
    went = underway.outcomes_of(page.world, report.on_their_way, time.sleep)
    took = page.world.clock.now().earliest - report.at
    return _report(page, gone, report, went=went, took=took)


def _report(page: Page, gone: Member, report: Report, **more: Any) -> Response:
    return page.render(
        "left.html",
        f"{gone.display_name} is out",
        one=gone,
        found={"report": report},
        by=page.member,
        **_listed(page, report),
        **more,
    )


def _listed(page: Page, report: Report) -> dict[str, Any]:
    things = leaving.things_of(page.world, page.who, report)
    return {
        "held": [things.deliveries[id] for id in report.deliveries_held],
        "going": [things.deliveries[id] for id in report.on_their_way],
        "stopped": [things.submissions[id] for id in report.submissions_stopped],
        "rotate": [things.accounts[id] for id in report.credentials_to_rotate],
        "accounts": things.accounts,
        "report": report,
    }


# --- what is shown before a code is typed -----------------------------------------------------------------------------


def show_whom(page: Page, form: Form) -> Shown:
    """Whom the act is about, with what is asked."""
    one = overseeing.read_member(page.world, page.who, form.subject).member
    rows = [("Person", one.display_name), ("Team", one.team), ("Roles now", ", ".join(map(said, one.roles)))]
    wanted = [value for name, value in form.fields if name == "roles"]
    return Shown([*rows, *([("Roles then", ", ".join(map(said, wanted)))] if wanted else [])])


def show_leaver(page: Page, form: Form) -> Shown:
    """Whom, and what it does."""
    found = leaving.foresee(page.world, page.who, form.subject)
    report = found.report
    counts = (
        ("Sessions that end", found.sessions),
        ("Grants that end", report.grants_ended),
        ("Answers that become void", report.approvals_voided + report.clearances_voided),
        ("Posts that are held for another person", len(report.deliveries_held)),
        ("Posts that are taken back", len(report.submissions_stopped)),
        ("Credentials to renew", len(report.credentials_to_rotate)),
    )
    return Shown([("Person", found.member.display_name), *((what, str(count)) for what, count in counts)])


SHOWING["leave"] = show_leaver
for _act in ("roles", "unlock-factor", "reset-factor"):
    SHOWING[_act] = show_whom

PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/members", show_members, "member.read", OF_SESSION),
    PageRoute("GET", "/members/{member}", show_member, "member.read", OF_SESSION),
    PageRoute("POST", "/members/{member}/roles", set_roles, "member.roles", fresh("roles"), again=show_member),
    PageRoute("POST", "/members/{member}/unlock", unlock, "member.factor", fresh("unlock-factor"), again=show_member),
    PageRoute("POST", "/members/{member}/reset", reset, "member.factor", fresh("reset-factor"), again=show_member),
    PageRoute("GET", "/members/{member}/leave", show_leaving, "member.leave", OF_SESSION),
    PageRoute("POST", "/members/{member}/leave", leave, "member.leave", fresh("leave"), again=show_leaving),
)
