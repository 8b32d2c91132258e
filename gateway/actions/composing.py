"""Composing: what an author may choose from, and what typed words would be, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from connectors.words import Outgoing
from gateway.actions.access import require_access
from gateway.actions.guard import acting
from gateway.actions.judging import judged
from gateway.actions.telling import tells
from gateway.actions.write import require_pictures, write_post
from gateway.domain import submission as core
from gateway.domain.account import Account
from gateway.domain.grant import Kind
from gateway.domain.member import Member
from gateway.domain.post import Content, Media, Revision
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Coming, Release
from gateway.domain.submission import Judged, Wish
from gateway.storage.unit import Readers
from gateway.world import Who, World

JUST_OUT = timedelta(days=1)  # a release stays in the list for a day: something may still be said of it


@dataclass(frozen=True)
class Desk:
    """What an author may choose from: accounts they may write on, those they may publish on at once, releases."""

    accounts: tuple[Account, ...]
    at_once: frozenset[str]
    releases: tuple[Coming, ...]


@dataclass(frozen=True)
class Preview:
    """What would be said where, how it is judged, and the release that the words speak of."""

    accounts: Mapping[str, Account]
    outgoings: tuple[Outgoing, ...]
    judged: Judged
    speaks_of: Release | None = None


@tells("post.write", "post")
def desk(world: World, who: Who, most: int | None = None) -> Desk:
    """What `who` may choose from when writing, of the releases the first `most`. Raises Refused."""
    with world.storage.reading() as readers:
        now = world.clock.now()
        me = acting(readers, who, "post.write", world.policy.roles, now)
        grants = readers.grants.of_member(me.id)
        writes = {grant.account for grant in grants if grant.holds(Kind.WRITE, now)}
        at_once = {grant.account for grant in grants if grant.holds(Kind.PUBLISH_NOW, now)}
        found = sorted(readers.accounts.many(writes).values(), key=lambda each: (each.platform, each.handle, each.id))
        return Desk(
            tuple(found), frozenset(at_once & writes), tuple(readers.releases.coming(now.earliest - JUST_OUT, most))
        )


@tells("check", "post")
def preview(
    world: World, who: Who, content: Content, wish: Wish, *, whole: bool = False, post_id: str | None = None
) -> Preview:
    """What these words would be on the accounts of the wish, and how they are judged; writes nothing. Raises Refused.

    `post_id`: the post they are a new wording of, whose pictures they may use again.

    `whole`: also refuses what is missing from the wish, in the order in which submitting would.
    """
    with world.storage.reading() as readers:
        now = world.clock.now()
        me = acting(readers, who, "post.write", world.policy.roles, now)
        require_access(readers, me.id, [wish.release], world.policy.roles, now)
        release = readers.releases.find(wish.release) if wish.release else None
        if whole:
            core.require_wish(wish, world.policy, release, now)
            core.require_now_possible(wish, release, now)
        accounts = _accounts(readers, wish)
        outgoings = core.outgoings_of(content, wish, _media(readers, me, content, post_id))
        found = judged(world, readers, wish, release, outgoings, accounts, now)
        speaks_of = readers.releases.find(found.judgement.release) if found.judgement.release else None
    return Preview(accounts, outgoings, found, speaks_of)


def _accounts(readers: Readers, wish: Wish) -> dict[str, Account]:
    if not wish.accounts:
        raise Refused(Reason.EMPTY, field="accounts")
    found = readers.accounts.many(wish.accounts)
    if missing := [account for account in wish.accounts if account not in found]:
        raise Refused(Reason.ACCOUNT_UNKNOWN, account=missing[0])
    return found


def _media(readers: Readers, me: Member, content: Content, post_id: str | None) -> dict[str, Media]:
    post = readers.posts.find(post_id) if post_id else None
    own = post is not None and (post.author == me.id or post.team == me.team)
    require_pictures(readers, me.id, content, readers.revisions.of_post(post.id) if post and own else ())
    return readers.media.many(use.sha256 for use in content.pictures)


@tells("post.write", "post")
def keep(
    world: World,
    who: Who,
    content: Content,
    post_id: str | None,
    release: str | None,
    corrects: str | None = None,
) -> Revision:
    """These words as a revision: the newest of the post where it is one's own and says the same, else a new one.

    `release` is the one it is written for, `corrects` the delivery that a new post is begun to put right. Raises
    Refused; a new revision is what `write_post` makes.
    """
    with world.storage.reading() as readers:
        acting(readers, who, "post.write", world.policy.roles, world.clock.now())
        newest = _newest(readers, post_id) if post_id else None
    if newest is not None and _says(newest, who.member, content, release):
        return newest
    return write_post(world, who, content, post_id=post_id, release=release, corrects=corrects)


def _says(revision: Revision, author: str, content: Content, release: str | None) -> bool:
    same = (revision.author, revision.content) == (author, content)
    return same and release in {None, revision.release}


def _newest(readers: Readers, post_id: str) -> Revision | None:
    return next(reversed(readers.revisions.of_post(post_id)), None)


@tells("media.read", "media")
def picture_sizes(world: World, who: Who, ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Width and height in pixels of those of these pictures that `who` brought; others are left out."""
    with world.storage.reading() as readers:
        me = acting(readers, who, "post.write", world.policy.roles, world.clock.now())
        return readers.media.sizes(ids, me.id)


@tells("media.read", "media")
def own_picture(world: World, who: Who, sha256: str) -> Media:
    """A picture that `who` brought, with its bytes, while they write. Raises Refused(NOT_FOUND) for anyone else's."""
    with world.storage.reading() as readers:
        me = acting(readers, who, "post.write", world.policy.roles, world.clock.now())
        media = readers.media.find(sha256)
        if media is None or me.id not in media.brought_by:
            raise Refused(Reason.NOT_FOUND, kind="media")
        return media
