"""What goes out: each answer picks the fields it needs from a record, so that nothing else can leave (row 77)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from gateway.domain.account import CredentialState, FactorState
from gateway.domain.delivery import State
from gateway.domain.grant import Kind
from gateway.domain.member import MemberState
from gateway.domain.notice import NoticeKind
from gateway.domain.release import ReleaseState
from gateway.domain.statistics import Verdict
from gateway.domain.submission import SubmissionState


class Answer(BaseModel):
    """An answer made from a record by its attributes."""

    model_config = ConfigDict(from_attributes=True)


class MemberAnswer(Answer):
    """A person, without anything they sign in with."""

    id: str
    name: str
    display_name: str
    team: str
    roles: tuple[str, ...]
    state: MemberState
    created_at: datetime
    left_at: datetime | None


class TemplateAnswer(Answer):
    """A text that a team starts its posts from."""

    id: str
    team: str
    by: str
    at: datetime
    title: str
    text: str


class AccountAnswer(Answer):
    """An account of the register; of its credential only where it stands."""

    id: str
    platform: str
    origin: str
    handle: str
    subject: str
    owner_team: str
    responsible: str
    accountable: str
    tier: str
    sign_off: str
    factor_state: FactorState
    recovery_owner: str
    factor_checked_at: datetime | None
    credential_state: CredentialState
    access_ends_at: datetime | None
    grant_ends_at: datetime | None
    created_at: datetime


class GrantAnswer(Answer):
    """A grant."""

    id: str
    member: str
    account: str
    kinds: tuple[Kind, ...]
    begins: datetime
    ends: datetime | None
    given_by: str
    ended_at: datetime | None


class FreezeAnswer(Answer):
    """A freeze."""

    id: str
    scope: str
    target: str
    reason: str
    by: str
    since: datetime
    thawed_at: datetime | None


class WentAnswer(Answer):
    """A delivery that had passed its intent before a stop, and its state when the act answered."""

    delivery: str
    account: str
    state: State


class WishAnswer(Answer):
    """What was asked for."""

    accounts: tuple[str, ...]
    wanted: str
    content_class: str
    release: str | None
    claims_no_statistics: bool
    declared: tuple[str, ...]
    doubt: str


class PictureAnswer(Answer):
    """One image of an Outgoing."""

    sha256: str
    media_type: str
    size: int
    width: int
    height: int
    alt_text: str


class OutgoingAnswer(Answer):
    """The exact thing said on one account."""

    account: str
    text: str
    wanted: str
    pictures: tuple[PictureAnswer, ...]
    link: str | None
    visibility: str
    language: str
    release: str | None
    part: int
    parts: int


class FindingAnswer(Answer):
    """What a check found, where, and what to change."""

    rule: str
    severity: str
    account: str
    part: int
    advice: str
    start: int
    end: int
    evidence: str
    source: str


class EvidenceAnswer(Answer):
    """One thing the classifier saw: the rule, the place, the span there as typed, the release it points at."""

    rule: str
    place: str
    start: int
    end: int
    words: str
    release: str | None


class JudgementAnswer(Answer):
    """The embargo's verdict with its evidence; `folded` are texts whose letters were disguised, as they were read."""

    verdict: Verdict
    why: str
    release: str | None
    evidence: tuple[EvidenceAnswer, ...]
    folded: tuple[str, ...]
    version: str


class SubmissionAnswer(Answer):
    """A submission without its wording: for lists and as the answer to an act."""

    id: str
    post: str
    revision: str
    author: str
    submitted_at: datetime
    state: SubmissionState
    digest: str
    content_class: str
    rule_set: str
    needs_clearance: bool
    corrects: str | None


class DeliveryAnswer(Answer):
    """A delivery without its wording. `hold` and `outcome` are reasons; `due_at` moves with its release."""

    id: str
    submission: str
    account: str
    platform: str
    digest: str
    release: str | None
    due_at: datetime
    state: State
    hold: str | None
    not_before: datetime | None
    attempts: int
    outcome: str | None
    intent_at: datetime | None
    ended_at: datetime | None
    previous: str | None


class PublicationAnswer(Answer):
    """A post at a platform; its id is its delivery's."""

    id: str
    account: str
    platform_id: str
    url: str | None
    at: datetime
    lateness_ms: int
    how: str
    removed_at: datetime | None


class ReleaseAnswer(Answer):
    """A calendar entry."""

    id: str
    title: str
    instant: datetime
    state: ReleaseState
    seen_at: datetime | None
    confirmed_by: tuple[str, ...]
    source: str


class NoticeAnswer(Answer):
    """A notice to the caller: ids, and at most the name of a release; never what a post says."""

    id: str
    kind: NoticeKind
    subject_kind: str
    subject_id: str
    release: str | None
    name: str
    at: datetime
    read_at: datetime | None


class EntryAnswer(Answer):
    """One line of the audit log."""

    index: int
    at_earliest: str
    at_latest: str
    act: str
    actor: str
    subject_kind: str
    subject_id: str
    facts: dict[str, Any]
