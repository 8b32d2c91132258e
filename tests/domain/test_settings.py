"""Settings and policy files say what they must, or the gateway does not start and says what to change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.settings import ROOT, BadSettings, Settings, read_policy, read_settings


def settings_in(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "gateway.toml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


SANDBOX = '[sandbox]\nhosts = {{ "pretend.example" = "{}" }}\n'


def test_everything_has_a_default_and_the_default_is_production() -> None:
    settings = read_settings(None)
    assert (settings.profile, settings.database_url, settings.sandbox.hosts) == (
        "production",
        "sqlite:///var/gateway.db",
        {},
    )
    assert settings.in_data("vault.key") == Path("var/vault.key")


def test_production_refuses_to_start_with_sandbox_hosts(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="remove it to go live"):
        settings_in(tmp_path, SANDBOX.format("http://127.0.0.1:9000"))
    loopback = settings_in(tmp_path, 'profile = "sandbox"\n' + SANDBOX.format("http://127.0.0.1:9000"))
    assert loopback.sandbox.hosts == {"pretend.example": "http://127.0.0.1:9000"}


@pytest.mark.parametrize(
    "origin",
    [
        "https://example.org",
        "http://10.0.0.1:80",
        "http://localhost:80",
        "http://127.0.0.1@example.org",
        "ftp://127.0.0.1",
        "127.0.0.1",
        "",
    ],
)
def test_sandbox_hosts_lead_to_loopback_and_nowhere_else(tmp_path: Path, origin: str) -> None:
    with pytest.raises(BadSettings, match="sandbox"):
        settings_in(tmp_path, 'profile = "sandbox"\n' + SANDBOX.format(origin))


@pytest.mark.parametrize(
    "text", ['profile = "test"', "colour = 1", "[web]\nport = -1", "[clock]\nbound_seconds = 0", "[[", "web = 3"]
)
def test_a_setting_that_is_unknown_or_out_of_range_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadSettings):
        settings_in(tmp_path, text)


def test_a_file_that_is_missing_or_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="cannot be read"):
        read_settings(tmp_path / "nothing.toml")


def test_no_setting_is_shown_in_what_is_said_about_a_wrong_one(tmp_path: Path) -> None:
    text = 'database = "postgresql+psycopg://gateway:canary-8f2a@db/gateway"\n'
    with pytest.raises(BadSettings) as refused:
        settings_in(tmp_path, text + SANDBOX.format("http://127.0.0.1:9000"))
    assert "canary-8f2a" not in str(refused.value)


@pytest.fixture
def policy_folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "config" / "policy", tmp_path / "policy")
    return tmp_path / "policy"


def test_the_policy_that_is_delivered_is_right_and_its_id_changes_with_every_byte(policy_folder: Path) -> None:
    delivered = read_policy(read_settings(None))
    settings = read_settings(None, policy=str(policy_folder))
    assert read_policy(settings) == delivered
    with (policy_folder / "quorum.toml").open("a") as file:
        file.write("# a word\n")
    assert read_policy(settings).id != delivered.id


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("quorum", "routine = 1", "routine = 0"),
        ("quorum", "routine = 1", "routine = true"),
        ("quorum", 'classes = ["routine", ', 'classes = ["gossip", "routine", '),
        ("timing", "lease = 5", "lease = 0"),
        ("timing", "lease = 5", "lease = inf"),
        ("timing", "lease = 5", "leash = 5"),
        ("checks", 'too_long = "block"', 'too_long = "blok"'),
        ("checks", "points = [", "points = [1, "),
        ("roles", '["author", "auditor"]', '["author", "auditer"]'),
        ("roles", "[roles.author]", "[rolls.author]"),
    ],
)
def test_a_policy_that_does_not_say_what_it_must_is_refused(policy_folder: Path, file: str, old: str, new: str) -> None:
    path = policy_folder / f"{file}.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(BadSettings, match="policy"):
        read_policy(read_settings(None, policy=str(policy_folder)))


def test_a_policy_file_that_is_missing_is_named(policy_folder: Path) -> None:
    (policy_folder / "timing.toml").unlink()
    with pytest.raises(BadSettings, match=r"timing\.toml"):
        read_policy(read_settings(None, policy=str(policy_folder)))
