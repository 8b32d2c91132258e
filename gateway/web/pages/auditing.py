"""The auditor's pages: searching the log, one entry and its proof, a post's whole life, who read what was under
embargo, verifying, and taking evidence away.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import BinaryIO
from urllib.parse import urlencode

from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from gateway.actions import auditing, lives, searching, taking
from gateway.actions.searching import Asked, Looked
from gateway.web.mount import OF_SESSION, fresh
from gateway.web.pages import words
from gateway.web.pages.fields import Fields, Mistyped
from gateway.web.pages.logged import IN_WORDS, called
from gateway.web.pages.page import Page, PageRoute
from gateway.web.problems import NotTaken
from gateway.web.walltime import LONDON

PER_PAGE = 50
MOST_NUMBER, MOST_WORDS = 2**53 - 1, 6
TYPED = ("person", "account", "post", "act", "word", "since", "until")
FORMS: Mapping[str, tuple[str, str]] = {
    "jsonl": ("application/jsonl", "audit.jsonl"),
    "csv": ("text/csv; charset=utf-8", "audit.csv"),
    "zip": ("application/zip", "audit-evidence.zip"),
}


def show_search(page: Page) -> Response:
    """The log, newest first: what meets the search."""
    try:
        asked = _asked(page.query)
    except Mistyped as no:
        page, asked = page.with_errors(no.errors), Asked(word="-", before=0)
    looked = searching.look_up(page.world, page.who, asked, PER_PAGE + 1)
    return page.render("audit_search.html", "The audit log", **_list(page, looked))


def show_drafts(page: Page) -> Response:
    """Who read what was bound to a release before it was out."""
    asked = Asked(act="draft.read", word=_plain(page.query, "release"), before=_before(page.query))
    looked = searching.look_up(page.world, page.who, asked, PER_PAGE + 1)
    return page.render("audit_drafts.html", "Who read embargoed drafts", **_list(page, looked))


def _list(page: Page, looked: Looked) -> dict[str, object]:
    """What the lists of entries are rendered from."""
    shown = looked.entries[:PER_PAGE]
    kept = {name: page.query.one(name) for name in (*TYPED, "release") if page.query.one(name)}
    has_more = len(looked.entries) > PER_PAGE
    before = shown[-1].index if has_more else looked.further
    older = "" if before is None else f"{page.request.url.path}?{urlencode({**kept, 'before': before})}"
    newest = f"{page.request.url.path}?{urlencode(kept)}" if page.query.one("before") else ""
    return {"looked": looked, "entries": shown, "older": older, "newest": newest, "kept": kept, **IN_WORDS}


def _asked(typed: Fields) -> Asked:
    """What was typed, as a search. Raises Mistyped."""
    errors: dict[str, str] = {}
    times: dict[str, datetime | None] = {}
    for name, is_end in (("since", False), ("until", True)):
        try:
            times[name] = _instant(typed.one(name).strip(), is_end=is_end)
        except ValueError:
            errors[name] = "Write a day and a time, such as 2026-03-02T09:30, or a day alone"
    if errors:
        raise Mistyped(errors)
    plain = {name: _plain(typed, name) for name in TYPED[:5]}
    return Asked(**plain, since=times["since"], until=times["until"], before=_before(typed))


def _plain(typed: Fields, name: str) -> str:
    """A word as typed. Raises Mistyped for what no database takes."""
    word = typed.one(name).strip()
    if len(word) > 200 or not word.isprintable():
        raise Mistyped({name: "Shorten this to at most 200 characters, on one line"})
    if len(word.split()) > MOST_WORDS:
        raise Mistyped({name: f"Look for at most {MOST_WORDS} words at a time"})
    return word


def _instant(text: str, *, is_end: bool) -> datetime | None:
    """A UK wall time, or a day, as the instant from which, or before which; where a time comes twice, the wider."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError("a wall time has no zone")
    if is_end:
        moment += timedelta(days=1) if len(text) == len("2026-03-02") else timedelta(minutes=1)
    return moment.replace(tzinfo=LONDON, fold=int(is_end)).astimezone(UTC)


def _before(typed: Fields) -> int | None:
    text = typed.one("before")
    return _number(text) if text else None


