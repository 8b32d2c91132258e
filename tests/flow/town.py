"""A whole gateway for flow tests: its own folder, real simulators over HTTP, a real worker process, the usual cast."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from connectors.simulators.running import Running, start
from connectors.words import AT_RELEASE, NOW
from gateway.actions import approve as approving
from gateway.actions import credential, submit, write
from gateway.actions.consent import answer_consent, ask_consent, read_consent
from gateway.domain.account import Account, CredentialState, FactorState
from gateway.domain.delivery import Delivery, State
from gateway.domain.grant import Grant, Kind
from gateway.domain.organisation import Organisation
from gateway.domain.post import Content, PictureUse
from gateway.domain.release import Release
from gateway.domain.submission import Submission, Wish
from gateway.sealing import create_content_key
from gateway.settings import Settings
from gateway.setup import set_up
from gateway.storage.log import Search
from gateway.wiring import build_world
from gateway.world import World
from tests import cast
from tests.scheduler.stages import STAGES

DECLARED = ("common-sense", "civil-service-code", "no-doubt", "accurate", "permanent")
BLUESKY, MASTODON = "bluesky", "mastodon"
# A server that ignores idempotency keys: whatever is sent blindly a second time shows.
HARSH: Mapping[str, Mapping[str, Any]] = {MASTODON: {"idempotency": "ignore"}}
ORIGINS = {
    BLUESKY: "https://pds.example",
    MASTODON: "https://social.example",
    "facebook": "https://graph.facebook.com",
    "instagram": "https://www.instagram.com",
    "linkedin": "https://www.linkedin.com",
    "threads": "https://www.threads.net",
    "viva_engage": "https://www.yammer.com",
    "x": "https://x.com",
}
# Who consents on a platform's own page, as its simulator calls them.
CONSENTS = {"facebook": "user_id", "linkedin": "member"} | dict.fromkeys(
    ("instagram", "threads", "viva_engage", "x"), "id"
)


@dataclass
class Town:
    """One gateway and the platforms around it."""

    folder: Path
    settings: Settings
    world: World
    platforms: Mapping[str, Running]
    worker: subprocess.Popen[str] | None = None
    worker_id: str = ""
    accounts: dict[str, str] = field(default_factory=dict)
    made: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    # --- the worker -----------------------------------------------------------------------------------------------

    def start_worker(self) -> None:
        """Start the worker process and wait until it is ready."""
        with (self.folder / "worker.log").open("a") as log:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "scheduler", "run", "--config", str(self.folder / "gateway.toml")],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.worker.stdout is not None
        line = self.worker.stdout.readline()
        assert line, (self.folder / "worker.log").read_text()
        told = json.loads(line)
        assert told["ready"] == "worker"
        self.worker_id = str(told["id"])

    def stop_worker(self) -> None:
        """End it in order."""
        if self.worker is not None:
            self.worker.terminate()
            self._ended(40)

    def kill_worker(self) -> None:
        """kill -9."""
        assert self.worker is not None
        self.worker.kill()
        self._ended(10)

    def _ended(self, seconds: float) -> None:
        assert self.worker is not None
        assert self.worker.stdout is not None
        self.worker.wait(seconds)
        self.worker.stdout.close()
        self.worker = None

    # --- people's acts --------------------------------------------------------------------------------------------

    def connect(self, platform: str, *, number: int = 1) -> str:
        """Register and connect one account at a simulator, with the usual grants; waits until it is current."""
        (account,) = self.connect_many(platform, 1, prefix=f"office{number}")
        self.accounts[platform] = account
        return account

    def connect_many(self, platform: str, count: int, *, prefix: str = "branch") -> list[str]:
        """As many accounts, through the box and the worker's own verification like every other."""
        return self.connect_on({platform: count}, prefix=prefix)[platform]

    def connect_on(self, counts: Mapping[str, int], *, prefix: str = "branch") -> dict[str, list[str]]:
        """The same on several platforms at once; as many on each as `counts` says."""
        found = {platform: self._bring(platform, count, prefix) for platform, count in counts.items()}
        every = [account for accounts in found.values() for account in accounts]
        until(lambda: all(self.account(id).credential_state is CredentialState.CURRENT for id in every), self, 40)
        if self.worker is not None:  # the watcher's first look is over: no fault of a test meets it
            until(lambda: self.is_watched(*every), self, 40)
        return found

    def _bring(self, platform: str, count: int, prefix: str) -> list[str]:
        """New accounts, registered, with a credential or a consent on its way for each."""
        found = []
        for made in self.platforms[platform].accounts(count, prefix=prefix):
            account = self.register(platform, STAGES[platform].home(made).handle)
            self.made[account] = made
            found.append(account)
        if platform in CONSENTS:
            self.consent(platform, found)
        else:
            for account in found:
                self.deposit(account, fields_of(platform, self.made[account]))
        return found

    def is_watched(self, *accounts: str) -> bool:
        """Whether each of these was looked at."""
        with self.world.storage.reading() as readers:
            return len(readers.watches.many(accounts)) == len(accounts)

    def deposit(self, account: str, fields: Mapping[str, str]) -> None:
        """Olu brings a credential."""
        who = cast.stepped_up(self.world, "olu", "connect", account)
        credential.connect(self.world, who, account, fields)

    def consent(self, platform: str, accounts: list[str]) -> None:
        """Olu asks for consent to each, and who may give it does so on the platform's own page."""
        olu = cast.who(self.world, "olu")
        asked = {
            id: ask_consent(self.world, cast.stepped_up(self.world, "olu", "connect", id), id).id for id in accounts
        }
        with httpx.Client(trust_env=False, timeout=10) as browser:
            for account, consent in asked.items():
                until(lambda consent=consent: bool(read_consent(self.world, olu, consent).address), self)  # type: ignore[misc]
                place = urlsplit(read_consent(self.world, olu, consent).address)
                given = {name: values[0] for name, values in parse_qs(place.query).items()}
                given["account"] = str(self.made[account][CONSENTS[platform]])
                back = browser.post(f"{place.scheme}://{place.netloc}{place.path}", data=given)
                came = parse_qs(urlsplit(back.headers["Location"]).query)
                answer_consent(self.world, olu, state=came["state"][0], code=came["code"][0])

    def author(self, name: str, *accounts: str) -> str:
        """One more author, who may write on these accounts."""
        cast.enrol(self.world, name, "author")
        for account in accounts:
            cast.grant(self.world, name, account, Kind.WRITE, Kind.PUBLISH_NOW)
        return name

    def register(self, platform: str, handle: str) -> str:
        """An account in the register, its factor in order, with grants for the cast."""
        at = self.world.clock.now().earliest
        account = Account(
            id=self.world.chance.id(),
            platform=platform,
            origin=ORIGINS[platform],
            handle=handle,
            subject="",
            owner_team="Digital",
            responsible="Olu",
            accountable="Head of Digital",
            factor_state=FactorState.ON,
            recovery_owner="Digital team",
            factor_checked_at=at,
            created_at=at,
        )
        cast.write(self.world, account)
        kinds = {"ada": (Kind.WRITE, Kind.PUBLISH_NOW), "bola": (Kind.APPROVE,), "olu": (Kind.MANAGE,)}
        for name, held in kinds.items():
            given = Grant(
                id=self.world.chance.id(),
                member=name,
                account=account.id,
                kinds=held,
                begins=at,
                ends=None,
                given_by="olive",
            )
            cast.write(self.world, given)
        return account.id

    def account(self, id: str) -> Account:
        """The account as stored now."""
        with self.world.storage.reading() as readers:
            return readers.accounts.get(id)

    def submit(
        self,
        text: str | tuple[str, ...],
        *accounts: str,
        wanted: str | None = None,
        release: str | None = None,
        author: str = "ada",
        pictures: tuple[PictureUse, ...] = (),
        content_class: str | None = None,
    ) -> Submission:
        """The author writes and submits; wanted is an instant, AT_RELEASE, NOW, or a second from now."""
        parts = (text,) if isinstance(text, str) else text
        who = cast.who(self.world, author)
        if release:
            cast.on_list(self.world, release, author, "bola", "bea", "cleo")
        revision = write.write_post(self.world, who, Content(parts=parts, pictures=pictures))
        wish = Wish(
            accounts=accounts,
            wanted=wanted or soon(self.world, 1.5),
            content_class=content_class or ("statistical" if release else "routine"),
            release=release,
            claims_no_statistics=release is None,
            declared=DECLARED,
        )
        if wanted == NOW:
            digest = submit.check(self.world, who, revision.id, wish).digest
            who = cast.stepped_up(self.world, author, "publish-now", revision.id, digest)
        return submit.submit(self.world, who, revision.id, wish)

    def approve(self, submission: Submission) -> None:
        """Bola approves, and Cleo clears where a claim needs it."""
        if submission.needs_clearance:
            cleo = cast.stepped_up(self.world, "cleo", "clear", submission.id, submission.digest)
            approving.clear(
                self.world, cleo, submission.id, submission.digest, granted=True, reason="No figures in it."
            )
        bola = cast.stepped_up(self.world, "bola", "approve", submission.id, submission.digest)
        approving.approve(self.world, bola, submission.id, submission.digest, reason="Read, and may go.")

    def post(self, text: str | tuple[str, ...], *accounts: str, **more: Any) -> Submission:
        """Submitted and approved."""
        submission = self.submit(text, *accounts, **more)
        self.approve(submission)
        return submission

    def deliveries(self, submission: Submission) -> list[Delivery]:
        """A submission's deliveries as stored now."""
        with self.world.storage.reading() as readers:
            return readers.deliveries.of_submission(submission.id)

    def states(self, submission: Submission) -> list[State]:
        """Their states."""
        return [delivery.state for delivery in self.deliveries(submission)]

    def settled(self, *submissions: Submission, state: State = State.PUBLISHED, seconds: float = 20.0) -> None:
        """Wait until every delivery of these is in this state."""

        def done() -> bool:
            return all(each is state for submission in submissions for each in self.states(submission))

        until(done, self, seconds)

    def acts(self, delivery: str) -> list[str]:
        """What the log tells of a delivery, oldest first."""
        with self.world.storage.reading() as readers:
            return [entry.act for entry in reversed(readers.log.search(Search(subject_id=delivery), 1000))]

    def accepted(self, text: str, platform: str | None = None) -> list[dict[str, Any]]:
        """What the simulators' own truth files say was accepted with exactly this text."""
        names = [platform] if platform else list(self.platforms)
        return [e for name in names for e in self.platforms[name].truth("accepted") if e["text"] == text]

    # --- the calendar ---------------------------------------------------------------------------------------------

    def calendar(self, *entries: Mapping[str, Any]) -> None:
        """Replace the calendar file the worker reads, by rename."""
        path = self.settings.in_data(self.settings.calendar.file)
        fresh = path.with_suffix(".fresh")
        fresh.write_text(json.dumps({"breakdown": {"total": len(entries)}, "releases": list(entries)}))
        fresh.replace(path)

    def release(self, id: str) -> Release | None:
        """The release as stored now."""
        with self.world.storage.reading() as readers:
            return readers.releases.find(id)

    def texts(self, platform: str) -> list[str]:
        """What the simulator's own truth file says was accepted."""
        return [str(event["text"]) for event in self.platforms[platform].truth("accepted")]


