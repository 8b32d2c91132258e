"""Template: words that a team keeps to start its posts from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.refusal import Reason, Refused

LONGEST_TITLE, LONGEST = 100, 5_000


@dataclass(frozen=True, kw_only=True)
class Template(Record):
    """A text of one team under a title; sealed like a post. One that was removed keeps no words."""

    team: str
    by: str
    at: datetime
    title: str
    text: str
    removed_at: datetime | None = None


def keep(template: Template) -> Change:
    """Keep it; its words stay out of the log. Raises Refused where title or text is missing or too long."""
    for name, text, most in (("title", template.title, LONGEST_TITLE), ("text", template.text, LONGEST)):
        if not text.strip():
            raise Refused(Reason.EMPTY, field=name)
        if len(text) > most:
            raise Refused(Reason.TOO_LONG, field=name, allowed=most)
    facts = {"length": len(template.text)}
    return Change((AuditEvent("template.keep", template.by, "template", template.id, facts),), (template,))


def remove(template: Template, *, by: str, at: datetime) -> Change:
    """Take it off the list, words and all. Raises Refused(WRONG_STATE) where it is off already."""
    if template.removed_at is not None:
        raise Refused(Reason.WRONG_STATE, state="removed")
    after = replace(template, title="", text="", removed_at=at)
    return Change((AuditEvent("template.remove", by, "template", template.id),), (after,))
