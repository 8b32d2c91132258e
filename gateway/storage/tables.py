"""Every table. Column names are the records' field names; each column says its class of data (security.md, row 110)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)

from connectors.words import Outgoing, Profile, Receipt
from gateway.domain.access import Listed
from gateway.domain.account import CredentialState, FactorState
from gateway.domain.breach import BreachKind, BreachState
from gateway.domain.check import Finding
from gateway.domain.delivery import Look, State
from gateway.domain.grant import Kind
from gateway.domain.member import MemberState
from gateway.domain.notice import NoticeKind
from gateway.domain.post import Content
from gateway.domain.release import ReleaseState
from gateway.domain.signin import FactorStatus, SessionKind
from gateway.domain.statistics.evidence import Judgement
from gateway.domain.submission import SubmissionState, Wish
from gateway.storage.columns import METADATA as METADATA
from gateway.storage.columns import may as _may
from gateway.storage.columns import must as _must
from gateway.storage.columns import record as _record
from gateway.storage.log_tables import audit_entries as audit_entries
from gateway.storage.log_tables import audit_head as audit_head
from gateway.storage.log_tables import audit_tiles as audit_tiles
from gateway.storage.log_tables import audit_words as audit_words
from gateway.storage.log_tables import checkpoints as checkpoints
from gateway.storage.log_tables import heartbeats as heartbeats
from gateway.storage.passkey_tables import challenges as challenges
from gateway.storage.passkey_tables import passkeys as passkeys
from gateway.storage.sealed import sealed
from gateway.storage.showing_tables import showings as showings
from gateway.storage.template_tables import templates as templates
from gateway.storage.types import Id, Shaped, UtcDateTime, Word
from gateway.storage.vault_tables import vault_box_keys as vault_box_keys
from gateway.storage.vault_tables import vault_keys as vault_keys
from gateway.storage.vault_tables import vault_rows as vault_rows

Words = tuple[str, ...]


organisations = _record(
    "organisations", _must("name", Text), _must("created_at", UtcDateTime), _must("policy", String(64))
)
members = _record(
    "members",
    _must("name", Text),
    _must("name_key", Text, unique=True),
    _must("display_name", Text),
    _must("team", Text),
    _must("roles", Shaped(Words)),
    _must("state", Word(MemberState)),
    _may("password_hash", Text),
    _must("created_at", UtcDateTime),
    _may("left_at", UtcDateTime),
    _may("rests_until", UtcDateTime),
    _must("email", Text),
)
factors = _record(
    "factors",
    _must("member", Id, index=True),
    _must("sealed", LargeBinary),
    _must("last_step", Integer),
    _must("status", Word(FactorStatus)),
    _must("created_at", UtcDateTime),
)
recovery_codes = _record(
    "recovery_codes", _must("member", Id, index=True), _must("hash", String(64)), _may("used_at", UtcDateTime)
)
invitations = _record(
    "invitations", _must("member", Id, index=True), _must("expires_at", UtcDateTime), _may("used_at", UtcDateTime)
)
sessions = _record(
    "sessions",
    _must("member", Id, index=True),
    _must("kind", Word(SessionKind)),
    _must("began_at", UtcDateTime),
    _must("seen_at", UtcDateTime),
    _may("ended_at", UtcDateTime),
    _must("passkey", Boolean),
)
step_ups = _record(
    "step_ups",
    _must("session", Id, index=True),
    _must("member", Id),
    _must("act", String(64)),
    _must("subject", Id),
    _must("digest", String(64)),
    _must("at", UtcDateTime),
    _may("used_at", UtcDateTime),
    _must("passkey", Boolean),
)
held_forms = _record(
    "held_forms",
    _must("member", Id, index=True),
    _must("sealed", LargeBinary),
    _must("at", UtcDateTime),
    _may("taken_at", UtcDateTime),
)
tries = _record("tries", _must("failures", Shaped(tuple[datetime, ...])), _must("in_a_row", Integer))
accounts = _record(
    "accounts",
    _must("platform", String(40)),
    _must("origin", Text),
    _must("handle", Text),
    _must("subject", Text),
    _must("owner_team", Text),
    _must("responsible", Text),
    _must("accountable", Text),
    _must("tier", String(40)),
    _must("factor_state", Word(FactorState)),
    _must("recovery_owner", Text),
    _may("factor_checked_at", UtcDateTime),
    _must("sign_off", Text),
    _must("facts", Shaped(tuple[tuple[str, int], ...])),
    _must("credential_state", Word(CredentialState)),
    _may("connected_by", Id),
    _may("access_ends_at", UtcDateTime),
    _may("grant_ends_at", UtcDateTime),
    _may("refresh_begun_at", UtcDateTime),
    _may("end_warned_at", UtcDateTime),
    _must("created_at", UtcDateTime),
)
freezes = _record(
    "freezes",
    _must("scope", String(20)),
    _must("target", Id),
    _must("reason", Text),
    _must("by", Id),
    _must("since", UtcDateTime),
    _may("thawed_at", UtcDateTime),
    _may("thawed_by", Id),
)
grants = _record(
    "grants",
    _must("member", Id, index=True),
    _must("account", Id, index=True),
    _must("kinds", Shaped(tuple[Kind, ...])),
    _must("begins", UtcDateTime),
    _may("ends", UtcDateTime),
    _must("given_by", Id),
    _may("ended_at", UtcDateTime),
    _may("ended_by", Id),
)
posts = _record(
    "posts",
    _must("author", Id),
    _must("team", Text),
    _must("created_at", UtcDateTime),
    _may("corrects", Id),
    Index(None, "author", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "team", "created_at", "id"),
)
revisions = _record(
    "revisions",
    _must("post", Id),
    _must("number", Integer),
    _must("author", Id),
    sealed("content", Content),
    sealed("salt", bytes),
    _may("release", Id),
    _must("created_at", UtcDateTime),
    UniqueConstraint("post", "number"),
)
media = _record(
    "media",
    _must("media_type", String(40)),
    _must("size", Integer),
    _must("width", Integer),
    _must("height", Integer),
    _must("added_by", Id),
    _must("brought_by", Shaped(Words)),
    _must("added_at", UtcDateTime),
    _must("told_as", Id),
    sealed("words", str | None),
    sealed("body", bytes),
)
submissions = _record(
    "submissions",
    _must("post", Id, index=True),
    _must("revision", Id),
    _must("author", Id, index=True),
    _must("submitted_at", UtcDateTime, index=True),
    sealed("wish", Wish),
    sealed("outgoings", tuple[Outgoing, ...]),
    sealed("salt", bytes),
    _must("digest", String(64)),
    _must("rule_set", String(64)),
    sealed("findings", tuple[Finding, ...]),
    sealed("judgement", Judgement),
    _must("needs_clearance", Boolean),
    _must("judged_under", String(64)),
    _must("content_class", String(40)),
    _must("state", Word(SubmissionState)),
    _may("corrects", Id, index=True),
    Index(None, "state", "submitted_at", "id"),
)
clearances = _record(
    "clearances",
    _must("submission", Id, index=True),
    _must("digest", String(64)),
    _must("by", Id, index=True),
    sealed("reason", str),
    _must("granted", Boolean),
    _must("at", UtcDateTime),
    _may("voided_at", UtcDateTime),
)
comments = _record(
    "comments",
    _must("submission", Id, index=True),
    _must("by", Id),
    _must("at", UtcDateTime),
    sealed("text", str),
)
approvals = _record(
    "approvals",
    _must("submission", Id, index=True),
    _must("digest", String(64)),
    _must("by", Id, index=True),
    _must("given", Boolean),
    sealed("reason", str),
    _must("rule_set", String(64)),
    _must("content_class", String(40)),
    _must("at", UtcDateTime),
    _may("voided_at", UtcDateTime),
)
deliveries = _record(
    "deliveries",
    _must("submission", Id, index=True),
    _must("account", Id),
    _must("platform", String(40)),
    sealed("outgoing", Outgoing),
    _must("digest", String(64)),
    _may("release", Id),
    _must("due_at", UtcDateTime),
    _must("stamp", UtcDateTime),
    _may("previous", Id),
    _must("state", Word(State)),
    _may("hold", String(40)),
    _may("not_before", UtcDateTime),
    _may("claimed_by", Id),
    _may("intent_at", UtcDateTime),
    _may("ended_at", UtcDateTime),
    _must("attempts", Integer),
    _may("outcome", Text),
    _must("looks", Shaped(tuple[Look, ...])),
    _may("receipt", Shaped(Receipt)),
    _must("judged_under", String(64)),
    _may("made", Text),
    Index(None, "state", "due_at"),
    Index(None, "account", "state"),
    Index(None, "release", "state"),
)
publications = _record(
    "publications",
    _must("account", Id),
    _must("platform_id", Text),
    _may("url", Text),
    _must("at", UtcDateTime),
    _must("lateness_ms", Integer),
    _must("how", String(20)),
    _may("removed_at", UtcDateTime),
    _may("removed_by", Id),
    UniqueConstraint("account", "platform_id"),
    Index(None, "account", "at"),
    Index(None, "at", "id"),
)
releases = _record(
    "releases",
    _must("title", Text),
    _must("instant", UtcDateTime, index=True),
    _must("state", Word(ReleaseState)),
    _may("seen_at", UtcDateTime),
    _must("confirmed_by", Shaped(Words)),
    _must("source", Text),
    _must("imported_at", UtcDateTime),
    _may("alarmed_at", UtcDateTime),
    _may("said_instant", UtcDateTime),
    _may("said_state", Word(ReleaseState)),
)
calendars = _record(
    "calendars",
    _must("read_at", UtcDateTime),
    _must("digest", String(64)),
    _must("entries", Integer),
    _must("by_hand", Boolean),
)
tellings = _record(
    "tellings",
    _must("source", Text, index=True),
    _must("release", Id, index=True),
    _must("instant", UtcDateTime),
    _may("state", Word(ReleaseState)),
    _may("gone_at", UtcDateTime),
)
corrections = _record(
    "corrections",
    _must("release", Id, index=True),
    _must("instant", UtcDateTime),
    _must("state", Word(ReleaseState)),
    _must("instant_before", UtcDateTime),
    _must("state_before", Word(ReleaseState)),
    _must("by", Id),
    _must("at", UtcDateTime),
    _may("agreed_by", Id),
    _may("ended_at", UtcDateTime),
)
notices = _record(
    "notices",
    _must("member", Id),
    _must("kind", Word(NoticeKind)),
    _must("subject_kind", String(40)),
    _must("subject_id", Id),
    _must("at", UtcDateTime),
    _may("release", Id),
    _must("name", Text),
    _may("read_at", UtcDateTime),
    _may("mail_after", UtcDateTime, index=True),
    _must("mail_tries", Integer),
    Index(None, "member", "at", "id"),
    Index(None, "member", "read_at"),
)
access_lists = _record("access_lists", _must("people", Shaped(tuple[Listed, ...])))
deposits = _record(
    "deposits",
    _must("account", Id, index=True),
    _must("member", Id),
    _must("box_key", Id),
    _must("sealed", LargeBinary),
    _must("put_at", UtcDateTime),
    _must("outcome", Text),
    _may("consent", Id),
)
consents = _record(
    "consents",
    _must("account", Id, index=True),
    _must("member", Id),
    _must("asked_at", UtcDateTime),
    _may("made_at", UtcDateTime),
    _must("address", Text),
    _must("state", String(64), index=True),
    _must("issuer", Text),
    _must("outcome", String(40), index=True),
)
errands = _record(
    "errands",
    _must("kind", String(40)),
    _must("account", Id, index=True),
    _may("delivery", Id),
    _must("asked_by", Id),
    _must("asked_at", UtcDateTime),
    _must("link", Text),
    _may("breach", Id),
    _may("done_at", UtcDateTime),
    _must("outcome", Text),
)
breaches = _record(
    "breaches",
    _must("account", Id, index=True),
    _must("kind", Word(BreachKind)),
    sealed("text", str),
    _must("fingerprint", String(64)),
    _must("before", Text),
    _may("receipt", Shaped(Receipt)),
    _may("application", Text),
    _may("delivery", Id),
    _must("certain", Boolean),
    _must("found_at", UtcDateTime),
    _must("state", Word(BreachState)),
    _may("handled_by", Id),
    _may("handled_at", UtcDateTime),
    sealed("reason", str),
    _may("removed_at", UtcDateTime),
    _may("removed_by", Id),
    Index(None, "found_at", "id"),
    Index(None, "state", "found_at", "id"),
)
watches = _record(
    "watches",
    _must("before", Shaped(Words)),
    _may("floor", UtcDateTime),
    _must("shown", Shaped(tuple[tuple[str, str], ...])),
    _may("profile", Shaped(Profile)),
)
