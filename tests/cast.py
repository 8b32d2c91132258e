"""The people, the accounts and the stopped clock that the tests of the actions share, on a real database.

    world = make_world(database_url)            # migrated, cast enrolled, clock stopped at NOON; close its storage
    ada, bola = who(world, "ada"), who(world, "bola")
    account = an_account(world)                 # good factor, current credential, the usual grants
    stepped_up(world, "bola", "approve", submission_id, digest)

A member's id is their name: "ada".
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
import threading
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import URL, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from connectors.words import Home, Limits
from gateway.actions.guard import is_over
from gateway.audit.entry import Entry
from gateway.chance import Chance
from gateway.clock import Clock, assumed
from gateway.domain.access import AccessList, Listed
from gateway.domain.account import Account, CredentialState, FactorState
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change, Record
from gateway.domain.grant import Grant, Kind
from gateway.domain.instant import Now
from gateway.domain.judging import under
from gateway.domain.member import Member, MemberState
from gateway.domain.organisation import Organisation
from gateway.domain.policy import Policy, read_priority, read_quorum, read_roles, read_sources, read_tiers, read_timing
from gateway.domain.refusal import Reason, Refused
from gateway.domain.signin import Factor, FactorStatus, Session, SessionKind, StepUp
from gateway.embargo_policy import EmbargoPolicy, read_embargo_policy
from gateway.identity.name import canonical_name
from gateway.identity.password import CHEAPEST, hash_password
from gateway.identity.session import hash_id
from gateway.judge import Judge
from gateway.sealing import ContentKey
from gateway.storage.engine import make_engine
from gateway.storage.log import Search
from gateway.storage.migrations import upgrade
from gateway.storage.sealed import Seal
from gateway.storage.unit import Storage
from gateway.world import Platform, Who, World

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday, and the first second of a time step
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PASSWORD = "violet anchor under thirteen maples"
ORGANISATION = "Office for Tests"
PUBLIC_ORIGIN = "https://gateway.example"
PRETEND = "pretend"
ORIGIN = "https://pretend.example"
CONTENT_KEY = ContentKey(hashlib.sha256(b"the content key of the tests").digest())
SEAL = Seal(CONTENT_KEY, Chance().token)
POLICY_FOLDER = Path(__file__).parents[1] / "config" / "policy"

ROLES: Mapping[str, tuple[str, ...]] = {
    "ada": ("author",),
    "bola": ("approver",),
    "cyd": ("administrator",),
    "dev": ("author",),  # the outsider: no grants anywhere
    "eve": ("auditor",),
    "sam": ("security_officer",),
    "olu": ("account_owner",),
    "cleo": ("clearer",),
    "bea": ("approver",),  # a second approver, for a quorum of two
    "olive": ("account_owner",),  # a second account owner, for what two people do
    "ade": ("administrator",),  # a second administrator
}
USUAL_GRANTS: Mapping[str, tuple[Kind, ...]] = {
    "ada": (Kind.WRITE,),
    "bola": (Kind.APPROVE, Kind.PUBLISH_NOW),
    "bea": (Kind.APPROVE,),
    "cleo": (Kind.APPROVE,),
    "olu": (Kind.MANAGE,),
    "olive": (Kind.MANAGE,),
}


class StoppedClock(Clock):
    """A clock that moves only when it is told to; `bound` is how unsure it is, `unsure()` makes it know nothing."""

    def __init__(self, start: datetime = NOON, bound: timedelta = timedelta(0)) -> None:
        super().__init__(assumed(0.0))
        self.at = start
        self.bound = bound
        self.is_sure = True

    def now(self) -> Now:
        """The span around where it was stopped."""
        return Now.within(self.at, self.bound) if self.is_sure else Now.unknown()

    def advance(self, by: timedelta) -> None:
        """Move on (or, with a negative span, back)."""
        self.at += by

    def unsure(self) -> None:
        """From here on nothing is sure."""
        self.is_sure = False

    def sure(self) -> None:
        """Sure again."""
        self.is_sure = True


def clock_of(world: World) -> StoppedClock:
    """The stopped clock of a world that `make_world` built."""
    assert isinstance(world.clock, StoppedClock)
    return world.clock


@cache
def policy() -> Policy:
    """The policy of this repository, under an id of its own."""
    documents = {
        name: tomllib.loads((POLICY_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("roles", "quorum", "priority", "timing", "checks")
    }
    quorum = read_quorum(documents["quorum"])
    return Policy(
        id="test-policy",
        roles=read_roles(documents["roles"]),
        quorum=quorum,
        priority=read_priority(documents["priority"], quorum),
        timing=read_timing(documents["timing"]),
        severities=documents["checks"]["severity"],
        tiers=read_tiers(documents["checks"]),
        sources=read_sources(documents["checks"]),
        declaration=tuple(documents["checks"]["declaration"]["points"]),
    )


@cache
def embargo() -> EmbargoPolicy:
    """The embargo policy of this repository."""
    return read_embargo_policy()


def judged_under(world: World) -> str:
    """The id of all that judges now: what a delivery was judged under that needs no judging again."""
    with world.storage.reading() as readers:
        return under(world.policy, world.judge.calendar(readers), world.clock.now())


def migrated(url: str) -> str:
    """Bring an empty database to the newest tables; returns the URL. It is copied from one that was made before."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).write_bytes(_empty_sqlite())
    else:
        _copy_postgres(parsed)
    return url


