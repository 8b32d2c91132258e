"""Withheld: what a person sees of embargoed things whose list they are not on: that they exist, nothing they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from connectors.words import Outgoing
from gateway.domain.approval import Approval
from gateway.domain.clearance import Clearance
from gateway.domain.delivery import Delivery
from gateway.domain.post import Content, Revision
from gateway.domain.submission import UNJUDGED, Submission

NOTHING = Content(parts=())


def revision(found: Revision) -> Revision:
    """Who wrote it and when."""
    return replace(found, content=NOTHING, salt=b"")


def submission(found: Submission) -> Submission:
    """Whose it is, for which accounts, time and release, and how it stands. The digest goes too: from it whoever knows
    the rest of a sentence could try out figures.
    """
    wish = replace(found.wish, doubt="")
    return replace(found, outgoings=(), findings=(), judgement=UNJUDGED, salt=b"", digest="", wish=wish)


def delivery(found: Delivery) -> Delivery:
    """Where it is on its way."""
    said = found.outgoing
    empty = Outgoing(found.account, "", said.wanted, release=said.release, part=said.part, parts=said.parts)
    return replace(found, outgoing=empty, digest="")


def approvals(found: Iterable[Approval]) -> tuple[Approval, ...]:
    """Who answered what."""
    return tuple(replace(approval, reason="", digest="") for approval in found)


def clearances(found: Iterable[Clearance]) -> tuple[Clearance, ...]:
    """Who answered what."""
    return tuple(replace(clearance, reason="", digest="") for clearance in found)
