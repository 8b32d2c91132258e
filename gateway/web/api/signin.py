"""Signing in and out, enrolling, stepping up, sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from fastapi import Request, Response

from gateway.actions import enrol, sessions, signin, stepup
from gateway.domain.signin import SessionKind
from gateway.web.answers import Answer, MemberAnswer
from gateway.web.forms import Code, Digest, Form, Line, PathId, Secret, Word
from gateway.web.guards import (
    Acting,
    Calling,
    InWorld,
    Keep,
    Source,
    csrf_token,
    hand_over,
    require_keepable,
    take_back,
)


class Name(Form):
    """A name and its password; `keep` says how the session is handed over."""

    name: Line
    password: Secret
    keep: Keep = "bearer"


class Link(Form):
    """What a one-time link carries, and the password chosen by it."""

    link_token: Secret
    password: Secret
    keep: Keep = "bearer"


class Proof(Form):
    """A one-time or recovery code."""

    code: Code


class Act(Form):
    """The act a fresh code is for: its name, whom or what it is done to, and the digest shown where there is one."""

    act: Word
    subject: Word
    digest: Digest = ""
    code: Code


class SessionAnswer(Answer):
    """A session begun. `session_token` is null where a cookie carries it."""

    kind: SessionKind
    needs: Literal["code", "enrol"] | None = None
    session_token: str | None
    csrf_token: str


class EnrolmentAnswer(Answer):
    """A second factor to put into an app: shown once."""

    secret: str
    uri: str
    qr_svg: str


class EnrolledAnswer(SessionAnswer):
    """Signed in, with ten recovery codes: shown once."""

    recovery_codes: tuple[str, ...]


class CallerAnswer(Answer):
    """Who one is signed in as, and the token for pages."""

    kind: SessionKind
    member: MemberAnswer
    csrf_token: str


class OwnSession(Answer):
    """One of one's own sessions."""

    id: str
    kind: SessionKind
    began_at: datetime
    seen_at: datetime


def _begun(response: Response, token: str, keep: Keep, kind: SessionKind, **more: Any) -> dict[str, Any]:
    handed = hand_over(response, token, keep)
    return {"kind": kind, "session_token": handed, "csrf_token": csrf_token(token), **more}


def sign_in(world: InWorld, form: Name, source: Source, request: Request, response: Response) -> dict[str, Any]:
    """A half session for a name and its password."""
    require_keepable(request, form.keep)
    half = signin.sign_in(world, form.name, form.password, source)
    return _begun(response, half.session_token, form.keep, half.kind, needs=half.needs)


def prove_code(world: InWorld, caller: Calling, form: Proof, source: Source, response: Response) -> dict[str, Any]:
    """The full session for a half one and a one-time code."""
    token = signin.prove_code(world, caller.token, form.code, source)
    return _begun(response, token, caller.keep, SessionKind.FULL)


def prove_recovery(world: InWorld, caller: Calling, form: Proof, source: Source, response: Response) -> dict[str, Any]:
    """The full session for a half one and a recovery code, which is spent."""
    token = signin.prove_recovery(world, caller.token, form.code, source)
    return _begun(response, token, caller.keep, SessionKind.FULL)


def accept_invitation(
    world: InWorld, form: Link, source: Source, request: Request, response: Response
) -> dict[str, Any]:
    """A password chosen by a one-time link: a half session, with which to enrol."""
    require_keepable(request, form.keep)
    token = enrol.accept_invitation(world, form.link_token, form.password, source)
    return _begun(response, token, form.keep, SessionKind.HALF, needs="enrol")


def begin_enrolment(world: InWorld, caller: Calling) -> enrol.Enrolment:
    """A new second factor, to be confirmed by its first code."""
    return enrol.begin_enrolment(world, caller.token)


def confirm_enrolment(world: InWorld, caller: Calling, form: Proof, response: Response) -> dict[str, Any]:
    """The second factor proved: signed in, with recovery codes."""
    done = enrol.confirm_enrolment(world, caller.token, form.code)
    codes = done.recovery_codes
    return _begun(response, done.session_token, caller.keep, SessionKind.FULL, recovery_codes=codes)


def step_up(world: InWorld, who: Acting, form: Act, source: Source) -> None:
    """A fresh code for one act, good once and for five minutes."""
    stepup.step_up(world, who, form.act, form.subject, form.digest, form.code, source)


def show_session(caller: Calling) -> dict[str, Any]:
    """Who one is signed in as."""
    return {"kind": caller.session.kind, "member": caller.member, "csrf_token": caller.csrf_token}


def sign_out(world: InWorld, caller: Calling, response: Response) -> None:
    """End this session."""
    sessions.sign_out(world, caller.token)
    take_back(response, caller.keep)


def list_sessions(world: InWorld, who: Acting) -> list[Any]:
    """One's own live sessions."""
    return list(sessions.list_sessions(world, who))


def sign_out_everywhere(world: InWorld, who: Acting, caller: Calling, response: Response) -> None:
    """End every session of one's own."""
    sessions.sign_out_everywhere(world, who)
    take_back(response, caller.keep)


def end_session(world: InWorld, who: Acting, session_id: PathId) -> None:
    """End one of one's own sessions."""
    sessions.end_session(world, who, session_id)
