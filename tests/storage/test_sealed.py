"""What a post says is at rest sealed under the content key: whoever has the database alone can read none of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import LargeBinary, String, Text, make_url, text, update

from gateway.actions.approve import approve
from gateway.actions.commenting import comment
from gateway.actions.templating import keep_template
from gateway.actions.write import add_picture, write_post
from gateway.domain.account import Freeze
from gateway.domain.delivery import Delivery
from gateway.domain.post import Content, PictureUse
from gateway.domain.refusal import Reason
from gateway.sealing import ContentKeyUnavailable
from gateway.storage import tables
from gateway.storage.sealed import NO_KEY, sealed_columns
from gateway.storage.types import Shaped
from gateway.storage.unit import Storage
from gateway.world import World
from tests.actions.story import CPI, calendar, cleared, deliveries, held, put_forward, read_calendar, wish, yes
from tests.cast import HOUR, NOON, an_account, make_world, member, refused, stepped_up, who, write
from tests.picture.made import noise, saved

# Said nowhere else, so that one hit is proof.
CANARY = "heronquartz"
CONTROL = "kingfisherbasalt"
DECLARED = ("common-sense", "civil-service-code", "no-doubt", "accurate", "permanent")
# Text that is about the house and its people, not what anybody wants to say: stored as it is.
IN_CLEAR = {
    "organisations": {"name", "policy"},
    "members": {"name", "name_key", "display_name", "team", "roles", "state", "password_hash", "email"},
    "factors": {"member", "sealed", "status"},
    "recovery_codes": {"member", "hash"},
    "invitations": {"member"},
    "sessions": {"member", "kind"},
    "step_ups": {"session", "member", "act", "subject", "digest"},
    "passkeys": {"member", "credential", "sealed", "sign_count", "name"},
    "challenges": {"member", "session", "purpose", "value", "act", "subject", "digest", "name"},
    "held_forms": {"member", "sealed"},
    "tries": {"failures"},
    "accounts": set(tables.accounts.columns.keys()),
    "freezes": {"scope", "target", "reason", "by", "thawed_by"},
    "grants": {"member", "account", "kinds", "given_by", "ended_by"},
    "posts": {"author", "team", "corrects"},
    "revisions": {"post", "author", "release"},
    "media": {"media_type", "added_by", "brought_by", "told_as"},
    "submissions": {
        *("post", "revision", "author", "digest", "rule_set", "judged_under", "content_class", "state", "corrects")
    },
    "clearances": {"submission", "digest", "by"},
    "comments": {"submission", "by"},
    "templates": {"team", "by"},
    "approvals": {"submission", "digest", "by", "rule_set", "content_class"},
    # What a platform answered, after the release: receipt and outcome.
    "deliveries": {
        *("submission", "account", "platform", "digest", "release", "previous", "state", "hold", "claimed_by"),
        *("outcome", "looks", "receipt", "judged_under", "made"),
    },
    # The picture's own id, under which it is kept sealed.
    "showings": {"delivery", "media", "told_as"},
    "publications": {"account", "platform_id", "url", "how", "removed_by"},
    "releases": {"title", "state", "confirmed_by", "source", "said_state"},
    "corrections": {"release", "state", "state_before", "by", "agreed_by"},
    # Ids, and of a release its name as the public calendar gives it.
    "notices": {"member", "kind", "subject_kind", "subject_id", "release", "name"},
    "access_lists": {"people"},
    "calendars": {"digest"},
    "tellings": {"source", "release", "state"},
    "consents": {"account", "member", "address", "state", "issuer", "outcome"},
    "deposits": {"account", "member", "box_key", "sealed", "outcome", "consent"},
    "errands": {"kind", "account", "delivery", "breach", "asked_by", "link", "outcome"},
    # What an account shows to everybody, and where; what a foreign post says is sealed all the same.
    "breaches": {
        *("account", "kind", "fingerprint", "before", "receipt", "application", "delivery", "state"),
        *("handled_by", "removed_by"),
    },
    "watches": {"before", "shown", "profile"},
}
NOT_RECORDS = {"audit_head", "audit_entries", "audit_tiles", "audit_words", "checkpoints", "heartbeats"} | {
    name for name in tables.METADATA.tables if name.startswith("vault_")
}


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    built = make_world(database_url)
    an_account(built)
    yield built
    built.storage.close()


def everything_said(world: World) -> Delivery:
    """The canary in every place where a person writes, bound to a release, approved and held; the control beside it."""
    said = f"{CANARY} rose"
    write(world, Freeze(id="freeze", scope="account", target="else", reason=CONTROL, by="sam", since=NOON))
    read_calendar(world, calendar(NOON + HOUR))
    picture = add_picture(world, who(world, "ada"), saved(noise(32, 16), "PNG"))
    content = Content(
        parts=(said, f"part {CANARY}"),
        pictures=(PictureUse(picture.id, f"alt {CANARY}", f"rights {CANARY}"),),
        link=f"https://example.org/{CANARY}",
        variants=(("office-account", (f"variant {CANARY} #{CANARY}andmore",)),),
    )
    asked = wish(release=CPI, doubt=f"doubt {CANARY}", declared=tuple(p for p in DECLARED if p != "no-doubt"))
    waiting = put_forward(world, content=replace(content, variants=()), asked=asked)
    cleared(world, waiting)  # the picture was not read
    comment(world, who(world, "bola"), waiting.id, f"asked {CANARY}")
    yes(world, waiting, reason=f"because {CANARY}")
    claimed = put_forward(world, content=content)
    assert any(CANARY in finding.evidence for finding in claimed.findings)
    acting = stepped_up(world, "bola", "approve", claimed.id, claimed.digest)
    approve(world, acting, claimed.id, claimed.digest, yes=False, reason=f"no {CANARY}")
    write_post(world, who(world, "ada"), Content((f"draft {CANARY}",)))
    keep_template(world, who(world, "ada"), f"Called {CANARY}", f"kept {CANARY}")
    return deliveries(world, waiting.id)[0]


def at_rest(url: str) -> bytes:
    """Every byte the database keeps: SQLite's files with its log; PostgreSQL's files with theirs, and a dump."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return b"".join(path.read_bytes() for path in Path(str(parsed.database)).parent.glob("gateway.db*"))
    dumped = b""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        for table in tables.METADATA.tables:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as rows:  # type: ignore[arg-type]
                dumped += b"".join(bytes(row) for row in rows)
    data = Path(str(parsed.query["host"]), "data")
    files = [path for folder in ("base", "pg_wal") for path in (data / folder).rglob("*") if path.is_file()]
    return dumped + b"".join(path.read_bytes() for path in files)


