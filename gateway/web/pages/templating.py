"""Templates: the list of one's team, a new one, and taking one off the list. They are used on the page for writing."""

from __future__ import annotations

from starlette.responses import Response

from gateway.actions import templating
from gateway.web.api.templates import Kept
from gateway.web.mount import OF_SESSION
from gateway.web.pages.page import Page, PageRoute


def show_templates(page: Page) -> Response:
    """What there is, and the form for one more."""
    found = templating.templates(page.world, page.who)
    return page.render("templates.html", "Templates of your team", found=found)


def keep(page: Page) -> Response:
    """One more."""
    typed = page.form(Kept)
    page.require(title=bool(typed.title.strip()), text=bool(typed.text.strip()))
    templating.keep_template(page.world, page.who, typed.title, typed.text)
    return page.go("/templates", "template-kept")


def remove(page: Page) -> Response:
    """Off the list."""
    templating.remove_template(page.world, page.who, page.at["template"])
    return page.go("/templates", "template-removed")


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/templates", show_templates, "post.write", OF_SESSION),
    PageRoute("POST", "/templates", keep, "post.write", OF_SESSION, again=show_templates),
    PageRoute("POST", "/templates/{template}/remove", remove, "post.write", OF_SESSION, holds=False),
)
