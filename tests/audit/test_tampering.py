"""Every kind of tampering is found at every place tried, and its first bad index lies in the range reported (G7)."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from gateway.audit.verifier import Tampered, verify
from tests.audit.logs import Log, build
from tests.audit.tampering import FORGERIES

SIZES = (1, 2, 9, 64, 257)


@cache
def honest(size: int) -> Log:
    return build(size, seed=size, every=max(1, size // 5))


def missed(kind: str, size: int, places: list[int], file: Path, seed: int) -> list[str]:
    """What went unseen, or was seen in the wrong place."""
    forge, log, chance = FORGERIES[kind][0], honest(size), random.Random(seed)
    wrong = []
    for place in places:
        forged = forge(log, place, chance)
        file.write_bytes(forged.data)
        try:
            verify(file, log.vkey, pinned_checkpoint=log.last_note)
        except Tampered as found:
            if not found.since <= forged.first_bad <= found.index:
                wrong.append(f"{kind} at {place} of {size}: {forged.first_bad} reported as {found}")
        else:
            wrong.append(f"{kind} at {place} of {size}: not found")
    return wrong


@pytest.mark.parametrize("kind", FORGERIES)
def test_tampering_is_found_wherever_it_is_done(kind: str, tmp_path: Path) -> None:
    wrong = []
    for size in SIZES:
        if size >= FORGERIES[kind][1]:
            places = sorted({0, size - 1, size // 2, *random.Random(size).choices(range(size), k=6)})
            wrong += missed(kind, size, places, tmp_path / "forged.jsonl", size)
    assert wrong == []


def test_clean_logs_raise_no_alarm(tmp_path: Path) -> None:
    chance = random.Random(11)
    for seed in range(60):
        size = chance.randrange(1, 90)
        log = build(size, seed=seed, every=chance.randrange(1, 30))
        pin = chance.choice([text for _, text in log.notes])
        file = log.export(tmp_path / "clean.jsonl")
        assert verify(file, log.vkey, pinned_checkpoint=pin).entries == size


@pytest.mark.acceptance
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", FORGERIES)
def test_a_thousand_places_of_every_kind_are_found(kind: str, tmp_path: Path) -> None:
    places = random.Random(kind).choices(range(200), k=1000)
    wrong = missed(kind, 200, places, tmp_path / "forged.jsonl", 1)
    print(f"{kind}: {1000 - len(wrong)} of 1000 found")
    assert wrong == []


@pytest.mark.acceptance
@pytest.mark.timeout(900)
def test_a_thousand_clean_logs_raise_no_alarm(tmp_path: Path) -> None:
    for seed in range(1000):
        log = build(seed % 150, seed=seed, every=17)
        verify(log.export(tmp_path / "clean.jsonl"), log.vkey, pinned_checkpoint=log.notes[0][1])
