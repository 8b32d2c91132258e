"""The texts that one's team starts its posts from."""

from __future__ import annotations

from gateway.actions import templating
from gateway.domain.template import Template
from gateway.web.forms import Form, Line, PathId, Text
from gateway.web.guards import Acting, InWorld


class Kept(Form):
    """A text and what it is called."""

    title: Line
    text: Text


def list_templates(world: InWorld, who: Acting) -> list[Template]:
    """Those of one's own team, by title."""
    return templating.templates(world, who)


def keep_template(world: InWorld, who: Acting, form: Kept) -> Template:
    """Keep a text for one's team; what speaks of a release to come is none."""
    return templating.keep_template(world, who, form.title, form.text)


def remove_template(world: InWorld, who: Acting, template_id: PathId) -> None:
    """Take a text off one's team's list, words and all."""
    templating.remove_template(world, who, template_id)
