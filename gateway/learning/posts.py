"""Posts: the labelled posts that are learnt from: those written for it, beside this file, and the corpora already met.

A corpus is met once its posts were looked at; a set that is to say how good the classifier is stays out until then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.calendar import ons
from gateway.cli.check import moves, read_post
from gateway.domain.statistics import Diary, Said
from gateway.embargo_policy import FOLDER, EmbargoPolicy
from gateway.settings import ROOT

WRITTEN = Path(__file__).parent / "posts"
CORPORA = ROOT / "tests" / "corpora"
EXAMPLES = ROOT / "tests" / "domain" / "rules" / "examples.jsonl"
# The corpora met, with the day on which each is judged.
MET = {
    "given": "2026-10-05T08:00:00+00:00",
    "unseen": "2026-11-09T08:00:00+00:00",
    "unseen2": "2026-12-07T08:00:00+00:00",
    "unseen3": "2027-02-08T08:00:00+00:00",
    "unseen4": "2027-05-10T08:00:00+00:00",
    "unseen5": "2027-09-06T08:00:00+00:00",
    "unseen6": "2027-11-08T09:00:00+00:00",
    "unseen7": "2028-01-17T09:00:00+00:00",
    "unseen8": "2028-09-12T08:00:00+00:00",
    "unseen9": "2029-01-22T09:00:00+00:00",
}
# Who wrote for learning; all but the early ones on their own, without having seen the rules or others' posts.
WRITERS = (
    "early",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty_first",
    "twenty_second",
    "twenty_third",
    "twenty_fourth",
    "twenty_fifth",
    "twenty_sixth",
    "twenty_seventh",
    "twenty_eighth",
    "twenty_ninth",
    "thirtieth",
    "thirty_first",
    "thirty_second",
    "thirty_third",
    "thirty_fourth",
    "thirty_fifth",
    "thirty_sixth",
    "thirty_seventh",
    "thirty_eighth",
    "thirty_ninth",
    "fortieth",
    "forty_first",
    "forty_second",
    "forty_third",
)
LABELS = ("announcement_ok", "non_statistical", "published_ok", "statistical")


@dataclass(frozen=True)
class Labelled:
    """A post, what kind it is, which set it comes from, and the calendar of its day."""

    source: str
    label: str
    said: Said
    diary: Diary

    @property
    def is_statistical(self) -> bool:
        """Whether it must not leave before its release."""
        return self.label.startswith("statistical")


def labelled_posts(policy: EmbargoPolicy) -> tuple[Labelled, ...]:
    """Every post there is to learn from, in one order on every machine."""
    written = (post for writer in WRITERS for post in _written(writer, policy))
    return (*written, *(post for name in MET for post in _met(name, policy)))


def posts_of(writer: str, label: str) -> tuple[str, ...]:
    """The posts that a writer wrote for learning with this label, one a line."""
    lines = (WRITTEN / writer / f"{label}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def digest_of_posts() -> str:
    """The digest of everything that is learnt from, and of the lists it is seen through."""
    folders = (WRITTEN, *(CORPORA / name for name in MET), FOLDER / "words")
    files = sorted(
        file for folder in folders for file in folder.rglob("*") if file.suffix in (".txt", ".json", ".jsonl")
    )
    read = hashlib.sha256()
    for file in (*files, EXAMPLES, FOLDER / "series.json"):
        read.update(file.read_bytes() + b"\x00")
    return read.hexdigest()


def diary_of(name: str, policy: EmbargoPolicy) -> Diary:
    """The calendar of a corpus on its day."""
    calendar = (CORPORA / name / "calendar.json").read_bytes()
    return Diary(ons.read(calendar), policy.series, datetime.fromisoformat(MET[name]), moves(calendar))


def _written(writer: str, policy: EmbargoPolicy) -> Iterator[Labelled]:
    """They were written with the days of the corpus as given before the eyes."""
    diary = diary_of("given", policy)
    return (Labelled(writer, label, Said((text,)), diary) for label in LABELS for text in posts_of(writer, label))


def _met(name: str, policy: EmbargoPolicy) -> Iterator[Labelled]:
    diary = diary_of(name, policy)
    for line in (CORPORA / name / "embargo.jsonl").read_bytes().splitlines():
        yield Labelled(name, str(json.loads(line)["label"]), read_post(line).said, diary)
