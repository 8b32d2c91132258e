"""What a forger with every right on the database, but without the log's key, may do to an exported log.

Each forgery takes a log, a place and chance, and returns the forged export with the first index it falsifies.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.audit import canonical
from gateway.audit.checkpoint import Checkpoint, sign
from gateway.audit.tree import Frontier, leaf_hash
from tests.audit.logs import ORIGIN, PEOPLE, Log, Notes, assemble, build, entries, note, signer


@dataclass(frozen=True)
class Forged:
    data: bytes
    first_bad: int


Forgery = Callable[[Log, int, random.Random], Forged]


def changed(line: bytes, **values: Any) -> bytes:
    return canonical.encode({**json.loads(line), **values})


def renumbered(lines: list[bytes]) -> list[bytes]:
    return [changed(line, index=index) for index, line in enumerate(lines)]


def rooted(lines: list[bytes], notes: Notes) -> Notes:
    """The notes with the forged tree's true roots under the old signatures."""
    fresh = []
    for size, text in notes:
        root = Frontier().extend(map(leaf_hash, lines[:size])).root()
        signatures = text.rpartition("\n\n")[2]
        fresh.append((size, f"{Checkpoint(ORIGIN, min(size, len(lines)), root).text()}\n{signatures}"))
    return fresh


def one_edited(log: Log, place: int, chance: random.Random) -> list[bytes]:
    line = json.loads(log.lines[place])
    name = chance.choice(["act", "actor", "subject_id", "subject_kind", "digest", "quorum"])
    if name in line:
        edited = changed(log.lines[place], **{name: line[name] + "x"})
    else:
        fresh = {"digest": "0" * 64, "quorum": 9}[name]
        edited = changed(log.lines[place], facts={**line["facts"], name: fresh})
    return [*log.lines[:place], edited, *log.lines[place + 1 :]]


def edit(log: Log, place: int, chance: random.Random) -> Forged:
    return Forged(assemble(one_edited(log, place, chance), log.notes), place)


def flip_bit(log: Log, place: int, chance: random.Random) -> Forged:
    line = bytearray(log.lines[place])
    line[chance.randrange(len(line))] ^= 1 << chance.randrange(8)
    return Forged(assemble([*log.lines[:place], bytes(line), *log.lines[place + 1 :]], log.notes), place)


def edit_and_recompute_roots(log: Log, place: int, chance: random.Random) -> Forged:
    lines = one_edited(log, place, chance)
    return Forged(assemble(lines, rooted(lines, log.notes)), place)


def re_sign(log: Log, place: int, chance: random.Random) -> Forged:
    lines = one_edited(log, place, chance)
    other = signer(chance.randrange(1, 99))
    # Every checkpoint is false, so the first of them gives it away even before the edited place.
    return Forged(assemble(lines, [(size, note(lines[:size], other)) for size, _ in log.notes]), 0)


def delete_one(log: Log, place: int, chance: random.Random) -> Forged:
    lines = [*log.lines[:place], *log.lines[place + 1 :]]
    return Forged(assemble(renumbered(lines) if chance.random() < 0.5 else lines, log.notes), place)


def delete_range(log: Log, place: int, chance: random.Random) -> Forged:
    lines = [*log.lines[:place], *log.lines[place + chance.randrange(2, 6) :]]
    return Forged(assemble(renumbered(lines), rooted(lines, log.notes)), place)


def insert(log: Log, place: int, chance: random.Random) -> Forged:
    false = changed(log.lines[place], actor="member-dev")
    lines = renumbered([*log.lines[:place], false, *log.lines[place:]])
    return Forged(assemble(lines, log.notes), place)


def duplicate(log: Log, place: int, chance: random.Random) -> Forged:
    lines = [*log.lines[: place + 1], *log.lines[place:]]
    return Forged(assemble(renumbered(lines) if chance.random() < 0.5 else lines, log.notes), place + 1)


def swap(log: Log, place: int, chance: random.Random) -> Forged:
    lines = list(log.lines)
    other = chance.choice([at for at in range(len(lines)) if at != place])
    lines[place], lines[other] = lines[other], lines[place]
    return Forged(assemble(renumbered(lines) if chance.random() < 0.5 else lines, log.notes), min(place, other))


def truncate(log: Log, place: int, chance: random.Random) -> Forged:
    return Forged(assemble(log.lines[:place], [each for each in log.notes if each[0] <= place]), place)


