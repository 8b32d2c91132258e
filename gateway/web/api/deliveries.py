"""Deliveries and publications: where things are, settling by hand, asking the worker to look or to take down."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field

from gateway.actions import credential, lift, reading, removing, settle
from gateway.domain.delivery import Delivery, State
from gateway.domain.organisation import Errand
from gateway.domain.publication import Publication
from gateway.web.answers import Answer, DeliveryAnswer, OutgoingAnswer
from gateway.web.forms import Form, Limit, Line, PathId, Text
from gateway.web.guards import Acting, InWorld

States = Annotated[
    Literal["held", "claimed", "sending", "unknown", "published", "rejected", "removed", "withdrawn", "lapsed"], Query()
]


class Decision(Form):
    """What became of a delivery nobody knows about."""

    decision: Literal["published", "held", "withdrawn"]


class Named(Form):
    """Where a person found the post."""

    link: Annotated[Line, Field(min_length=1, max_length=2_000)]


class Lifted(Form):
    """Why a hold may end: what was looked at, and what was found."""

    reason: Text


class LookAnswer(Answer):
    """One look at the platform."""

    at: datetime
    complete: bool
    outcome: str


class DeliveryWhole(DeliveryAnswer):
    """A delivery with what it says, what was seen of it and the submissions that put it right; `withheld`: it says
    nothing to you (embargo).
    """

    outgoing: OutgoingAnswer
    looks: tuple[LookAnswer, ...]
    withheld: bool
    corrected_by: tuple[str, ...]


class ErrandAnswer(Answer):
    """What the worker was asked to do."""

    id: str
    kind: str
    account: str
    delivery: str | None
    breach: str | None
    asked_by: str
    asked_at: datetime
    done_at: datetime | None
    outcome: str


def list_deliveries(world: InWorld, who: Acting, state: States = "held", limit: Limit = 100) -> list[Delivery]:
    """Deliveries in one state, earliest due first."""
    return reading.list_deliveries(world, who, State(state), limit)


def read_delivery(world: InWorld, who: Acting, delivery_id: PathId) -> dict[str, Any]:
    """One delivery whole."""
    read = reading.read_delivery(world, who, delivery_id)
    return {**vars(read.delivery), "withheld": read.withheld, "corrected_by": read.corrected_by}


def settle_delivery(world: InWorld, who: Acting, delivery_id: PathId, form: Decision) -> Delivery:
    """Decide an unknown delivery by hand."""
    return settle.settle_by_hand(world, who, delivery_id, form.decision)


def settle_by_link(world: InWorld, who: Acting, delivery_id: PathId, form: Named) -> Errand:
    """Have the worker fetch a post that was found, and compare its words."""
    return settle.settle_by_link(world, who, delivery_id, form.link)


def lift_delivery(world: InWorld, who: Acting, delivery_id: PathId, form: Lifted) -> Delivery:
    """End a person's hold on a delivery that is not one's own; the door judges it like any other."""
    return lift.lift(world, who, delivery_id, form.reason)


def look_for_delivery(world: InWorld, who: Acting, delivery_id: PathId) -> Errand:
    """Ask the worker to look at the platform."""
    return credential.ask_look(world, who, delivery_id)


def remove_publication(world: InWorld, who: Acting, delivery_id: PathId) -> Errand:
    """Ask the worker to take a publication down."""
    return credential.ask_removal(world, who, delivery_id)


def remove_everywhere(world: InWorld, who: Acting, submission_id: PathId) -> list[Errand]:
    """Ask the worker to take down everything that a submission published."""
    return removing.ask_removal_everywhere(world, who, submission_id)


def list_removals(world: InWorld, who: Acting, submission_id: PathId) -> list[Errand]:
    """What was asked to be taken down of a submission, with the outcome on each account."""
    return removing.removals(world, who, submission_id)


def list_publications(world: InWorld, who: Acting, limit: Limit = 100) -> list[Publication]:
    """What is out, newest first."""
    return reading.list_publications(world, who, limit)
