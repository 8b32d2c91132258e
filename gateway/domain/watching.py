"""Watching: what one look at an account's timeline and face means (house §2, the last arrow)."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors.words import Profile, Receipt, Seen, Window
from gateway.domain.audit import WORKER, AuditEvent
from gateway.domain.breach import Breach, BreachKind, Watch, breach_id, fingerprint
from gateway.domain.change import Change
from gateway.domain.delivery import Delivery
from gateway.domain.instant import Now
from gateway.domain.publication import Publication

MARGIN = timedelta(seconds=60)  # between our clock and a platform's, and how long a list may lag at least
_LINK = re.compile(r"https?://\S+|(?<=\w)@[\w.-]+")


@dataclass(frozen=True)
class Look:
    """What the platform showed: posts newest first, whether the list was whole, and the face where it was shown."""

    account: str
    seen: tuple[Seen, ...]
    whole: bool
    profile: Profile | None


@dataclass(frozen=True)
class Ours:
    """One of our publications and the words it was published with, as the platform was to get them."""

    publication: Publication
    said: str


@dataclass(frozen=True)
class Doubt:
    """A delivery on its way or of unknown outcome: its words, and where an accepted post of it must lie."""

    said: str
    window: Window


@dataclass(frozen=True)
class Around:
    """What the house knows, read after the platform was asked: a post that is there was intended before it came.

    `ours` by platform id: what was listed, and what should have been. `raised`: ids of breaches that stand already.
    `removing`: deliveries that somebody has asked to take down. `lag`: the platform's listing delay.
    """

    watch: Watch | None
    ours: Mapping[str, Ours]
    doubts: Sequence[Doubt]
    removing: Collection[str]
    lag: timedelta


@dataclass
class _Findings:
    account: str
    at: datetime
    found: list[Breach] = field(default_factory=list)

    def add(self, kind: BreachKind, *marks: str, text: str, before: str = "", **more: object) -> None:
        given = {"receipt": None, "application": None, "delivery": None, "certain": True} | more
        self.found.append(
            Breach(
                id=breach_id(self.account, kind, *marks),
                account=self.account,
                kind=kind,
                text=text,
                fingerprint=fingerprint(text),
                before=before,
                found_at=self.at,
                **given,  # type: ignore[arg-type]  # the four fields named above
            )
        )


def judge(look: Look, around: Around, gone: Mapping[str, bool], now: Now) -> tuple[Watch, tuple[Breach, ...]]:
    """The watch after a look, and every breach that follows from it, whether or not it was raised before.

    `gone`: platform ids of ours that a second question did not find, with whether that is certain. The first look only
    takes note: what stands there then was there before the gateway.
    """
    if around.watch is None:
        return _begun(look, around), ()
    findings = _Findings(look.account, now.earliest)
    _foreign(look, around, findings)
    _changed(look, around, findings)
    _vanished(around, gone, findings)
    _face(look.profile, around.watch, findings)
    return _noted(look, around, gone), tuple(findings.found)


def raised(watch: Watch, breaches: Sequence[Breach]) -> Change:
    """The watch and its new breaches as one Change."""
    events = [AuditEvent("watch.note", WORKER, "account", watch.id, {"breaches": len(breaches)})]
    for breach in breaches:
        facts = {"account": breach.account, "kind": str(breach.kind), "fingerprint": breach.fingerprint}
        where = breach.receipt.platform_id if breach.receipt else None
        events.append(AuditEvent("breach.raise", WORKER, "breach", breach.id, {**facts, "platform_id": where}))
    return Change(tuple(events), (watch, *breaches))


def missing(look: Look, around: Around, now: Now) -> list[Publication]:
    """Ours that the list should have shown and did not: to be asked for one by one before they count as vanished."""
    listed = {seen.receipt.platform_id for seen in look.seen}
    return [
        one.publication
        for id, one in around.ours.items()
        if id not in listed and is_expected(one.publication, look, around, now)
    ]


def is_expected(publication: Publication, look: Look, around: Around, now: Now) -> bool:
    """Whether a list that reaches so far must show it: neither young, nor removed, nor just being removed."""
    if publication.removed_at is not None or publication.id in around.removing:
        return False
    if not now.surely_past(publication.at + max(around.lag, MARGIN)):
        return False
    oldest = min((seen.at for seen in look.seen), default=None)
    return look.whole or (oldest is not None and publication.at > oldest + MARGIN)


def same_loosely(one: str, other: str) -> bool:
    """Whether two texts say the same but for what platforms do to them: links, white space, entities, domains."""
    return _core(one) == _core(other)


def _core(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _LINK.sub("", html.unescape(text))).casefold()
    return "".join(one for one in plain if one.isalnum())


# --- the findings -----------------------------------------------------------------------------------------------------


def _foreign(look: Look, around: Around, findings: _Findings) -> None:
    assert around.watch is not None
    known, floor = frozenset(around.watch.before), around.watch.floor
    old_from = _after_known(look, known | around.ours.keys())
    for place, seen in enumerate(look.seen):
        id = seen.receipt.platform_id
        # Its date is whatever its author gave it: only below what is known does an old one stand for what was there.
        was_there = floor is not None and seen.at < floor and place >= old_from
        if id in around.ours or id in known or was_there:
            continue
        if any(_may_be(seen, doubt) for doubt in around.doubts):
            continue  # it may be ours: its delivery is settled first, and then it is looked at again
        where, by = _where(seen), seen.application
        findings.add(BreachKind.FOREIGN_POST, id, text=seen.text, receipt=where, application=by)


def _after_known(look: Look, known: Collection[str]) -> int:
    """The first place of a list behind everything that is known: newest first, what stands before it came later."""
    places = [place for place, seen in enumerate(look.seen) if seen.receipt.platform_id in known]
    return places[-1] + 1 if places else 0


def _may_be(seen: Seen, doubt: Doubt) -> bool:
    return doubt.window.begins <= seen.at <= doubt.window.ends and same_loosely(doubt.said, seen.text)


def _changed(look: Look, around: Around, findings: _Findings) -> None:
    """Against what was shown last; at first sight against what was said, but for what platforms do to a text."""
    assert around.watch is not None
    shown = dict(around.watch.shown)
    for seen, one in _both(look, around):
        id, print_now = seen.receipt.platform_id, fingerprint(seen.text)
        before = shown.get(id)
        same = print_now == before if before is not None else same_loosely(one.said, seen.text)
        if not same and one.publication.removed_at is None:
            findings.add(
                BreachKind.CHANGED_POST,
                *(id, print_now),
                text=seen.text,
                before=before or fingerprint(one.said),
                receipt=_where(seen),
                application=seen.application,
                delivery=one.publication.id,
            )


def _vanished(around: Around, gone: Mapping[str, bool], findings: _Findings) -> None:
    for id, certain in gone.items():
        one = around.ours.get(id)
        if one is None or one.publication.removed_at is not None or one.publication.id in around.removing:
            continue
        publication = one.publication
        where = Receipt(id, publication.url, at=publication.at)
        before = fingerprint(one.said)
        delivery = publication.id
        findings.add(
            BreachKind.VANISHED_POST, id, text="", before=before, receipt=where, delivery=delivery, certain=certain
        )


def _face(profile: Profile | None, watch: Watch, findings: _Findings) -> None:
    """Each change once: the watch's version tells a change back and forth from one met twice."""
    if profile is None or watch.profile is None:
        return
    for kind, was, now in _features(watch.profile, profile):
        if was != now:
            findings.add(kind, str(watch.version), fingerprint(now), text=now, before=was)


