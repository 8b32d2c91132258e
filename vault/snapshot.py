"""The floors' snapshot as text with a MAC, to lie in a file: the database alone cannot take it back (house §9)."""

from __future__ import annotations

import binascii
import hmac
import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.place import framed
from vault.secret import SecretBytes
from vault.store import Floor, Snapshot

FORMAT = b"vault-floors-1"


class BrokenSnapshot(Exception):
    """It is not what this log's worker wrote; why is not said."""


def to_text(snapshot: Snapshot, secret: SecretBytes) -> str:
    """Two lines: the snapshot in JSON, and in hex its HMAC-SHA256 under a key derived from `secret` for this log."""
    body = {
        "log": snapshot.log,
        "frontier": snapshot.frontier.hex(),
        "floors": {
            id: [floor.account, floor.field, floor.version, floor.sha256.hex()] for id, floor in snapshot.floors.items()
        },
    }
    line = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return f"{line}\n{_mac(line, snapshot.log, secret).hex()}\n"


def from_text(text: str, log: str, secret: SecretBytes) -> Snapshot:
    """The reverse of `to_text`, for this very log. Raises BrokenSnapshot for anything else."""
    line, _, rest = text.partition("\n")
    try:
        mac = binascii.unhexlify(rest.removesuffix("\n"))
    except ValueError:
        raise BrokenSnapshot from None
    if not hmac.compare_digest(mac, _mac(line, log, secret)):
        raise BrokenSnapshot
    body: dict[str, Any] = json.loads(line)
    floors = {
        id: Floor(account, field, version, bytes.fromhex(found))
        for id, (account, field, version, found) in body["floors"].items()
    }
    return Snapshot(body["log"], bytes.fromhex(body["frontier"]), floors)


def _mac(line: str, log: str, secret: SecretBytes) -> bytes:
    info = framed(FORMAT, log.encode())
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.reveal())
    return hmac.digest(key, line.encode(), sha256)
