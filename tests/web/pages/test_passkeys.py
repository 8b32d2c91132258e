"""Passkeys on the pages, as the page's script would use them: added, used at signing in and for one act, removed."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

from gateway.actions import passkey
from gateway.world import World
from tests.actions.test_passkey import asking
from tests.authenticator import SoftKey
from tests.cast import PASSWORD, PUBLIC_ORIGIN, an_account, who, write
from tests.web.callers import a_submission
from tests.web.pages.visitors import Visitor, errors_in, main_of


def added(world: World, visitor: Visitor, name: str) -> SoftKey:
    """A passkey made through the pages, confirmed by a code."""
    key = SoftKey()
    shown = visitor.confirm(visitor.post("/passkeys", {"name": "Work laptop"}), name)
    assert shown.url.path == "/passkeys/new"
    answer = visitor.post("/passkeys/new", {"credential": key.make(options_in(shown), PUBLIC_ORIGIN)})
    assert "The passkey is yours" in main_of(answer)
    assert "Work laptop" in main_of(answer)
    return key


def options_in(answer: Any) -> str:
    found = re.search(r'data-options="([^"]*)"', answer.text)
    assert found
    return html.unescape(found[1])


def ask(visitor: Visitor, path: str, key: SoftKey) -> dict[str, str]:
    """What the script puts into the form."""
    asked = visitor.post(path)
    assert asked.headers["content-type"] == "application/json"
    return {"credential": key.answer(asked.text, PUBLIC_ORIGIN)}


def test_a_passkey_is_added_after_a_code_and_removed_after_itself(world: World) -> None:
    ada = Visitor.of(world, "ada")
    assert "You have none yet" in main_of(ada.get("/passkeys"))
    key = added(world, ada, "ada")
    (own,) = passkey.list_passkeys(world, who(world, "ada"))
    asked = ada.post(f"/passkeys/{own.id}/remove")
    assert "Use a passkey" in main_of(asked)
    done = ada.post(f"{asked.url.path}/passkey", ask(ada, f"{asked.url.path}/passkey/ask", key))
    assert "The passkey was removed" in main_of(done)


def test_signing_in_by_passkey_goes_on_where_one_was(world: World) -> None:
    key = added(world, Visitor.of(world, "ada"), "ada")
    visitor = Visitor.of(world)
    code = visitor.post("/sign-in", {"name": "ada", "password": PASSWORD, "next": "/sessions"})
    assert "data-passkey" in code.text
    fields = ask(visitor, "/sign-in/passkey/ask", key)
    wrong = visitor.post("/sign-in/passkey", {"credential": "{}", "next": "/sessions"})
    assert errors_in(wrong) == ["That passkey was not accepted. Try again on this page."]
    spent = visitor.post("/sign-in/passkey", fields | {"next": "/sessions"})
    assert "answers once" in errors_in(spent)[0]
    fields = ask(visitor, "/sign-in/passkey/ask", key)
    done = visitor.post("/sign-in/passkey", fields | {"next": "/sessions"})
    assert done.url.path == "/sessions"
    assert "You are signed in" in main_of(done)


def test_who_has_none_is_shown_the_code_alone(world: World) -> None:
    visitor = Visitor.of(world)
    code = visitor.post("/sign-in", {"name": "ada", "password": PASSWORD})
    assert "passkey" not in code.text


def test_where_policy_asks_the_page_says_so_and_takes_no_code(world: World) -> None:
    strict = asking(world, classes=("statistical",))
    put = replace(a_submission(world, "ada", an_account(world)), content_class="statistical")
    write(world, put)
    bola = Visitor.of(strict, "bola")
    fields = {"decision": "yes", "digest": put.digest, "reason": "", "content_class": "statistical"}
    asked = bola.post(f"/submissions/{put.id}/approve", fields)
    assert asked.url.path.startswith("/confirm/"), main_of(asked)
    assert "Policy asks for a passkey here" in main_of(asked)
    assert 'name="code"' not in asked.text
    assert "Add a passkey" in main_of(asked)
    key = added(strict, bola, "bola")
    done = bola.post(f"{asked.url.path}/passkey", ask(bola, f"{asked.url.path}/passkey/ask", key))
    assert done.url.path.startswith("/submissions/") or "/waiting" in done.url.path, main_of(done)


def test_where_policy_asks_a_role_the_pages_of_that_role_say_what_to_do(world: World) -> None:
    cyd = Visitor.of(asking(world, roles=("administrator",)), "cyd")
    answer = cyd.get("/set-up/invite")
    assert answer.status_code == 403
    assert "Add one under Passkeys" in main_of(answer)
    assert cyd.get("/passkeys").status_code == 200


def test_under_an_address_in_figures_the_page_says_what_is_missing(world: World) -> None:
    bare = replace(world, public_origin="http://127.0.0.1:8080")
    assert "address in figures" in main_of(Visitor.of(bare, "ada").get("/passkeys"))