def _features(was: Profile, now: Profile) -> Iterator[tuple[BreachKind, str, str]]:
    yield BreachKind.CHANGED_NAME, was.name, now.name
    yield BreachKind.CHANGED_PICTURE, was.picture or "", now.picture or ""
    yield BreachKind.CHANGED_BIO, was.bio, now.bio
    if was.applications is not None and now.applications is not None:
        before, after = (" ".join(sorted(one)) for one in (was.applications, now.applications))
        yield BreachKind.CHANGED_APPLICATIONS, before, after


# --- the watch --------------------------------------------------------------------------------------------------------


def _begun(look: Look, around: Around) -> Watch:
    before = tuple(s.receipt.platform_id for s in look.seen if s.receipt.platform_id not in around.ours)
    floor = None if look.whole else min((seen.at for seen in look.seen), default=None)
    doubtful = {s.receipt.platform_id for s in look.seen if any(_may_be(s, doubt) for doubt in around.doubts)}
    shown = tuple((s.receipt.platform_id, fingerprint(s.text)) for s, _ in _both(look, around))
    kept = tuple(id for id in before if id not in doubtful)
    return Watch(id=look.account, before=kept, floor=floor, shown=shown, profile=look.profile)


def _noted(look: Look, around: Around, gone: Mapping[str, bool]) -> Watch:
    """What was shown now, and what was shown before and is neither listed now nor gone."""
    assert around.watch is not None
    now = {seen.receipt.platform_id: fingerprint(seen.text) for seen, _ in _both(look, around)}
    still = {id: known for id, known in around.watch.shown if id in around.ours and id not in gone}
    shown = tuple(sorted((still | now).items()))
    return replace(around.watch, shown=shown, profile=look.profile or around.watch.profile)


def _both(look: Look, around: Around) -> Iterator[tuple[Seen, Ours]]:
    for seen in look.seen:
        one = around.ours.get(seen.receipt.platform_id)
        if one is not None:
            yield seen, one


def _where(seen: Seen) -> Receipt:
    return replace(seen.receipt, at=seen.at)


def doubt_of(delivery: Delivery, said: str, lag: timedelta, skew: timedelta, now: Now) -> Doubt:
    """What may still turn out to be this delivery's: from its intent on, to its end and the platform's lag.

    Some platforms let the caller date a post: theirs then is its stamp.
    """
    begins = min(delivery.intent_at or now.earliest, delivery.stamp)
    ends = max(delivery.ended_at or now.latest, delivery.stamp)
    return Doubt(said, Window(begins - skew, ends + lag + skew))