def _copy_postgres(url: URL) -> None:
    """Put a copy of this server's migrated database in the place of the empty one that `url` names."""
    empty = url.set(database="empty_tables")
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        made = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = 'empty_tables'")).scalar()
        if not made:
            connection.execute(text("CREATE DATABASE empty_tables TEMPLATE template0"))
            _upgrade(empty.render_as_string(hide_password=False))
        connection.execute(text(f'DROP DATABASE "{url.database}"'))
        connection.execute(text(f'CREATE DATABASE "{url.database}" TEMPLATE empty_tables STRATEGY file_copy'))


@cache
def _empty_sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        _upgrade(f"sqlite:///{folder}/empty.db")
        return Path(folder, "empty.db").read_bytes()


def _upgrade(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


def bare_world(url: str, clock: Clock | None = None) -> World:
    """A world on a database that is migrated already; nobody is in it unless someone was."""
    own = clock or StoppedClock()
    return World(
        storage=Storage.at(url, own.now, SEAL),
        clock=own,
        chance=Chance(),
        policy=policy(),
        judge=Judge(embargo),
        platforms={PRETEND: pretend_platform()},
        content_key=CONTENT_KEY,
        password_profile=CHEAPEST,
        organisation=ORGANISATION,
        public_origin=PUBLIC_ORIGIN,
    )


def make_world(url: str, clock: Clock | None = None) -> World:
    """A world on an empty database: migrated, the organisation written down, the whole cast enrolled at one instant."""
    world = bare_world(migrated(url), clock)
    at = world.clock.now().earliest
    records: list[Record] = [Organisation(id="office", name=ORGANISATION, created_at=at, policy="test-policy")]
    for name, roles in ROLES.items():
        records += _enrolled(name, roles, at)
    write(world, *records)
    return world


def pretend_platform() -> Platform:
    """A platform of 300 characters that needs one secret and lives at its own fixed host."""

    def limits(_home: Home) -> Limits:
        return Limits(characters=300)

    return Platform(PRETEND, limits, fields=("app_password",), hosts=frozenset({"pretend.example"}), own_origin=False)


def write(world: World, *records: Record) -> None:
    """Put records into the database as they are, with one audit event that says so."""
    with world.storage.unit() as unit:
        unit.commit(Change((AuditEvent("test.arrange", "worker", "test", "arranged"),), records))


def _enrolled(name: str, roles: tuple[str, ...], at: datetime) -> list[Record]:
    member = Member(
        id=name,
        name=name,
        name_key=canonical_name(name),
        display_name=name.title(),
        team="Digital",
        roles=roles,
        state=MemberState.ACTIVE,
        password_hash=_password_hash(),
        created_at=at,
    )
    sealed = CONTENT_KEY.seal(f"factor/{name}/factor-{name}", secret_of(name).encode(), _nonce(name))
    factor = Factor(
        id=f"factor-{name}", member=name, sealed=sealed, last_step=-1, status=FactorStatus.CONFIRMED, created_at=at
    )
    return [member, factor]


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD, profile=CHEAPEST)


def _nonce(name: str) -> bytes:
    return hashlib.sha256(b"nonce" + name.encode()).digest()[:12]


def secret_of(name: str) -> str:
    """The one-time-code secret of a member of the cast, in base32."""
    return base64.b32encode(hashlib.sha256(b"secret" + name.encode()).digest()[:20]).decode()


def enrol(world: World, name: str, *roles: str) -> str:
    """One more enrolled member; returns their id, which is their name."""
    write(world, *_enrolled(name, roles, world.clock.now().earliest))
    return name


def member(world: World, name: str) -> Member:
    """The member as stored now."""
    with world.storage.reading() as readers:
        return readers.members.get(name)


