"""What was already on its way when somebody left or a freeze began: said once it has an outcome (house §6)."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.actions.underway import Went
from gateway.cli.speaking import Stop, say
from gateway.domain.delivery import State


def tell_outcomes(went: Iterable[Went]) -> None:
    """One line each. Raises Stop where any has no outcome yet, with their ids."""
    found = tuple(went)
    say(*(f"Was on its way: {one.delivery}, now {one.state}" for one in found))
    if left := [one.delivery for one in found if one.state is State.SENDING]:
        raise Stop("Still on its way", f"No outcome yet for: {', '.join(left)}. Look again in a minute.", 1)
