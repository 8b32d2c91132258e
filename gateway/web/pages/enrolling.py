"""Coming in by a one-time link: a password, a second factor (a QR code, or its key typed), ten recovery codes."""

from __future__ import annotations

import re

from markupsafe import Markup
from starlette.responses import PlainTextResponse, Response

from gateway.actions import enrol
from gateway.web.forms import Code, Form, Secret
from gateway.web.guards import hand_over, is_keepable
from gateway.web.mount import ANYONE, HALF, NONE_YET, OF_SESSION, SIGNED_IN
from gateway.web.pages.fields import Mistyped
from gateway.web.pages.page import Page, PageRoute

CODES = re.compile(r"[0-9a-zA-Z-]{8,40}( [0-9a-zA-Z-]{8,40}){0,19}")


class Link(Form):
    """A one-time link, whole or what stands behind its `#`; and the password chosen by it."""

    link: Secret
    password: Secret


class Proof(Form):
    """The first code of a new factor."""

    code: Code


def show_join(page: Page) -> Response:
    """The link, which travels behind a `#` so that no proxy's log holds it, and a password."""
    return page.render("join.html", "Come in with your one-time link")


def join(page: Page) -> Response:
    """A password, and on to the second factor."""
    typed = page.form(Link)
    page.require(link=bool(typed.link.strip()), password=bool(typed.password))
    if not is_keepable(page.request):
        raise Mistyped({"": "Over plain http no session can be kept: use the address that begins with https://"})
    link = typed.link.rpartition("#")[2].strip()
    token = enrol.accept_invitation(page.world, link, typed.password, page.source)
    answer = page.go("/enrol")
    hand_over(answer, token, "cookie")
    return answer


def show_enrol(page: Page) -> Response:
    """What a second factor is and what one needs."""
    return page.render("enrol.html", "Set up a second factor")


def begin_enrolment(page: Page) -> Response:
    """A new secret, to be proved by its first code."""
    enrol.begin_enrolment(page.world, page.token)
    return page.go("/enrol/app")


def show_app(page: Page) -> Response:
    """The QR code, the key to type, and where its first code goes."""
    pending = enrol.pending_enrolment(page.world, page.token)
    key = " ".join(re.findall(".{1,4}", pending.secret))
    drawn = Markup(pending.qr_svg)  # noqa: S704 - drawn by segno from an address that is escaped for it
    return page.render("enrol_app.html", "Add this gateway to your code app", qr=drawn, key=key)


def confirm_enrolment(page: Page) -> Response:
    """Proved: signed in, and the recovery codes, this once."""
    done = enrol.confirm_enrolment(page.world, page.token, page.form(Proof).code.strip())
    signed_in = page.as_session(done.session_token)
    answer = signed_in.render("recovery_codes.html", "Keep your recovery codes", codes=done.recovery_codes)
    hand_over(answer, done.session_token, "cookie")
    return answer


def download_codes(page: Page) -> Response:
    """The codes that the page showed, as a file: they are not stored here, so the page sends them back."""
    codes = page.fields.one("codes")
    if not CODES.fullmatch(codes):
        raise Mistyped({"": "Only the codes that were shown can be downloaded"})
    lines = ["Recovery codes of the social gateway. Each works once.", "", *codes.split(), ""]
    headers = {"Content-Disposition": 'attachment; filename="recovery-codes.txt"'}
    return PlainTextResponse("\r\n".join(lines), headers=headers)


def confirm_kept(page: Page) -> Response:
    """They say that they kept them."""
    if page.fields.one("kept") != "yes":
        codes = tuple(page.fields.one("codes").split()) if CODES.fullmatch(page.fields.one("codes")) else ()
        again = page.with_errors({"kept": "Say that you have kept your recovery codes"})
        return again.render("recovery_codes.html", "Keep your recovery codes", codes=codes)
    return page.go("/", "enrolled")


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/join", show_join, ANYONE, NONE_YET),
    PageRoute("POST", "/join", join, ANYONE, NONE_YET, again=show_join, holds=False),
    PageRoute("GET", "/enrol", show_enrol, HALF, NONE_YET),
    PageRoute("POST", "/enrol", begin_enrolment, HALF, NONE_YET, again=show_enrol, holds=False),
    PageRoute("GET", "/enrol/app", show_app, HALF, NONE_YET),
    PageRoute("POST", "/enrol/app", confirm_enrolment, HALF, NONE_YET, again=show_app, holds=False),
    PageRoute("POST", "/enrol/codes", download_codes, SIGNED_IN, OF_SESSION, holds=False),
    PageRoute("POST", "/enrol/kept", confirm_kept, SIGNED_IN, OF_SESSION, holds=False),
)
