"""The audit log: searching, who posted what, the export, proofs, the newest checkpoint and the public key."""

from __future__ import annotations

import tempfile
from typing import Annotated, Any

from fastapi import Path, Query
from fastapi.responses import PlainTextResponse, StreamingResponse
from starlette.background import BackgroundTask

from gateway.actions import auditing, reading
from gateway.audit.entry import Entry
from gateway.storage.log import Search
from gateway.web.answers import Answer, DeliveryAnswer, PublicationAnswer
from gateway.web.forms import PRINTABLE, Limit, Time
from gateway.web.guards import Acting, InWorld
from gateway.web.walltime import instant_of

LAST = 2**31 - 1
Sought = Annotated[str | None, Query(pattern=PRINTABLE)]
Since = Annotated[Time | None, Query()]
Index = Annotated[int, Path(ge=0, le=LAST)]
Before = Annotated[int | None, Query(ge=0, le=LAST)]


class PostedAnswer(Answer):
    """Who posted what."""

    publication: PublicationAnswer
    delivery: DeliveryAnswer
    author: str
    approvers: tuple[str, ...]
    clearers: tuple[str, ...]
    rule_set: str
    corrects: str | None


class LogAnswer(Answer):
    """Which log this is, its public key and its newest signed checkpoint."""

    origin: str
    key: str
    size: int
    note: str


def search_log(
    world: InWorld,
    who: Acting,
    actor: Sought = None,
    subject: Sought = None,
    act: Sought = None,
    since: Since = None,
    until: Since = None,
    before: Before = None,
    limit: Limit = 100,
) -> list[Entry]:
    """Entries that meet the search, newest first."""
    begins, ends = (instant_of(text) if text else None for text in (since, until))
    return auditing.search(world, who, Search(actor, subject, act, begins, ends, before), limit)


def who_posted_what(world: InWorld, who: Acting, limit: Limit = 100) -> list[Any]:
    """The latest publications with everyone who stood behind them."""
    return list(auditing.who_posted_what(world, who, limit))


def export_log(world: InWorld, who: Acting) -> StreamingResponse:
    """The log up to its newest checkpoint, to verify offline."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the answer has been sent)
    try:
        auditing.export(world, who, out)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return StreamingResponse(out, media_type="application/jsonl", headers=headers, background=BackgroundTask(out.close))


def prove_entry(world: InWorld, who: Acting, index: Index) -> PlainTextResponse:
    """The proof of one entry, to verify offline."""
    return PlainTextResponse(auditing.prove(world, who, index))


def show_checkpoint(world: InWorld, who: Acting) -> reading.LogState:
    """What an auditor keeps elsewhere."""
    return reading.log_state(world, who)
