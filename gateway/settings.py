"""Settings: typed, from one TOML file; every one with its default stands in config/gateway.example.toml."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gateway.domain.loopback import is_loopback
from gateway.domain.policy import (
    BadPolicy,
    Policy,
    read_declaration,
    read_priority,
    read_quorum,
    read_roles,
    read_severities,
    read_sources,
    read_tiers,
    read_timing,
)
from gateway.domain.rules import RULES_VERSION
from gateway.domain.rules.heard import Heard, read_heard
from gateway.domain.rules.lists import BadLists, read_lists
from gateway.domain.rules.profiles import BadProfile, read_profiles
from gateway.domain.statistics import STATISTICS_VERSION

ROOT = Path(__file__).parents[1]
POLICY_FILES = ("roles", "quorum", "priority", "timing", "checks", "profiles")
RULE_LISTS = "rules"
EXAMPLES = "tests"


class BadSettings(Exception):
    """The settings do not say what they must; the message names the setting and what to change."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Web(_Part):
    """Where the web process listens. Put a TLS proxy before it: it speaks plain HTTP on loopback by default.

    `security_txt` is the https address of the organisation's own file, to which /.well-known/security.txt leads.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_origin: str = "http://127.0.0.1:8080"
    security_txt: str = ""


class ClockPart(_Part):
    """How the clock's bound is known: "kernel" (chrony or ntpd), or "assumed" with a stated figure and a warning."""

    source: Literal["kernel", "assumed"] = "assumed"
    bound_seconds: float = Field(default=0.05, gt=0, le=30)
    extra_seconds: float = Field(default=0.0, ge=0, le=60)


class VaultPart(_Part):
    """Where the key that wraps the vault's keys comes from."""

    key_source: Literal["file", "passphrase"] = "file"
    key_file: str = "vault.key"


class CalendarPart(_Part):
    """Where the worker reads release calendars itself: a file, a folder, addresses; nothing by default."""

    file: str = ""
    folder: str = ""
    urls: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ("api.beta.ons.gov.uk", "www.ons.gov.uk", "www.gov.uk")
    pages: str = ""
    poll_seconds: float = Field(default=300.0, ge=1)
    timeout_seconds: float = Field(default=20.0, gt=0, le=60)

    @model_validator(mode="after")
    def _on_the_list(self) -> CalendarPart:
        for url in (*self.urls, *([self.pages] if self.pages else [])):
            parts = urlsplit(url)
            if parts.scheme != "https" or parts.netloc not in self.hosts:
                raise ValueError(f"[calendar] {url} must begin with https:// and a host of [calendar] hosts")
        return self


class PlatformPart(_Part):
    """The operator's own application at a platform, and what is confirmed there that the documentation leaves open.

    `application` are its public fields (`client_id`), `secrets` the files of its secret ones (`client_secret`), which
    only the worker reads; `facts` are numbers that hold for every account there.
    """

    application: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict)
    facts: dict[str, int] = Field(default_factory=dict)


class PicturesPart(_Part):
    """The program that reads the words in pictures (tesseract's own command line); empty: they are not read.

    `public_origin` is where platforms that fetch pictures reach this gateway, where that is not [web] public_origin.
    """

    ocr: str = "tesseract"
    public_origin: str = ""


class WatchPart(_Part):
    """How often each account's posts and profile are read at its platform, to find what is not ours."""

    poll_seconds: float = Field(default=300.0, ge=1, le=86_400)


