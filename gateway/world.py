"""World: everything an action needs from outside, put together once by gateway.wiring. Whoever takes it is shell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connectors.words import Home, Limits
from gateway.chance import Chance
from gateway.clock import Clock
from gateway.domain.policy import Policy
from gateway.identity.password import Profile
from gateway.judge import Judge
from gateway.sealing import ContentKey
from gateway.stage import Stage
from gateway.storage.unit import Storage


@dataclass(frozen=True)
class Platform:
    """What the gateway knows of a platform without its connector: limits, the fields a person brings, its hosts.

    `hosts` are fixed hosts; where `own_origin` holds, the account's own origin is allowed too. `asks_consent` says that
    a person's consent connects an account (our application there is entered), `scopes` what is asked for; `title` is
    how it writes its own name where that is not `name` with capitals.
    """

    name: str
    limits: Callable[[Home], Limits]
    fields: tuple[str, ...]
    hosts: frozenset[str]
    own_origin: bool
    asks_consent: bool = False
    scopes: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Who:
    """Who acts: a member and the session they act in. There is no acting without a session."""

    member: str
    session: str


@dataclass(frozen=True)
class World:
    """The outside of one process. In the `sandbox` profile alone `loopback` maps platform hosts to loopback origins,
    and an account may live at a plain http origin on loopback; `stage` opens pretend accounts there.

    `box_signer` is the worker's pinned Ed25519 public key (32 bytes), empty before the vault is set up; `log_key` is
    the audit log's public key (vkey), which verifies every checkpoint. `ocr` is the program that reads the words in
    pictures; where it is empty or not installed they are not read. `public_origin` is what browsers see
    (`https://host`): passkeys are bound to it; `media_origin` is where platforms that fetch pictures reach the gateway.
    `sends_mail` says that notices go out by e-mail too.
    """

    storage: Storage
    clock: Clock
    chance: Chance
    policy: Policy
    judge: Judge
    platforms: Mapping[str, Platform]
    content_key: ContentKey = field(repr=False)
    password_profile: Profile
    organisation: str
    sandbox: bool = False
    stage: Stage | None = None
    loopback: Mapping[str, str] = field(default_factory=dict)
    box_signer: bytes = b""
    log_key: str = ""
    ocr: str = ""
    public_origin: str = ""
    media_origin: str = ""
    sends_mail: bool = False

    def spelt(self, platform: str) -> str:
        """A platform's name as people read it, also of one that is not installed any more: `some_platform` → `Some
        Platform`.
        """
        known = self.platforms.get(platform)
        return (known.title if known else "") or platform.replace("_", " ").title()