def soon(world: World, seconds: float) -> str:
    """An instant some seconds from now, as a wish writes it."""
    return (world.clock.now().latest + timedelta(seconds=seconds)).isoformat()


def handle_of(made: Mapping[str, Any]) -> str:
    """The handle a simulator gave an account."""
    return str(made.get("handle") or made["acct"])


def fields_of(platform: str, made: Mapping[str, Any]) -> dict[str, str]:
    """What a person would bring to connect it."""
    if platform == BLUESKY:
        return {"identifier": str(made["handle"]), "app_password": str(made["app_password"])}
    brought = STAGES[platform].brought
    return {ours: str(made[brought[ours]]) for ours in ("access_token", "client_id", "client_secret")}


JOLTED = 70.0  # seconds


def until(true: Callable[[], bool], town: Town | None = None, seconds: float = 20.0) -> None:
    """Wait until it is true; fails with the worker's own log after `seconds`.

    A machine whose clock was set meanwhile keeps every door shut for a minute, as it should: that is outwaited, once.
    """
    end, jolted = time.monotonic() + seconds, False
    while not true():
        if time.monotonic() > end:
            log = (town.folder / "worker.log").read_text()[-3000:] if town else ""
            if jolted or "clock-unsure" not in log:
                raise AssertionError(f"it did not come true within {seconds} s\n{log}")
            end, jolted = end + JOLTED, True
        time.sleep(0.02)


