"""Notice: one thing a member should know and may have to act on. It carries ids and a release's name, never content."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.refusal import Reason, Refused


class NoticeKind(StrEnum):
    """What happened, in a fixed word; pages and e-mails have the sentences."""

    RELEASE_MOVED = "release-moved"
    RELEASE_CANCELLED = "release-cancelled"
    RELEASE_NOT_FINAL = "release-not-final"
    RELEASE_VANISHED = "release-vanished"
    CALENDARS_DISAGREE = "calendars-disagree"
    PUBLICATION_UNSEEN = "publication-unseen"
    BREACH_FOUND = "breach-found"
    JUDGED_STRICTER = "judged-stricter"
    COMMENTED = "commented"
    CREDENTIAL_ENDS = "credential-ends"
    WAITS_FOR_YOU = "waits-for-you"
    NOT_APPROVED = "not-approved"
    NOBODY_KNOWS = "nobody-knows"
    PLATFORM_REFUSED = "platform-refused"
    LAPSED = "lapsed"
    FACTOR_ADDED = "factor-added"
    FACTOR_RESET = "factor-reset"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    PASSKEY_COPIED = "passkey-copied"


@dataclass(frozen=True, kw_only=True)
class Notice(Record):
    """One notice to one member. `subject_kind` and `subject_id` name the record it is about; `name` is at most the
    name of a release as the public calendar gives it. Nothing of a post's wording ever stands here.

    `mail_after` is when an e-mail about it may next be tried, None where none is to be sent (any more).
    """

    member: str
    kind: NoticeKind
    subject_kind: str
    subject_id: str
    at: datetime
    release: str | None = None
    name: str = ""
    read_at: datetime | None = None
    mail_after: datetime | None = None
    mail_tries: int = 0


def give(notice: Notice) -> Change:
    """Put a notice before its member; the log keeps that it was given."""
    facts = {
        "member": notice.member,
        "kind": str(notice.kind),
        "about": notice.subject_kind,
        "subject": notice.subject_id,
    }
    given = replace(notice, mail_after=notice.at)
    return Change((AuditEvent("notice.give", WORKER, "notice", notice.id, facts),), (given,))


def mail_again_after(notice: Notice, after: datetime) -> Change:
    """One more try to send its e-mail is made now; should it fail, or nobody live to tell, the next is after this."""
    tried = replace(notice, mail_after=after, mail_tries=notice.mail_tries + 1)
    return Change((AuditEvent("notice.mail-try", WORKER, "notice", notice.id, {"try": tried.mail_tries}),), (tried,))


def mail_over(notice: Notice, outcome: str) -> Change:
    """Nothing more is sent about it; `outcome` is a fixed word. The notice itself stays where it is."""
    event = AuditEvent("notice.mail", WORKER, "notice", notice.id, {"outcome": outcome})
    return Change((event,), (replace(notice, mail_after=None),))


def read(notice: Notice, *, by: str, at: datetime) -> Change:
    """Its member has read it. Raises Refused for anybody else's notice, as for one that is not there."""
    if notice.member != by:
        raise Refused(Reason.NOT_FOUND, kind="notice")
    if notice.read_at is not None:
        raise Refused(Reason.ALREADY_ANSWERED)
    after = replace(notice, read_at=at)
    return Change((AuditEvent("notice.read", by, "notice", notice.id, {"kind": str(notice.kind)}),), (after,))