def _number(text: str) -> int:
    """The number of an entry. Raises NotTaken(404) for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= MOST_NUMBER):
        raise NotTaken(404)
    return int(text)


def show_entry(page: Page) -> Response:
    """One entry, and whether it is proved."""
    one, names = lives.read_entry(page.world, page.who, _number(page.at["index"]))
    title = f"Entry {one.entry.index}"
    return page.render("audit_entry.html", title, one=one, entry=one.entry, names=names, **IN_WORDS)


def take_proof(page: Page) -> Response:
    """The proof of one entry as a file."""
    index = _number(page.at["index"])
    proof = auditing.prove(page.world, page.who, index)
    headers = {"Content-Disposition": f'attachment; filename="{index}.tlog-proof"'}
    return Response(proof, media_type="text/plain; charset=utf-8", headers=headers)


def show_life(page: Page) -> Response:
    """A post's whole life."""
    life = lives.read_life(page.world, page.who, page.at["post"])
    counts = Counter(each.standing for each in life.entries)
    submitted = [each.submission.id for each in life.submissions]
    comments = {id: [each for each in life.comments if each.submission == id] for id in submitted}
    more = {"comments": comments, "called": _called(life), **IN_WORDS}
    return page.render("audit_life.html", "A post’s life", life=life, counts=counts, **more)


def _called(life: lives.Life) -> Callable[[str], str]:
    return lambda id: called(id, life.names)


def take_life(page: Page) -> Response:
    """One post's evidence as a file."""
    post = page.at["post"]
    return _file(lambda out: taking.export_life(page.world, page.who, post, out), "zip", f"post-{post}.zip")


def show_export(page: Page) -> Response:
    """What can be taken away."""
    typed = {name: page.typed(name, page.query.one(name)) for name in TYPED}
    kept = [(name, value, words.FIELDS.get(name, name.capitalize())) for name, value in typed.items() if value]
    return page.render("audit_export.html", "Take the log away", kept=kept)


def take_export(page: Page) -> Response:
    """The log, or what meets a search, as a file."""
    form = page.fields.one("form")
    acts: Mapping[str, Callable[[BinaryIO], int]] = {
        "jsonl": lambda out: auditing.export(page.world, page.who, out),
        "csv": lambda out: taking.export_table(page.world, page.who, _asked(page.fields), out),
        "zip": lambda out: taking.export_bundle(page.world, page.who, out),
    }
    if form not in acts:
        raise Mistyped({"form": "Choose what to take"})
    return _file(acts[form], form, FORMS[form][1])


def _file(write: Callable[[BinaryIO], int], form: str, name: str) -> Response:
    """What was written as a download; it lies in a file without a name until it has been sent."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the answer has been sent)
    try:
        write(out)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    pieces = iter(lambda: out.read(1 << 16), b"")
    return StreamingResponse(pieces, media_type=FORMS[form][0], headers=headers, background=BackgroundTask(out.close))


def show_verify(page: Page) -> Response:
    """What verifying does, and how to do it without us."""
    return page.render("audit_verify.html", "Verify the log", key=page.world.log_key, done=None)


def verify(page: Page) -> Response:
    """Hash it all again, now."""
    done = lives.verify_log(page.world, page.who)
    return page.render("audit_verify.html", "Verify the log", key=page.world.log_key, done=done)


PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/audit", show_search, "audit.read", OF_SESSION),
    PageRoute("GET", "/audit/drafts", show_drafts, "audit.read", OF_SESSION),
    PageRoute("GET", "/audit/entries/{index}", show_entry, "audit.read", OF_SESSION),
    PageRoute("GET", "/audit/entries/{index}/proof", take_proof, "audit.read", OF_SESSION),
    PageRoute("GET", "/audit/posts/{post}", show_life, "audit.read", OF_SESSION),
    PageRoute("POST", "/audit/posts/{post}/evidence", take_life, "audit.export", fresh("export"), again=show_life),
    PageRoute("GET", "/audit/export", show_export, "audit.export", OF_SESSION),
    PageRoute("POST", "/audit/export", take_export, "audit.export", fresh("export"), again=show_export),
    PageRoute("GET", "/audit/verify", show_verify, "audit.read", OF_SESSION),
    PageRoute("POST", "/audit/verify", verify, "audit.read", OF_SESSION, again=show_verify),
)
