"""Checkpoints: C2SP signed notes, and never a signature under a tree that does not extend the last."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit import checkpoint, tree
from gateway.audit.checkpoint import BadNote, Checkpoint, Inconsistent, KnownKey
from tests.audit.logs import ORIGIN, build, signer
from tests.audit.test_tree import leaves, naive_root, naive_source

# The example in the documentation of golang.org/x/mod/sumdb/note, the first implementation of the format.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NEUMANN_NOTE = (
    NEUMANN_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

KEY = signer()
OTHER = signer(1, "witness.example/w1")
POINT = Checkpoint(ORIGIN, 20852163, base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="))


def known(*signers: checkpoint.Signer) -> list[KnownKey]:
    return [each.known_key() for each in signers]


def test_a_note_signed_by_another_program_opens() -> None:
    assert checkpoint.open_note(NEUMANN_NOTE, [KnownKey.from_vkey(NEUMANN)]) == NEUMANN_TEXT


def test_a_checkpoint_has_exactly_the_published_form() -> None:
    assert POINT.text() == f"{ORIGIN}\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert Checkpoint.from_text(POINT.text()) == POINT
    assert checkpoint.open_checkpoint(checkpoint.sign(POINT, KEY), known(KEY)) == POINT


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n020\n{'A' * 43}=\n",
        f"{ORIGIN}\n-1\n{'A' * 43}=\n",
        f"{ORIGIN}\n٣\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n{'A' * 42}B=\n",
        f"{ORIGIN}\n1\n{'A' * 40}\n",
        f"{ORIGIN}\n1\nAA==\n",
        f"\n1\n{'A' * 43}=\n",
        f"{ORIGIN}\n1\n{'A' * 43}=\nextension\n",
        f"{ORIGIN}\n1\n{'A' * 43}=",
        f"{ORIGIN}\n{'9' * 30}\n{'A' * 43}=\n",
    ],
    ids=repr,
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Checkpoint.from_text(text)


def test_signatures_of_unknown_keys_are_ignored() -> None:
    note = checkpoint.sign(POINT, KEY)
    witnessed = note + checkpoint.sign_note(POINT.text(), OTHER).rpartition("\n\n")[2]
    assert checkpoint.open_note(witnessed, known(KEY)) == POINT.text()
    assert checkpoint.open_note(witnessed, known(OTHER, KEY)) == POINT.text()
    with pytest.raises(BadNote, match="no key we know"):
        checkpoint.open_note(note, known(OTHER))


def test_a_known_key_whose_signature_fails_rejects_the_note_even_beside_a_good_one() -> None:
    lie = checkpoint.sign_note(Checkpoint.empty(ORIGIN).text(), OTHER).rpartition("\n\n")[2]
    note = checkpoint.sign(POINT, KEY) + lie
    assert checkpoint.open_note(note, known(KEY)) == POINT.text()
    with pytest.raises(BadNote, match="is wrong"):
        checkpoint.open_note(note, known(KEY, OTHER))


def test_a_witness_alone_does_not_speak_for_the_log() -> None:
    note = checkpoint.sign_note(POINT.text(), OTHER)
    with pytest.raises(BadNote, match="no key we know"):
        checkpoint.open_checkpoint(note, known(KEY, OTHER))


def test_a_key_with_the_same_name_but_another_id_is_unknown() -> None:
    with pytest.raises(BadNote, match="no key we know"):
        checkpoint.open_note(checkpoint.sign(POINT, KEY), known(signer(2)))


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_no_note_with_a_flipped_bit_in_its_text_opens(place: int, bit: int) -> None:
    note = bytearray(checkpoint.sign(POINT, KEY).encode())
    note[place % len(POINT.text())] ^= 1 << bit
    with pytest.raises((BadNote, UnicodeDecodeError)):
        checkpoint.open_checkpoint(note.decode(), known(KEY))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n—  AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAAAAA\n",
        "te\rxt\n\n— name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA",
        "text\n\n" + "— name AAAAAAAA\n" * 65,
        "x" * 200_000,
    ],
    ids=lambda note: repr(note[:30]),
)
def test_a_malformed_note_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        checkpoint.open_note(note, known(KEY))


def test_the_verifier_key_comes_back_and_a_damaged_one_is_refused() -> None:
    vkey = KEY.known_key().vkey()
    assert KnownKey.from_vkey(vkey) == KEY.known_key()
    assert (
        KnownKey.from_vkey("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").name
        == "sum.golang.org"
    )
    for bad in ("", "name", "a+b", vkey[:-4], vkey.replace(ORIGIN, "elsewhere.example"), vkey + " ", "x" + vkey):
        with pytest.raises(ValueError):
            KnownKey.from_vkey(bad)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "x" * 201])
def test_a_key_name_holds_no_space_plus_or_control(name: str) -> None:
    with pytest.raises(ValueError):
        KnownKey(name, bytes(32))


def test_only_the_log_s_own_name_signs_for_it() -> None:
    with pytest.raises(ValueError, match="own name"):
        checkpoint.sign(POINT, OTHER)
    with pytest.raises(ValueError, match="newline"):
        checkpoint.sign_note("no newline", KEY)


def test_the_next_checkpoint_follows_the_last() -> None:
    hashes = leaves(40)
    last = Checkpoint.empty(ORIGIN)
    for size in (0, 1, 1, 13, 40):
        proof = tree.consistency_proof(last.size, size, naive_source(hashes)) if last.size else ()
        root = naive_root(hashes[:size])
        last = checkpoint.next_checkpoint(last, size=size, root=root, consistency=proof)
        assert last == Checkpoint(ORIGIN, size, root)


def test_a_tree_that_does_not_extend_the_last_checkpoint_is_never_signed() -> None:
    hashes, forged = leaves(40), [*leaves(5), *leaves(40)[::-1]]
    last = Checkpoint(ORIGIN, 13, naive_root(hashes[:13]))
    proof = tree.consistency_proof(13, 40, naive_source(forged))
    for size, root, path in [
        (40, naive_root(forged[:40]), proof),
        (40, naive_root(hashes), ()),
        (12, naive_root(hashes[:12]), ()),
        (0, tree.EMPTY_ROOT, ()),
        (13, naive_root(forged[:13]), ()),
    ]:
        with pytest.raises(Inconsistent):
            checkpoint.next_checkpoint(last, size=size, root=root, consistency=path)
    with pytest.raises(Inconsistent):
        checkpoint.next_checkpoint(Checkpoint.empty(ORIGIN), size=0, root=hashes[0], consistency=())


def test_the_seed_log_is_signed_all_along() -> None:
    log = build(25)
    assert [at for at, _ in log.notes] == [10, 20, 25]
    for size, note in log.notes:
        assert checkpoint.open_checkpoint(note, known(KEY)).size == size
