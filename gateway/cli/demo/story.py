"""The story in chapters: each does what a person would do, and checks what is claimed against the platforms' truth."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import gateway.audit
from gateway.cli.demo.people import STEP_SECONDS
from gateway.cli.demo.stage import BLUESKY, HOSTS, MASTODON, RELEASE, No, Stage, seconds_until

DECLARED = ["common-sense", "civil-service-code", "no-doubt", "accurate", "permanent"]
FIGURES = "Consumer prices rose by 2.4% in the 12 months to October, down from 2.6% in September."
ALT_TEXT = "Line chart: the annual rate of consumer price inflation fell from 2.6% to 2.4% in October 2026."
GDP = "Gross domestic product grew by 0.3% in the third quarter."
GDP_RELEASE = "/releases/grossdomesticproductukdemo"
NOTICE = "Mae ein swyddfa yng Nghasnewydd ar agor ddydd Sadwrn. Croeso i bawb!"
STATUSES = "/api/v1/statuses"
STAFF: Mapping[str, tuple[str, str]] = {
    "Ada": ("author", "the author"),
    "Dan": ("author", "an author who is about to leave"),
    "Bola": ("approver", "the approver"),
    "Bea": ("approver", "a second approver"),
    "Cleo": ("clearer", "the clearer"),
    "Olu": ("account_owner", "the account owner who gives grants"),
    "Olive": ("account_owner", "the owner of the Mastodon account"),
    "Ola": ("account_owner", "the owner of the Bluesky account"),
    "Dora": ("director", "the director who says who may read a release early"),
    "Sam": ("security_officer", "the security officer"),
    "Eve": ("auditor", "the auditor"),
}


def the_house(stage: Stage) -> None:
    """Platforms, settings, organisation, vault, two processes."""
    stage.start_platforms()
    config = stage.write_settings()
    stage.kept["link"] = stage.init(config)
    stage.start_gateway(config)
    stage.teller.say("Office for Demonstration has a gateway and an encrypted vault of its own.")
    seconds = max(float(told.get("seconds", 0)) for told in stage.ready.values())
    stage.teller.claim(f"web and worker run as two processes, ready in {seconds:.1f} s")


def the_people(stage: Stage) -> None:
    """Everybody enrols with a password and a second factor."""
    cyd = stage.person("Cyd", "administrator")
    codes = cyd.enrol(stage.kept["link"])
    stage.teller.say(f"Cyd, the administrator, enrolled by the one-time link; {codes} recovery codes in an envelope.")
    for name, (role, what) in STAFF.items():
        invited = cyd.ask("POST", "/members", name=name.lower(), display_name=name, team="Digital", roles=[role])
        person = stage.person(name, role)
        person.id = str(invited["member_id"])
        person.enrol(str(invited["link_token"]))
        stage.teller.say(f"{name}, {what}, enrolled with two factors.")
    no = stage["Eve"].refused("POST", "/posts", parts=["An auditor changes nothing."])
    stage.teller.no(str(no))
    step = int(time.time() // STEP_SECONDS)
    stage.instant = datetime.fromtimestamp((step + 2) * STEP_SECONDS + 12, UTC)


def the_calendar(stage: Stage) -> None:
    """The administrator imports the release calendar."""
    body = stage.write_calendar(published=False)
    read = stage["Cyd"].ask("POST", "/releases/import?source=ons-calendar", content=body, kind="application/json")
    releases = stage["Ada"].ask("GET", "/releases")
    stage.require(read["entries"] == len(releases) == 2, "the calendar in the ONS shape is imported, two releases")
    listed = _may_read(stage, RELEASE, "Ada", "Bola")
    stage.require(len(listed) == 2, "Dora put Ada and Bola on the release's list: they alone read it before it is out")
    left = seconds_until(stage.instant)
    stage.teller.say(f"Consumer price inflation is released at {stage.instant:%H:%M:%S} UTC, {left:.0f} s from now.")


def _may_read(stage: Stage, release: str, *names: str) -> list[dict[str, Any]]:
    members = [stage[name].id for name in names]
    listed: list[dict[str, Any]] = stage["Dora"].act("PUT", "/releases/access", release=release, members=members)[
        "people"
    ]
    return listed


def the_accounts(stage: Stage) -> None:
    """Two accounts are registered, checked and connected; nobody sees a credential."""
    now = (datetime.now(UTC) - timedelta(seconds=30)).isoformat()
    for platform, owner in ((MASTODON, "Olive"), (BLUESKY, "Ola")):
        made = stage.control(platform, "accounts", count=1, prefix="office")["accounts"][0]
        account = stage["Cyd"].ask(
            "POST",
            "/accounts",
            platform=platform,
            origin=f"https://{HOSTS[platform]}",
            handle=made.get("handle") or made["acct"],
            owner_team="Digital",
            responsible="Social media lead",
            accountable="Head of Digital",
        )
        stage.accounts[platform] = account["id"]
        stage["Sam"].ask("PUT", f"/accounts/{account['id']}/factor", state="on", recovery_owner="Digital team")
        wanted = ("access_token", "client_id", "client_secret") if platform == MASTODON else ("app_password",)
        fields = {name: made[name] for name in wanted}
        if platform == BLUESKY:
            fields["identifier"] = made["handle"]
        stage["Eve"].refused("POST", f"/accounts/{account['id']}/credential", fields=fields)
        stage[owner].act("POST", f"/accounts/{account['id']}/credential", fields=fields)
        stage.teller.say(f"{owner} put the {platform} credential into the box; only the worker can open it.")
    _grants(stage, now)
    stage.until(
        "the worker signs in at both platforms and checks whose accounts they are", 20, lambda: _connected(stage)
    )
    stage.require(_nothing_shown(stage), "both accounts are connected, and the API shows no credential")


def _grants(stage: Stage, begins: str) -> None:
    kinds = {"Ada": ["write", "publish-now"], "Dan": ["write"], "Bola": ["approve"], "Bea": ["approve"]}
    listed = [
        {"account": account, "member": stage[name].id, "kinds": held, "begins": begins}
        for account in stage.accounts.values()
        for name, held in kinds.items()
    ]
    given = stage["Olu"].act("POST", "/grants", grants=listed)
    stage.require(len(given) == len(listed), "Olu gave eight grants with one code, bound to exactly that list")


def _connected(stage: Stage) -> bool:
    found = stage["Ada"].ask("GET", "/accounts")
    return all(account["credential_state"] == "current" for account in found)


def _nothing_shown(stage: Stage) -> bool:
    shown = str(stage["Ada"].ask("GET", "/accounts"))
    return "access_token" not in shown and "app_password" not in shown


def the_post(stage: Stage) -> None:
    """A figure, a chart and its alt text, bound to the release; not now, whoever asks."""
    picture = stage["Ada"].ask("POST", "/media", content=_chart(), kind="image/png")
    stage.kept["picture"] = picture["id"]
    submission = _put_forward(stage, FIGURES)
    stage.kept["first"] = submission
    withheld = stage["Eve"].ask("GET", f"/submissions/{submission['id']}")
    stage.require(
        withheld["withheld"] and not withheld["submission"]["outgoings"],
        "Eve, who is not on the release's list, sees that it exists and none of its words",
    )
    stage.teller.say("Ada queued the figures with a chart and alt text, bound to the release, to leave at its instant.")
    no = stage["Ada"].refused("POST", "/submissions", **_wish(stage, stage.kept["revision"], wanted="now"))
    if no.reason != "embargoed":
        raise no
    stage.teller.no(str(no))
    no = stage["Ada"].refused("POST", f"/submissions/{submission['id']}/approve", digest=submission["digest"])
    stage.teller.no(str(no))
    other = stage["Ada"].ask("POST", "/posts", parts=[FIGURES])
    claim = _wish(stage, other["id"], release=None, wanted=stage.instant.isoformat())
    no = stage["Ada"].refused("POST", "/submissions", **claim, claims_no_statistics=True)
    if no.reason != "must-bind":
        raise no
    stage.teller.no(str(no))


def _put_forward(stage: Stage, text: str) -> dict[str, Any]:
    pictures = [{"sha256": stage.kept["picture"], "alt_text": ALT_TEXT, "rights": "Crown copyright"}]
    path = f"/posts/{stage.kept['post']}/revisions" if "post" in stage.kept else "/posts"
    revision = stage["Ada"].ask("POST", path, parts=[text], pictures=pictures)
    stage.kept |= {"post": revision["post"], "revision": revision["id"]}
    found: dict[str, Any] = stage["Ada"].ask("POST", "/submissions", **_wish(stage, revision["id"]))
    return found


def _wish(stage: Stage, revision: str, **other: Any) -> dict[str, Any]:
    return {
        "revision": revision,
        "accounts": sorted(stage.accounts.values()),
        "wanted": "at-release",
        "content_class": "statistical",
        "release": RELEASE,
        "declared": DECLARED,
    } | other


def the_approval(stage: Stage) -> None:
    """The approver signs off with a second factor; a changed comma voids it."""
    first = stage.kept["first"]
    approved = stage["Bola"].act("POST", f"/submissions/{first['id']}/approve", digest=first["digest"])
    stage.require(approved["state"] == "held", "Bola approved exactly what was shown, with a fresh factor; it is held")
    second = _put_forward(stage, FIGURES.replace("October, down", "October: down"))
    stage.kept["second"] = second
    stage.require(second["digest"] != first["digest"], "a changed comma is another digest")
    stage.require(second["state"] == "waiting", "the approval does not count for it: it waits again")
    states = stage.states(first["id"])
    stage.require(set(states) == {"withdrawn"}, "what was approved before is withdrawn and cannot leave any more")


def the_time_out(stage: Stage) -> None:
    """A platform takes the post and never answers."""
    stage.control(
        MASTODON,
        "knobs",
        faults=[
            {"kind": "timeout_after_accept", "match": {"method": "POST", "path": "/api/v1/statuses"}, "seconds": 60}
        ],
    )
    revision = stage["Ada"].ask("POST", "/posts", parts=[NOTICE])
    wanted = (datetime.now(UTC) + timedelta(seconds=4)).isoformat()
    wish = _wish(stage, revision["id"], wanted=wanted, content_class="routine", claims_no_statistics=True)
    wish |= {"release": None, "accounts": [stage.accounts[MASTODON]]}
    submission = stage["Ada"].ask("POST", "/submissions", **wish)
    path = f"/submissions/{submission['id']}"
    stage.require(
        submission["needs_clearance"] is True,
        "the classifier clears nothing in Welsh, which it does not read: a clearer must decide and write why",
    )
    stage["Cleo"].act(
        "POST", f"{path}/clear", digest=submission["digest"], granted=True, reason="It says in Welsh when we are open."
    )
    stage["Bea"].act("POST", f"{path}/approve", digest=submission["digest"])
    stage.teller.say("Cleo cleared it as holding no statistics, Bea approved; Mastodon will take it and not answer.")
    stage.until(
        "the platform says nothing", 25, lambda: stage.states(submission["id"]) != ["held"] and _lost(stage, submission)
    )
    stage.teller.say("Nobody knows whether it went: the delivery is marked unknown. Nothing is sent again.")
    stage.until("the settler looks at the account", 30, lambda: stage.states(submission["id"]) == ["published"])
    stage.require(
        len(stage.received(MASTODON, NOTICE)) == 1, "it was settled by looking: the platform holds it exactly once"
    )
    sent = [
        r for r in stage.truth(MASTODON, "request") if r.get("method") == "POST" and r.get("path") == "/api/v1/statuses"
    ]
    stage.require(len(sent) == 1, "and one single request to post ever reached the platform")


def _lost(stage: Stage, submission: dict[str, Any]) -> bool:
    told = stage["Eve"].ask("GET", "/audit/entries?act=delivery.unknown")
    deliveries = stage["Ada"].ask("GET", f"/submissions/{submission['id']}")["deliveries"]
    return any(entry["subject_id"] == deliveries[0]["id"] for entry in told)


def the_leaver(stage: Stage) -> None:
    """Dan queues a post, Bea approves it, Sam takes Dan out."""
    _may_read(stage, GDP_RELEASE, "Dan", "Bea")
    revision = stage["Dan"].ask("POST", "/posts", parts=[GDP])
    wish = _wish(stage, revision["id"], release=GDP_RELEASE)
    submission = stage["Dan"].ask("POST", "/submissions", **wish)
    stage["Bea"].act("POST", f"/submissions/{submission['id']}/approve", digest=submission["digest"])
    second = stage.kept["second"]
    approved = stage["Bola"].act("POST", f"/submissions/{second['id']}/approve", digest=second["digest"])
    stage.require(approved["state"] == "held", "Bola approved the changed wording again, with a new code")
    report = stage["Sam"].act("POST", f"/members/{stage['Dan'].id}/leave")
    stage.teller.say(f"Sam took Dan out in one act: {report['grants_ended']} grants ended, sessions and factors gone.")
    held = stage["Ada"].ask("GET", f"/submissions/{submission['id']}")["deliveries"]
    stage.require(
        len(held) == 2 and all(d["state"] == "held" and d["hold"] for d in held),
        "Dan's queued post is held on both accounts for another person",
    )
    no = stage["Dan"].refused("GET", "/posts")
    stage.require(no.reason == "not-signed-in", "Dan's very next request is refused")


def the_release(stage: Stage) -> None:
    """The instant passes, publication is seen, the post goes out on both platforms."""
    second = stage.kept["second"]
    stage.require(not _figures(stage), "before the instant neither platform has received a byte of it")
    stage.until("the release instant", 70, lambda: seconds_until(stage.instant) == 0.0)
    time.sleep(0.4)
    stage.require(not _figures(stage), "the instant has passed; nothing leaves before the release is seen to be out")
    stage.write_calendar(published=True)
    stage.teller.say("The statistics office publishes; the worker reads the calendar itself and sees it.")
    stage.until("publication and delivery", 20, lambda: set(stage.states(second["id"])) == {"published"})
    for platform in (MASTODON, BLUESKY):
        _check_arrival(stage, platform)
    listed = stage["Ada"].ask("GET", "/publications")
    ours = [p for p in listed if p["account"] in stage.accounts.values()]
    late = max(p["lateness_ms"] for p in ours if p["id"] in _ids(stage, second))
    stage.require(late < 5_000, f"both are out, {late} ms at most after their door could open")


def _ids(stage: Stage, submission: dict[str, Any]) -> set[str]:
    return {d["id"] for d in stage["Ada"].ask("GET", f"/submissions/{submission['id']}")["deliveries"]}


def _figures(stage: Stage) -> list[dict[str, Any]]:
    """Everything that came of the figures at either platform: the text, and the picture."""
    return [
        found
        for platform in (MASTODON, BLUESKY)
        for found in (*stage.received(platform, "Consumer prices"), *stage.truth(platform, "media"))
    ]


def _check_arrival(stage: Stage, platform: str) -> None:
    posts = stage.received(platform, "Consumer prices")
    first = min(datetime.fromisoformat(str(found["at"])) for found in _figures(stage))
    whole = len(posts) == 1 and "October: down" in posts[0]["text"] and ALT_TEXT in str(posts[0])
    early = f"nothing arrived before {stage.instant:%H:%M:%S}"
    stage.require(
        whole and first >= stage.instant,
        f"{platform}: received once, the approved words, chart and alt text; {early}",
    )


def the_proof(stage: Stage) -> None:
    """The auditor lists who posted what, exports the log and verifies it offline."""
    eve = stage["Eve"]
    for posted in eve.ask("GET", "/audit/publications"):
        names = {person.id: name for name, person in stage.people.items()}
        approvers = ", ".join(names.get(id, id) for id in posted["approvers"])
        stage.teller.say(f"{posted['publication']['url']}: by {names.get(posted['author'])}, approved by {approvers}")
    key = eve.ask("GET", "/audit/checkpoint")["key"]
    export = stage.folder / "audit.jsonl"
    export.write_bytes(eve.act("POST", "/audit/export"))
    (stage.folder / "audit.vkey").write_text(str(key), encoding="utf-8")
    said = _verify(export, str(key))
    stage.require(said.startswith("PROVED"), f"offline, with the file and the public key alone: {said.splitlines()[0]}")
    forged = stage.folder / "audit-forged.jsonl"
    forged.write_bytes(export.read_bytes().replace(b"submission.submit", b"submission.submix", 1))
    said = _verify(forged, str(key))
    stage.require(said.startswith("TAMPERED"), "one letter changed in a copy is found")


def _verify(export: Path, key: str) -> str:
    """The verifier stands alone: isolated mode, nothing of ours can be imported."""
    verifier = Path(str(gateway.audit.__file__)).with_name("verifier.py")
    command = [sys.executable, "-I", str(verifier), str(export), "--key", key]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout or done.stderr


def _chart() -> bytes:
    """A small line chart as a PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (640, 360), "white")
    draw = ImageDraw.Draw(image)
    draw.line([(40, 320), (600, 320)], fill="black", width=2)
    points = [
        (60 + 45 * n, 320 - height) for n, height in enumerate((260, 250, 228, 210, 205, 190, 187, 160, 150, 145, 120))
    ]
    draw.line(points, fill="#206095", width=4)
    draw.text((40, 20), "Annual rate of consumer price inflation, UK (demonstration)", fill="black")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


CHAPTERS: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("An organisation, its vault, its gateway", the_house),
    ("Members enrol with two factors", the_people),
    ("The release calendar", the_calendar),
    ("Accounts are connected, grants are given", the_accounts),
    ("A post with figures, bound to its release", the_post),
    ("Approved; changed by a comma; waiting again", the_approval),
    ("A platform takes a post and never answers", the_time_out),
    ("Somebody leaves", the_leaver),
    ("The instant", the_release),
    ("The auditor proves it", the_proof),
)

__all__ = ["CHAPTERS", "No"]
