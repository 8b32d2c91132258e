"""Rendering: one Jinja environment with the GOV.UK macros, escaping on; what every page is given; its headers."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from gateway.domain.instant import parse_rfc3339
from gateway.domain.rules.hashtag_case import capitalised
from gateway.web.guards import VISIT
from gateway.web.pages import navigation, words
from gateway.web.pages.assets import address_of
from gateway.web.pages.page import DONE_COOKIE, Page
from gateway.web.pages.squeezing import squeeze
from gateway.web.walltime import clock, day, minute, wall

# Scripts and styles of our own origin alone, and the one inline line of the GOV.UK template by its nonce.
CSP = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
NONCE_BYTES = 16


@cache
def environment() -> Environment:
    """The one environment; compiled templates stay in memory."""
    made = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("gateway.web.pages", "templates"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja", "templates")}),
            ]
        ),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "wall": when,
        "minute": when_about,
        "day": day,
        "span": span,
        "words": said,
        "platform": platform,
        "instant": parse_rfc3339,
        "clock": clock,
        "capitalised": capitalised,
    }
    made.globals |= {"asset": address_of, "severities": words.SEVERITIES}
    return made


def render(page: Page, template: str, title: str, values: Mapping[str, Any]) -> Response:
    """The page as HTML under its own content security policy."""
    nonce = base64.urlsafe_b64encode(page.world.chance.token(NONCE_BYTES)).decode().rstrip("=")
    done = words.DONE.get(page.request.cookies.get(DONE_COOKIE, ""), "")
    given = {
        "page": page,
        "title": title,
        "cspNonce": nonce,
        "banner": done,
        "navigation": navigation.shown(page),
        "errors": [
            {"text": text, "href": f"#{name}"} if name else {"text": text} for name, text in page.errors.items()
        ],
        **values,
    }
    answer = HTMLResponse(environment().get_template(template).render(given), page.status)
    answer.headers["Content-Security-Policy"] = CSP.format(nonce=nonce)
    # `no-referrer` would make browsers send `Origin: null` with our own forms (Fetch, section 3.2.5).
    answer.headers["Referrer-Policy"] = "same-origin"
    if visit := getattr(page.request.state, "visit", ""):
        answer.set_cookie(VISIT, visit, path="/", secure=True, httponly=True, samesite="strict")
    if done:
        answer.delete_cookie(DONE_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return squeeze(answer, page.request, page.world.chance.token)


@pass_context
def platform(context: Context, name: str) -> str:
    """A platform's name as people read it; macros that use it are imported with context."""
    page: Page = context["page"]
    return page.world.spelt(name)


def when(instant: datetime) -> Markup:
    """An instant as UK wall time, machine-readable too."""
    # Digits and names of months alone, nothing to escape; and lists hold hundreds.
    return Markup(f'<time datetime="{instant.isoformat()}">{wall(instant)}</time>')  # noqa: S704


def when_about(instant: datetime) -> Markup:
    """The same to the minute, for people who need no more."""
    return Markup(f'<time datetime="{instant.isoformat()}">{minute(instant)}</time>')  # noqa: S704


def span(seconds: float | timedelta) -> str:
    """A span in the largest two units that say enough: `45 seconds`, `3 minutes`, `2 hours 5 minutes`, `4 days`."""
    left = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    parts = []
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}{'s' if count != 1 else ''}")
    return " ".join(parts[:2]) or "less than a second"


def said(key: str) -> str:
    """A key of the code as words: `security_officer` → `Security officer`."""
    return key.replace("_", " ").replace("-", " ").capitalize()