def spellings(words: str) -> list[bytes]:
    return [words.encode(), words.encode().hex().encode(), words.encode("utf-16-le")]


def test_the_database_alone_says_nothing_of_what_people_wrote(world: World, database_url: str) -> None:
    delivery = everything_said(world)
    picture = delivery.outgoing.pictures[0]
    with world.storage.reading() as readers:
        pixels = readers.media.get(picture.sha256).body[40:104]
    stored = at_rest(database_url)
    assert spellings(CONTROL)[0] in stored, "what is in clear shows, so that the search finds something"
    assert [each for each in spellings(CANARY) if each in stored] == []
    assert pixels not in stored
    assert pixels.hex().encode() not in stored
    assert delivery.outgoing.text == f"{CANARY} rose", "and whoever has the key reads it"


def test_every_column_is_either_sealed_or_known_to_hold_no_content() -> None:
    """A new column that can hold words is looked at once by a person: is it something somebody wants to say?"""
    undecided = {
        f"{name}.{column.name}"
        for name, table in tables.METADATA.tables.items()
        if name not in NOT_RECORDS
        for column in table.columns
        if isinstance(column.type, String | Text | Shaped | LargeBinary)
        and column.name not in {"id", *(sealed for sealed, _ in sealed_columns(table)), *IN_CLEAR[name]}
    }
    assert undecided == set()
    assert {name for name, table in tables.METADATA.tables.items() if sealed_columns(table)} == {
        *("revisions", "media", "submissions", "clearances", "comments", "approvals", "deliveries", "breaches"),
        "templates",
    }


def test_what_is_sealed_for_one_row_opens_in_no_other(world: World) -> None:
    one, other = held(world, "One")[0], held(world, "Other")[0]
    c = tables.deliveries.c
    with world.storage.housekeeping() as connection:
        found = connection.execute(tables.deliveries.select().where(c.id == one.id)).one()
        connection.execute(update(tables.deliveries).where(c.id == other.id).values(outgoing=found.outgoing))

    def read() -> object:
        with world.storage.reading() as readers:
            return readers.deliveries.get(other.id)

    told = refused(Reason.STORAGE_UNAVAILABLE, read)
    assert told.facts == {"fault": "CannotUnseal"}


def test_without_the_key_nothing_is_read_and_nothing_is_written_in_clear(world: World) -> None:
    delivery = held(world, "Words")[0]
    keyless = Storage(world.storage.engine, world.clock.now, NO_KEY)
    with keyless.reading() as readers:
        assert readers.members.get("ada") == member(world, "ada")
        with pytest.raises(ContentKeyUnavailable, match=r"content\.key"):
            readers.deliveries.get(delivery.id)
    with pytest.raises(ContentKeyUnavailable):
        write(replace(world, storage=keyless), replace(delivery, id="fresh", version=0))


def test_the_same_words_are_never_sealed_alike(world: World) -> None:
    for _ in range(2):
        cleared(world, put_forward(world, "Bore da"))
    with world.storage.reading() as readers:
        stored = readers.connection.execute(text("SELECT outgoings FROM submissions")).scalars().all()
    assert len(set(map(bytes, stored))) == 2
