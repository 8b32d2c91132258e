"""Vault keys: versioned, stored only wrapped by a key from outside the database, held unwrapped by the worker alone."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol

from vault.envelope import KEY_BYTES, BrokenEnvelope, Chance, disclose, enclose
from vault.place import framed
from vault.secret import SecretBytes
from vault.store import Purpose, WrappedKey


class KeyProblem(StrEnum):
    """What kind of trouble; the page and the command line choose their words by it."""

    MISSING = "missing"
    UNSAFE = "unsafe"
    MALFORMED = "malformed"
    WRONG = "wrong"
    OLD = "old"


class KeyUnavailable(Exception):
    """The vault stays shut; the message tells the operator what to do and holds no part of a key."""

    def __init__(self, problem: KeyProblem, advice: str) -> None:
        super().__init__(advice)
        self.problem = problem


class KeySource(Protocol):
    """Where the outer key comes from: a file, a passphrase, later a KMS or a PKCS#11 token."""

    @property
    def kind(self) -> str:
        """Stored beside each wrapped key, so that the wrong kind of source is told apart from the wrong key."""

    def fresh_parameters(self, chance: Chance) -> str:
        """What a new wrap needs to find the outer key again; stored beside it."""

    def outer_key(self, parameters: str) -> SecretBytes:
        """The 32-byte outer key, or KeyUnavailable."""


def wrap(source: KeySource, key_id: str, purpose: Purpose, number: int, key: SecretBytes, chance: Chance) -> WrappedKey:
    """Wrap a 32-byte key. Its id, purpose, number, source and parameters are associated data."""
    if len(key.reveal()) != KEY_BYTES:
        raise ValueError(f"only keys of {KEY_BYTES} bytes are wrapped")
    parameters = source.fresh_parameters(chance)
    data = _associated(key_id, purpose, number, source.kind, parameters)
    envelope = enclose(source.outer_key(parameters), data, key, chance)
    return WrappedKey(key_id, purpose, number, source.kind, parameters, envelope)


def unwrap(source: KeySource, wrapped: WrappedKey) -> SecretBytes:
    """The 32-byte key inside, or KeyUnavailable (WRONG)."""
    if wrapped.source != source.kind:
        raise KeyUnavailable(
            KeyProblem.WRONG,
            f"Key {wrapped.id} is locked by a {wrapped.source}, but a {source.kind} was given. "
            "Set the vault's key source in the settings to the kind it was made with.",
        )
    data = _associated(wrapped.id, wrapped.purpose, wrapped.number, wrapped.source, wrapped.parameters)
    outer = source.outer_key(wrapped.parameters)
    try:
        return disclose(outer, data, wrapped.envelope)
    except BrokenEnvelope:
        pass
    raise KeyUnavailable(
        KeyProblem.WRONG,
        f"The {source.kind} given does not open key {wrapped.id}. Give the one this database was set up with "
        "(after a restore: the one from the time of the backup). If it is lost, set the vault up anew and re-authorise "
        "every account at its platform.",
    )


def rewrap(old: KeySource, new: KeySource, wrapped: WrappedKey, chance: Chance) -> WrappedKey:
    """The same key under another source: a renewed key file, a changed passphrase."""
    return wrap(new, wrapped.id, wrapped.purpose, wrapped.number, unwrap(old, wrapped), chance)


class Keyring:
    """The unwrapped vault keys by id, and which is current. Lives in the worker only; safe to read while it changes."""

    def __init__(self, keys: Mapping[str, SecretBytes], current: str) -> None:
        self._changing = threading.Lock()
        self._state = (dict(keys), current)  # swapped whole, so that a reading thread never sees half a change

    @property
    def current(self) -> str:
        """The id of the key that new rows are sealed under."""
        return self._state[1]

    @property
    def ids(self) -> frozenset[str]:
        """All key ids held."""
        return frozenset(self._state[0])

    def key(self, key_id: str) -> SecretBytes:
        """The key, or KeyUnavailable (OLD)."""
        found = self._state[0].get(key_id)
        if found is None:
            raise _old([key_id])
        return found

    def require(self, key_ids: Iterable[str]) -> None:
        """KeyUnavailable (OLD) unless all are held: ask it at start with the key ids the stored rows name."""
        lacking = sorted(set(key_ids) - self.ids)
        if lacking:
            raise _old(lacking)

    def add_current(self, key_id: str, key: SecretBytes) -> None:
        """Take in a new current key. It must have been stored, wrapped, before."""
        with self._changing:
            self._state = ({**self._state[0], key_id: key}, key_id)

    def forget(self, key_id: str) -> None:
        """Drop a key that was destroyed. ValueError for the current one."""
        with self._changing:
            keys, current = self._state
            if key_id == current:
                raise ValueError("the current vault key cannot be forgotten")
            self._state = ({held: key for held, key in keys.items() if held != key_id}, current)

    def __repr__(self) -> str:
        return f"Keyring({len(self.ids)} keys, current {self.current!r})"


def unlock(source: KeySource, wrapped: Iterable[WrappedKey]) -> Keyring:
    """Unwrap every vault key among `wrapped`. KeyUnavailable if there is none or one does not open."""
    found = sorted((each for each in wrapped if each.purpose is Purpose.VAULT), key=lambda each: each.number)
    if not found:
        raise KeyUnavailable(
            KeyProblem.MISSING,
            "This database holds no vault key. Set the vault up before connecting an account, or restore the whole "
            "database from its backup.",
        )
    return Keyring({each.id: unwrap(source, each) for each in found}, found[-1].id)


def _associated(key_id: str, purpose: Purpose, number: int, source: str, parameters: str) -> bytes:
    texts = (part.encode() for part in ("vault-wrap-1", key_id, purpose, source, parameters))
    return framed(*texts, number.to_bytes(8, "big"))


def _old(key_ids: list[str]) -> KeyUnavailable:
    return KeyUnavailable(
        KeyProblem.OLD,
        f"Credentials are sealed under vault key {', '.join(key_ids)}, which is not here (destroyed by a rotation, or "
        "missing from a partial restore). Restore database and keys of the same time, or re-authorise the accounts.",
    )
