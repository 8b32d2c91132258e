"""A proof file proves one event offline, to us and to the stand-alone verifier, and no altered file proves anything."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from gateway.audit import tree, verifier
from gateway.audit.entry import Entry
from gateway.audit.proof import BadEventProof, verify_proof, write_proof
from gateway.audit.verifier import Tampered
from tests.audit.logs import Log, build, signer

SIZES = (1, 2, 3, 8, 9, 31, 100)


def proof_of(log: Log, index: int, size: int | None = None) -> str:
    hashes = [tree.leaf_hash(line) for line in log.lines]
    note = dict(log.notes)[size] if size else log.last_note
    path = tree.inclusion_proof(index, size or len(hashes), lambda s, e: tree.Frontier().extend(hashes[s:e]).root())
    return write_proof(Entry.from_bytes(log.lines[index]), path, note)


def proves(text: str, log: Log, file: Path) -> bool:
    """What both programs say; they must agree."""
    file.write_bytes(text.encode())
    try:
        ours = verify_proof(text, [log.key.known_key()]).entry.to_bytes()
    except BadEventProof:
        with pytest.raises(Tampered):
            verifier.verify_proof(file, log.vkey)
        return False
    assert Entry(**verifier.verify_proof(file, log.vkey)).to_bytes() == ours
    return True


@pytest.mark.parametrize("size", SIZES)
def test_every_event_can_be_proved_offline(size: int, tmp_path: Path) -> None:
    log = build(size)
    for index in range(size):
        text = proof_of(log, index)
        assert proves(text, log, tmp_path / "event.tlog-proof")
        proven = verify_proof(text, [log.key.known_key()])
        assert (proven.entry.index, proven.checkpoint.size) == (index, size)


def test_an_event_can_be_proved_under_any_checkpoint_that_covers_it(tmp_path: Path) -> None:
    log = build(40)
    for size, _ in log.notes:
        assert proves(proof_of(log, 3, size), log, tmp_path / "event.tlog-proof")


def test_no_altered_proof_file_is_accepted(tmp_path: Path) -> None:
    chance, log = random.Random(5), build(77)
    accepted = []
    for _ in range(600):
        text = bytearray(proof_of(log, chance.randrange(77)).encode())
        text[chance.randrange(len(text))] ^= 1 << chance.randrange(7)
        altered = text.decode(errors="replace")
        if proves(altered, log, tmp_path / "event.tlog-proof"):
            accepted.append(altered)
    assert accepted == []


def test_a_proof_of_another_event_checkpoint_or_key_is_refused(tmp_path: Path) -> None:
    log, other = build(30), build(30, seed=9)
    stranger = build(30, key=signer(3))
    text = proof_of(log, 7)
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    foreign = proof_of(other, 7).partition("\n\n")
    for wrong in (
        proof_of(stranger, 7),
        f"{head}\n\n{other.last_note}",
        f"{foreign[0]}\n\n{note}",
        text.replace("index 7\n", "index 8\n"),
        text.replace("index 7\n", "index 07\n"),
        "\n".join([*lines[:3], *lines[4:]]) + "\n\n" + note,
        "\n".join([*lines, lines[3]]) + "\n\n" + note,
        head,
        "",
        "x" * 300_000,
        "c2sp.org/tlog-proof@v1\n\n" + note,
    ):
        assert not proves(wrong, log, tmp_path / "event.tlog-proof")


def test_spare_bits_of_the_signature_cannot_be_altered_unseen(tmp_path: Path) -> None:
    log = build(3)
    text = proof_of(log, 1)
    last = text[-3]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    spare = alphabet[alphabet.index(last) ^ 1]
    assert text.endswith(f"{last}=\n")
    assert not proves(f"{text[:-3]}{spare}=\n", log, tmp_path / "event.tlog-proof")
