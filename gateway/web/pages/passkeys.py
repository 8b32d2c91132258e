"""One's own passkeys: seen, added, removed. Making one needs script; without it the code app goes on."""

from __future__ import annotations

from starlette.responses import Response

from gateway.actions import passkey
from gateway.domain.refusal import Refused
from gateway.web.forms import Form, Line
from gateway.web.mount import OF_SESSION, SIGNED_IN, fresh
from gateway.web.pages.page import Page, PageRoute


class NewName(Form):
    """What the member will know the passkey by."""

    name: Line


def show_passkeys(page: Page) -> Response:
    """Those there are, and a name for one more."""
    own = passkey.list_passkeys(page.world, page.who)
    return page.render("passkeys.html", "Your passkeys", passkeys=own, is_named=_is_named(page))


def _is_named(page: Page) -> bool:
    """Whether browsers can bind a passkey to this gateway's address."""
    try:
        passkey.party(page.world)
    except Refused:
        return False
    return True


def begin_passkey(page: Page) -> Response:
    """A name, and on to the browser's own question."""
    passkey.begin_passkey(page.world, page.who, name=page.form(NewName).name)
    return page.go("/passkeys/new")


def show_new_passkey(page: Page) -> Response:
    """Where the browser is asked to make it."""
    waiting = passkey.pending_passkey(page.world, page.who)
    return page.render("passkey_new.html", "Make the passkey", waiting=waiting)


def add_passkey(page: Page) -> Response:
    """The browser made it."""
    passkey.add_passkey(page.world, page.who, page.fields.one("credential"))
    return page.go("/passkeys", "passkey-added")


def remove_passkey(page: Page) -> Response:
    """End one."""
    passkey.remove_passkey(page.world, page.who, page.at["passkey"])
    return page.go("/passkeys", "passkey-removed")


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/passkeys", show_passkeys, SIGNED_IN, OF_SESSION),
    PageRoute("POST", "/passkeys", begin_passkey, SIGNED_IN, fresh("enrol"), again=show_passkeys),
    PageRoute("GET", "/passkeys/new", show_new_passkey, SIGNED_IN, OF_SESSION),
    PageRoute("POST", "/passkeys/new", add_passkey, SIGNED_IN, OF_SESSION, again=show_passkeys, holds=False),
    PageRoute("POST", "/passkeys/{passkey}/remove", remove_passkey, SIGNED_IN, fresh("enrol"), again=show_passkeys),
)
