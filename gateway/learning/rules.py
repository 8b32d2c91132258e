"""Rules: the readers of the compliance rules, learnt from posts that break one and from posts that break none."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.domain.rules.heard import ADVICE, SIZE, Heard, keys_heard
from gateway.domain.rules.reading import fold
from gateway.learning.fit import fit
from gateway.learning.posts import CORPORA, EXAMPLES, MET, WRITERS, WRITTEN, digest_of_posts, posts_of

HARMLESS = ("non_statistical", "announcement_ok")
DEAR, MOST, SURE = 3.0, 6000, -200


@dataclass(frozen=True)
class Ruled:
    """A post, where it is from, and the rules it breaks."""

    source: str
    broken: frozenset[str]
    keys: array[int]


def ruled_posts() -> tuple[Ruled, ...]:
    """Every post there is to learn the rules from, in one order on every machine."""
    return (*_labelled(), *_harmless())


def _labelled() -> Iterator[Ruled]:
    files = [(name, CORPORA / name / "compliance.jsonl") for name in MET]
    files += [(name, WRITTEN / name / "compliance.jsonl") for name in WRITERS]
    for source, file in (*files, ("examples", EXAMPLES)):
        if not file.exists():  # not every writer wrote for the rules
            continue
        yield from (_ruled(source, line) for line in _lines(file))


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _ruled(source: str, line: str) -> Ruled:
    post = json.loads(line)
    return Ruled(source, frozenset(post["expect"]), keys_heard(fold(post["text"])))


def _harmless() -> Iterator[Ruled]:
    for writer in WRITERS:
        for label in HARMLESS:
            yield from (Ruled(writer, frozenset(), keys_heard(fold(text))) for text in posts_of(writer, label))


def learn_rules(posts: Collection[Ruled]) -> Heard:
    """A reader for each rule."""
    keys = [post.keys for post in posts]
    readers = {name: fit(keys, [name in post.broken for post in posts], DEAR, MOST, SIZE) for name in ADVICE}
    return Heard(readers, SURE)


def text_of_rules(heard: Heard) -> str:
    """heard.json."""
    document = {
        "posts": digest_of_posts(),
        "sure": heard.sure,
        **{name: reader.to_json() for name, reader in heard.readers.items()},
    }
    return json.dumps(document, indent=0, sort_keys=True) + "\n"
