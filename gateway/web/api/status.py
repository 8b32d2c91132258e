"""How the house is, for anyone; and the description of this interface, for members."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from gateway.actions import reading
from gateway.web.answers import Answer
from gateway.web.guards import InWorld


class StatusAnswer(Answer):
    """Spans in seconds, null where nothing is known; no secrets."""

    ready: bool
    clock_sure: bool
    clock_bound_seconds: float | None
    clock_assumed: bool
    worker_silent_seconds: float | None
    worker_alive: bool
    calendar_age_seconds: float | None
    calendar_fresh: bool
    vault: str


def show_status(world: InWorld) -> reading.Status:
    """How the house is."""
    return reading.status(world)


def describe(request: Request) -> dict[str, Any]:
    """This interface as OpenAPI 3.1."""
    description: dict[str, Any] = request.app.openapi()
    return description