class MailPart(_Part):
    """How notices go out by e-mail: by SMTP where `host` is set, by GOV.UK Notify where its key is, else not at all."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    starttls: bool = True
    ca_file: str = ""
    sender: str = Field(default="", alias="from")
    user: str = ""
    password_file: str = ""
    notify_key_file: str = ""
    notify_template: str = ""

    @model_validator(mode="after")
    def _complete(self) -> MailPart:
        if self.host and self.notify_key_file:
            raise ValueError("[mail] set host or notify_key_file, not both: each notice goes out one way")
        if self.host and not self.sender:
            raise ValueError("[mail] from: say who the e-mails are from, such as gateway@example.gov.uk")
        if self.notify_key_file and not self.notify_template:
            raise ValueError("[mail] notify_template: give the id of the template in GOV.UK Notify")
        if self.host and not self.starttls and not is_loopback(self.host):
            raise ValueError("[mail] starttls = false is for a server on this machine alone (127.0.0.1)")
        return self


class Sandbox(_Part):
    """Platform hosts mapped to loopback addresses: in the sandbox profile alone."""

    hosts: dict[str, str] = Field(default_factory=dict)

    @field_validator("hosts")
    @classmethod
    def _loopback_only(cls, hosts: dict[str, str]) -> dict[str, str]:
        for host, origin in hosts.items():
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not is_loopback(parts.hostname or ""):
                raise ValueError(f"[sandbox] hosts: {host} must be mapped to http://127.0.0.1:PORT, not {origin}")
        return hosts


class Settings(_Part):
    """Everything that may be set. Paths are relative to `data`, but for `policy`, which is relative to the program."""

    profile: Literal["production", "sandbox"] = "production"
    organisation: str = ""
    data: Path = Path("var")
    database: str = ""
    policy: str = "config/policy"
    web: Web = Web()
    clock: ClockPart = ClockPart()
    vault: VaultPart = VaultPart()
    calendar: CalendarPart = CalendarPart()
    platforms: dict[str, PlatformPart] = Field(default_factory=dict)
    pictures: PicturesPart = PicturesPart()
    watch: WatchPart = WatchPart()
    mail: MailPart = MailPart()
    sandbox: Sandbox = Sandbox()

    @model_validator(mode="after")
    def _sandbox_stays_in_the_sandbox(self) -> Settings:
        if self.profile == "production" and self.sandbox.hosts:
            raise ValueError('[sandbox] hosts may be set in profile = "sandbox" alone: remove it to go live')
        return self

    @model_validator(mode="after")
    def _no_mail_leaves_the_sandbox(self) -> Settings:
        mail = self.mail
        if self.profile == "sandbox" and (mail.notify_key_file or (mail.host and not is_loopback(mail.host))):
            raise ValueError("[mail] in the sandbox e-mail goes to a server on this machine alone (127.0.0.1)")
        return self

    @property
    def database_url(self) -> str:
        """The configured URL, or SQLite in the data folder."""
        return self.database or f"sqlite:///{self.data / 'gateway.db'}"

    def has_application(self, platform: str) -> bool:
        """Whether our application at this platform is entered."""
        return bool(self.platforms.get(platform, PlatformPart()).application.get("client_id"))

    @property
    def callback(self) -> str:
        """Where a platform sends a person back to: enter exactly this at the platform."""
        return f"{self.web.public_origin.rstrip('/')}/oauth/callback"

    @property
    def media_origin(self) -> str:
        """Where platforms that fetch pictures from an address reach this gateway."""
        return (self.pictures.public_origin or self.web.public_origin).rstrip("/")

    def in_data(self, name: str) -> Path:
        """A file of the data folder."""
        return self.data / name


def read_settings(path: Path | None, **over: Any) -> Settings:
    """The settings in a TOML file (defaults where there is none), with `over` on top. Raises BadSettings."""
    document: dict[str, Any] = {}
    if path is not None:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as fault:
            raise BadSettings(f"The settings file {path} cannot be read: {fault}") from fault
    try:
        return Settings(**(document | {name: value for name, value in over.items() if value is not None}))
    except ValueError as fault:
        raise BadSettings(f"The settings are not right: {fault}") from fault


def policy_folder(settings: Settings) -> Path:
    """Where the policy files stand: relative to the program unless the path is absolute."""
    return Path(settings.policy) if Path(settings.policy).is_absolute() else ROOT / settings.policy


def read_policy(settings: Settings) -> Policy:
    """The policy files as one value; its id is the digest of every byte that governs, rules' version included.

    Raises BadSettings with the file and what to change.
    """
    folder = policy_folder(settings)
    texts = governing_texts(folder)
    for name in POLICY_FILES:
        if f"{name}.toml" not in texts:
            raise BadSettings(f"The policy file {name}.toml cannot be read in {folder}: it is not there")
    try:
        return _policy(texts)
    except (BadPolicy, BadLists, BadProfile, ValueError, KeyError, TypeError, OverflowError) as fault:
        raise BadSettings(f"The policy in {folder} is not right: {fault}") from fault


def governing_texts(folder: Path) -> dict[str, str]:
    """Every file of the policy folder, sub-folders too, by its path in it: whatever lies there governs, but for the
    policy's own examples. Raises BadSettings.
    """
    texts: dict[str, str] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.relative_to(folder).parts[0] == EXAMPLES:
            continue
        try:
            texts[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise BadSettings(f"The policy file {path.name} cannot be read in {path.parent}: {fault}") from fault
    return texts


def policy_id(texts: Mapping[str, str]) -> str:
    """The digest of the rules' and the classifier's versions and of every file that governs, its name and length."""
    judged = hashlib.sha256(f"{RULES_VERSION}/{STATISTICS_VERSION}".encode())
    for name, text in sorted(texts.items()):
        said = text.encode()
        judged.update(f"\x00{name}\x00{len(said)}\x00".encode() + said)
    return judged.hexdigest()


def _heard(texts: Mapping[str, str]) -> Heard | None:
    """What was learnt of the rules; a policy may go without."""
    text = texts.get(f"{RULE_LISTS}/heard.json")
    return read_heard(text) if text else None


def _policy(texts: dict[str, str]) -> Policy:
    documents = {name: tomllib.loads(texts[f"{name}.toml"]) for name in POLICY_FILES}
    lists = {
        Path(name).stem: tomllib.loads(text)
        for name, text in texts.items()
        if Path(name).parent.as_posix() == RULE_LISTS and name.endswith(".toml")
    }
    quorum = read_quorum(documents["quorum"])
    return Policy(
        id=policy_id(texts),
        lists=replace(read_lists(lists), heard=_heard(texts)),
        profiles=read_profiles(documents["profiles"]),
        roles=read_roles(documents["roles"]),
        quorum=quorum,
        priority=read_priority(documents["priority"], quorum),
        timing=read_timing(documents["timing"]),
        severities=read_severities(documents["checks"]),
        tiers=read_tiers(documents["checks"]),
        sources=read_sources(documents["checks"]),
        declaration=read_declaration(documents["checks"]),
    )
