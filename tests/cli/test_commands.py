"""Commands are the same actions as everybody's: signed in, with a fresh code where one is needed, refused in words."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from gateway.audit.verifier import main as verify_alone
from gateway.cli.entry import APP
from gateway.domain.member import MemberState
from gateway.storage.log import Search
from scheduler.bookkeeper import Bookkeeper
from scheduler.clerk import Clerk
from scheduler.keeper import Keeper
from scheduler.worker import KEPT_CHECKPOINT, origin_of
from tests import cast
from tests.cli.house import House, cli, code_of
from vault.sources import read_key_file

pytestmark = pytest.mark.slow


# --- help -------------------------------------------------------------------------------------------------------------


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group of the tree with the words that lead to it."""
    yield path, group
    context = typer.Context(group)
    for name in group.list_commands(context) if hasattr(group, "list_commands") else ():
        yield from commands(group.get_command(context, name), (*path, name))


def test_every_command_says_in_one_sentence_what_it_does() -> None:
    found = dict(commands(typer.main.get_command(APP)))
    assert {path[0] for path in found if path} >= {"init", "run", "sandbox", "member", "audit", "vault", "freeze", "db"}
    for path, command in found.items():
        assert re.fullmatch(r"[A-Z][^.!?]*\.", command.help or ""), (path, command.help)
        for option in command.params:
            assert getattr(option, "hidden", False) or option.name == "help" or option.help, (path, option.name)


def test_every_command_shows_its_help() -> None:
    for path, _ in commands(typer.main.get_command(APP)):
        assert cli(*path, "--help").code == 0, path


def test_what_does_not_exist_is_a_mistake_of_use() -> None:
    assert cli("member", "promote").code == 2
    assert cli("freeze", "on", "everything", "--reason", "x").code == 2


