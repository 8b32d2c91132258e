"""The composition root: settings in, a World out. It alone knows every concrete thing."""

from __future__ import annotations

from collections.abc import Mapping

from connectors import registry
from connectors.contract import Connector
from gateway.chance import Chance
from gateway.clock import Clock, assumed, kernel
from gateway.domain.policy import Policy
from gateway.embargo_policy import embargo_policy_later
from gateway.identity.password import OWASP_MINIMUM
from gateway.judge import Judge
from gateway.sealing import read_content_key
from gateway.settings import BadSettings, Settings, policy_folder, read_policy
from gateway.stage import Stage
from gateway.storage.sealed import Seal
from gateway.storage.unit import Storage
from gateway.world import Platform, World

CONTENT_KEY = "content.key"
BOX_SIGNER = "worker.pub"
LOG_KEY = "audit.vkey"
KEPT_FLOORS = "vault-floors"  # the worker's: how far the log was read and what of the vault it had laid


def clock_of(settings: Settings) -> Clock:
    """The clock with the bound that the settings state."""
    if settings.clock.source == "kernel":
        return Clock(kernel(settings.clock.extra_seconds))
    return Clock(assumed(settings.clock.bound_seconds))


def platforms_of(connectors: Mapping[str, Connector], settings: Settings) -> dict[str, Platform]:
    """What the gateway may know of each connector: limits, fields and hosts; none of its conversations."""
    return {
        name: Platform(
            name=name,
            limits=connector.limits,
            fields=connector.manifest.fields,
            hosts=connector.manifest.hosts,
            own_origin=connector.manifest.own_origin,
            asks_consent=connector.manifest.authorise is not None and settings.has_application(name),
            scopes=connector.manifest.scopes,
            title=connector.manifest.title,
        )
        for name, connector in connectors.items()
    }


def build_world(settings: Settings, *, policy: Policy | None = None, clock: Clock | None = None) -> World:
    """Everything an action needs. Raises BadSettings where the data folder was not set up (`gateway init`)."""
    clock = clock or clock_of(settings)
    if not settings.in_data(CONTENT_KEY).exists():
        raise BadSettings(f"{settings.data} was not set up: run `gateway init` first")
    key, chance = read_content_key(settings.in_data(CONTENT_KEY)), Chance()
    storage = Storage.at(settings.database_url, clock.now, Seal(key, chance.token))
    with storage.reading() as readers:
        organisation = readers.organisations.only()
    return World(
        storage=storage,
        clock=clock,
        chance=chance,
        policy=policy or read_policy(settings),
        judge=Judge(embargo_policy_later(policy_folder(settings))),
        platforms=platforms_of(registry.load(), settings),
        content_key=key,
        password_profile=OWASP_MINIMUM,
        organisation=organisation.id,
        sandbox=settings.profile == "sandbox",
        stage=Stage(settings.sandbox.hosts) if settings.profile == "sandbox" else None,
        loopback=dict(settings.sandbox.hosts),
        box_signer=_kept(settings, BOX_SIGNER),
        log_key=_kept(settings, LOG_KEY).decode(),
        ocr=settings.pictures.ocr,
        public_origin=settings.web.public_origin.rstrip("/"),
        media_origin=settings.media_origin,
        sends_mail=bool(settings.mail.host or settings.mail.notify_key_file),
    )


def seal_of(settings: Settings) -> Seal:
    """The seal with the content key where that is in its place; without it, one that says so when it is needed."""
    path = settings.in_data(CONTENT_KEY)
    return Seal(read_content_key(path) if path.exists() else None, Chance().token)


def _kept(settings: Settings, name: str) -> bytes:
    """A public key pinned in the data folder when the vault was set up; empty before."""
    path = settings.in_data(name)
    return path.read_bytes() if path.exists() else b""
