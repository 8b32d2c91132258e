"""What anyone may see: how the gateway is, the accessibility statement, the way to report a weakness; the home page."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from gateway.actions import health, notice, reading, showing
from gateway.web.mount import ANYONE, NONE_YET, OF_SESSION, SIGNED_IN
from gateway.web.pages.assets import serve_asset
from gateway.web.pages.navigation import TASKS, is_for
from gateway.web.pages.page import Page, PageRoute
from gateway.web.problems import NotTaken

MOST_UNREAD = 99


def show_home(page: Page) -> Response:
    """What one can do here, by role."""
    tasks = [task for task in TASKS if is_for(page, task)]
    unread = notice.count_unread(page.world, page.who, MOST_UNREAD)
    return page.render("home.html", f"Hello {page.member.display_name}", tasks=tasks, unread=unread)


def show_status(page: Page) -> Response:
    """How the house is: clock, worker, calendar, vault, connectors."""
    status = reading.status(page.world)
    platforms = sorted(page.world.platforms)
    seen = health.health(page.world, page.who) if page.caller is not None and page.caller.is_full else None
    return page.render("status.html", "How the gateway is", status=status, platforms=platforms, health=seen)


def show_accessibility(page: Page) -> Response:
    """The accessibility statement."""
    return page.render("accessibility.html", "Accessibility statement")


def show_security_contact(page: Page) -> Response:
    """To the organisation's own file (RFC 9116), as the setting says."""
    where: str = page.request.app.state.security_txt
    if not where:
        raise NotTaken(404, "No security.txt is configured here.")
    return RedirectResponse(where, 302)


def show_media_once(page: Page) -> Response:
    """A picture for the platform that fetches it while its delivery is sent; nothing before, nothing after."""
    media = showing.fetch_picture(page.world, page.at["token"])
    return Response(media.body, media_type=media.media_type, headers={"X-Robots-Tag": "noindex"})


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/", show_home, SIGNED_IN, OF_SESSION),
    PageRoute("GET", "/status", show_status, ANYONE, NONE_YET),
    PageRoute("GET", "/accessibility", show_accessibility, ANYONE, NONE_YET),
    PageRoute("GET", "/.well-known/security.txt", show_security_contact, ANYONE, NONE_YET),
    PageRoute("GET", f"{showing.PATH}{{token}}", show_media_once, ANYONE, NONE_YET),
    PageRoute("GET", "/assets/{name:path}", serve_asset, ANYONE, NONE_YET),
)
