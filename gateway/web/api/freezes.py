"""Freezing and thawing."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from gateway.actions import freezing, underway
from gateway.domain.account import Freeze
from gateway.web.answers import Answer, FreezeAnswer, WentAnswer
from gateway.web.forms import Form, PathId, Text
from gateway.web.guards import Acting, InWorld


class Stop(Form):
    """What is stopped, and why. `target` is a platform or an account, empty for all."""

    scope: Literal["all", "platform", "account"]
    target: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""
    reason: Text


class FrozenAnswer(Answer):
    """A freeze begun, and what was on its way before it."""

    freeze: FreezeAnswer
    went: tuple[WentAnswer, ...]


def list_freezes(world: InWorld, who: Acting) -> list[Freeze]:
    """Freezes in force."""
    return freezing.frozen(world, who)


def freeze(world: InWorld, who: Acting, form: Stop) -> dict[str, Any]:
    """Stop everything of a scope; answers once what had passed its intent has outcomes, and lists it."""
    held = freezing.freeze(world, who, form.scope, form.target, form.reason)
    went = underway.outcomes_of(world, underway.under_freeze(world, held), time.sleep)
    return {"freeze": held, "went": went}


def thaw(world: InWorld, who: Acting, freeze_id: PathId) -> Freeze:
    """End a freeze; it fires nothing."""
    return freezing.thaw(world, who, freeze_id)
