"""Every way of reading, walked by every kind of reader: the words of an embargoed post reach its list alone.

The canary stands in the text, a thread part, a variant, alt text, rights note, link, doubt, an approver's reason and a
finding's evidence. A new GET route is walked by itself; a new kind of id has to be given a value here.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import BytesIO

import pytest
from sqlalchemy import func, select
from starlette.routing import Route

from gateway.actions.approve import approve
from gateway.actions.auditing import search
from gateway.actions.submit import submit
from gateway.actions.write import add_picture, write_post
from gateway.audit.export import write_export
from gateway.domain.grant import Kind
from gateway.domain.post import Content, PictureUse
from gateway.domain.submission import Submission
from gateway.storage import tables
from gateway.storage.log import Search
from gateway.web.app import create_app
from gateway.web.guards import COOKIE
from gateway.world import World
from tests.actions.story import cleared
from tests.cast import (
    ROLES,
    an_account,
    cookie,
    enrol,
    grant,
    make_world,
    on_list,
    stepped_up,
    who,
)
from tests.picture.made import chart, saved
from tests.web.callers import DECLARED, Office, a_release, a_wish, client_of

CANARY = "heronquartz"
LISTED = ("ada", "bola", "cleo")
# Every role, of the author's own team and with every grant there is: the most that anyone off the list can have.
READERS = (*ROLES, "dora", "both")
GRANTED = tuple(Kind)
CARRIES = {
    "/api/v1/posts/{post_id}",
    "/api/v1/posts/{post_id}/media/{sha256}",
    "/api/v1/submissions/{submission_id}",
    "/api/v1/deliveries/{delivery_id}",
}
VARIED = {"/api/v1/submissions": ("waiting", "held", "replaced"), "/api/v1/deliveries": ("held", "withdrawn")}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    world = make_world(f"sqlite:///{tmp_path_factory.mktemp('embargoed')}/gateway.db")
    account = an_account(world)
    enrol(world, "dora", "director")
    enrol(world, "both", "account_owner", "security_officer", "administrator")
    for name in READERS:
        grant(world, name, account, *GRANTED)
    yield Office(world, client_of(create_app(world)))
    world.storage.close()


@pytest.fixture(scope="module")
def ids(api: Office) -> dict[str, str]:
    """One embargoed post, replaced once, approved and held; and what every path may name."""
    world, release = api.world, a_release(api.world).id
    on_list(world, release, *LISTED)
    submission = _put_forward(world, release)
    if submission.needs_clearance:
        submission = cleared(world, submission)
    acting = stepped_up(world, "bola", "approve", submission.id, submission.digest)
    approve(world, acting, submission.id, submission.digest, reason=f"because {CANARY}")
    with world.storage.reading() as readers:
        delivery = readers.deliveries.of_submission(submission.id)[0].id
    return {
        "account_id": "office-account",
        "member_id": "ada",
        "post_id": submission.post,
        "sha256": submission.outgoings[0].pictures[0].sha256,
        "picture": submission.outgoings[0].pictures[0].sha256,
        "held": "none",
        "token": "none",
        "submission_id": submission.id,
        "delivery_id": delivery,
        "index": "3",
        "release": release,
        "form": "none",
        "consent_id": "none",
        **{f"{kind}_id": "none" for kind in ("breach", "grant", "freeze", "notice", "session", "revision", "errand")},
    }


def _put_forward(world: World, release: str) -> Submission:
    ada = who(world, "ada")
    picture = add_picture(world, ada, saved(chart(), "PNG"))
    use = PictureUse(picture.id, f"A red square, {CANARY}", f"ours, {CANARY}")
    said = Content((f"It is {CANARY}.", f"And {CANARY}."), (use,), f"https://example.org/{CANARY}")
    declared = tuple(point for point in DECLARED if point != "no-doubt")
    wish = a_wish(
        "office-account",
        "at-release",
        release=release,
        claims_no_statistics=False,
        declared=declared,
        doubt=f"is {CANARY} right",
    )
    revision = write_post(world, ada, said, release=release)
    submit(world, ada, revision.id, wish)
    other = Content((*said.parts, f"#{CANARY}andmore"), said.pictures, said.link)
    revision = write_post(world, ada, other, post_id=revision.post)
    found = submit(world, ada, revision.id, wish)
    assert any(CANARY in finding.evidence for finding in found.findings)
    return found


def gets(api: Office, ids: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every GET route with an address for it: (its path in the table, the address)."""
    for route in api.client.app.routes:  # type: ignore[attr-defined]
        assert isinstance(route, Route)
        if "GET" not in (route.methods or ()) or route.path.startswith("/assets"):
            continue
        values = {name: ids.get(name) or ids.get(f"{name}_id") for name in route.param_convertors}
        missing = {name for name, value in values.items() if value is None}
        assert not missing, f"give {missing} of {route.path} a value above, so that it is walked"
        address = route.path.format(**values)
        if route.path == "/api/v1/releases/access":
            address += f"?release={ids['release']}"
        yield route.path, address
        yield from ((route.path, f"{address}?state={state}&limit=500") for state in VARIED.get(route.path, ()))


