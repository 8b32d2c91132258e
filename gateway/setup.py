"""Setting up: the data folder, the database, the content key and the organisation; once, and safe to run again."""

from __future__ import annotations

from dataclasses import replace

from gateway.chance import Chance
from gateway.domain.audit import ANYONE, WORKER, AuditEvent
from gateway.domain.change import Change
from gateway.domain.organisation import Organisation
from gateway.domain.policy import Policy
from gateway.sealing import create_content_key
from gateway.settings import BadSettings, Settings, read_policy
from gateway.storage.engine import make_engine
from gateway.storage.unit import Storage
from gateway.wiring import CONTENT_KEY, clock_of
from gateway.world import World


def set_up(settings: Settings) -> Organisation:
    """Make what is missing; what is there stays. The vault's keys are made by the worker (`python -m scheduler setup`).

    Raises BadSettings where no organisation is named.
    """
    from gateway.storage.migrations import upgrade  # here: alembic takes 9 MB, and the worker only tells the policy

    if not settings.organisation.strip():
        raise BadSettings('Name the organisation: organisation = "…" in the settings, or --organisation')
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    chance = Chance()
    if not settings.in_data(CONTENT_KEY).exists():
        create_content_key(settings.in_data(CONTENT_KEY), chance.token(32))
    engine = make_engine(settings.database_url)
    upgrade(engine)
    storage = Storage(engine, clock_of(settings).now)
    try:
        return _organisation(storage, settings, chance, read_policy(settings))
    finally:
        storage.close()


def _organisation(storage: Storage, settings: Settings, chance: Chance, policy: Policy) -> Organisation:
    with storage.unit() as unit:
        if known := unit.organisations.all():
            return known[0]
        made = Organisation(
            id=chance.id(), name=settings.organisation.strip(), created_at=unit.now.earliest, policy=policy.id
        )
        event = AuditEvent("organisation.create", ANYONE, "organisation", made.id, {"policy": policy.id})
        unit.commit(Change((event,), (made,)))
        return made


def tell_policy(world: World) -> None:
    """Hash the policy in force into the log where it is another than the last one (house §3)."""
    with world.storage.unit() as unit:
        known = unit.organisations.only()
        if known.policy == world.policy.id:
            return
        event = AuditEvent("policy.change", WORKER, "organisation", known.id, {"policy": world.policy.id})
        unit.commit(Change((event,), (replace(known, policy=world.policy.id),)))