def entry(id: str, instant: datetime, **more: Any) -> dict[str, Any]:
    """One entry of the ONS calendar (GET /v1/search/releases): final, not cancelled, not yet published."""
    description = {
        "title": f"Release {id}",
        "release_date": instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "finalised": True,
        "published": False,
        "cancelled": False,
        "census": False,
        **more,
    }
    return {"uri": f"/releases/{id}", "description": description}


def policy_with(folder: Path, **seconds: float) -> str:
    """A copy of the policy with other spans; its folder."""
    copy = folder / "policy"
    shutil.copytree(cast.POLICY_FOLDER, copy, dirs_exist_ok=True)
    timing = copy / "timing.toml"
    for name, value in seconds.items():
        text, count = re.subn(rf"^{name} = \S+", f"{name} = {value}", timing.read_text(), flags=re.M)
        assert count == 1, name
        timing.write_text(text)
    return str(copy)


@contextmanager
def town(
    folder: Path,
    *,
    database: str = "",
    platforms: tuple[str, ...] = (BLUESKY,),
    working: bool = True,
    peopled: bool = True,
    spans: Mapping[str, float] | None = None,
    **more: Any,
) -> Iterator[Town]:
    """A gateway in `folder` with its simulators and, unless told otherwise, a running worker and the cast in it."""
    if spans:
        folder.mkdir(parents=True, exist_ok=True)
        more["policy"] = policy_with(folder, **spans)
    running = {name: start(name, folder / "truth", **HARSH.get(name, {})) for name in platforms}
    hosts = {host: sim.origin for name, sim in running.items() for host in STAGES[name].hosts}
    ours = {name: application(sim, folder) for name, sim in running.items() if name not in (BLUESKY, MASTODON)}
    settings = write_settings(folder, hosts, database, {**more, **({"platforms": ours} if ours else {})})
    settings.data.mkdir(parents=True, exist_ok=True)
    create_content_key(settings.data / "content.key", cast.CONTENT_KEY.key)
    set_up(settings)
    config = str(folder / "gateway.toml")
    subprocess.run([sys.executable, "-m", "scheduler", "setup", "--config", config], check=True)
    world = build_world(settings)
    world.judge.prepare()  # the first post is judged as fast as the others: some go a second from now
    at = datetime.now(UTC)
    for name, roles in cast.ROLES.items() if peopled else ():
        cast.write(world, *cast._enrolled(name, roles, at))
    made = Town(folder, settings, world, running)
    try:
        if working:
            made.start_worker()
        yield made
    finally:
        made.stop_worker()
        world.storage.close()
        for sim in running.values():
            sim.stop()


