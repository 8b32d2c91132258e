"""Breaches: what was found on the accounts that should not be there, and what people do about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from gateway.actions import watch
from gateway.domain.breach import Breach, BreachKind, BreachState
from gateway.domain.organisation import Errand
from gateway.web.answers import Answer
from gateway.web.forms import Form, Limit, PathId, Text
from gateway.web.guards import Acting, InWorld

States = Annotated[Literal["open", "acknowledged", "closed", "all"], Query()]


class Why(Form):
    """The reason."""

    reason: Annotated[Text, Field(min_length=1, max_length=2_000)]


class WhereAnswer(Answer):
    """Where it stands at the platform, and the platform's own time of it."""

    platform_id: str
    url: str | None
    at: datetime | None


class BreachAnswer(Answer):
    """A breach with its evidence. `fingerprint` is the SHA-256 of `text` as it was seen."""

    id: str
    account: str
    kind: BreachKind
    text: str
    fingerprint: str
    before: str
    receipt: WhereAnswer | None
    application: str | None
    delivery: str | None
    certain: bool
    found_at: datetime
    state: BreachState
    handled_by: str | None
    handled_at: datetime | None
    reason: str
    removed_at: datetime | None
    removed_by: str | None


def list_breaches(world: InWorld, who: Acting, state: States = "open", limit: Limit = 100) -> list[Breach]:
    """Breaches in one state, newest first."""
    return watch.list_breaches(world, who, None if state == "all" else BreachState(state), limit)


def read_breach(world: InWorld, who: Acting, breach_id: PathId) -> Breach:
    """One breach whole."""
    return watch.read_breach(world, who, breach_id)


def acknowledge(world: InWorld, who: Acting, breach_id: PathId, form: Why) -> Breach:
    """Take note of it."""
    return watch.handle_breach(world, who, breach_id, BreachState.ACKNOWLEDGED, form.reason)


def close(world: InWorld, who: Acting, breach_id: PathId, form: Why) -> Breach:
    """End it, with the reason."""
    return watch.handle_breach(world, who, breach_id, BreachState.CLOSED, form.reason)


def remove(world: InWorld, who: Acting, breach_id: PathId) -> Errand:
    """Ask the worker to take the foreign post down."""
    return watch.ask_foreign_removal(world, who, breach_id)
