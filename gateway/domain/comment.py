"""Comment: what one person says to the others about a submission. Kept with it, never published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.domain.audit import AuditEvent, Fact
from gateway.domain.change import Change, Record
from gateway.domain.refusal import Reason, Refused

LONGEST = 5_000


@dataclass(frozen=True, kw_only=True)
class Comment(Record):
    """A question, an answer, a remark. It may quote what is under embargo: it is sealed like the post itself."""

    submission: str
    by: str
    at: datetime
    text: str


def say(comment: Comment) -> Change:
    """Put a comment beside its submission; its words stay out of the log. Raises Refused where it is empty or long."""
    if not comment.text.strip():
        raise Refused(Reason.EMPTY, field="comment")
    if len(comment.text) > LONGEST:
        raise Refused(Reason.TOO_LONG, field="comment", allowed=LONGEST)
    facts: dict[str, Fact] = {"comment": comment.id, "length": len(comment.text)}
    event = AuditEvent("submission.comment", comment.by, "submission", comment.submission, facts)
    return Change((event,), (comment,))