def answer_to(api: Office, name: str, address: str) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {cookie(api.world, name)}"}
    if not address.startswith("/api/"):
        headers = {"Cookie": f"{COOKIE}={cookie(api.world, name)}"}
    answer = api.client.get(address, headers=headers, follow_redirects=False)
    return answer.status_code, answer.content


def silent_or_loud(path: str, says: bool) -> bool:
    """An address of the API that says what it should not, or nothing where it should, to someone on the list. Pages may
    show them more or less; nobody else, anything.
    """
    return path.startswith("/api/") and says != (path in CARRIES)


def test_the_words_reach_the_list_alone_by_every_route(
    api: Office, ids: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with api.world.storage.reading() as readers:
        pixels = readers.media.get(ids["sha256"]).body[-120:-40]
    wrong, carried = [], set[str]()
    with caplog.at_level(logging.DEBUG):
        for path, address in gets(api, ids):
            for name in READERS:
                status, body = answer_to(api, name, address)
                says = CANARY.encode() in body or pixels in body
                carried |= {path} if says else set()
                if status >= 500 or (says and name not in LISTED) or (name in LISTED and silent_or_loud(path, says)):
                    wrong.append(f"{name} at {address}: {status}, {'says it' if says else 'says nothing'}")
    assert wrong == []
    assert {path for path in carried if path.startswith("/api/")} == CARRIES, (
        "whoever is on the list reads it, so that the walk finds something"
    )
    assert CANARY not in caplog.text


@pytest.mark.parametrize("name", [name for name in READERS if name not in (*LISTED, "cyd", "ade")])
def test_whoever_is_not_on_the_list_knows_that_it_exists_and_how_it_stands(
    api: Office, ids: dict[str, str], name: str
) -> None:
    for kind in ("posts", "submissions", "deliveries"):
        id = ids[{"posts": "post_id", "submissions": "submission_id", "deliveries": "delivery_id"}[kind]]
        answer = api.ask(name, "GET", f"/{kind}/{id}").json()
        assert answer["withheld"] is True
        assert id in json.dumps(answer)
    submission = api.ask(name, "GET", f"/submissions/{ids['submission_id']}").json()["submission"]
    assert (submission["state"], submission["wish"]["release"]) == ("held", ids["release"])


@pytest.mark.parametrize("name", ["cyd", "ade"])
def test_an_administrator_sees_nothing_at_all(api: Office, ids: dict[str, str], name: str) -> None:
    for path in ("posts/{post_id}", "posts/{post_id}/media/{sha256}", "submissions/{submission_id}"):
        assert api.ask(name, "GET", "/" + path.format(**ids)).status_code == 403


def test_every_reading_of_the_words_is_told_once_with_reader_and_release(api: Office, ids: dict[str, str]) -> None:
    def told() -> int:
        with api.world.storage.reading() as readers:
            counted = select(func.count()).where(tables.audit_entries.c.act == "draft.read")
            return int(readers.connection.execute(counted).scalar_one())

    for path in sorted(CARRIES):
        for name in READERS:
            before = told()
            _, body = answer_to(api, name, path.format(**ids))
            says = CANARY.encode() in body or b"PNG" in body[:8]
            assert told() - before == says, (name, path)
    with api.world.storage.reading() as readers:
        found = readers.log.search(Search(act="draft.read"), 1_000)
    assert {entry.actor for entry in found} == set(LISTED)
    assert {entry.facts["release"] for entry in found} == {ids["release"]}


def test_neither_search_nor_export_nor_any_entry_of_the_log_says_it(api: Office, ids: dict[str, str]) -> None:
    assert ids
    world, out = api.world, BytesIO()
    found = search(world, who(world, "eve"), Search(), 5_000)
    assert CANARY not in repr(found)
    assert ids["submission_id"] in {entry.subject_id for entry in found}
    with world.storage.reading() as readers:
        size = readers.log.head().frontier.size
        write_export(out, "log", readers.log.bodies(0, size), [(size, "note")])
        bodies = b"".join(readers.log.bodies(0, size))
    assert CANARY.encode() not in out.getvalue() + bodies


def test_refusals_around_it_say_nothing_either(api: Office, ids: dict[str, str]) -> None:
    world = api.world
    wish = {"accounts": ["office-account"], "wanted": "at-release", "content_class": "routine", "declared": []}
    with world.storage.reading() as readers:
        submission = readers.submissions.get(ids["submission_id"])
    asked = [
        ("POST", "/submissions/check", wish | {"revision": submission.revision, "release": ids["release"]}),
        ("POST", f"/submissions/{submission.id}/approve", {"digest": submission.digest}),
        ("POST", f"/submissions/{submission.id}/reject", {"digest": submission.digest, "reason": "no"}),
        ("POST", f"/submissions/{submission.id}/clear", {"digest": submission.digest, "granted": True, "reason": "y"}),
        ("POST", f"/posts/{submission.post}/revisions", {"parts": ["x"]}),
        ("POST", f"/deliveries/{ids['delivery_id']}/settle", {"decision": "held"}),
        ("POST", f"/deliveries/{ids['delivery_id']}/look", None),
    ]
    for method, path, body in asked:
        for name in (n for n in READERS if n not in LISTED):
            answer = api.ask(name, method, path, body)
            assert answer.status_code < 500
            assert CANARY not in answer.text, (name, path)
