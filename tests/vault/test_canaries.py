"""No credential and no key is readable at rest or in what a fault prints, wherever the fault strikes (G1)."""

from __future__ import annotations

import base64
import json
import sys
import traceback
import urllib.parse
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import vault
from tests.vault.canary import CANARY, assert_clean, text_traces, traces
from tests.vault.kit import ADDRESS, NOON, Log, MemoryStore, chance_of, file_source
from vault.box import put
from vault.keys import unlock
from vault.rotate import begin, finish, first_key
from vault.safe import BoxIdentity, Errand, Safe
from vault.secret import Secret, SecretBytes
from vault.sources import OWASP_LEAST, PassphraseSource
from vault.store import Floor

HOUSE = str(Path(vault.__file__).parent)
WORKER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BOX_RAW = chance_of(11)(32)
# Here a plain value becomes a secret, so the frame holds it: the limit that `vault/secret.py` states.
TAKING_IN = {("secret.py", "__init__"), ("secret.py", "_problem"), ("secret.py", "_hold")}
TAKING_IN |= {("safe.py", "_masked"), ("safe.py", "<dictcomp>")}


def whole_life(store: MemoryStore) -> None:
    """A credential's way through everything the vault does."""
    chance, source = chance_of(5), file_source()
    keyring = first_key(store, source, "vk-1", chance)
    identity = BoxIdentity(SecretBytes(BOX_RAW), "bk-1", NOON.replace(day=3))
    store.put_box_key(identity.kept(WORKER, source, 1, chance))
    box = put(identity.published(WORKER), WORKER.public_key().public_bytes_raw(), ADDRESS, {"p": Secret(CANARY)}, NOON)
    found = BoxIdentity.taken_up(store.box_keys()[0], source).open(box, ADDRESS, NOON)["p"]
    row = Safe(keyring, chance).seal(ADDRESS, found, "row-1", current=True)
    store.put(row)
    begin(store, keyring, source, "vk-2", chance)
    list(finish(store, keyring, source, Log(), chance))
    row = store.rows(ADDRESS.account)[0]
    safe = Safe(unlock(source, store.wrapped_keys()), chance)
    assert safe.open(ADDRESS, row, Floor.under(row), Errand.DELIVER, Log()) == found


class Fault(Exception):
    """Something that goes wrong at one line."""


def struck_at(line: int) -> tuple[int, Fault | None]:
    """Run a whole life with a fault at the n-th line the vault runs: how many ran, and the fault if it came out."""
    ran = 0

    def strike(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal ran
        if event == "line":
            ran += 1
            if ran == line:
                raise Fault
        return strike

    def enter(frame: FrameType, event: str, arg: object) -> Any:
        return strike if frame.f_code.co_filename.startswith(HOUSE) else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        whole_life(MemoryStore())
    except Fault as fault:
        return ran, fault
    except Exception as other:  # a fault that was turned into an answer, e.g. CannotOpen
        return ran, Fault(other).with_traceback(other.__traceback__)
    finally:
        sys.settrace(before)
    return ran, None


def shown(value: object) -> str:
    try:
        return repr(value)
    except AttributeError:  # the fault struck while it was being made
        return "half made"


def vault_frames(fault: Fault) -> str:
    """The fault as a crash reporter writes it, locals and all, for the frames that are the vault's."""
    frames: TracebackType | None = fault.__traceback__
    text = []
    while frames is not None:
        code = frames.tb_frame.f_code
        ours = code.co_filename.startswith(HOUSE)
        if ours and (Path(code.co_filename).name, code.co_name) not in TAKING_IN:
            text += [f"{code.co_name}: {name} = {shown(value)}" for name, value in frames.tb_frame.f_locals.items()]
        frames = frames.tb_next
    return "\n".join([*text, *traceback.format_exception(fault)])


@pytest.mark.slow
def test_a_fault_at_any_line_of_the_vault_prints_no_credential_and_no_key() -> None:
    lines, _ = struck_at(0)
    assert lines > 300
    keys = [chance_of(1)(32), BOX_RAW, chance_of(5)(32)]
    came_out = 0
    for line in range(1, lines + 1):
        _, fault = struck_at(line)
        if fault is None:
            continue
        came_out += 1
        written = vault_frames(fault)
        assert_clean(written)
        assert not any(form in written.encode() for key in keys for form in traces(key))
    assert came_out > lines * 0.9


def test_the_search_does_find_a_plain_local() -> None:
    def careless(secret: Secret) -> None:
        plain = secret.reveal()
        raise Fault(len(plain))

    with pytest.raises(Fault) as fault:
        careless(Secret(CANARY))
    frames = traceback.TracebackException.from_exception(fault.value, capture_locals=True)
    with pytest.raises(AssertionError):
        assert_clean("".join(frames.format()))


WRITERS: list[Callable[[str], str | bytes]] = [
    str,
    lambda text: repr(text.encode()),
    lambda text: text.encode().hex(),
    lambda text: json.dumps(text),
    lambda text: urllib.parse.quote(text, safe=""),
    lambda text: text.encode("utf-16"),
    lambda text: text.encode("utf-16-be").hex(),
    *[lambda text, n=n: base64.b64encode(b"y" * n + text.encode() + b"tail") for n in range(6)],
    lambda text: base64.urlsafe_b64encode(b"y" + text.encode() + b"tail"),
]


@pytest.mark.parametrize("write", WRITERS)
def test_the_search_finds_a_canary_in_each_form(write: Callable[[str], str | bytes]) -> None:
    with pytest.raises(AssertionError, match="is visible"):
        assert_clean(write(CANARY))
    assert_clean(write("another value altogether"))


def test_50_canaries_are_not_readable_in_anything_stored() -> None:
    store, chance = MemoryStore(), chance_of(3)
    phrase = "fifty canaries in a coal mine"
    source = PassphraseSource(Secret(phrase), OWASP_LEAST)
    safe = Safe(first_key(store, source, "vk-1", chance), chance)
    canaries = [f"{CANARY}-{n:02}-{chance(6).hex()}" for n in range(50)]
    identity = BoxIdentity(SecretBytes(BOX_RAW), "bk-1", NOON.replace(day=3))
    pinned, box_key = WORKER.public_key().public_bytes_raw(), identity.published(WORKER)
    boxes = []
    for n, canary in enumerate(canaries):
        store.put(safe.seal(ADDRESS, Secret(canary), f"row-{n:02}", current=True))
        boxes.append(put(box_key, pinned, ADDRESS, {"p": Secret(canary)}, NOON))
    kept: list[Any] = [*store.page("", 100), *store.wrapped_keys(), identity.kept(WORKER, source, 1, chance), box_key]
    written = repr(kept) + repr([astuple(each) for each in kept])
    raw = b"".join(boxes) + b"".join(row.ciphertext for row in store.page("", 100))
    for canary in [*canaries, phrase]:
        for form in text_traces(canary):
            assert form not in raw
            assert form not in written.encode()
    assert len(boxes) == 50
