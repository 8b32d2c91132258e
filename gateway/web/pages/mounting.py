"""Mounting the pages: what every request passes before its page function, and where a no of any room leads.

An unsafe request comes from our own origin, says so, and shows its session's token. A session that ended, or an act
that asks for a fresh factor, keeps what was typed (gateway.actions.holding); any other no shows the form again with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import quote

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route as Mounted

from gateway.actions import holding
from gateway.actions.guard import require_passkey
from gateway.actions.holding import Form
from gateway.actions.sessions import resolve
from gateway.actions.telling import tell_refusal
from gateway.domain.instant import NaiveTime
from gateway.domain.member import require
from gateway.domain.refusal import Reason, Refused
from gateway.identity.wrong import NotProven
from gateway.web.guards import (
    COOKIE,
    SAFE,
    VISIT,
    Caller,
    is_keepable,
    is_shown,
    require_same_site,
    says_where_from,
    sound,
)
from gateway.web.mount import ANYONE, HALF, SIGNED_IN
from gateway.web.pages.fields import Fields, File, Mistyped
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.refusing import errors_of, plain_page, refused_page
from gateway.web.problems import NotTaken, as_refusal, note
from gateway.web.refusals import words_for
from gateway.world import World

MOST_FIELDS = 1_000
CSRF_FIELD = "csrf_token"
SIGN_IN, CODE = "/sign-in", "/sign-in/code"
OTHER_VISIT = "This page was too old, or your browser keeps no cookies: allow them for this address, then try again"


def mount_pages(app: FastAPI, rows: tuple[PageRoute, ...]) -> None:
    """Mount every row, and nothing else."""
    for row in rows:
        route = Mounted(row.path, _endpoint(row), methods=[row.method], name=row.name, include_in_schema=False)
        route.methods = {row.method}
        app.router.routes.append(route)


def _endpoint(row: PageRoute) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        request.scope["route"] = row
        fields = Fields() if row.method in SAFE else await _sent(request)
        return await run_in_threadpool(_answer, row, request, fields)

    return answer


async def _sent(request: Request) -> Fields:
    form = await request.form(max_files=20, max_fields=MOST_FIELDS, max_part_size=1_000_000)
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    files = [
        (name, File(value.filename or "", value.content_type or "", await value.read()))
        for name, value in form.multi_items()
        if isinstance(value, UploadFile)
    ]
    await form.close()
    return Fields.of(pairs, files)


def _answer(row: PageRoute, request: Request, fields: Fields) -> Response:
    world: World = request.app.state.world
    query = Fields.of(request.query_params.multi_items())
    page = Page(world, request, row, world.clock.now(), None, request.path_params, query, fields)
    try:
        require_same_site(request)
        if row.method not in SAFE and not says_where_from(request):
            raise NotTaken(403)
        page = _as_caller(page)
        if not _is_of_visit(page):
            return _again(page.with_errors({"": OTHER_VISIT}, 403))
        require_permission(page)
    except (Refused, NotProven) as no:
        return _refused(page, no if isinstance(no, Refused) else as_refusal(no), is_form=False)
    except NotTaken as no:
        return plain_page(page, no.status, no.detail)
    return answer_page(page)


def answer_page(page: Page) -> Response:
    """What the page function says, or where its no leads."""
    try:
        return page.row.handler(page)
    except Mistyped as no:
        return _again(page.with_errors(no.errors))
    except NotProven as no:
        return _refused(page, as_refusal(no))
    except NaiveTime:
        return _refused(page, Refused(Reason.TIME_NAIVE))
    except Refused as no:
        return _refused(page, no)
    except NotTaken as no:
        return plain_page(page, no.status, no.detail)


def _as_caller(page: Page) -> Page:
    """The page with its caller. Where a session is asked for: Refused(NOT_SIGNED_IN), NotTaken without the token."""
    if page.row.permission == ANYONE:
        try:
            return replace(page, caller=_caller(page))
        except Refused as no:
            # What anybody may see is there while no session can be judged: the status page says why, styles go with it.
            if no.reason not in {Reason.NOT_SIGNED_IN, Reason.CLOCK_UNSURE}:
                raise
            return page
    if page.row.method not in SAFE and not is_shown(_token(page), page.fields.one(CSRF_FIELD)):
        raise NotTaken(403, "This form is not of your present session. Go back, load the page again and send it anew.")
    return replace(page, caller=_caller(page))


def _is_of_visit(page: Page) -> bool:
    """Whether a form that anybody may send comes from a page of ours in this very browser: else others could sign
    somebody in under a name of their own. Where no cookie is kept, no session is either.
    """
    if page.row.permission != ANYONE or page.row.method in SAFE or not is_keepable(page.request):
        return True
    shown, visit = page.fields.one(CSRF_FIELD), page.request.cookies.get(VISIT, "")
    return bool(visit and is_shown(visit, shown)) or (page.caller is not None and is_shown(page.token, shown))


def _token(page: Page) -> str:
    kept = page.request.cookies.get(COOKIE)
    if kept is None:
        raise Refused(Reason.NOT_SIGNED_IN)
    return sound(kept)


def _caller(page: Page) -> Caller:
    token = _token(page)
    return Caller(token, "cookie", *resolve(page.world, token))


def require_permission(page: Page) -> None:
    """The right to see the page at all; the action asks again. A refusal is told like an action's own."""
    word = page.row.permission
    if word in {ANYONE, HALF}:
        return
    if page.caller is None or not page.caller.is_full:
        raise Refused(Reason.NOT_SIGNED_IN)
    if word == SIGNED_IN:
        return
    try:
        require(page.member, word, page.world.policy.roles)
        require_passkey(page.caller.session, page.member, page.world.policy.roles)
    except Refused as no:
        act = page.row.name.replace("-", ".", 1)
        tell_refusal(page.world, no, act=act, actor=page.member.id, kind="page", subject="-")
        raise


