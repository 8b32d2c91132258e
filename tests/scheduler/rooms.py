"""The rooms of the worker in this process, around real simulators: a town whose worker process is not started."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from connectors import registry
from gateway.storage.vault import VaultShelf
from scheduler.clerk import Clerk
from scheduler.courier import Courier
from scheduler.envoy import Envoy
from scheduler.keeper import Keeper
from scheduler.settler import Settler
from scheduler.worker import origin_of
from tests.flow.town import Town
from vault.sources import read_key_file

ME = "this-worker"


def keeper_of(house: Town, kind: type[Keeper] = Keeper) -> Keeper:
    """A keeper with the town's own keys, its box key published."""
    source = read_key_file(house.settings.in_data("vault.key"), os.getuid())
    keeper = kind(house.world, VaultShelf(house.world.storage), source, origin_of(house.world))
    keeper.renew_box_key(house.world.clock.now().latest)
    return keeper


@dataclass
class Rooms:
    """Envoy, clerk and settler around one courier."""

    house: Town
    keeper: Keeper
    envoy: Envoy
    settler: Settler
    clerk: Clerk


@asynccontextmanager
async def rooms(house: Town, kind: type[Keeper] = Keeper) -> AsyncIterator[Rooms]:
    """The rooms, until the block is left."""
    keeper = keeper_of(house, kind)
    async with Courier.open(house.world) as courier:
        envoy = Envoy(registry.load(), courier)
        settler = Settler(house.world, envoy, keeper)
        yield Rooms(house, keeper, envoy, settler, Clerk(house.world, envoy, keeper, settler.look_now))