def roll_back(log: Log, place: int, chance: random.Random) -> Forged:
    """Back to a real, signed, older state: only the checkpoint the auditor kept can tell."""
    size = chance.choice([0, *(at for at, _ in log.notes[:-1])])
    notes = [each for each in log.notes if each[0] <= size] or [(0, note([], log.key))]
    return Forged(assemble(log.lines[:size], notes), size)


def truncate_and_append(log: Log, place: int, chance: random.Random) -> Forged:
    fresh = entries(len(log.lines), seed=chance.randrange(1000, 9999))
    return Forged(assemble([*log.lines[:place], *fresh[place:]], log.notes), place)


def replace_whole(log: Log, place: int, chance: random.Random) -> Forged:
    other = build(len(log.lines), seed=chance.randrange(1000, 9999), key=signer(chance.randrange(1, 99)))
    return Forged(assemble(other.lines, other.notes), 0)


def fork(log: Log, place: int, chance: random.Random) -> Forged:
    """A second history that the true key was tricked into signing."""
    fresh = entries(len(log.lines) + chance.randrange(3), seed=chance.randrange(1000, 9999))
    lines = [*log.lines[:place], *fresh[place:]]
    return Forged(assemble(lines, [(len(lines), note(lines, log.key))]), place)


def swap_checkpoint(log: Log, place: int, chance: random.Random) -> Forged:
    """A true signature by the true key, over something else."""
    at = chance.randrange(len(log.notes))
    size = log.notes[at][0]
    foreign = note(entries(size, seed=chance.randrange(1000, 9999)), log.key)
    shorter = note(log.lines[: size - 1], log.key)
    notes = [*log.notes[:at], (size, chance.choice([foreign, shorter])), *log.notes[at + 1 :]]
    return Forged(assemble(log.lines, notes), log.notes[at - 1][0] if at else 0)


def drop_last_checkpoint(log: Log, place: int, chance: random.Random) -> Forged:
    return Forged(assemble(log.lines, log.notes[:-1]), log.notes[-2][0] if len(log.notes) > 1 else 0)


def change_actors(log: Log, place: int, chance: random.Random) -> Forged:
    """Every act of one person becomes another's, all through the log."""
    actor = json.loads(log.lines[place])["actor"]
    other = chance.choice([each for each in PEOPLE if each != actor])
    lines = [line.replace(actor.encode(), other.encode()) for line in log.lines]
    first = next(at for at, line in enumerate(log.lines) if line != lines[at])
    return Forged(assemble(lines, rooted(lines, log.notes)), first)


def back_date(log: Log, place: int, chance: random.Random) -> Forged:
    """With the honest signature or without: a time that runs backwards is seen either way."""
    old = "2025-12-31T23:59:59.000000Z"
    lines = list(log.lines)
    lines[place] = changed(lines[place], at_earliest=old, at_latest=old)
    notes = [(len(lines), note(lines, log.key))] if chance.random() < 0.5 else log.notes
    return Forged(assemble(lines, notes), place)


def sign_with_extra_key(log: Log, place: int, chance: random.Random) -> Forged:
    """A stranger's good signature beside the log's broken one."""
    lines = one_edited(log, place, chance)
    notes = []
    for size, text in rooted(lines, log.notes):
        body = text.rpartition("\n\n")[0] + "\n"
        extra = sign(Checkpoint.from_text(body), signer(7)).rpartition("\n\n")[2]
        notes.append((size, text + extra))
    return Forged(assemble(lines, notes), place)


FORGERIES: dict[str, tuple[Forgery, int]] = {
    "edit a field": (edit, 1),
    "flip one bit": (flip_bit, 1),
    "edit and recompute every root": (edit_and_recompute_roots, 1),
    "edit and sign again with another key": (re_sign, 1),
    "edit and add a stranger's signature": (sign_with_extra_key, 1),
    "delete one": (delete_one, 1),
    "delete a range": (delete_range, 2),
    "insert": (insert, 1),
    "duplicate": (duplicate, 1),
    "swap two": (swap, 2),
    "truncate": (truncate, 1),
    "roll back to an old checkpoint": (roll_back, 1),
    "truncate and append": (truncate_and_append, 1),
    "replace by a self-consistent log": (replace_whole, 1),
    "fork": (fork, 1),
    "swap a checkpoint": (swap_checkpoint, 1),
    "drop the last checkpoint": (drop_last_checkpoint, 1),
    "change who did it": (change_actors, 1),
    "back-date": (back_date, 2),
}
"""name -> (the forgery, the smallest log it makes sense on)"""
