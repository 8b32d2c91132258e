"""Templates: the texts that a team starts its posts from. What speaks of a release to come is none: it has a list."""

from __future__ import annotations

from connectors.words import NOW, Outgoing
from gateway.actions.guard import acting, at
from gateway.actions.telling import tells
from gateway.domain import template as core
from gateway.domain.judging import judge_all, require_bound, said_by
from gateway.domain.refusal import Reason, Refused
from gateway.domain.template import Template
from gateway.storage.unit import Unit
from gateway.world import Who, World

MOST = 100  # of one team: more could not be chosen from


@tells("template.read", "template")
def templates(world: World, who: Who) -> list[Template]:
    """Those of one's own team, by title (permission post.write)."""
    with world.storage.reading() as readers:
        me = acting(readers, who, "post.write", world.policy.roles, world.clock.now())
        return sorted(readers.templates.of_team(me.team), key=lambda one: (one.title.casefold(), one.id))


@tells("template.keep", "template")
def keep_template(world: World, who: Who, title: str, text: str) -> Template:
    """Keep a text for one's team. Raises Refused: EMPTY, TOO_LONG, MUST_BIND for what speaks of a release to come."""
    with world.storage.reading() as readers:
        world.judge.calendar(readers)  # read before the write lock is taken, as in `submit`
    with world.storage.unit() as unit:
        me = acting(unit, who, "post.write", world.policy.roles, unit.now)
        _require_free_of_releases(world, unit, title)
        _require_free_of_releases(world, unit, text)
        if len(unit.templates.of_team(me.team)) >= MOST:
            raise Refused(Reason.TOO_LONG, field="title", allowed=MOST)
        template = Template(
            id=world.chance.id(), team=me.team, by=me.id, at=at(unit.now), title=title.strip(), text=text.strip()
        )
        unit.commit(core.keep(template))
        return template


def _require_free_of_releases(world: World, unit: Unit, text: str) -> None:
    """A template has no access list: what is under embargo stays in the post that is bound to its release."""
    said = said_by((Outgoing(account="-", text=text, wanted=NOW),), {})
    require_bound(None, judge_all(said, world.judge.diary(unit, unit.now), world.judge.embargo.rules))


@tells("template.remove", "template")
def remove_template(world: World, who: Who, template_id: str) -> None:
    """Take a text off one's team's list. Raises Refused: NOT_FOUND for another team's."""
    with world.storage.unit() as unit:
        me = acting(unit, who, "post.write", world.policy.roles, unit.now)
        template = unit.templates.get(template_id)
        if template.team != me.team:
            raise Refused(Reason.NOT_FOUND, kind="template")
        unit.commit(core.remove(template, by=me.id, at=at(unit.now)))