def _refused(page: Page, no: Refused, *, is_form: bool = True) -> Response:
    note(page.request, no)
    if no.reason is Reason.NOT_SIGNED_IN:
        return _sign_in_first(page)
    if no.reason is Reason.STEP_UP_NEEDED:
        return _code_first(page, no)
    if is_form and page.row.again is not None:
        return _again(page.with_errors(errors_of(no), words_for(no).status))
    return refused_page(page, no)


def _again(page: Page) -> Response:
    """The form again, with what was typed and what to do; where it cannot be shown, what was typed is."""
    if page.row.again is None:
        return plain_page(page, page.status, " ".join(page.errors.values()))
    try:
        return page.row.again(page)
    except Refused as no:
        return refused_page(page, no)


def _sign_in_first(page: Page) -> Response:
    """To the sign-in page, and from there back here with what was typed."""
    if page.caller is not None and not page.caller.is_full:
        wanted = f"?next={quote(_address(page), safe='')}" if page.row.method in SAFE else ""
        return RedirectResponse(CODE + wanted, 303)
    if page.row.method in SAFE:
        if page.request.headers.get("sec-fetch-site") == "cross-site":
            # A strict cookie does not come along with a link from elsewhere: one step on our own site brings it.
            return page.render("carry_on.html", "Carry on", path=_address(page))
        return RedirectResponse(f"{SIGN_IN}?next={quote(_address(page), safe='')}", 303)
    back = "/"
    if page.row.holds and (kept := page.request.cookies.get(COOKIE)) is not None:
        try:
            back = f"/held/{holding.hold_for_ended(page.world, kept, as_form(page))}"
        except Refused:
            back = "/"
    return RedirectResponse(f"{SIGN_IN}?next={quote(back, safe='')}&ended=yes", 303)


def _address(page: Page) -> str:
    query = page.request.url.query
    return page.request.url.path + (f"?{query}" if query else "")


def _code_first(page: Page, no: Refused) -> Response:
    """To the page that asks for a fresh code for exactly this act; what was typed goes on from there."""
    act, subject, digest = (str(no.facts.get(name, "")) for name in ("act", "subject", "digest"))
    form = as_form(page)
    if not page.row.holds or page.row.method in SAFE:
        form = Form(page.request.url.path)
    form = replace(form, act=act, subject=subject, digest=digest, passkey=bool(no.facts.get("passkey")))
    held = holding.hold(page.world, page.who, form)
    return RedirectResponse(f"/confirm/{held}", 303)


def as_form(page: Page) -> Form:
    """What was typed, to be held: everything but the token of the session."""
    return Form(page.request.url.path, True, tuple(pair for pair in page.fields.pairs if pair[0] != CSRF_FIELD))
