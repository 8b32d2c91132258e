"""What lies in the memory of a real web process: no key that opens, and no credential once it is boxed (G1).

The worker, where keys do lie, is the control; and the web process itself where it does not forget.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.domain.account import CredentialState
from gateway.storage.vault import VaultShelf
from tests import cast
from tests.flow.town import BLUESKY, MASTODON, Town, fields_of, handle_of, town, until
from tests.vault.processes import Web, in_memory, web_process
from vault.keys import unwrap
from vault.sources import read_key_file

EACH, AFTERWARDS = 3, 200


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("memory")
    with town(folder, platforms=(BLUESKY, MASTODON), web={"host": "127.0.0.1", "port": 0}) as made:
        made.stop_worker()
        with readable_worker(made):
            yield made


@contextmanager
def readable_worker(house: Town) -> Iterator[None]:
    """The town's worker, started so that its own user may look inside."""
    before = house.folder / "dumpable-before"
    command = [sys.executable, "-m", "tests.vault.launched", str(before), "run", "--config"]
    with (house.folder / "worker.log").open("a") as log:
        house.worker = subprocess.Popen(
            [*command, str(house.folder / "gateway.toml")], stdout=subprocess.PIPE, stderr=log, text=True
        )
    assert house.worker.stdout is not None
    line = house.worker.stdout.readline()
    assert line, (house.folder / "worker.log").read_text()
    assert json.loads(line)["ready"] == "worker"
    until(before.exists, house)
    yield
    house.stop_worker()


def opening_keys(house: Town) -> dict[str, bytes]:
    """Every key with which something of the vault can be opened, by its id."""
    path = house.settings.in_data(house.settings.vault.key_file)
    source = read_key_file(path, path.stat().st_uid)
    keys = {key.id: unwrap(source, key).reveal() for key in VaultShelf(house.world.storage).wrapped_keys()}
    return {"the outer key": path.read_bytes(), **keys}


def connect(house: Town, web: Web) -> dict[str, str]:
    """Accounts connected over HTTP; what was brought that is secret, by account and field."""
    brought: dict[str, str] = {}
    waiting = []
    for platform in (BLUESKY, MASTODON):
        for made in house.platforms[platform].accounts(EACH, prefix=f"memory{web.process.pid}"):
            account = house.register(platform, handle_of(made))
            fields = fields_of(platform, made)
            cast.stepped_up(house.world, "olu", "connect", account)
            assert web.ask("olu", "POST", f"/accounts/{account}/credential", {"fields": fields}) < 300
            secret = {name: value for name, value in fields.items() if name not in {"identifier", "client_id"}}
            brought |= {f"{account} {name}": value for name, value in secret.items()}
            waiting.append(account)
    until(lambda: all(house.account(id).credential_state is CredentialState.CURRENT for id in waiting), house, 40)
    return brought


def written(values: Mapping[str, bytes]) -> dict[str, bytes]:
    """The values raw and as hex."""
    return {**values, **{f"{name} in hex": value.hex().encode() for name, value in values.items()}}


def used(house: Town, web: Web) -> dict[str, bytes]:
    """Accounts connected and some requests answered after that; what was brought that is secret."""
    brought = connect(house, web)
    for number in range(AFTERWARDS):
        web.ask("olu", "GET", ("/accounts", "/deliveries", "/session")[number % 3])
    return {name: value.encode() for name, value in brought.items()}


@pytest.mark.slow
def test_neither_a_key_that_opens_nor_a_boxed_credential_is_in_the_memory_of_the_web_process(house: Town) -> None:
    with web_process(house.folder, house.world) as web:
        # What would be left over else is left over by chance: how it is not is asked beside whether it is.
        begun = Path(f"/proc/{web.process.pid}/environ").read_text().split("\0")
        assert "PYTHONMALLOC=malloc" in begun
        canaries = used(house, web)
        keys = opening_keys(house)
        assert house.worker is not None
        lasting = set(keys) - {key.id for key in VaultShelf(house.world.storage).box_keys()}  # those come and go
        assert (len(keys), len(lasting)) == (5, 4), "the outer key, the vault's, the box's and two identities"
        held_by_worker = in_memory(house.worker.pid, {**keys, **canaries})
        held_by_web = in_memory(web.process.pid, {**written(keys), **canaries})
        assert lasting <= held_by_worker, "the look does find"
        assert in_memory(web.process.pid, {"content key": cast.CONTENT_KEY.key}) == {"content key"}, "there too"
    assert len(canaries) == EACH * 3
    assert held_by_web == set()


@pytest.mark.slow
def test_a_web_process_that_does_not_forget_would_hold_some(house: Town) -> None:
    with web_process(house.folder, house.world, forgets=False) as web:
        canaries = {name: value.encode() for name, value in connect(house, web).items()}
        assert in_memory(web.process.pid, canaries), "the look does find what is left"
