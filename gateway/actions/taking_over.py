"""Taking a leaver's post over in one act: the same words, put forward by a colleague; every answer starts afresh."""

from __future__ import annotations

from dataclasses import replace

from connectors.words import NOW
from gateway.actions.guard import acting, at
from gateway.actions.submit import put_forward, require_wished
from gateway.actions.telling import tells
from gateway.domain import taking_over as core
from gateway.domain.change import together
from gateway.domain.digest import SALT
from gateway.domain.post import Post, Revision, write
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Submission
from gateway.storage.unit import Unit
from gateway.world import Who, World


@tells("submission.take-over", "submission")
def take_over(
    world: World, who: Who, submission_id: str, declared: tuple[str, ...], *, doubt: str = "", wanted: str | None = None
) -> Submission:
    """Put forward, as one's own, what somebody of one's team left behind: on the accounts where nothing of it has gone,
    under one's own declaration, at the time it was wanted at or at `wanted`, never "now". Raises Refused as `submit`
    does; NOT_FOUND for another team's, WRONG_STATE while its author is here or where there is nothing left of it.
    """
    with world.storage.reading() as readers:
        world.judge.calendar(readers)  # read before the write lock is taken
    with world.storage.unit() as unit:
        me = acting(unit, who, "submission.submit", world.policy.roles, unit.now)
        old = unit.submissions.get(submission_id)
        post = unit.posts.get(old.post)
        if post.team != me.team:
            raise Refused(Reason.NOT_FOUND, kind="submission")
        newest = unit.submissions.of_post(old.post)[-1].id == old.id
        deliveries = unit.deliveries.of_submission(old.id)
        accounts = core.accounts_to_take(old, unit.members.get(old.author), deliveries, is_newest=newest)
        again = wanted or old.wish.wanted
        if again == NOW:
            raise Refused(Reason.TIME_PAST, wanted=NOW)
        wish = replace(old.wish, accounts=tuple(accounts), wanted=again, declared=declared, doubt=doubt)
        release = require_wished(world, unit, wish)
        revision = _own_words(world, unit, post, old, me.id)
        change, fresh = put_forward(world, unit, me, revision, wish, release, old.corrects)
        unit.commit(together(write(post, revision), core.told(old, by=me.id, fresh=fresh.id), change))
        return fresh


def _own_words(world: World, unit: Unit, post: Post, old: Submission, me: str) -> Revision:
    """The same wording, now by whoever takes it over; its salt, and so its digest, is new."""
    words = unit.revisions.get(old.revision)
    number = len(unit.revisions.of_post(post.id)) + 1
    mine = replace(words, id=world.chance.id(), version=0, number=number, author=me, created_at=at(unit.now))
    return replace(mine, salt=world.chance.token(SALT))
