"""Where the outer key comes from: a file only its owner can read, or a passphrase through Argon2id."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vault.envelope import KEY_BYTES, Chance
from vault.keys import KeyProblem, KeyUnavailable
from vault.secret import Secret, SecretBytes

_MODE = 0o600
_LEAST_CHARACTERS = 15  # security.md §2, as for passwords that stand alone
_SALT_BYTES = 16  # RFC 9106 §3.1


@dataclass(frozen=True, slots=True)
class FileSource:
    """The outer key is the 32 bytes of a file, read once (or handed down a pipe by the supervisor)."""

    key: SecretBytes
    kind: str = "file"

    def __post_init__(self) -> None:
        if len(self.key.reveal()) != KEY_BYTES:
            raise KeyUnavailable(
                KeyProblem.MALFORMED,
                f"The vault's key must be exactly {KEY_BYTES} bytes. It was cut, edited or is another file: put the "
                "saved copy back unchanged.",
            )

    def fresh_parameters(self, chance: Chance) -> str:
        """A file needs none."""
        return ""

    def outer_key(self, parameters: str) -> SecretBytes:
        """The key of the file."""
        return self.key


def read_key_file(path: Path, owner: int) -> FileSource:
    """The source in `path`, which must be a plain file of user id `owner` with mode 0600 and exactly 32 bytes.

    Raises KeyUnavailable (MISSING, UNSAFE, MALFORMED). A symbolic link is refused: its target could be swapped.
    """
    with _opened(path) as handle:
        _check_private(path, os.fstat(handle), owner)  # of the open file: the name could be moved in between
        return FileSource(SecretBytes(os.read(handle, KEY_BYTES + 1)))


def create_key_file(path: Path, chance: Chance) -> None:
    """Make a new key file, on disk before this returns. KeyUnavailable (UNSAFE) if it cannot, or something is there."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)
    except OSError:
        raise KeyUnavailable(
            KeyProblem.UNSAFE,
            f"No new key file can be made at {path}. If one is there, it stays: credentials may depend on it. Choose "
            "another path, in a folder that exists and that the worker may write.",
        ) from None
    try:
        os.fchmod(handle, _MODE)  # whatever the umask was
        os.write(handle, chance(KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    _sync_directory(path.parent)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        problem = None
    except FileNotFoundError:
        handle, problem = -1, KeyProblem.MISSING
    except OSError:
        handle, problem = -1, KeyProblem.UNSAFE
    if problem is KeyProblem.MISSING:
        raise KeyUnavailable(
            problem,
            f"The vault's key file {path} is not there. Put its saved copy back (mode 0600). If it is lost, set the "
            "vault up anew and re-authorise every account at its platform.",
        )
    if problem is not None:
        raise KeyUnavailable(
            problem, f"The vault's key file {path} cannot be read, or is a link. Make it a plain file of the worker."
        )
    try:
        yield handle
    finally:
        os.close(handle)


def _check_private(path: Path, found: os.stat_result, owner: int) -> None:
    mode = stat.S_IMODE(found.st_mode)
    faults = (
        (not stat.S_ISREG(found.st_mode), "is not a plain file; put the key in one"),
        (found.st_uid != owner, f"belongs to user id {found.st_uid}; give it to user id {owner} with chown"),
        (mode != _MODE, f"has mode {mode:04o}; set it to 0600 with chmod and think about who may have read it"),
    )
    for fault, words in faults:
        if fault:
            raise KeyUnavailable(KeyProblem.UNSAFE, f"The vault's key file {path} {words}.")


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs: memory in KiB, passes, lanes (Argon2id, RFC 9106)."""

    memory: int
    passes: int
    lanes: int


RFC_9106_LOW_MEMORY = Cost(memory=64 * 1024, passes=3, lanes=4)  # RFC 9106 §4, second recommended option
OWASP_LEAST = Cost(memory=19 * 1024, passes=2, lanes=1)  # OWASP Password Storage Cheat Sheet
_MOST = Cost(memory=1024 * 1024, passes=64, lanes=64)  # a stored row must not be able to exhaust the machine
_PARAMETERS = re.compile(r"argon2id:m=([0-9]{1,9}),t=([0-9]{1,4}),p=([0-9]{1,4}),salt=([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class PassphraseSource:
    """The outer key is stretched from a passphrase (NFKC, at least 15 characters); salt and cost stand in the row."""

    passphrase: Secret
    cost: Cost = RFC_9106_LOW_MEMORY
    kind: str = "passphrase"

    def __post_init__(self) -> None:
        if len(self.passphrase.reveal()) < _LEAST_CHARACTERS:
            raise KeyUnavailable(
                KeyProblem.MALFORMED, f"The vault's passphrase needs at least {_LEAST_CHARACTERS} characters."
            )
        _check_cost(self.cost)

    def fresh_parameters(self, chance: Chance) -> str:
        """A fresh salt, with this source's cost."""
        cost = self.cost
        return f"argon2id:m={cost.memory},t={cost.passes},p={cost.lanes},salt={chance(_SALT_BYTES).hex()}"

    def outer_key(self, parameters: str) -> SecretBytes:
        """Stretch the passphrase by stored parameters; KeyUnavailable (MALFORMED) below OWASP's floor or absurd."""
        cost, salt = _parsed(parameters)
        stretch = Argon2id(
            salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory
        )
        return SecretBytes(stretch.derive(unicodedata.normalize("NFKC", self.passphrase.reveal()).encode()))


def _parsed(parameters: str) -> tuple[Cost, bytes]:
    match = _PARAMETERS.fullmatch(parameters)
    if match is None:
        raise _bad_cost()
    cost = Cost(int(match[1]), int(match[2]), int(match[3]))
    _check_cost(cost)
    return cost, bytes.fromhex(match[4])


def _check_cost(cost: Cost) -> None:
    spans = (
        (OWASP_LEAST.memory, cost.memory, _MOST.memory),
        (OWASP_LEAST.passes, cost.passes, _MOST.passes),
        (OWASP_LEAST.lanes, cost.lanes, _MOST.lanes),
        (8 * cost.lanes, cost.memory, _MOST.memory),  # RFC 9106 §3.1: at least 8 KiB a lane
    )
    if any(not least <= value <= most for least, value, most in spans):
        raise _bad_cost()


def _bad_cost() -> KeyUnavailable:
    return KeyUnavailable(
        KeyProblem.MALFORMED,
        "The stored cost of the vault's passphrase is unreadable or outside what is allowed: the database was altered "
        "or damaged. Restore it from its backup.",
    )
