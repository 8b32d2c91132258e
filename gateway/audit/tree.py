"""The Merkle tree over audit entries: hashing, growing, proving and checking (RFC 9162 §2.1, same as RFC 6962).

The database keeps a Frontier (O(log n)), the leaf hashes, and one hash per 256 full leaves (a tile).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_SIZE = 32
TILE_LEVEL = 8
TILE = 1 << TILE_LEVEL
_MAX_SIZE = 1 << 63

RangeRoot = Callable[[int, int], bytes]
"""range_root(start, end): the RFC 9162 tree hash of leaves start..end-1."""

HashesOf = Callable[[int, int], Iterable[bytes]]
"""hashes_of(start, end): stored hashes start..end-1 in order."""


class BadProof(ValueError):
    """The proof does not show what it claims."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """All that is needed to go on growing a tree: its size and the roots of its full subtrees, largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size < _MAX_SIZE or len(self.hashes) != self.size.bit_count():
            raise ValueError("a frontier has one hash for each set bit of its size")
        if any(len(each) != HASH_SIZE for each in self.hashes):
            raise ValueError("a frontier's hashes have 32 bytes")

    def append(self, leaf: bytes) -> Frontier:
        """The frontier after one more leaf hash."""
        return self.extend((leaf,))

    def extend(self, hashes: Iterable[bytes], level: int = 0) -> Frontier:
        """The frontier after more hashes, each the root of 2**level leaves; the size must be a multiple of that."""
        return self._grow(list(hashes), level)[0]

    def extend_with_tiles(self, leaves: Iterable[bytes]) -> tuple[Frontier, tuple[bytes, ...]]:
        """The frontier after `leaves`, and the roots of the 256-leaf tiles they completed (first tile: size // 256)."""
        return self._grow(list(leaves), 0)

    def root(self) -> bytes:
        """The tree's root; EMPTY_ROOT for no leaves."""
        if not self.hashes:
            return EMPTY_ROOT
        result = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            result = node_hash(left, result)
        return result

    def to_bytes(self) -> bytes:
        """Eight bytes of size, then the hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """The reverse of `to_bytes`; raises ValueError for anything else."""
        if len(data) < 8:
            raise ValueError("a frontier begins with eight bytes of size")
        body = data[8:]
        hashes = tuple(body[at : at + HASH_SIZE] for at in range(0, len(body), HASH_SIZE))
        return cls(int.from_bytes(data[:8], "big"), hashes)

    def _grow(self, hashes: list[bytes], level: int) -> tuple[Frontier, tuple[bytes, ...]]:
        if self.size % (1 << level):
            raise ValueError("a subtree can only be added where the tree is a multiple of its width")
        size = self.size + (len(hashes) << level)
        waiting = _by_level(self)
        tiles: tuple[bytes, ...] = ()
        # Pairing a whole level at once, instead of leaf by leaf, is what makes long appends fast.
        while hashes:
            if level == TILE_LEVEL:
                tiles = tuple(hashes)
            if level in waiting:
                hashes.insert(0, waiting.pop(level))
            if len(hashes) & 1:
                waiting[level] = hashes.pop()
            hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
            level += 1
        return Frontier(size, tuple(waiting[at] for at in sorted(waiting, reverse=True))), tiles


def _by_level(frontier: Frontier) -> dict[int, bytes]:
    levels = [level for level in range(frontier.size.bit_length()) if frontier.size >> level & 1]
    return dict(zip(reversed(levels), frontier.hashes, strict=True))


def stored_range_root(leaves: HashesOf, tiles: HashesOf) -> RangeRoot:
    """A RangeRoot over stored hashes that reads 256 times fewer of them wherever whole tiles exist.

    `leaves(start, end)` gives leaf hashes, `tiles(start, end)` roots of full tiles (tile k covers leaves
    256k..256k+255). Both must hold everything asked for; a missing hash raises ValueError.
    """

    def range_root(start: int, end: int) -> bytes:
        frontier, at = Frontier(), start
        if start % TILE == 0:
            at = end - (end - start) % TILE
            frontier = frontier.extend(tiles(start // TILE, at // TILE), TILE_LEVEL)
        frontier = frontier.extend(leaves(at, end))
        if frontier.size != end - start:
            raise ValueError(f"stored hashes are missing between leaves {start} and {end}")
        return frontier.root()

    return range_root


def inclusion_proof(index: int, size: int, range_root: RangeRoot) -> tuple[bytes, ...]:
    """PATH(index, D[size]) of RFC 9162 §2.1.3.1, leaf's sibling first; raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of that size")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(middle, end))
            end = middle
        else:
            path.append(range_root(start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_proof(first: int, second: int, range_root: RangeRoot) -> tuple[bytes, ...]:
    """PROOF(first, D[second]) of RFC 9162 §2.1.4.1; raises ValueError unless 1 <= first <= second."""
    if not 1 <= first <= second:
        raise ValueError("a consistency proof needs 1 <= first <= second")
    path: list[bytes] = []
    start, end = 0, second
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(range_root(middle, end))
            end = middle
        else:
            path.append(range_root(start, middle))
            start = middle
    if start > 0:  # the old tree ends in a subtree that its root alone does not give
        path.append(range_root(start, end))
    return tuple(reversed(path))


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raises BadProof unless `proof` leads from the leaf hash at `index` to `root` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != HASH_SIZE:
        raise BadProof("no such leaf in a tree of that size")
    position, last, result = index, size - 1, leaf
    for sibling in _sound(proof):
        if last == 0:
            raise BadProof("the proof is too long")
        if position & 1 or position == last:
            result = node_hash(sibling, result)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        position, last = position >> 1, last >> 1
    if last != 0 or result != root:
        raise BadProof("the proof does not lead to the root")


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raises BadProof unless the tree of size `second` begins with the tree of size `first` (RFC 9162 §2.1.4.2).

    Size 0 is refused: every tree extends the empty one, so such a proof says nothing.
    """
    if not 1 <= first <= second:
        raise BadProof("consistency needs 1 <= first <= second")
    if first == second:
        if proof or first_root != second_root:
            raise BadProof("two trees of one size must have one root and no proof")
        return
    if not proof:
        raise BadProof("the proof is missing")
    path = _sound(proof if first & (first - 1) else [first_root, *proof])
    if _old_and_new(first - 1, second - 1, path) != (first_root, second_root):
        raise BadProof("the later tree does not extend the earlier one")


def _old_and_new(position: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise BadProof("the proof is too short")
    return old, new


def _split(width: int) -> int:
    """The largest power of two smaller than `width` (k in RFC 9162)."""
    return 1 << ((width - 1).bit_length() - 1)


def _sound(proof: Sequence[bytes]) -> Sequence[bytes]:
    if any(len(each) != HASH_SIZE for each in proof):
        raise BadProof("a hash in the proof has not 32 bytes")
    return proof