def test_a_gateway_that_was_not_set_up_says_so(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text(f'data = "{tmp_path}"\n')
    said = cli("member", "list", "--config", str(tmp_path / "gateway.toml"), "--session", "any")
    assert said.code == 2
    assert "run `gateway init` first" in said.err


# --- signing in -------------------------------------------------------------------------------------------------------


def test_nobody_acts_without_signing_in(house: House) -> None:
    for words in (
        ("member", "list"),
        ("freeze", "list"),
        ("release", "list"),
        ("vault", "status"),
        ("vault", "rotate"),
    ):
        said = cli(*words, "--config", str(house.config), "--session", "not-a-session")
        assert said.code == 1, words
        assert "Sign in" in said.err


def full_sessions(house: House, member: str) -> set[str]:
    """The ids of a member's sessions that live with both factors."""
    with house.world.storage.reading() as readers:
        return {session.id for session in readers.sessions.open_of(member) if str(session.kind) == "full"}


def test_a_password_and_a_code_open_a_session_that_ends_with_the_command(house: House) -> None:
    before = full_sessions(house, "cyd")
    said = house.cli("member", "list", typed=("cyd", cast.PASSWORD, code_of("cyd")))
    assert said.code == 0, said.err
    assert "ada" in said.out
    with house.world.storage.reading() as readers:
        begun = readers.log.search(Search(actor="cyd", act="session.begin"), 10)
    assert begun
    assert full_sessions(house, "cyd") == before


def test_a_wrong_password_opens_nothing(house: House) -> None:
    said = house.cli("member", "list", typed=("cyd", "not the password at all", "000000"))
    assert said.code == 1
    assert "The name or the password is wrong" in said.err
    assert "not the password" not in said.err


def test_the_whole_way_in_from_an_invitation_to_a_session(house: House) -> None:
    import pyotp

    made = house.cli("member", "invite", "Nia", "--role", "author", "--team", "Digital", by="cyd")
    assert made.code == 0, made.err
    token = made.out.splitlines()[1].strip()
    phrase = "thirteen maples under a violet anchor"
    # The secret is shown before the code is asked for; here it is read from the database, as the app would hold it.
    refused = house.cli("member", "enrol", typed=(token, phrase, phrase, "000000", "000000", "000000"))
    assert refused.code == 1
    assert len(re.findall("█|▄|▀", refused.out)) > 50
    secret = re.search(r"type its secret: ([A-Z2-7]{32})", refused.out)
    assert secret is not None
    assert pyotp.TOTP(secret.group(1)).now().isdigit()
    again = house.cli("member", "enrol", typed=(token, phrase, phrase))
    assert "Link no longer good" in again.err


# --- acts -------------------------------------------------------------------------------------------------------------


def test_whoever_lacks_the_role_is_told_so_and_the_log_knows(house: House) -> None:
    said = house.cli("member", "invite", "Max", "--role", "author", "--team", "Digital", by="ada")
    assert said.code == 1
    assert "None of your roles allows this" in said.err
    assert cast.entries(house.world, "refused")[0].facts["act"] == "member.invite"


def test_a_freeze_asks_for_a_fresh_code_and_a_wrong_one_is_asked_again(house: House) -> None:
    on = ("freeze", "on", "all", "--reason", "Something is wrong")
    assert house.cli(*on, by="sam", typed=("000000", "111111", "222222")).code == 1
    said = house.cli(*on, by="sam", typed=("000000", code_of("sam")))
    assert said.code == 0, said.err
    assert "Type the code your app shows now" in said.err
    freeze = said.out.split()[-1]
    assert freeze in house.cli("freeze", "list", by="sam").out
    cast.stepped_up(house.world, "sam", "thaw", freeze)
    assert house.cli("freeze", "off", freeze, by="sam").code == 0
    assert freeze not in house.cli("freeze", "list", by="sam").out


def test_an_owner_ends_a_credential_at_its_platform(house: House) -> None:
    account = cast.an_account(house.world)
    assert account in house.cli("account", "list", by="olu").out
    assert house.cli("account", "revoke", account, by="ada").code == 1
    cast.stepped_up(house.world, "olu", "revoke", account)
    said = house.cli("account", "revoke", account, by="olu")
    assert said.code == 0, said.err
    with house.world.storage.reading() as readers:
        (asked,) = (one for one in readers.errands.waiting() if one.kind == "revoke")
    assert asked.account == account
    cast.write(house.world, replace(asked, done_at=asked.asked_at, outcome="revoked"))


def test_roles_change_and_leaving_prints_its_report(house: House) -> None:
    cast.enrol(house.world, "zoe", "author")
    cast.stepped_up(house.world, "cyd", "roles", "zoe")
    assert "clearer" in house.cli("member", "roles", "ZOE", "clearer", by="cyd").out
    cast.stepped_up(house.world, "sam", "leave", "zoe")
    said = house.cli("member", "leave", "zoe", by="sam")
    assert said.code == 0, said.err
    assert "zoe left at" in said.out
    assert "Rotate at the platform the credentials of: none" in said.out
    assert cast.member(house.world, "zoe").state is MemberState.LEFT
    assert "Nobody is called nobody" in house.cli("member", "leave", "nobody", by="sam").err


def test_a_calendar_is_imported_whole_or_not_at_all(house: House, tmp_path: Path) -> None:
    sample = next(Path("tests/calendar/samples").glob("*.json"))
    good = house.cli("release", "import", str(sample), by="cyd")
    assert good.code in {0, 1}, good.err
    bad = tmp_path / "calendar.json"
    bad.write_text('{"releases": [')
    said = house.cli("release", "import", str(bad), by="cyd")
    assert said.code == 1
    assert "Nothing was imported" in said.err or "calendar" in said.err.lower()
    assert bad.read_text() == '{"releases": ['
    assert house.cli("release", "list", by="ada").code == 0
    assert house.cli("release", "import", str(tmp_path / "absent.json"), by="cyd").code == 2


# --- the log and the vault --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def keeper(house: House) -> Keeper:
    """The worker's keeper, in this process."""
    from gateway.storage.vault import VaultShelf

    source = read_key_file(house.settings.data / "vault.key", house.settings.data.stat().st_uid)
    return Keeper(house.world, VaultShelf(house.world.storage), source, origin_of(house.world))


def test_an_export_is_proved_offline_and_one_changed_byte_is_found(
    house: House, keeper: Keeper, tmp_path: Path
) -> None:
    Bookkeeper(house.world, keeper.log_signer, house.settings.in_data(KEPT_CHECKPOINT), "w").sign()
    file, proof, key = tmp_path / "log.jsonl", tmp_path / "one.tlog-proof", house.settings.data / "audit.vkey"
    cast.stepped_up(house.world, "eve", "export", "audit")
    exported = house.cli("audit", "export", str(file), by="eve")
    assert exported.code == 0, exported.err
    assert house.cli("audit", "prove", "0", str(proof), by="eve").code == 0
    for one in (file, proof):
        said = cli("audit", "verify", str(one), "--key", str(key))
        assert said.code == 0, said.err
        assert said.out.startswith("PROVED")
    assert cli("audit", "verify", str(file), "--key", key.read_text()).code == 0
    assert verify_alone([str(file), "--key", key.read_text()]) == 0
    file.write_bytes(file.read_bytes().replace(b'"organisation.create"', b'"organisation.CREATE"'))
    tampered = cli("audit", "verify", str(file), "--key", str(key))
    assert tampered.code == 1
    assert "TAMPERED WITH" in tampered.err
    assert cli("audit", "verify", str(tmp_path / "absent"), "--key", str(key)).code == 2
    assert cli("audit", "verify", str(proof), "--key", "a+b+c").code == 2


def test_a_file_that_is_there_is_not_written_over(house: House, tmp_path: Path) -> None:
    file = tmp_path / "mine"
    file.write_text("mine")
    for words in (("audit", "export", str(file)), ("audit", "prove", "0", str(file))):
        assert house.cli(*words, by="eve").code == 1
    assert cli("db", "backup", str(file), "--config", str(house.config)).code == 1
    assert file.read_text() == "mine"


def test_the_auditor_lists_what_happened_and_the_reading_is_told(house: House) -> None:
    said = house.cli("audit", "list", "--act", "organisation.create", by="eve")
    assert "organisation.create" in said.out
    assert house.cli("audit", "posted", by="eve").code == 0
    assert cast.entries(house.world, "audit.read")[0].actor == "eve"


def test_a_rotation_is_asked_for_and_done_by_the_worker(house: House, keeper: Keeper) -> None:
    import asyncio

    assert house.cli("vault", "rotate", by="ada").code == 1
    before = house.cli("vault", "status", by="sam").out
    cast.stepped_up(house.world, "sam", "rotate", "vault")
    assert house.cli("vault", "rotate", by="sam").code == 0
    assert "Not in this state" in house.cli("vault", "rotate", by="sam").err
    clerk = Clerk(house.world, None, keeper, None)  # type: ignore[arg-type]  # a rotation asks no platform
    asyncio.run(clerk.tick())
    list(keeper.rotate())
    after = house.cli("vault", "status", by="sam").out
    assert before.splitlines()[1].split()[0] not in after
    assert len(after.splitlines()) == 2
    (done,) = cast.entries(house.world, "errand.done")
    assert done.facts["outcome"] == "rotating"


# --- the database -----------------------------------------------------------------------------------------------------


def test_check_finds_an_entry_that_was_changed(house: House, tmp_path: Path) -> None:
    import sqlite3

    assert cli("db", "upgrade", "--config", str(house.config)).code == 0
    assert "unbroken" in cli("db", "check", "--config", str(house.config)).out
    backup = tmp_path / "b.tar"
    assert cli("db", "backup", str(backup), "--config", str(house.config)).code == 0
    copy = tmp_path / "copy"
    copy.mkdir()
    config = tmp_path / "copy.toml"
    config.write_text(f'organisation = "x"\ndata = "{copy}"\n')
    assert cli("db", "restore", str(backup), "--config", str(config)).code == 0
    assert "unbroken" in cli("db", "check", "--config", str(config)).out
    with sqlite3.connect(copy / "gateway.db") as connection:
        connection.execute(
            "UPDATE audit_entries SET body = replace(body, 'organisation', 'organisatiom') WHERE [index] = 0"
        )
    said = cli("db", "check", "--config", str(config))
    assert said.code == 1
    assert "The audit log is broken" in said.err


@pytest.mark.parametrize("spoil", ["cut", "byte", "nothing", "other"])
def test_a_damaged_backup_is_refused_and_nothing_is_left(house: House, tmp_path: Path, spoil: str) -> None:
    backup = tmp_path / "b.tar"
    cli("db", "backup", str(backup), "--config", str(house.config))
    body = bytearray(backup.read_bytes())
    body[len(body) // 2] ^= 1
    spoilt = {"cut": bytes(body[:5000]), "byte": bytes(body), "nothing": b"", "other": _another_tar()}[spoil]
    backup.write_bytes(spoilt)
    config = tmp_path / "new.toml"
    config.write_text(f'data = "{tmp_path / "new"}"\n')
    said = cli("db", "restore", str(backup), "--config", str(config))
    assert said.code == 2, said
    assert list((tmp_path / "new").iterdir()) == []


def _another_tar() -> bytes:
    """A tar that wants to be written elsewhere."""
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in ("manifest.json", "../gateway.db"):
            body = json.dumps({"format": "gateway-backup/1", "sha256": {"../gateway.db": "0" * 64}}).encode()
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return out.getvalue()


def test_a_database_that_is_there_is_never_restored_over(house: House, tmp_path: Path) -> None:
    backup = tmp_path / "b.tar"
    cli("db", "backup", str(backup), "--config", str(house.config))
    said = cli("db", "restore", str(backup), "--config", str(house.config))
    assert said.code == 2
    assert "stays as it is" in said.err


def test_postgresql_is_sent_to_its_own_tools(tmp_path: Path) -> None:
    config = tmp_path / "gateway.toml"
    config.write_text(f'data = "{tmp_path}"\ndatabase = "postgresql+psycopg://nobody@127.0.0.1/none"\n')
    for act in ("backup", "restore"):
        said = cli("db", act, str(tmp_path / "b.tar"), "--config", str(config))
        assert said.code == 2
        assert "pg_dump" in said.err


def test_a_database_that_is_away_or_newer_is_said_in_words(house: House, tmp_path: Path) -> None:
    config = tmp_path / "gateway.toml"
    config.write_text(
        f'organisation = "x"\ndata = "{tmp_path}"\ndatabase = "postgresql+psycopg://n@127.0.0.1:1/none"\n'
    )
    for words in (("db", "upgrade"), ("db", "check"), ("init",)):
        said = cli(*words, "--config", str(config))
        assert said.code == 2, words
        assert "The database cannot be used" in said.err
    import sqlite3

    for file in house.settings.data.glob("gateway.db*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with sqlite3.connect(tmp_path / "gateway.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    config.write_text(f'organisation = "x"\ndata = "{tmp_path}"\n')
    said = cli("db", "upgrade", "--config", str(config))
    assert said.code == 2
    assert "not for this version" in said.err
