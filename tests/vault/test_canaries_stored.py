"""Twelve accounts' real credentials go through a whole gateway, and show nowhere but at the platforms (G1)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.audit.export import write_export
from gateway.cli.backup import make_backup
from gateway.domain.account import CredentialState
from gateway.domain.delivery import State
from gateway.storage.vault import VaultShelf
from scheduler.keeper import Keeper
from scheduler.worker import origin_of
from tests import cast
from tests.flow.town import BLUESKY, MASTODON, Town, fields_of, handle_of, town, until
from tests.vault.canary import text_traces
from tests.vault.processes import Web, files_of, hits, web_process
from vault.safe import Errand
from vault.sources import read_key_file

EACH = 6  # accounts a platform
SECRET = {"app_password", "access", "refresh", "access_token", "client_secret"}
EXEMPT = {"truth", "vault.key"}  # the platforms' own word, and the key itself
ENDED = {State.PUBLISHED, State.UNKNOWN, State.REJECTED, State.HELD}  # held: the platform's refusal waits for a person


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("canaries")
    with town(folder, platforms=(BLUESKY, MASTODON), web={"host": "127.0.0.1", "port": 0}) as made:
        yield made


def keeper_of(house: Town) -> Keeper:
    """A second hand at the vault, which knows what was renewed."""
    key = house.settings.in_data(house.settings.vault.key_file)
    source = read_key_file(key, key.stat().st_uid)
    return Keeper(house.world, VaultShelf(house.world.storage), source, origin_of(house.world))


def in_the_vault(house: Town, accounts: list[str]) -> set[str]:
    """Every secret value that is sealed now."""
    opened = keeper_of(house).open_many([house.account(id) for id in accounts], Errand.WATCH)
    assert set(opened) == set(accounts)
    return {value for each in opened.values() for name, value in each.revealed().items() if name in SECRET}


def connected(house: Town, web: Web) -> tuple[list[str], set[str]]:
    """Every account, connected over HTTP, good and bad requests in turn; and the secrets that were brought."""
    accounts, secrets = [], set[str]()
    for platform in (BLUESKY, MASTODON):
        for made in house.platforms[platform].accounts(EACH, prefix="canary"):
            account = house.register(platform, handle_of(made))
            fields = fields_of(platform, made)
            secrets |= {value for name, value in fields.items() if name in SECRET}
            path = f"/accounts/{account}/credential"
            garbled = json.dumps({"fields": fields}).encode()[:-1]
            assert web.ask("olu", "POST", path, garbled) == 422
            assert web.ask("olu", "POST", path, {"fields": [*fields.values()], **fields}) == 422
            assert web.ask("olu", "POST", path, {"fields": fields}) == 403  # no fresh factor
            assert web.ask("ada", "POST", path, {"fields": fields}) in {403, 404}
            cast.stepped_up(house.world, "olu", "connect", account)
            assert web.ask("olu", "POST", path, {"fields": fields}) < 300
            accounts.append(account)
    until(lambda: all(house.account(id).credential_state is CredentialState.CURRENT for id in accounts), house, 40)
    return accounts, secrets


def raise_faults(house: Town, secrets: set[str]) -> None:
    """Answers that echo the Authorization header, a 500 that quotes it, a 401, a connection that breaks."""
    echo = json.dumps({"error": "bad", "message": " ".join(f"Authorization: Bearer {secret}" for secret in secrets)})
    for platform in house.platforms.values():
        platform.fault("garbage", method="POST", body=f"<html>{echo}")
        platform.fault("status", method="POST", status=500, body=echo, applied=True)
        platform.fault("status", method="POST", status=400, body=echo)
        platform.fault("expired_credential", method="POST")
        platform.fault("read_and_close", method="POST")


@pytest.mark.slow
def test_twelve_credentials_show_nowhere(house: Town) -> None:
    with web_process(house.folder, house.world) as web:
        accounts, secrets = connected(house, web)
        secrets |= in_the_vault(house, accounts)
        assert len(secrets) >= 12
        house.settled(house.post("Our offices are open.", *accounts))
        house.platforms[BLUESKY].expire("access")
        house.settled(house.post("Our offices are still open.", *accounts))
        renewed = in_the_vault(house, accounts) - secrets
        assert len(renewed) >= EACH, "each session was refreshed, and saved"
        secrets |= renewed
        raise_faults(house, secrets)
        troubled = house.post("Our offices are open late.", *accounts)
        until(lambda: not any(platform.knobs()["faults"] for platform in house.platforms.values()), house, 40)
        until(lambda: {*house.states(troubled)} <= ENDED, house)
        for path in ("/accounts", "/audit/entries", "/status", "/deliveries"):
            web.ask("eve", "GET", path)
        assert in_the_vault(house, accounts)
        assert house.worker is not None
        processes = [web.process.pid, house.worker.pid]
        shown = [
            (f"{pid} {name}", Path(f"/proc/{pid}/{name}").read_bytes())
            for pid in processes
            for name in ("cmdline", "environ")
        ]
        shown += [("an answer", said) for said in web.said]
        shown += files_of(house.folder, EXEMPT)  # with the write-ahead log, while everything is open
    house.stop_worker()
    shown += [("the export", exported(house)), ("the backup", backed_up(house)), *files_of(house.folder, EXEMPT)]
    assert {"worker.log", "web.log", "data/gateway.db", "data/gateway.db-wal", "data/checkpoint.note"} <= {
        name for name, _ in shown
    }
    assert hits(shown, secrets) == []
    for form in text_traces(min(secrets)):
        assert hits([("here", b"x" + form + b"x")], secrets) == ["here"], "and the search does find"


def exported(house: Town) -> bytes:
    """The audit export, byte for byte."""
    out = io.BytesIO()
    with house.world.storage.reading() as readers:
        notes = readers.log.notes()
        write_export(out, origin_of(house.world), readers.log.bodies(0, notes[-1][0]), notes)
    return out.getvalue()


def backed_up(house: Town) -> bytes:
    """The backup, byte for byte."""
    to = house.folder / "backup.tar"
    make_backup(house.settings.data, house.settings.data / "gateway.db", to, {})
    return to.read_bytes()


@pytest.mark.slow
def test_a_credential_of_another_account_is_refused_by_asking_the_platform(house: Town) -> None:
    if house.worker is None:
        house.start_worker()
    mine, other = house.platforms[BLUESKY].accounts(2, prefix="mixed")
    account = house.register(BLUESKY, handle_of(mine))
    house.deposit(account, fields_of(BLUESKY, other))
    until(lambda: house.account(account).credential_state is CredentialState.NONE, house)
    (entry,) = [e for e in cast.entries(house.world, "credential.refuse") if e.subject_id == account]
    assert entry.facts["why"] == "another-account"
    assert VaultShelf(house.world.storage).rows(account) == []
