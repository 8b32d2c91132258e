"""Consent: a person's yes at the platform to our application, by which an account is connected (OAuth 2).

Asked for in the web process, begun by the worker (state, PKCE), brought back by the same person, once, within ten
minutes. What came back is boxed for the worker; the verifier lies in the vault meanwhile (house §9).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.instant import Now
from gateway.domain.refusal import Reason, Refused

LIFE = timedelta(minutes=10)
BROUGHT, DECLINED, LAPSED = "brought", "declined", "lapsed"


@dataclass(frozen=True, kw_only=True)
class Consent(Record):
    """One consent being asked for.

    `address` is where the person is sent: empty until the worker made it, and again once they came back. `state` is the
    SHA-256 (hex) of the word that must come back with them. `issuer` is what `iss` must say, empty where the platform
    says nothing. `outcome` is empty while it waits, then "brought", "declined", "lapsed" or why it cannot be begun.
    """

    account: str
    member: str
    asked_at: datetime
    made_at: datetime | None = None
    address: str = ""
    state: str = ""
    issuer: str = ""
    outcome: str = ""

    def is_over(self, now: Now) -> bool:
        """Whether its ten minutes may have passed, or it was answered."""
        return bool(self.outcome) or now.maybe_past(self.asked_at + LIFE)


def ask(consent: Consent) -> Change:
    """Somebody wants to connect an account by consent."""
    event = AuditEvent("consent.ask", consent.member, "account", consent.account, {"consent": consent.id})
    return Change((event,), (consent,))


def make(consent: Consent, *, address: str, state: str, issuer: str, now: Now) -> Change:
    """The worker made the address. Raises Refused where it is too late, or was done."""
    if consent.made_at is not None or consent.is_over(now):
        raise Refused(Reason.WRONG_STATE, state=consent.outcome or "made")
    event = AuditEvent("consent.make", WORKER, "account", consent.account, {"consent": consent.id})
    return Change((event,), (replace(consent, address=address, state=state, issuer=issuer, made_at=now.earliest),))


def require_answerable(consent: Consent | None, *, by: str, issuer: str, now: Now) -> Consent:
    """The consent that `by` may answer now. One refusal for every cause: unknown, answered, late, another's, other
    issuer (RFC 9207). Raises Refused(CONSENT_REFUSED).
    """
    if consent is None or consent.made_at is None or consent.is_over(now):
        raise Refused(Reason.CONSENT_REFUSED)
    if consent.member != by or (consent.issuer and consent.issuer != issuer):
        raise Refused(Reason.CONSENT_REFUSED)
    return consent


def close(consent: Consent, outcome: str, *, by: str) -> Change:
    """It was answered, or never will be: from now on its state opens nothing."""
    event = AuditEvent("consent.close", by, "account", consent.account, {"consent": consent.id, "outcome": outcome})
    return Change((event,), (replace(consent, address="", outcome=outcome),))
