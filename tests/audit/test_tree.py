"""The Merkle tree against the published vectors and against a naive reading of the RFC."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit import tree
from gateway.audit.tree import BadProof, Frontier

VECTORS = Path(__file__).parent / "vectors"
sizes = st.integers(1, 80) | st.sampled_from([255, 256, 257, 511, 512, 513, 600, 1025])


def load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def unbase(text: str) -> bytes:
    return base64.b64decode(text)


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(b"\x00%d" % at).digest() for at in range(count)]


def naive_root(hashes: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_source(hashes: list[bytes]) -> tree.RangeRoot:
    return lambda start, end: naive_root(hashes[start:end])


def accepts(check: Callable[..., None], **claim: Any) -> bool:
    try:
        check(**claim)
    except BadProof:
        return False
    return True


def misjudged(rows: Any, check: Callable[..., None], names: dict[str, str]) -> list[str]:
    """The files of the published vectors on which `check` says the opposite; `names` are their words for ours."""

    def claim(row: Any) -> dict[str, Any]:
        ours = {name: row[theirs] for name, theirs in names.items()}
        hashes = {name: unbase(value) for name, value in ours.items() if isinstance(value, str)}
        return {**ours, **hashes, "proof": [unbase(each) for each in row["proof"] or []]}

    return [row["file"] for row in rows if row["wantErr"] == accepts(check, **claim(row))]


def test_published_inclusion_vectors_are_all_judged_as_published() -> None:
    rows = load("inclusion.json")
    names = {"index": "leafIdx", "size": "treeSize", "leaf": "leafHash", "root": "root"}
    assert len(rows) == 98
    assert misjudged(rows, tree.verify_inclusion, names) == []
    assert any(not row["wantErr"] for row in rows)


def test_published_consistency_vectors_are_all_judged_as_published() -> None:
    rows = load("consistency.json")
    names = {"first": "size1", "second": "size2", "first_root": "root1", "second_root": "root2"}
    assert len(rows) == 98
    assert misjudged(rows, tree.verify_consistency, names) == []
    assert any(not row["wantErr"] for row in rows)


def test_published_hashes_of_leaves_nodes_and_roots() -> None:
    known = load("hashes.json")
    hashed = [tree.leaf_hash(bytes.fromhex(each)) for each in known["leaves"]]
    assert tree.leaf_hash(b"L123456").hex() == known["single"]["leaf L123456"]
    assert tree.node_hash(b"N123", b"N456").hex() == known["single"]["node N123 N456"]
    assert [each.hex() for each in hashed] == known["nodes"][0]
    for below, level in zip(known["nodes"], known["nodes"][1:], strict=False):
        pairs = [bytes.fromhex(each) for each in below]
        assert [tree.node_hash(pairs[at], pairs[at + 1]).hex() for at in range(0, len(pairs), 2)] == level
    frontier = Frontier()
    for size, root in enumerate(known["roots"]):
        assert frontier.root().hex() == root
        if size < len(hashed):
            frontier = frontier.append(hashed[size])


def test_consistency_with_the_empty_tree_is_refused_because_it_says_nothing() -> None:
    for size in (0, 1, 8):
        with pytest.raises(BadProof):
            tree.verify_consistency(
                first=0,
                second=size,
                first_root=tree.EMPTY_ROOT,
                second_root=naive_root(leaves(size)),
                proof=[],
            )
    with pytest.raises(ValueError, match="1 <= first"):
        tree.consistency_proof(0, 5, naive_source(leaves(5)))


@given(st.lists(st.integers(0, 300), max_size=8))
def test_however_leaves_arrive_the_frontier_has_the_naive_root(batches: list[int]) -> None:
    everything = leaves(sum(batches))
    frontier, at, tiles = Frontier(), 0, list[bytes]()
    for batch in batches:
        frontier, done = frontier.extend_with_tiles(everything[at : at + batch])
        assert len(done) == (at + batch) // tree.TILE - at // tree.TILE
        tiles += done
        at += batch
    assert frontier.root() == naive_root(everything)
    assert frontier.size == at
    assert Frontier.from_bytes(frontier.to_bytes()) == frontier
    assert tiles == [naive_root(everything[t * 256 : t * 256 + 256]) for t in range(at // 256)]


def test_one_by_one_is_the_same_as_all_at_once() -> None:
    everything, frontier = leaves(70), Frontier()
    for size, leaf in enumerate(everything, 1):
        frontier = frontier.append(leaf)
        assert frontier == Frontier().extend(everything[:size])
        assert frontier.root() == naive_root(everything[:size])


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 7, b"\x00" * 9, b"\x00" * 7 + b"\x01", b"\x00" * 7 + b"\x03" + b"x" * 32, b"\xff" * 8],
    ids=repr,
)
def test_a_damaged_frontier_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        Frontier.from_bytes(data)
    with pytest.raises(ValueError):
        Frontier.from_bytes(Frontier().extend(leaves(5)).to_bytes()[:-1])


def test_a_subtree_is_only_added_where_it_fits() -> None:
    with pytest.raises(ValueError, match="multiple"):
        Frontier().append(leaves(1)[0]).extend(leaves(1), level=8)


def stored(hashes: list[bytes], asked: list[int] | None = None) -> tree.RangeRoot:
    tiles = Frontier().extend_with_tiles(hashes)[1]

    def read(kept: list[bytes] | tuple[bytes, ...], start: int, end: int) -> list[bytes]:
        if asked is not None:
            asked.append(end - start)
        return list(kept[start:end])

    return tree.stored_range_root(lambda s, e: read(hashes, s, e), lambda s, e: read(tiles, s, e))


@settings(deadline=None, max_examples=60)
@given(sizes, st.data())
def test_every_inclusion_proof_verifies_and_no_altered_one_does(size: int, data: st.DataObject) -> None:
    hashes = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(index, size, stored(hashes))
    root = naive_root(hashes)
    good: dict[str, Any] = {"index": index, "size": size, "leaf": hashes[index], "proof": proof, "root": root}
    tree.verify_inclusion(**good)
    assert proof == tree.inclusion_proof(index, size, naive_source(hashes))
    assert len(proof) <= (size - 1).bit_length()
    bad: list[dict[str, Any]] = [
        {"leaf": tree.leaf_hash(b"other")},
        {"root": tree.leaf_hash(b"other")},
        {"index": index + 1},
        {"index": -1},
        {"size": index},
        {"proof": (*proof, root)},
        {"proof": (root, *proof)},
        *({"proof": each} for each in altered(proof, data)),
    ]
    for change in bad:
        assert not accepts(tree.verify_inclusion, **{**good, **change})


@settings(deadline=None, max_examples=60)
@given(sizes, st.data())
def test_every_consistency_proof_verifies_and_no_altered_one_does(second: int, data: st.DataObject) -> None:
    hashes = leaves(second)
    first = data.draw(st.integers(1, second))
    proof = tree.consistency_proof(first, second, stored(hashes))
    roots = naive_root(hashes[:first]), naive_root(hashes)
    good: dict[str, Any] = {
        "first": first,
        "second": second,
        "first_root": roots[0],
        "second_root": roots[1],
        "proof": proof,
    }
    tree.verify_consistency(**good)
    other = tree.leaf_hash(b"other")
    bad: list[dict[str, Any]] = [
        {"first_root": other},
        {"second_root": other},
        {"first": 0},
        {"first": second + 1},
        {"proof": (*proof, other)},
        {"proof": (other, *proof)},
        *({"proof": each} for each in altered(proof, data)),
    ]
    for change in bad:
        assert not accepts(tree.verify_consistency, **{**good, **change})


def altered(proof: tuple[bytes, ...], data: st.DataObject) -> list[tuple[bytes, ...]]:
    """One flipped bit, one hash left out, one cut short: for a proof that has any."""
    if not proof:
        return []
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    flipped = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
    before, after = proof[:at], proof[at + 1 :]
    return [(*before, flipped, *after), (*before, *after), (*before, proof[at][:31], *after)]


def test_all_pairs_of_small_sizes_are_consistent() -> None:
    hashes = leaves(34)
    for second in range(1, 35):
        for first in range(1, second + 1):
            tree.verify_consistency(
                first=first,
                second=second,
                first_root=naive_root(hashes[:first]),
                second_root=naive_root(hashes[:second]),
                proof=tree.consistency_proof(first, second, naive_source(hashes)),
            )


def test_a_proof_over_stored_hashes_reads_few_of_them() -> None:
    hashes, asked = leaves(20_000), list[int]()
    tree.inclusion_proof(9_999, 20_000, stored(hashes, asked))
    assert sum(asked) < 256 + 20_000 // 256 + 256


def test_missing_stored_hashes_are_noticed() -> None:
    hashes = leaves(600)
    with pytest.raises(ValueError, match="missing"):
        tree.inclusion_proof(0, 700, stored(hashes))
    for outside in (-1, 600):
        with pytest.raises(ValueError, match="no such leaf"):
            tree.inclusion_proof(outside, 600, stored(hashes))
