"""Where a platform sends a person back to (OAuth 2): what came with them is boxed for the worker, and nothing is kept.

A GET that writes: its state is secret, serves once, and only for the member it was made for.
"""

from __future__ import annotations

from starlette.responses import Response

from gateway.actions import consent
from gateway.domain.consent import DECLINED
from gateway.web.mount import OF_SESSION
from gateway.web.pages.page import Page, PageRoute

COUNTED = ("state", "code", "iss", "error")  # each at most once: said twice, it may mean two things


def come_back(page: Page) -> Response:
    """The worker exchanges the code within seconds; the account's page shows how it ended."""
    state, code, issuer, error = (page.query.one(name) for name in COUNTED)
    answered = consent.answer_consent(page.world, page.who, state=state, code=code, issuer=issuer, error=error)
    if answered.outcome == DECLINED:
        return page.render("consent.html", "The platform gave no consent", declined=True)
    return page.render("consent.html", "The account is being connected", declined=False)


PAGES: tuple[PageRoute, ...] = (PageRoute("GET", "/oauth/callback", come_back, "account.connect", OF_SESSION),)
