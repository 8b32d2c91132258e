"""Freezing and thawing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from gateway.actions import freezing
from gateway.domain.account import Freeze
from gateway.web.forms import Form, PathId, Text
from gateway.web.guards import Acting, InWorld


class Stop(Form):
    """What is stopped, and why. `target` is a platform or an account, empty for all."""

    scope: Literal["all", "platform", "account"]
    target: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""
    reason: Text


def list_freezes(world: InWorld, who: Acting) -> list[Freeze]:
    """Freezes in force."""
    return freezing.frozen(world, who)


def freeze(world: InWorld, who: Acting, form: Stop) -> Freeze:
    """Stop everything of a scope."""
    return freezing.freeze(world, who, form.scope, form.target, form.reason)


def thaw(world: InWorld, who: Acting, freeze_id: PathId) -> Freeze:
    """End a freeze; it fires nothing."""
    return freezing.thaw(world, who, freeze_id)