def application(running: Running, folder: Path) -> dict[str, dict[str, str]]:
    """Our own application at a platform, its secret in a file that is ours alone."""
    made, brought = running.accounts(1, "applicant")[0], STAGES[running.name].brought
    secret = folder.absolute() / f"{running.name}.secret"
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text(made[brought["client_secret"]])
    secret.chmod(0o600)
    return {"application": {"client_id": made[brought["client_id"]]}, "secrets": {"client_secret": str(secret)}}


def write_settings(folder: Path, hosts: Mapping[str, str], database: str, more: Mapping[str, Any]) -> Settings:
    """Settings of the sandbox profile, in `folder`/gateway.toml and as a value."""
    folder.mkdir(parents=True, exist_ok=True)
    document: dict[str, Any] = {
        "profile": "sandbox",
        "organisation": "Office for Tests",
        "data": str(folder / "data"),
        "database": database,
        "sandbox": {"hosts": dict(hosts)},
        "clock": {"source": "assumed", "bound_seconds": 0.005},
        **more,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in document.items() if not isinstance(value, dict)]
    for name, table in document.items():
        if name == "sandbox":
            lines.append("[sandbox.hosts]")
            lines += [f'"{host}" = {json.dumps(origin)}' for host, origin in table["hosts"].items()]
        elif isinstance(table, dict):
            lines.append(f"[{name}]")
            lines += [f"{key} = {_toml(value)}" for key, value in table.items()]
    (folder / "gateway.toml").write_text("\n".join(lines) + "\n")
    return Settings(**document)


def _toml(value: Any) -> str:
    """A value as TOML writes it in one line."""
    if not isinstance(value, dict):
        return json.dumps(value)
    return "{ " + ", ".join(f"{key} = {_toml(inside)}" for key, inside in value.items()) + " }"


__all__ = ["AT_RELEASE", "BLUESKY", "MASTODON", "NOW", "Organisation", "Town", "entry", "soon", "town", "until"]
