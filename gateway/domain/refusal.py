"""Refused: the house says no, and why. Codes here; the words a person sees stand in gateway.web.refusals."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Every reason for which the house says no, by the room that says it."""

    # who
    NOT_SIGNED_IN = "not-signed-in"
    WRONG_CREDENTIALS = "wrong-credentials"
    CODE_REFUSED = "code-refused"
    CODE_REPLAYED = "code-replayed"
    TOO_MANY_TRIES = "too-many-tries"
    FACTOR_LOCKED = "factor-locked"
    FACTOR_MISSING = "factor-missing"
    PASSKEY_REFUSED = "passkey-refused"
    PASSKEY_OVER = "passkey-over"
    PASSKEY_COPIED = "passkey-copied"
    PASSKEY_MISSING = "passkey-missing"
    PASSKEY_NEEDED = "passkey-needed"
    PASSKEY_ADDRESS = "passkey-address"
    STEP_UP_NEEDED = "step-up-needed"
    PASSWORD_REFUSED = "password-refused"  # noqa: S105 (a reason, not a password)
    NAME_TAKEN = "name-taken"
    NAME_REFUSED = "name-refused"
    ADDRESS_REFUSED = "address-refused"
    INVITATION_REFUSED = "invitation-refused"
    MEMBER_LEFT = "member-left"
    ROLE_MISSING = "role-missing"
    ROLES_CLASH = "roles-clash"
    LAST_ADMINISTRATOR = "last-administrator"
    OWN_WORK = "own-work"
    NO_GRANT = "no-grant"
    GRANT_SPAN = "grant-span"
    NOT_ON_LIST = "not-on-list"
    # what
    NOT_FOUND = "not-found"
    CHANGED_MEANWHILE = "changed-meanwhile"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    FINDING_BLOCKS = "finding-blocks"
    ALT_TEXT_MISSING = "alt-text-missing"
    RIGHTS_MISSING = "rights-missing"
    PICTURE_REFUSED = "picture-refused"
    TIME_NAIVE = "time-naive"
    TIME_PAST = "time-past"
    TIME_AMBIGUOUS = "time-ambiguous"
    TIME_DOES_NOT_EXIST = "time-does-not-exist"
    DECLARATION_INCOMPLETE = "declaration-incomplete"
    DOUBT_UNWRITTEN = "doubt-unwritten"
    RELEASE_OR_CLAIM = "release-or-claim"
    MUST_BIND = "must-bind"
    PROFILE_HOLDS = "profile-holds"
    DRAFT_BOUND = "draft-bound"
    CLASS_UNKNOWN = "class-unknown"
    CLASS_LOWERED = "class-lowered"
    REASON_MISSING = "reason-missing"
    DIGEST_DIFFERS = "digest-differs"
    ALREADY_ANSWERED = "already-answered"
    SAME_AS_BEFORE = "same-as-before"
    WRONG_STATE = "wrong-state"
    # where
    ACCOUNT_UNKNOWN = "account-unknown"
    ACCOUNT_FACTOR = "account-factor"
    ACCOUNT_UNCONNECTED = "account-unconnected"
    CORRECTS_NOTHING = "corrects-nothing"
    ACCOUNT_MISMATCH = "account-mismatch"
    PLATFORM_UNKNOWN = "platform-unknown"
    CONSENT_NOT_OFFERED = "consent-not-offered"
    CONSENT_NEEDED = "consent-needed"
    CONSENT_REFUSED = "consent-refused"
    ORIGIN_REFUSED = "origin-refused"
    SANDBOX_ONLY = "sandbox-only"
    STAGE_EMPTY = "stage-empty"
    CREDENTIAL_EXPIRED = "credential-expired"
    FROZEN = "frozen"
    # when
    NOT_DUE = "not-due"
    EMBARGOED = "embargoed"
    RELEASE_MOVED = "release-moved"
    RELEASE_NOT_FINAL = "release-not-final"
    RELEASE_CANCELLED = "release-cancelled"
    RELEASE_UNKNOWN = "release-unknown"
    PUBLICATION_UNSEEN = "publication-unseen"
    CALENDAR_STALE = "calendar-stale"
    CALENDAR_REFUSED = "calendar-refused"
    TOO_LATE = "too-late"
    CLOCK_UNSURE = "clock-unsure"
    PREDECESSOR_WAITS = "predecessor-waits"
    NOT_BEFORE = "not-before"
    # whether
    UNAPPROVED = "unapproved"
    APPROVAL_STALE = "approval-stale"
    UNCLEARED = "uncleared"
    AUTHOR_GONE = "author-gone"
    AUTHOR_UNGRANTED = "author-ungranted"
    FACTOR_RESET = "factor-reset"
    APPROVER_GONE = "approver-gone"
    CLEARER_GONE = "clearer-gone"
    RULES_CHANGED = "rules-changed"
    HELD_BY_PERSON = "held-by-person"
    HOLD_STAYS = "hold-stays"
    RESTORED = "restored"
    LINK_NEEDED = "link-needed"
    PLATFORM_REFUSED = "platform-refused"
    # the house itself
    STORAGE_UNAVAILABLE = "storage-unavailable"
    VAULT_SHUT = "vault-shut"
    MEDIA_UNREACHABLE = "media-unreachable"


class Refused(Exception):
    """The house says no. `facts` are short values for the words and the log, never free text of a person."""

    def __init__(self, reason: Reason, **facts: str | int | bool | None) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.facts: Mapping[str, str | int | bool | None] = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.reason}" + (f" ({told})" if told else "")
