"""Passkeys: what a browser is given to make one or to answer with one, and its answers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import Response
from pydantic import StringConstraints

from gateway.actions import passkey
from gateway.domain.signin import SessionKind
from gateway.web.answers import Answer
from gateway.web.forms import Digest, Form, Line, PathId, Word
from gateway.web.guards import Acting, Calling, InWorld, Source, csrf_token, hand_over

Credential = Annotated[str, StringConstraints(max_length=20_000)]


class NewName(Form):
    """What the member will know the passkey by."""

    name: Line


class Given(Form):
    """What the browser answered: the JSON text of its PublicKeyCredential (`credential.toJSON()`)."""

    credential: Credential


class Confirming(Form):
    """The act that a passkey is to confirm: its name, whom or what it is done to, and the digest shown."""

    act: Word
    subject: Word
    digest: Digest = ""


class OptionsAnswer(Answer):
    """What `navigator.credentials` is given: `PublicKeyCredential.parse…OptionsFromJSON` reads it."""

    options: dict[str, Any]


class PasskeyAnswer(Answer):
    """One of one's own passkeys."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


def _options(text: str) -> dict[str, Any]:
    return {"options": json.loads(text)}


def list_passkeys(world: InWorld, who: Acting) -> list[Any]:
    """One's own passkeys."""
    return list(passkey.list_passkeys(world, who))


def begin_passkey(world: InWorld, who: Acting, form: NewName) -> dict[str, Any]:
    """Begin to add a passkey."""
    return _options(passkey.begin_passkey(world, who, name=form.name).options)


def add_passkey(world: InWorld, who: Acting, form: Given) -> Any:
    """The passkey that was made is one's own from here on."""
    return passkey.add_passkey(world, who, form.credential)


def remove_passkey(world: InWorld, who: Acting, passkey_id: PathId) -> None:
    """End one of one's own passkeys."""
    passkey.remove_passkey(world, who, passkey_id)


def begin_sign_in(world: InWorld, caller: Calling) -> dict[str, Any]:
    """Ask for a passkey in place of the one-time code."""
    return _options(passkey.begin_sign_in(world, caller.token))


def prove_sign_in(world: InWorld, caller: Calling, form: Given, source: Source, response: Response) -> dict[str, Any]:
    """The full session for a half one and a passkey's answer."""
    token = passkey.prove_sign_in(world, caller.token, form.credential, source)
    handed = hand_over(response, token, caller.keep)
    return {"kind": SessionKind.FULL, "session_token": handed, "csrf_token": csrf_token(token)}


def begin_step_up(world: InWorld, who: Acting, form: Confirming) -> dict[str, Any]:
    """Ask for a passkey for one act."""
    return _options(passkey.begin_step_up(world, who, form.act, form.subject, form.digest))


def prove_step_up(world: InWorld, who: Acting, form: Given, source: Source) -> None:
    """A passkey's answer: good for what was asked, once and for five minutes."""
    passkey.prove_step_up(world, who, form.credential, source)
