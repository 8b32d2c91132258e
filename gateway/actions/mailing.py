"""E-mails about notices, as the worker sends them: which are due, that one is tried now, and that it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.notice import Notice, mail_again_after, mail_over
from gateway.storage.unit import Unit
from gateway.world import World

AT_ONCE = 50
TOO_OLD = timedelta(days=1)  # a link to what was news yesterday is only in the way; the page still has it
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))


@dataclass(frozen=True)
class Letter:
    """An e-mail to be sent: about which notice, to whom. There is nothing in it but a link."""

    notice: str
    address: str


def due_letters(world: World) -> list[Letter]:
    """The e-mails to send now, each written down as tried before it is: who dies in between tries once more, later.

    What needs none is over without one: read already, nobody to send to, too old, or tried often enough.
    """
    with world.storage.reading() as readers:
        due = [notice.id for notice in readers.notices.to_mail(world.clock.now().earliest, AT_ONCE)]
    return [letter for id in due if (letter := _tried(world, id)) is not None]


def _tried(world: World, id: str) -> Letter | None:
    with world.storage.unit() as unit:
        notice = unit.notices.get(id)
        if notice.mail_after is None or notice.mail_after > unit.now.earliest:
            return None
        address, over = _addressed(unit, notice)
        if over:
            unit.commit(mail_over(notice, over))
            return None
        pause = PAUSES[min(notice.mail_tries, len(PAUSES) - 1)]
        unit.commit(mail_again_after(notice, unit.now.latest + pause))
        return Letter(id, address)


def _addressed(unit: Unit, notice: Notice) -> tuple[str, str]:
    """Where it goes; or why it goes nowhere, in a fixed word."""
    member = unit.members.get(notice.member)
    reasons = (
        (notice.read_at is not None, "read"),
        (not member.is_active or not member.email, "no-address"),
        (unit.now.surely_past(notice.at + TOO_OLD), "too-old"),
        (notice.mail_tries >= len(PAUSES), "given-up"),
    )
    return member.email, next((word for holds, word in reasons if holds), "")


def letter_over(world: World, letter: Letter, outcome: str) -> None:
    """It was taken by the mail server ("sent"), or refused for good ("refused")."""
    with world.storage.unit() as unit:
        unit.commit(mail_over(unit.notices.get(letter.notice), outcome))
