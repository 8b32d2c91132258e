"""A post's whole life: every wording, finding, answer, attempt and receipt, and its entries proved against the log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from gateway.actions.auditing import origin_of
from gateway.actions.guard import acting, told_read
from gateway.actions.reading import PostRead, SubmissionRead, read_post, read_submission
from gateway.actions.searching import Names, names_in, things_of
from gateway.actions.telling import tells
from gateway.audit import checkpoint
from gateway.audit.entry import Entry
from gateway.audit.proof import write_proof
from gateway.audit.tree import BadProof, RangeRoot, inclusion_proof, leaf_hash, stored_range_root, verify_inclusion
from gateway.domain.comment import Comment
from gateway.domain.publication import Publication
from gateway.domain.refusal import Reason, Refused
from gateway.storage.log import Log, Search
from gateway.storage.unit import Readers
from gateway.world import Who, World

MOST_ENTRIES = 1_000


class Standing(StrEnum):
    """How an entry stands to the newest checkpoint, computed just now: in it, too new for it, or changed."""

    PROVED = "proved"
    UNSIGNED = "unsigned"
    TAMPERED = "tampered"


@dataclass(frozen=True)
class Proven:
    """One entry, how it stands to the signed log, and where it is proved the proof itself."""

    entry: Entry
    standing: Standing
    proof: str = ""


@dataclass(frozen=True)
class Life:
    """Everything about one post. `signed` is the size of the newest checkpoint; `publications` are by delivery."""

    post: PostRead
    submissions: tuple[SubmissionRead, ...]
    publications: dict[str, Publication]
    comments: tuple[Comment, ...]
    entries: tuple[Proven, ...]
    names: Names
    signed: int
    note: str


@tells("audit.read", "post")
def read_life(world: World, who: Who, post_id: str) -> Life:
    """A post's life, as far as `who` may read it: what waits for a release is withheld from whoever is not on its list,
    and told where it is not. Raises Refused.
    """
    with world.storage.reading() as readers:
        acting(readers, who, "audit.read", world.policy.roles, world.clock.now())
    post = read_post(world, who, post_id)
    submissions = tuple(read_submission(world, who, each.id) for each in post.submissions)
    with world.storage.reading() as readers:
        life = _whole(world, readers, post, submissions)
    with world.storage.unit() as unit:
        unit.commit(told_read(who, "audit.read", "post", post_id, found=len(life.entries), by="life"))
    return life


def _whole(world: World, readers: Readers, post: PostRead, submissions: tuple[SubmissionRead, ...]) -> Life:
    found = readers.log.search(Search(things=things_of(readers, post.post.id)), MOST_ENTRIES)
    entries = tuple(reversed(found))
    shown = [] if post.withheld else [each.submission.id for each in submissions if not each.withheld]
    deliveries = [delivery.id for each in submissions for delivery in each.deliveries]
    size, note = newest_note(readers.log)
    return Life(
        post=post,
        submissions=submissions,
        publications=readers.publications.many(deliveries),
        comments=tuple(readers.comments.of_submissions(shown)),
        entries=proven(world, readers.log, entries),
        names=names_in(readers, entries),
        signed=size,
        note=note,
    )


def newest_note(log: Log) -> tuple[int, str]:
    """Size and text of the newest signed checkpoint; (0, "") before the first."""
    return next(iter(log.newest_notes(1)), (0, ""))


def proven(world: World, log: Log, entries: Collection[Entry]) -> tuple[Proven, ...]:
    """Each entry with its proof against the newest checkpoint, verified here and now with the log's public key."""
    _, note = newest_note(log)
    if not note or not world.log_key:
        return tuple(Proven(entry, Standing.UNSIGNED) for entry in entries)
    known = checkpoint.KnownKey.from_vkey(world.log_key)
    signed = checkpoint.open_checkpoint(note, [known])
    # Neighbours share all but the lowest of their path: what was read for one is kept for the next.
    roots = cache(stored_range_root(log.leaves, log.tiles))
    return tuple(_proven(entry, signed, note, roots) for entry in entries)


def _proven(entry: Entry, signed: checkpoint.Checkpoint, note: str, roots: RangeRoot) -> Proven:
    if entry.index >= signed.size:
        return Proven(entry, Standing.UNSIGNED)
    path = inclusion_proof(entry.index, signed.size, roots)
    leaf = leaf_hash(entry.to_bytes())
    try:
        verify_inclusion(index=entry.index, size=signed.size, leaf=leaf, proof=path, root=signed.root)
    except BadProof:
        return Proven(entry, Standing.TAMPERED)
    return Proven(entry, Standing.PROVED, write_proof(entry, path, note))


@tells("audit.read", "audit")
def read_entry(world: World, who: Who, index: int) -> tuple[Proven, Names]:
    """One entry, proved where it is signed already. Told. Raises Refused(NOT_FOUND)."""
    with world.storage.reading() as readers:
        acting(readers, who, "audit.read", world.policy.roles, world.clock.now())
        found = [Entry.from_bytes(body) for body in readers.log.bodies(index, index + 1)]
        if not found:
            raise Refused(Reason.NOT_FOUND, kind="entry")
        (one,), names = proven(world, readers.log, found), names_in(readers, found)
    with world.storage.unit() as unit:
        unit.commit(told_read(who, "audit.read", "audit", str(index), found=1, by="number"))
    return one, names


@dataclass(frozen=True)
class Verified:
    """What was re-hashed: `is_whole` says whether the root is the one that was signed."""

    origin: str
    size: int
    root: str
    note: str
    is_whole: bool


@tells("audit.verify", "audit")
def verify_log(world: World, who: Who) -> Verified:
    """Hash every entry up to the newest checkpoint again and compare with what was signed. Told, with the answer.

    Raises Refused(NOT_FOUND) before the first checkpoint, BadNote where its signature is not the log's.
    """
    with world.storage.reading() as readers:
        acting(readers, who, "audit.read", world.policy.roles, world.clock.now())
        size, note = newest_note(readers.log)
        if not note:
            raise Refused(Reason.NOT_FOUND, kind="checkpoint")
        signed = checkpoint.open_checkpoint(note, [checkpoint.KnownKey.from_vkey(world.log_key)])
        root = readers.log.root_of(size)
    verified = Verified(origin_of(world), size, signed.root.hex(), note, is_whole=root == signed.root)
    with world.storage.unit() as unit:
        facts = {"entries": size, "whole": verified.is_whole}
        unit.commit(told_read(who, "audit.verify", "audit", "-", **facts))
    return verified
