"""The vault's keys, never what they open; and asking for a new one."""

from __future__ import annotations

from gateway.actions import vaulting
from gateway.domain.organisation import Errand
from gateway.web.answers import Answer
from gateway.web.guards import Acting, InWorld


class KeyAnswer(Answer):
    """A vault key: what locks it, and how many credential rows are sealed under it."""

    id: str
    number: int
    source: str
    rows: int
    current: bool


class AskedAnswer(Answer):
    """What the worker was asked for."""

    id: str


def list_keys(world: InWorld, who: Acting) -> list[vaulting.VaultKey]:
    """The vault's keys, the current one last."""
    return vaulting.keys(world, who)


def rotate(world: InWorld, who: Acting) -> Errand:
    """Ask for a new vault key; the worker re-seals every credential and destroys the older key."""
    return vaulting.ask_rotation(world, who)
