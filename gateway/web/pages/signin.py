"""Signing in and out, sessions."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from gateway.actions import passkey, sessions, signin
from gateway.web.forms import Code, Form, Line, Secret
from gateway.web.guards import hand_over, is_keepable, take_back
from gateway.web.mount import ANYONE, HALF, NONE_YET, OF_SESSION, SIGNED_IN
from gateway.web.pages.fields import Mistyped
from gateway.web.pages.finding import next_of
from gateway.web.pages.page import Page, PageRoute


class Name(Form):
    """A name and its password."""

    name: Line
    password: Secret


class Proof(Form):
    """A one-time or recovery code."""

    code: Code


def show_sign_in(page: Page) -> Response:
    """Name and password."""
    ended = page.query.one("ended") == "yes"
    return page.render("sign_in.html", "Sign in", next=next_of(page), ended=ended)


def sign_in(page: Page) -> Response:
    """A half session, and on to the second factor."""
    typed = page.form(Name)
    if not is_keepable(page.request):
        raise Mistyped({"": "Over plain http no session can be kept: use the address that begins with https://"})
    half = signin.sign_in(page.world, typed.name, typed.password, page.source)
    answer = page.go(_with_next("/enrol" if half.needs == "enrol" else "/sign-in/code", page))
    hand_over(answer, half.session_token, "cookie")
    return answer


def _with_next(path: str, page: Page) -> str:
    wanted = next_of(page)
    return path if wanted == "/" else f"{path}?next={quote(wanted, safe='')}"


def show_code(page: Page) -> Response:
    """The second factor."""
    has = passkey.has_passkey(page.world, page.token)
    return page.render("code.html", "Enter the code from your app", next=next_of(page), has_passkey=has)


def ask_passkey(page: Page) -> Response:
    """What the page's script gives to the browser (JSON)."""
    return Response(passkey.begin_sign_in(page.world, page.token), media_type="application/json")


def prove_passkey(page: Page) -> Response:
    """Signed in by a passkey."""
    answer = page.fields.one("credential")
    return _signed_in(page, passkey.prove_sign_in(page.world, page.token, answer, page.source))


def prove_code(page: Page) -> Response:
    """Signed in by a one-time code."""
    code = page.form(Proof).code.strip()
    return _signed_in(page, signin.prove_code(page.world, page.token, code, page.source))


def show_recovery(page: Page) -> Response:
    """A recovery code in place of the second factor."""
    return page.render("recovery.html", "Enter a recovery code", next=next_of(page))


def prove_recovery(page: Page) -> Response:
    """Signed in by a recovery code, which is spent."""
    code = page.form(Proof).code.strip()
    return _signed_in(page, signin.prove_recovery(page.world, page.token, code, page.source))


def _signed_in(page: Page, token: str) -> Response:
    answer = page.go(next_of(page), "signed-in")
    hand_over(answer, token, "cookie")
    return answer


def sign_out(page: Page) -> Response:
    """End this session."""
    sessions.sign_out(page.world, page.token)
    return _gone(page)


def show_sessions(page: Page) -> Response:
    """Where one is signed in."""
    own = sessions.list_sessions(page.world, page.who)
    return page.render("sessions.html", "Where you are signed in", sessions=own)


def end_session(page: Page) -> Response:
    """End one of one's own sessions."""
    session = page.at["session"]
    sessions.end_session(page.world, page.who, session)
    return _gone(page) if session == page.who.session else page.go("/sessions", "session-ended")


def sign_out_everywhere(page: Page) -> Response:
    """End them all."""
    sessions.sign_out_everywhere(page.world, page.who)
    return _gone(page)


def show_signed_out(page: Page) -> Response:
    """What remains after signing out: nothing."""
    return page.render("signed_out.html", "You are signed out")


def _gone(page: Page) -> Response:
    answer = page.go("/signed-out")
    take_back(answer, "cookie")
    return answer


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/sign-in", show_sign_in, ANYONE, NONE_YET),
    PageRoute("POST", "/sign-in", sign_in, ANYONE, NONE_YET, again=show_sign_in, holds=False),
    PageRoute("GET", "/sign-in/code", show_code, HALF, NONE_YET),
    PageRoute("POST", "/sign-in/code", prove_code, HALF, NONE_YET, again=show_code, holds=False),
    PageRoute("POST", "/sign-in/passkey/ask", ask_passkey, HALF, NONE_YET, holds=False),
    PageRoute("POST", "/sign-in/passkey", prove_passkey, HALF, NONE_YET, again=show_code, holds=False),
    PageRoute("GET", "/sign-in/recovery", show_recovery, HALF, NONE_YET),
    PageRoute("POST", "/sign-in/recovery", prove_recovery, HALF, NONE_YET, again=show_recovery, holds=False),
    PageRoute("POST", "/sign-out", sign_out, HALF, NONE_YET, holds=False),
    PageRoute("GET", "/signed-out", show_signed_out, ANYONE, NONE_YET),
    PageRoute("GET", "/sessions", show_sessions, SIGNED_IN, OF_SESSION),
    PageRoute("POST", "/sessions/{session}/end", end_session, SIGNED_IN, OF_SESSION, holds=False),
    PageRoute("POST", "/sessions/end", sign_out_everywhere, SIGNED_IN, OF_SESSION, holds=False),
)
