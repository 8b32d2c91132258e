"""Pictures at an address, for platforms that fetch them: only while a delivery is sent, and only past its door.

The door is asked when the address is made and at every fetch: what is frozen, withdrawn or moved meanwhile is shown no
more.
"""

from __future__ import annotations

import base64
import hashlib

from gateway.actions.deliver import require_open
from gateway.domain.post import Media
from gateway.domain.refusal import Reason, Refused
from gateway.domain.showing import begin, end, fetch
from gateway.storage.deliveries import forget_showings
from gateway.world import World

PATH = "/media-once/"
TOKEN_BYTES = 32


def show_picture(world: World, delivery_id: str, sha256: str) -> str:
    """The worker's act: a fresh address of one of the delivery's pictures. Raises Refused where the door is shut, the
    delivery is not claimed, or no platform could reach the address.
    """
    origin = reachable_origin(world)
    token = base64.urlsafe_b64encode(world.chance.token(TOKEN_BYTES)).rstrip(b"=").decode()
    with world.storage.unit() as unit:
        delivery = unit.deliveries.get(delivery_id)
        require_open(world, unit, delivery, unit.now)
        told_as = unit.media.get(sha256).told_as
        unit.commit(begin(_digest(token), delivery, sha256, told_as, unit.now))
    return f"{origin}{PATH}{token}"


def hide_pictures(world: World, delivery_id: str) -> None:
    """The worker's act, when the conversation is over: the addresses of a delivery are gone."""
    with world.storage.unit() as unit:
        shown = unit.showings.of_delivery(delivery_id)
        if shown:
            change = end(unit.deliveries.get(delivery_id), len(shown))
            unit.commit(change, lambda connection: forget_showings(connection, delivery_id))


def hide_left_over(world: World) -> int:
    """Take away the addresses that a dead worker left behind; they had ended by themselves. How many deliveries'."""
    now = world.clock.now()
    with world.storage.reading() as readers:
        over = {one.delivery for one in readers.showings.all() if now.surely_past(one.ends_at)}
    for delivery in sorted(over):
        hide_pictures(world, delivery)
    return len(over)


def fetch_picture(world: World, token: str) -> Media:
    """The picture at an address. Raises Refused(NOT_FOUND) for everything else, whatever the reason."""
    id = _digest(token)
    with world.storage.reading() as readers:
        readers.showings.get(id)  # a guess, which anyone may make, takes the write lock from nobody
    with world.storage.unit() as unit:
        shown = unit.showings.get(id)
        delivery = unit.deliveries.get(shown.delivery)
        try:
            require_open(world, unit, delivery, unit.now)
        except Refused as shut:
            raise Refused(Reason.NOT_FOUND, kind="media") from shut
        media = unit.media.get(shown.media)
        unit.commit(fetch(shown, delivery, unit.now))
        return media


def reachable_origin(world: World) -> str:
    """Where platforms reach this gateway: over https; in the sandbox on loopback. Raises Refused(MEDIA_UNREACHABLE)."""
    if world.media_origin.startswith("https://") or world.sandbox:
        return world.media_origin
    raise Refused(Reason.MEDIA_UNREACHABLE)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
