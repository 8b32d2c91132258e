"""Auditing: an auditor finds who posted what, exports it and proves it offline; reading is itself in the log."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from connectors.words import Receipt
from gateway.actions.auditing import export, newest_checkpoint, origin_of, prove, search, who_posted_what
from gateway.actions.deliver import conclude_many
from gateway.audit.checkpoint import Signer
from gateway.audit.verifier import Tampered, verify, verify_proof
from gateway.domain.publication import published
from gateway.domain.refusal import Reason
from gateway.storage.log import Search
from gateway.world import World
from scheduler.bookkeeper import Bookkeeper
from tests.actions.story import log, refuses, sending
from tests.cast import HOUR, NOON, an_account, stepped_up, who


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The log's own writing is tested on both databases; here one is enough."""
    return f"sqlite:///{tmp_path}/gateway.db"


@pytest.fixture
def signed(world: World, tmp_path: Path) -> World:
    """A world in which one post went out and the worker signed its log."""
    an_account(world)
    sent = sending(world)
    change = published(sent, Receipt("1"), actor="worker", at=NOON + HOUR, opened_at=NOON + HOUR, how="answered")
    conclude_many(world, {sent.id: change})
    signer = Signer("gateway.example/log", Ed25519PrivateKey.generate())
    built = replace(world, log_key=signer.known_key().vkey())
    Bookkeeper(built, signer, tmp_path / "checkpoint", "worker-1").sign()
    return built


def exported(world: World, tmp_path: Path) -> Path:
    out = BytesIO()
    export(world, stepped_up(world, "eve", "export", "audit"), out)
    (tmp_path / "export").write_bytes(out.getvalue())
    return tmp_path / "export"


def test_who_posted_what_names_everyone_who_stood_behind_it(signed: World) -> None:
    (posted,) = who_posted_what(signed, who(signed, "eve"))
    assert (posted.author, posted.approvers, posted.clearers) == ("ada", ("bola",), ("cleo",))
    assert (posted.publication.platform_id, posted.rule_set) == ("1", "test-policy")


def test_an_export_verifies_with_the_public_key_alone_and_not_when_one_byte_is_changed(
    signed: World, tmp_path: Path
) -> None:
    path = exported(signed, tmp_path)
    newest = newest_checkpoint(signed)
    assert newest is not None
    assert verify(path, signed.log_key).entries == newest.size
    path.write_bytes(path.read_bytes().replace(b'"actor":"ada"', b'"actor":"bea"', 1))
    with pytest.raises(Tampered):
        verify(path, signed.log_key)


def test_one_entry_is_proved_alone(signed: World, tmp_path: Path) -> None:
    (intent,) = log(signed, "delivery.intent")
    (tmp_path / "proof").write_text(prove(signed, who(signed, "eve"), intent.index))
    assert verify_proof(tmp_path / "proof", signed.log_key)["act"] == "delivery.intent"
    for beyond in (-1, 10**6):
        with refuses(signed, Reason.NOT_FOUND, "audit.read"):
            prove(signed, who(signed, "eve"), beyond)


def test_every_reading_is_told(signed: World, tmp_path: Path) -> None:
    eve = who(signed, "eve")
    search(signed, eve, Search(actor="ada"))
    who_posted_what(signed, eve)
    prove(signed, eve, 0)
    exported(signed, tmp_path)
    assert [len(log(signed, act)) for act in ("audit.read", "audit.prove", "audit.export")] == [2, 1, 1]
    assert {entry.actor for act in ("audit.read", "audit.prove", "audit.export") for entry in log(signed, act)} == {
        "eve"
    }


def test_a_search_finds_by_who_what_which_and_when_newest_first(signed: World) -> None:
    eve = who(signed, "eve")
    mine = search(signed, eve, Search(actor="ada"))
    assert {entry.actor for entry in mine} == {"ada"}
    assert [entry.index for entry in mine] == sorted((entry.index for entry in mine), reverse=True)
    (one,) = search(signed, eve, Search(act="delivery.intent"))
    assert {entry.subject_id for entry in search(signed, eve, Search(subject_id=one.subject_id))} == {one.subject_id}
    assert search(signed, eve, Search(since=NOON + 2 * HOUR)) == []
    assert search(signed, eve, Search(until=NOON)) == []
    assert len(search(signed, eve, Search(), limit=3)) == 3
    assert max(entry.index for entry in search(signed, eve, Search(before=5))) == 4


def test_before_the_first_checkpoint_there_is_nothing_to_export_or_prove(world: World) -> None:
    assert newest_checkpoint(world) is None
    with refuses(world, Reason.NOT_FOUND, "audit.export"):
        export(world, stepped_up(world, "eve", "export", "audit"), BytesIO())
    with refuses(world, Reason.NOT_FOUND, "audit.read"):
        prove(world, who(world, "eve"), 0)


def test_who_may_read_and_who_may_take_it_away(signed: World) -> None:
    for name in ("ada", "bola", "cyd", "olu", "cleo"):
        with refuses(signed, Reason.ROLE_MISSING, "audit.read"):
            search(signed, who(signed, name), Search())
        with refuses(signed, Reason.ROLE_MISSING, "audit.read"):
            who_posted_what(signed, who(signed, name))
        with refuses(signed, Reason.ROLE_MISSING, "audit.export"):
            export(signed, stepped_up(signed, name, "export", "audit"), BytesIO())
    with refuses(signed, Reason.ROLE_MISSING, "audit.export"):
        export(signed, stepped_up(signed, "sam", "export", "audit"), BytesIO())
    with refuses(signed, Reason.STEP_UP_NEEDED, "audit.export"):
        export(signed, who(signed, "eve"), BytesIO())


def test_the_log_says_which_log_it_is(signed: World) -> None:
    assert origin_of(signed) == "gateway.example/log"
