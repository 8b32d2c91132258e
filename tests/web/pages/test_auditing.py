"""The auditor at the pages: finding by all that may be asked for, a post's whole life, proofs, and what may leave."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from connectors.words import Receipt
from gateway.actions.deliver import conclude_many
from gateway.actions.reading import read_submission
from gateway.actions.searching import Asked, look_up
from gateway.actions.taking import FORMULA, safe_cell
from gateway.audit import verifier
from gateway.audit.checkpoint import Signer
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.publication import published
from gateway.domain.submission import Submission
from gateway.storage.tables import audit_entries
from gateway.world import World
from scheduler.bookkeeper import Bookkeeper
from tests.actions.story import calendar, log, put_forward, read_calendar, sending, wish
from tests.cast import HOUR, NOON, an_account, clock_of, enrol, on_list, who, write
from tests.web.pages.visitors import Visitor, errors_in, main_of

CPI = "/releases/cpi"
SIGNER = Signer("gateway.example/log", Ed25519PrivateKey.generate())


@pytest.fixture
def signed(world: World, tmp_path: Path) -> World:
    """A world in which one post went out, with its log signed."""
    an_account(world)
    sent = sending(world, "More people came to our café")
    change = published(sent, Receipt("42"), actor="worker", at=NOON + HOUR, opened_at=NOON + HOUR, how="answered")
    conclude_many(world, {sent.id: change})
    return sign(world, tmp_path)


def sign(world: World, folder: Path) -> World:
    known = replace(world, log_key=SIGNER.known_key().vkey())
    Bookkeeper(known, SIGNER, folder / "checkpoint", "worker-1").sign()
    return known


def the_post(world: World) -> str:
    (entry,) = log(world, "post.write")
    return str(entry.facts["post"])


def embargoed(world: World) -> Submission:
    """Something bound to a release that is not out, on whose list Eve is not."""
    an_account(world)
    read_calendar(world, calendar(NOON + 2 * HOUR))
    return put_forward(world, "Prices rose by 4.2%", asked=wish(release=CPI, wanted="at-release"))


def acts_found(world: World, **asked: object) -> list[str]:
    found = look_up(world, who(world, "eve"), Asked(**asked), 100)  # type: ignore[arg-type]
    return [entry.act for entry in found.entries]


def test_a_post_is_found_by_person_account_post_act_time_and_word(signed: World) -> None:
    (wrote,) = log(signed, "post.write")
    for asked in (
        {"person": "ADA"},
        {"post": the_post(signed)},
        {"word": the_post(signed)},
        {"act": "post.write"},
        {"since": NOON, "until": NOON + HOUR / 2, "act": "post.write"},
    ):
        assert "post.write" in acts_found(signed, **asked), asked
    assert "delivery.publish" in acts_found(signed, account="office-account")
    assert "delivery.publish" in acts_found(signed, post=the_post(signed))
    assert "submission.submit" not in acts_found(signed, person="sam")
    assert acts_found(signed, person="ada", act="approval.give") == []
    assert acts_found(signed, account="office-account", act="delivery.intent") == ["delivery.intent"]
    assert acts_found(signed, word="delivery.intent", person="worker") == ["delivery.intent"]
    assert acts_found(signed, act="post.write", before=wrote.index) == []
    assert acts_found(signed, act="post.write", since=NOON + 2 * HOUR) == []
    assert acts_found(signed, person="no such person'; --") == []


def test_each_entry_is_found_once_and_the_pages_of_a_search_make_the_whole(signed: World) -> None:
    eve = who(signed, "eve")
    whole = [e.index for e in look_up(signed, eve, Asked(person="ada"), 1_000).entries]
    assert whole == sorted(set(whole), reverse=True)
    pieces: list[int] = []
    before = whole[0] + 1
    while found := look_up(signed, eve, Asked(person="ada", before=before), 3).entries:
        pieces += [entry.index for entry in found]
        before = found[-1].index
    assert pieces == whole


def test_a_search_is_told_with_whom_it_was_about_and_never_with_the_word(signed: World) -> None:
    acts_found(signed, person="ada", word="Secret Sentence")
    told = log(signed, "audit.read")[0]
    assert (told.actor, told.subject_id, told.facts["by"]) == ("eve", "ada", "person+word")
    assert "Secret" not in str(told)


def test_the_search_page_shows_names_and_leads_on(signed: World) -> None:
    eve = Visitor.of(signed, "eve")
    words = main_of(eve.get("/audit?person=ada&act=post.write"))
    assert "What meets your search" in words
    assert "post.write" in words
    assert "Ada" in words
    assert "Nothing in the log meets this" in main_of(eve.get("/audit?word=nowhere"))
    assert "post.write" in main_of(eve.get("/audit?word=post.write+ada"))
    assert "Nothing in the log meets this" in main_of(eve.get("/audit?word=post.write+worker"))
    assert errors_in(eve.get("/audit?word=a+b+c+d+e+f+g")) == ["Look for at most 6 words at a time"]
    assert "Older entries" not in main_of(eve.get("/audit"))
    for _ in range(51):
        write(signed)
    assert "Older entries" in main_of(eve.get("/audit?word=test.arrange"))
    assert "Back to the newest" in main_of(eve.get("/audit?before=1"))
    again = eve.get("/audit?since=yesterday&person=ada")
    assert errors_in(again) == ["Write a day and a time, such as 2026-03-02T09:30, or a day alone"]
    assert 'value="ada"' in again.text
    assert eve.get("/audit?before=x").status_code == 404


def test_a_fact_is_shown_as_it_stands_whatever_word_it_is(world: World) -> None:
    with world.storage.unit() as unit:
        facts: dict[str, str | bool] = {"verdict": "clear", "how": "items", "first": True}
        unit.commit(Change((AuditEvent("test.said", "worker", "test", "keys", facts),)))
    words = main_of(Visitor.of(world, "eve").get("/audit?act=test.said"))
    assert "first: yes; how: items; verdict: clear" in words
    assert "keys" in words


def test_times_are_uk_wall_time_and_a_day_is_the_whole_day(signed: World) -> None:
    eve = Visitor.of(signed, "eve")
    assert "post.write" in main_of(eve.get("/audit?act=post.write&since=2026-03-02&until=2026-03-02")).split("More")[-1]
    assert "Nothing in the log" in main_of(eve.get("/audit?act=post.write&until=2026-03-01"))
    assert "Nothing in the log" in main_of(eve.get("/audit?act=post.write&since=2026-03-02T12:01"))


def test_a_posts_whole_life_is_one_page_and_each_entry_is_proved(signed: World) -> None:
    post = the_post(signed)
    words = main_of(Visitor.of(signed, "eve").get(f"/audit/posts/{post}"))
    for said in (
        "More people came to our café",
        "Wording 1",
        "no figures in it",
        "cleared it",
        "approved it",
        "Receipt 42",
    ):
        assert said in words, said
    for act in ("post.write", "submission.submit", "approval.give", "delivery.intent", "delivery.publish"):
        assert act in words
    assert "Not signed yet" not in words
    assert "Proved" in words
    assert Visitor.of(signed, "eve").get("/audit/posts/nothing").status_code == 404


def test_an_entry_that_was_changed_is_not_called_proved(signed: World) -> None:
    (wrote,) = log(signed, "post.write")
    with signed.storage.engine.begin() as connection:
        body = wrote.to_bytes().decode().replace('"actor":"ada"', '"actor":"dev"')
        connection.execute(update(audit_entries).where(audit_entries.c.index == wrote.index).values(body=body))
    eve = Visitor.of(signed, "eve")
    for path in (f"/audit/entries/{wrote.index}", f"/audit/posts/{the_post(signed)}"):
        assert "Tampered with" in main_of(eve.get(path))
    assert "Tampered with" in main_of(eve.post("/audit/verify"))


def test_one_entry_is_shown_and_its_proof_verifies_offline(signed: World, tmp_path: Path) -> None:
    eve = Visitor.of(signed, "eve")
    (intent,) = log(signed, "delivery.intent")
    assert "Proved" in main_of(eve.get(f"/audit/entries/{intent.index}"))
    file = tmp_path / "proof"
    file.write_bytes(eve.get(f"/audit/entries/{intent.index}/proof").content)
    assert verifier.verify_proof(file, signed.log_key)["act"] == "delivery.intent"
    newest = log(signed, "audit.prove")[0].index
    assert "Not signed yet" in main_of(eve.get(f"/audit/entries/{newest}"))
    assert eve.get("/audit/entries/999999999").status_code == 404


def test_the_log_is_verified_from_the_page(signed: World) -> None:
    words = main_of(Visitor.of(signed, "eve").post("/audit/verify"))
    assert "Whole" in words
    assert "gateway.example/log" in words
    assert log(signed, "audit.verify")[0].facts["whole"] is True


@pytest.mark.parametrize("form", ["jsonl", "zip"])
def test_what_is_taken_away_verifies_on_another_machine(signed: World, tmp_path: Path, form: str) -> None:
    eve = Visitor.of(signed, "eve")
    answer = eve.confirm(eve.post("/audit/export", {"form": form}), "eve")
    assert "attachment" in answer.headers["content-disposition"]
    if form == "zip":
        zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
        assert (tmp_path / "log.vkey").read_text() == signed.log_key
        assert "python verifier.py log.jsonl" in (tmp_path / "README.txt").read_text()
        assert (tmp_path / "verifier.py").read_text() == Path(verifier.__file__).read_text()
        options = ["--checkpoint", str(tmp_path / "checkpoint.note")]
    else:
        (tmp_path / "log.jsonl").write_bytes(answer.content)
        options = []
    assert verifier.main([str(tmp_path / "log.jsonl"), "--key", signed.log_key, *options]) == 0
    (told,) = log(signed, "audit.export")
    assert told.actor == "eve"


def test_without_a_code_nothing_is_taken_away(signed: World) -> None:
    eve = Visitor.of(signed, "eve")
    for path in ("/audit/export", f"/audit/posts/{the_post(signed)}/evidence"):
        asked = eve.post(path, {"form": "csv"})
        assert "Enter a code to export the audit log" in main_of(asked)
        assert eve.post(str(asked.url.path), {"code": "000000"}).status_code == 403
    assert log(signed, "audit.export") == []
    assert errors_in(eve.post("/audit/export", {"form": "x"})) == ["Choose what to take"]


def test_a_table_holds_what_meets_the_search_and_nothing_a_spreadsheet_would_run(signed: World) -> None:
    enrol(signed, "mal", "author")
    with signed.storage.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE members SET display_name = '=cmd|calc' WHERE id = 'ada'")
    eve = Visitor.of(signed, "eve")
    answer = eve.confirm(eve.post("/audit/export", {"form": "csv", "person": "ada"}), "eve")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert len(rows) >= 3
    assert {"ada"} <= {row[4] for row in rows}
    assert "'=cmd|calc" in {row[5] for row in rows}
    assert [cell for row in rows for cell in row if cell.startswith(FORMULA)] == []


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_no_cell_begins_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"
    assert safe_cell("plain") == "plain"


def test_a_posts_evidence_verifies_and_holds_what_was_said(signed: World, tmp_path: Path) -> None:
    eve = Visitor.of(signed, "eve")
    answer = eve.confirm(eve.post(f"/audit/posts/{the_post(signed)}/evidence"), "eve")
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    assert "More people came to our café" in bundle.read("post.json").decode()
    bundle.extractall(tmp_path)
    proofs = sorted((tmp_path / "proofs").iterdir())
    assert len(proofs) >= 6
    assert all(verifier.main([str(proof), "--key", signed.log_key]) == 0 for proof in proofs)


@pytest.mark.parametrize("is_listed", [True, False])
def test_nothing_under_embargo_leaves_whoever_asks(world: World, tmp_path: Path, is_listed: bool) -> None:
    bound = embargoed(world)
    if is_listed:
        on_list(world, CPI, "eve")
    eve = Visitor.of(sign(world, tmp_path), "eve")
    page = eve.get(f"/audit/posts/{bound.post}")
    assert ("4.2%" in page.text) is is_listed
    answer = eve.confirm(eve.post(f"/audit/posts/{bound.post}/evidence"), "eve")
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    whole = b"".join(bundle.read(name) for name in bundle.namelist())
    assert b"4.2" not in whole
    assert bound.digest not in bundle.read("post.json").decode()
    if is_listed:
        clock_of(world).advance(HOUR)


def test_who_read_an_embargoed_draft_is_listed(world: World) -> None:
    bound = embargoed(world)
    read_submission(world, who(world, "bola"), bound.id)
    eve = Visitor.of(world, "eve")
    assert "Bola" in main_of(eve.get(f"/audit/drafts?release={CPI}"))
    assert "Nobody read any of it" in main_of(eve.get("/audit/drafts?release=/releases/gdp"))


def test_a_director_searches_and_takes_nothing_away(signed: World) -> None:
    enrol(signed, "dora", "director")
    dora = Visitor.of(signed, "dora")
    assert dora.get("/audit").status_code == 200
    assert "Take the log away" not in dora.get("/audit").text
    assert dora.get("/audit/export").status_code == 403
    assert dora.post("/audit/export", {"form": "zip"}).status_code == 403
