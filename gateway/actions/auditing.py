"""The auditor's acts: search, one post's life, export and proof. Reading the log is itself told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from gateway.actions.guard import acting, spend_step_up, told_read, with_records
from gateway.actions.telling import tells
from gateway.audit import checkpoint
from gateway.audit.entry import Entry
from gateway.audit.export import write_export
from gateway.audit.proof import write_proof
from gateway.audit.tree import inclusion_proof, stored_range_root
from gateway.domain.delivery import Delivery
from gateway.domain.publication import Publication
from gateway.domain.refusal import Reason, Refused
from gateway.storage.log import Log, Search
from gateway.storage.unit import Readers
from gateway.world import Who, World


@tells("audit.read", "audit")
def search(world: World, who: Who, what: Search, limit: int = 100) -> list[Entry]:
    """Entries that meet the search, newest first. The reading is told with what was searched for."""
    with world.storage.unit() as unit:
        acting(unit, who, "audit.read", world.policy.roles, unit.now)
        found = unit.log.search(what, limit)
        unit.commit(told_read(who, "audit.read", "audit", what.subject_id or "-", found=len(found)))
        return found


@dataclass(frozen=True)
class Posted:
    """Who posted what: one publication with the delivery it came from and everyone who stood behind it; `corrects` is
    the delivery that it puts right.
    """

    publication: Publication
    delivery: Delivery
    author: str
    approvers: tuple[str, ...]
    clearers: tuple[str, ...]
    rule_set: str
    corrects: str | None


@tells("audit.read", "audit")
def who_posted_what(world: World, who: Who, limit: int = 100) -> list[Posted]:
    """The latest publications with author, approvers and clearers (P16, P33), newest first."""
    with world.storage.unit() as unit:
        acting(unit, who, "audit.read", world.policy.roles, unit.now)
        found = _posted(unit, unit.publications.latest(limit))
        unit.commit(told_read(who, "audit.read", "publication", "-", found=len(found)))
        return found


def _posted(readers: Readers, publications: Sequence[Publication]) -> list[Posted]:
    deliveries = readers.deliveries.many(p.id for p in publications)
    ids = {d.submission for d in deliveries.values()}
    submissions = readers.submissions.many(ids)
    approvals, clearances = readers.approvals.of_submissions(ids), readers.clearances.of_submissions(ids)
    listed = []
    for publication in publications:
        delivery = deliveries[publication.id]
        submission = submissions[delivery.submission]
        listed.append(
            Posted(
                publication=publication,
                delivery=delivery,
                author=submission.author,
                approvers=tuple(a.by for a in approvals if a.submission == submission.id and a.given),
                clearers=tuple(c.by for c in clearances if c.submission == submission.id and c.granted),
                rule_set=submission.rule_set,
                corrects=submission.corrects,
            )
        )
    return listed


def _notes(readers: Readers) -> list[tuple[int, str]]:
    return readers.log.notes()


@tells("audit.export", "audit")
def export(world: World, who: Who, out: BinaryIO) -> int:
    """Write the log up to its newest checkpoint, with every checkpoint; a fresh factor is needed, the export is told.

    Returns the number of entries. Needs nothing of ours to be verified but the file and the public key.
    """
    with world.storage.unit() as unit:
        acting(unit, who, "audit.export", world.policy.roles, unit.now)
        notes = _notes(unit)
        if not notes:
            raise Refused(Reason.NOT_FOUND, kind="checkpoint")
        size = notes[-1][0]
        spent = spend_step_up(unit, who, unit.now, "export", "audit")
        unit.commit(with_records(told_read(who, "audit.export", "audit", "-", entries=size), spent))
    with world.storage.reading() as readers:
        return write_export(out, origin_of(world), readers.log.bodies(0, size), notes)


def origin_of(world: World) -> str:
    """The log's origin line: which log this is; the name in its public key."""
    return world.log_key.split("+", 1)[0]


@tells("audit.read", "audit")
def prove(world: World, who: Who, index: int) -> str:
    """The proof file of one entry, verifiable offline with the public key. Raises Refused(NOT_FOUND)."""
    with world.storage.unit() as unit:
        acting(unit, who, "audit.read", world.policy.roles, unit.now)
        notes = [note for note in _notes(unit) if note[0] > index >= 0]
        if not notes:
            raise Refused(Reason.NOT_FOUND, kind="checkpoint")
        size, note = notes[-1]
        text = _proof(unit.log, index, size, note)
        unit.commit(told_read(who, "audit.prove", "audit", str(index)))
        return text


def _proof(log: Log, index: int, size: int, note: str) -> str:
    (body,) = log.bodies(index, index + 1)
    path = inclusion_proof(index, size, stored_range_root(log.leaves, log.tiles))
    return write_proof(Entry.from_bytes(body), path, note)


def newest_checkpoint(world: World) -> checkpoint.Checkpoint | None:
    """The newest signed checkpoint, opened with the log's public key; None before the first."""
    with world.storage.reading() as readers:
        notes = _notes(readers)
    if not notes:
        return None
    return checkpoint.open_checkpoint(notes[-1][1], [checkpoint.KnownKey.from_vkey(world.log_key)])
