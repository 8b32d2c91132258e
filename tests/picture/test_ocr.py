"""The words in a picture: read where tesseract is installed; nothing that was not surely read counts as silence."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from gateway.actions.submit import check
from gateway.actions.write import add_picture, write_post
from gateway.domain.post import Content, PictureUse
from gateway.domain.refusal import Reason
from gateway.domain.submission import Judged
from gateway.ocr import words_in
from gateway.world import World
from tests.actions.story import calendar, put_forward, read_calendar, refuses, wish
from tests.cast import HOUR, NOON, an_account, make_world, who
from tests.picture.made import noise, saved

NOTICE = "Our offices are closed on Monday."
ALT = "The front door of our office, closed."
HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def row(word: str, sure: float = 95.0) -> str:
    return f"5\t1\t1\t1\t1\t1\t0\t0\t10\t10\t{sure}\t{word}"


def program(folder: Path, says: str, *, before: str = "") -> str:
    """A real program that answers as tesseract does: it takes the picture and says these rows."""
    path, answer = folder / "tesseract", folder / "answer.tsv"
    answer.write_text(says)
    path.write_text(f"#!/bin/sh\n{before}\ncat > {folder}/picture\ncat {answer}\n")
    path.chmod(0o755)
    return str(path)


def card(words: str) -> bytes:
    """A card with words on it, as an office makes them."""
    image = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(image).text((40, 70), words, fill="black", font=ImageFont.load_default(48))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    built = make_world(f"sqlite:///{tmp_path}/gateway.db")
    an_account(built)
    read_calendar(built, calendar(NOON + HOUR))
    yield built
    built.storage.close()


def judged(world: World, picture: bytes, text: str = NOTICE, alt: str = ALT) -> Judged:
    media = add_picture(world, who(world, "ada"), picture)
    content = Content((text,), pictures=(PictureUse(media.id, alt, "ours"),))
    revision = write_post(world, who(world, "ada"), content)
    return check(world, who(world, "ada"), revision.id, wish()).judged


def test_the_words_are_those_the_program_is_sure_of_in_order(tmp_path: Path) -> None:
    said = "\n".join([HEAD, row("Closed"), row("|", 3.0), row("on"), row("Monday", 60.0), ""])
    assert words_in(card("x"), program(tmp_path, said)) == "Closed | on Monday"
    assert (tmp_path / "picture").read_bytes() == card("x")


@pytest.mark.parametrize(
    ("says", "before"),
    [
        (f"{HEAD}\n{row('rose', 20.0)}\n", ""),
        ("Tesseract cannot do this\n", ""),
        ("", ""),
        (f"{HEAD}\n", "exit 3"),
        (f"{HEAD}\n", "kill -9 $$"),
        (f"{HEAD}\n", "exec sleep 30"),
    ],
    ids=["unsure", "another form", "nothing", "an error", "killed", "too long"],
)
def test_what_was_not_surely_read_is_unread(tmp_path: Path, says: str, before: str) -> None:
    assert words_in(card("x"), program(tmp_path, says, before=before), seconds=0.5) is None


def test_where_it_is_not_installed_nothing_is_read(tmp_path: Path) -> None:
    assert words_in(card("x"), "") is None
    assert words_in(card("x"), str(tmp_path / "tesseract")) is None


def test_an_unread_picture_always_needs_a_clearer_and_says_why(world: World) -> None:
    found = judged(world, saved(noise(32, 16), "PNG"))
    assert found.needs_clearance
    assert [one.words for one in found.judgement.evidence] == ["the words in the picture were not read"]


def test_a_picture_that_was_read_and_says_nothing_is_clear(world: World, tmp_path: Path) -> None:
    reading = replace(world, ocr=program(tmp_path, f"{HEAD}\n"))
    found = judged(reading, saved(noise(32, 16), "PNG"))
    assert not found.needs_clearance


def test_the_words_in_a_picture_are_content(world: World, tmp_path: Path) -> None:
    said = "\n".join([HEAD, *map(row, ["Consumer", "prices", "rose", "by", "2.4%"])])
    reading = replace(world, ocr=program(tmp_path, said))
    found = judged(reading, saved(noise(32, 16), "PNG"))
    assert (found.judgement.verdict, found.judgement.release) == ("bind", "/releases/cpi")
    assert ("picture", "2.4%") in {(one.place, one.words) for one in found.judgement.evidence}


def test_a_marking_in_a_picture_stops_the_post(world: World, tmp_path: Path) -> None:
    said = "\n".join([HEAD, *map(row, ["OFFICIAL-SENSITIVE"])])
    reading = replace(world, ocr=program(tmp_path, said))
    media = add_picture(reading, who(world, "ada"), saved(noise(32, 16), "PNG"))
    content = Content((NOTICE,), pictures=(PictureUse(media.id, ALT, "ours"),))
    with refuses(world, Reason.FINDING_BLOCKS, "submit"):
        put_forward(world, content=content)


def test_a_picture_that_was_unread_is_read_when_it_is_brought_again(world: World, tmp_path: Path) -> None:
    picture = saved(noise(32, 16), "PNG")
    assert add_picture(world, who(world, "ada"), picture).words is None
    reading = replace(world, ocr=program(tmp_path, f"{HEAD}\n{row('Closed')}\n"))
    assert add_picture(reading, who(world, "ada"), picture).words == "Closed"
    assert add_picture(world, who(world, "ada"), picture).words == "Closed"


def test_tesseract_itself_reads_a_card_or_says_that_it_did_not() -> None:
    """On a machine that has it the words are read; on one that has not, they are unread."""
    read = words_in(card("Prices rose by 2.4%"), "tesseract")
    assert read == ("Prices rose by 2.4%" if shutil.which("tesseract") else None)
