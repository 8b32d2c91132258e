"""Writing: pictures and wordings. A wording is immutable; a changed one is a new revision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gateway.actions.access import bindings_of, require_access
from gateway.actions.guard import acting, at
from gateway.actions.telling import tells
from gateway.domain.audit import AuditEvent, Fact
from gateway.domain.change import Change
from gateway.domain.digest import SALT
from gateway.domain.instant import Now
from gateway.domain.member import Member
from gateway.domain.post import Content, Media, Post, Revision, write
from gateway.domain.publication import require_correctable
from gateway.domain.refusal import Reason, Refused
from gateway.ocr import words_in
from gateway.picture import PictureRefused, admit
from gateway.storage.unit import Readers, Unit
from gateway.world import Who, World


@tells("media.add", "media")
def add_picture(world: World, who: Who, body: bytes) -> Media:
    """Take in an image: re-encoded, stripped, named by its digest. Raises Refused(PICTURE_REFUSED) with what to do.

    Decoding and reading its words happen in child processes and before the write lock is taken: a hostile image delays
    nobody.
    """
    with world.storage.reading() as readers:
        acting(readers, who, "post.write", world.policy.roles, world.clock.now())
    try:
        picture = admit(body)
    except PictureRefused as fault:
        raise Refused(Reason.PICTURE_REFUSED, why=str(fault)) from fault
    words = words_in(picture.body, world.ocr)
    with world.storage.unit() as unit:
        me = acting(unit, who, "post.write", world.policy.roles, unit.now)
        if known := unit.media.find(picture.sha256):
            return _known(unit, known, words, me.id)
        media = Media(
            id=picture.sha256,
            media_type=picture.media_type,
            size=len(picture.body),
            width=picture.width,
            height=picture.height,
            added_by=me.id,
            added_at=at(unit.now),
            told_as=world.chance.id(),
            brought_by=(me.id,),
            words=words,
            body=picture.body,
        )
        facts: dict[str, Fact] = {"type": media.media_type, "read": words is not None}
        event = AuditEvent("media.add", me.id, "media", media.told_as, facts)
        unit.commit(Change((event,), (media,)))
        return media


def _known(unit: Unit, known: Media, words: str | None, by: str) -> Media:
    """A picture that is there already: brought by one more, its words kept where nobody could read them before."""
    read = known.words is None and words is not None
    if by in known.brought_by and not read:
        return known
    bringers = tuple(sorted({*known.brought_by, by}))
    again = replace(known, brought_by=bringers, words=words if read else known.words)
    unit.commit(Change((AuditEvent("media.again", by, "media", known.told_as, {"read": read}),), (again,)))
    return again


def correctable(readers: Readers, me: Member, corrects: str | None, now: Now) -> str | None:
    """The delivery that something of theirs puts right, where it does. Raises Refused where it cannot."""
    if corrects is not None:
        require_correctable(readers.deliveries.get(corrects), readers.grants.of_member(me.id), me.id, now)
    return corrects


@tells("post.write", "post")
def write_post(
    world: World,
    who: Who,
    content: Content,
    *,
    post_id: str | None = None,
    release: str | None = None,
    corrects: str | None = None,
) -> Revision:
    """A new post, or a new wording of one's own team's post. Raises Refused; nothing typed is lost by the caller.

    `release` is the one it is written for: the writer is on its list until it is out. A new wording stays bound as the
    one before it was. `corrects` is the delivery that a new post is begun to put right.
    """
    with world.storage.unit() as unit:
        me = acting(unit, who, "post.write", world.policy.roles, unit.now)
        if post_id is None:
            corrects = correctable(unit, me, corrects, unit.now)
            post = Post(id=world.chance.id(), author=me.id, team=me.team, created_at=at(unit.now), corrects=corrects)
            earlier: list[Revision] = []
        else:
            post = unit.posts.get(post_id)
            if post.author != me.id and post.team != me.team:
                raise Refused(Reason.NOT_FOUND, kind="post")
            earlier = unit.revisions.of_post(post.id)
        bound = _bound(unit, earlier, release)
        everything = {bound, *bindings_of(unit, [post.id])[post.id]}
        require_access(unit, me.id, everything, world.policy.roles, unit.now)
        require_pictures(unit, me.id, content, earlier)
        revision = Revision(
            id=world.chance.id(),
            post=post.id,
            number=len(earlier) + 1,
            author=me.id,
            content=content,
            created_at=at(unit.now),
            salt=world.chance.token(SALT),
            release=bound,
        )
        unit.commit(write(post, revision))
        return revision


def require_pictures(readers: Readers, by: str, content: Content, earlier: Iterable[Revision] = ()) -> None:
    """Only pictures that this member brought, or that stand in the post already. Raises Refused(NOT_FOUND) alike for
    what is unknown and what is others': a fingerprint tried out tells nothing.
    """
    there = {picture.sha256 for revision in earlier for picture in revision.content.pictures}
    known = readers.media.many(picture.sha256 for picture in content.pictures)
    for picture in content.pictures:
        found = known.get(picture.sha256)
        if found is None or (by not in found.brought_by and picture.sha256 not in there):
            raise Refused(Reason.NOT_FOUND, kind="media")


def _bound(readers: Readers, earlier: list[Revision], release: str | None) -> str | None:
    """The release a wording is written for: the one named, else that of the wording before it."""
    if release is not None and readers.releases.find(release) is None:
        raise Refused(Reason.RELEASE_UNKNOWN, release=release)
    return release or (earlier[-1].release if earlier else None)
