"""Going on with what was typed: after a fresh code for exactly one act, or after signing in again."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from gateway.actions import holding, passkey, stepup
from gateway.actions.holding import Form
from gateway.web.mount import OF_SESSION, SIGNED_IN
from gateway.web.pages import words
from gateway.web.pages.finding import as_sent
from gateway.web.pages.mounting import answer_page, require_permission
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.showing import Shown, plainly

# What is shown before a code is typed, by act: a room whose act deserves more than the typed fields adds its own here.
SHOWING: dict[str, Callable[[Page, Form], Shown]] = {}


def show_confirm(page: Page) -> Response:
    """What is about to be done, and the code that confirms it."""
    form = holding.look_at(page.world, page.who, page.at["form"])
    has, alone = passkey.has_passkey(page.world, page.token), _by_passkey_alone(page, form)
    title = f"{'Use a passkey' if alone else 'Enter a code'} to {words.ACTS.get(form.act, 'go on')}"
    shown = _shown(page, form)
    return page.render("confirm.html", title, form_held=form, shown=shown, has_passkey=has, passkey_alone=alone)


def _by_passkey_alone(page: Page, form: Form) -> bool:
    """Whether policy asks for a passkey: for this act, or for whoever holds a role of this member's."""
    by_role = page.world.policy.roles.needs_passkey(page.member.roles) and form.act not in stepup.BY_RECOVERY
    return form.passkey or by_role


def ask_passkey(page: Page) -> Response:
    """What the page's script gives to the browser (JSON), for exactly the act that is held."""
    form = holding.look_at(page.world, page.who, page.at["form"])
    options = passkey.begin_step_up(page.world, page.who, form.act, form.subject, form.digest)
    return Response(options, media_type="application/json")


def confirm_by_passkey(page: Page) -> Response:
    """The passkey answered for this act alone; then the act is done with what was typed."""
    holding.look_at(page.world, page.who, page.at["form"])
    passkey.prove_step_up(page.world, page.who, page.fields.one("credential"), page.source)
    return _go_on(page)


def _shown(page: Page, form: Form) -> Shown:
    show = SHOWING.get(form.act)
    return show(page, form) if show else plainly(form)


def confirm(page: Page) -> Response:
    """The code is for this act alone; then the act is done with what was typed."""
    form = holding.look_at(page.world, page.who, page.at["form"])
    code = page.fields.one("code").strip()
    stepup.step_up(page.world, page.who, form.act, form.subject, form.digest, code, page.source)
    return _go_on(page)


def show_held(page: Page) -> Response:
    """What had been typed before the session ended."""
    form = holding.look_at(page.world, page.who, page.at["form"])
    return page.render("held.html", "What you typed is kept", form_held=form, shown=plainly(form))


def send_held(page: Page) -> Response:
    """Send it as it was typed."""
    return _go_on(page)


def _go_on(page: Page) -> Response:
    form = holding.take(page.world, page.who, page.at["form"])
    sent = as_sent(page, form)
    return page.go(form.path) if sent is None else _answer_held(sent)


def _answer_held(sent: Page) -> Response:
    """The page that the form was for; its own permission is asked as if it had come by itself."""
    require_permission(sent)
    return answer_page(sent)


def throw_away(page: Page) -> Response:
    """Forget what was typed."""
    holding.take(page.world, page.who, page.at["form"])
    return page.go("/", "thrown-away")


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/confirm/{form}", show_confirm, SIGNED_IN, OF_SESSION),
    PageRoute("POST", "/confirm/{form}", confirm, SIGNED_IN, OF_SESSION, again=show_confirm, holds=False),
    PageRoute("POST", "/confirm/{form}/passkey/ask", ask_passkey, SIGNED_IN, OF_SESSION, holds=False),
    PageRoute(
        "POST", "/confirm/{form}/passkey", confirm_by_passkey, SIGNED_IN, OF_SESSION, again=show_confirm, holds=False
    ),
    PageRoute("GET", "/held/{form}", show_held, SIGNED_IN, OF_SESSION),
    PageRoute("POST", "/held/{form}", send_held, SIGNED_IN, OF_SESSION, holds=False),
    PageRoute("POST", "/held/{form}/throw-away", throw_away, SIGNED_IN, OF_SESSION, holds=False),
)