def cookie(world: World, name: str) -> str:
    """What the cookie of a live full session of this member holds; a new session is begun where none lives."""
    now = world.clock.now()
    with world.storage.reading() as readers:
        number = 1
        while (session := readers.sessions.find(_session_id(name, number))) is not None:
            if session.kind is SessionKind.FULL and not is_over(session, now):
                return _cookie_text(name, number)
            number += 1
    at = now.earliest
    begun = Session(id=_session_id(name, number), member=name, kind=SessionKind.FULL, began_at=at, seen_at=at)
    write(world, begun)
    return _cookie_text(name, number)


def who(world: World, name: str) -> Who:
    """This member in a live session with both factors."""
    return Who(name, hash_id(cookie(world, name)).hex())


def _cookie_text(name: str, number: int) -> str:
    return f"cookie-{name}-{number}"


def _session_id(name: str, number: int) -> str:
    return hash_id(_cookie_text(name, number)).hex()


def code_for(world: World, name: str) -> str:
    """A code that is right now and unused; the stopped clock goes on to the next time step where this one is used."""
    with world.storage.reading() as readers:
        (factor,) = (f for f in readers.factors.of(name) if f.status is not FactorStatus.PENDING)
    secret = CONTENT_KEY.unseal(f"factor/{name}/{factor.id}", factor.sealed).decode()
    clock = clock_of(world)
    while (step := int(clock.at.timestamp()) // 30) <= factor.last_step:
        clock.advance(30 * SECOND)
    return pyotp.TOTP(secret).generate_otp(step)


def stepped_up(world: World, name: str, act: str, subject: str, digest: str = "") -> Who:
    """`who`, with a fresh factor for exactly this act, subject and digest, written down without moving the clock."""
    acting = who(world, name)
    step_up = StepUp(
        id=world.chance.id(),
        session=acting.session,
        member=name,
        act=act,
        subject=subject,
        digest=digest,
        at=world.clock.now().earliest,
    )
    write(world, step_up)
    return acting


def an_account(
    world: World,
    id: str = "office-account",
    *,
    tier: str = "standard",
    grants: Mapping[str, tuple[Kind, ...]] | None = None,
) -> str:
    """An account in good order (factor on and checked now, credential current) with its grants; returns its id."""
    at = world.clock.now().earliest
    account = Account(
        id=id,
        platform=PRETEND,
        origin=ORIGIN,
        handle=f"{id}.pretend.example",
        subject=f"subject-{id}",
        owner_team="Digital",
        responsible="Olu",
        accountable="Head of Digital",
        tier=tier,
        factor_state=FactorState.ON,
        recovery_owner="Digital team",
        factor_checked_at=at,
        credential_state=CredentialState.CURRENT,
        connected_by="olu",
        created_at=at,
    )
    write(world, account)
    for name, kinds in (USUAL_GRANTS if grants is None else grants).items():
        grant(world, name, id, *kinds)
    return id


def grant(world: World, name: str, account: str, *kinds: Kind, ends: datetime | None = None) -> str:
    """A grant from now on; returns its id."""
    given = Grant(
        id=world.chance.id(),
        member=name,
        account=account,
        kinds=kinds,
        begins=world.clock.now().earliest,
        ends=ends,
        given_by="olu",
    )
    write(world, given)
    return given.id


def on_list(world: World, release: str, *names: str) -> None:
    """These people on a release's list, put there by Olive, beside whoever is on it."""
    with world.storage.reading() as readers:
        known = readers.access_lists.find(release) or AccessList(id=release)
    at = world.clock.now().earliest
    people = tuple(Listed(name, at, "olive") for name in names if not known.holds(name))
    write(world, replace(known, people=known.people + people))


def refused(reason: Reason, act: Callable[..., object], *args: object) -> Refused:
    """Asserts that this act is refused for exactly this reason; returns the refusal."""
    with pytest.raises(Refused) as caught:
        act(*args)
    assert caught.value.reason is reason, caught.value
    return caught.value


def entries(world: World, act: str) -> list[Entry]:
    """The log's entries of one act, newest first."""
    with world.storage.reading() as readers:
        return readers.log.search(Search(act=act))


def raced(act: Callable[..., object], calls: Sequence[tuple[object, ...]]) -> list[object]:
    """The same act in many threads at once: what each got, an answer or the reason why not."""
    gate = threading.Barrier(len(calls))
    outcomes: list[object] = []

    def run(call: tuple[object, ...]) -> None:
        gate.wait()
        try:
            outcomes.append(act(*call))
        except Refused as refusal:
            outcomes.append(refusal.reason)

    running = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert len(outcomes) == len(calls)
    return outcomes
