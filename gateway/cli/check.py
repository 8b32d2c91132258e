"""`gateway check`: judge posts from a file against a calendar, without a database; one JSON line for each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from connectors.words import NOW, Outgoing, Picture
from gateway.calendar import ons
from gateway.calendar.refused import CalendarRefused
from gateway.cli.speaking import Stop
from gateway.domain.check import Rule
from gateway.domain.instant import parse_rfc3339
from gateway.domain.rules import rules_of
from gateway.domain.rules.profiles import rules_in
from gateway.domain.statistics import Diary, Judgement, Rules, Said, judge_statistics
from gateway.embargo_policy import read_embargo_policy
from gateway.settings import Settings, read_policy

NO_PICTURE = "0" * 64
MOST_TEXT = 100_000


class BadPost(ValueError):
    """A line is no post; the message says what is wrong with it."""


@dataclass(frozen=True)
class Post:
    """One line of the input: what is said, and the same as an Outgoing for the compliance rules."""

    id: str
    said: Said
    outgoing: Outgoing


@dataclass(frozen=True)
class Bench:
    """What posts are judged by: the calendar on the day, the embargo's rules and the compliance rules."""

    diary: Diary
    embargo: Rules
    compliance: tuple[Rule, ...]


def check(
    posts: Annotated[Path, typer.Option("--input", help="Posts, one JSON object a line: id, text, alt_text, ...")],
    calendar: Annotated[Path, typer.Option("--calendar", help="A calendar in the ONS search/releases shape.")],
    as_of: Annotated[str, typer.Option("--as-of", help="The instant to judge at, such as 2026-10-05T08:00:00Z.")],
    profile: Annotated[str | None, typer.Option("--profile", help="A dated policy profile to judge under.")] = None,
) -> None:
    """Judge posts by the embargo and the rules; a malformed line is told by its number and passed over."""
    bench = prepare(calendar.read_bytes(), as_of, profile)
    with posts.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                print(json.dumps(judged(read_post(line), bench), ensure_ascii=False))
            except BadPost as fault:
                typer.echo(f"line {number}: {fault}", err=True)


def prepare(calendar: bytes, as_of: str, profile: str | None) -> Bench:
    """The bench for a day. Raises Stop where the calendar, the instant or the profile is not right."""
    policy, embargo = read_policy(Settings()), read_embargo_policy()
    try:
        diary = Diary(ons.read(calendar), embargo.series, parse_rfc3339(as_of), moves(calendar))
    except CalendarRefused as fault:
        raise Stop("The calendar cannot be used", str(fault)) from fault
    except ValueError as fault:
        raise Stop(
            "When?", f"--as-of must be an instant with its zone, such as 2026-10-05T08:00:00Z: {fault}"
        ) from fault
    chosen = [one for one in policy.profiles if one.name == profile]
    if profile is not None and not chosen:
        known = ", ".join(one.name for one in policy.profiles) or "none"
        raise Stop("No such profile", f"There is no profile {profile}. Known: {known}.")
    return Bench(diary, embargo.rules, rules_in(rules_of(policy.lists), *chosen))


def moves(calendar: bytes) -> dict[str, tuple[datetime, ...]]:
    """The instants that entries were moved from (`date_changes`), of a calendar already read; odd ones left out."""
    found: dict[str, tuple[datetime, ...]] = {}
    for release in json.loads(calendar.decode("utf-8-sig"))["releases"]:
        changes = release.get("date_changes") or ()
        found[str(release["uri"])] = tuple(_instants(str(change.get("previous_date", "")) for change in changes))
    return found


def _instants(texts: Iterable[str]) -> Iterator[datetime]:
    for text in texts:
        try:
            yield parse_rfc3339(text)
        except ValueError:
            continue


def judged(post: Post, bench: Bench) -> dict[str, object]:
    """The line to write for a post."""
    judgement = judge_statistics(post.said, bench.diary, bench.embargo)
    found = dict.fromkeys(hit.rule for rule in bench.compliance for hit in rule(post.outgoing))
    return {"id": post.id, **_embargo(judgement), "findings": list(found)}


def _embargo(judgement: Judgement) -> dict[str, object]:
    return {
        "embargo": str(judgement.verdict),
        "release": judgement.release,
        "why": judgement.why,
        "evidence": [one.to_json() for one in judgement.evidence],
        "folded": list(judgement.folded),
        "version": judgement.version,
    }


def read_post(line: bytes) -> Post:
    """The post on a line. Raises BadPost."""
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise BadPost("this is not JSON") from fault
    if not isinstance(raw, Mapping):
        raise BadPost("this is not an object")
    text = _text(raw, "text")
    media = _media(raw.get("media"))
    alts = tuple(filter(None, (_text(raw, "alt_text", ""), *(_text(one, "alt_text", "") for one in media))))
    said = Said(
        parts=(text, *_texts(raw, "parts")),
        alt_texts=alts,
        poll_options=_texts(raw, "poll_options"),
        file_names=(*_texts(raw, "file_names"), *(_text(one, "file_name", "") for one in media)),
        links=tuple(filter(None, [_text(raw, "link", "")])),
        picture_words=_words(media),
        pictures=len(media),
    )
    return Post(_identity(raw), said, _outgoing(text, raw, media))


def _identity(raw: Mapping[str, object]) -> str:
    if not isinstance(raw.get("id"), str | int):
        raise BadPost("it has no id")
    return str(raw["id"])


def _text(raw: Mapping[str, object], name: str, default: str | None = None) -> str:
    value = raw.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise BadPost(f"{name} must be text")
    if len(value) > MOST_TEXT:
        raise BadPost(f"{name} is longer than {MOST_TEXT:,} characters")
    return value


def _texts(raw: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = raw.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadPost(f"{name} must be a list of texts")
    return tuple(value)


def _media(value: object) -> list[Mapping[str, object]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise BadPost("media must be a list of objects")
    return value


def _words(media: list[Mapping[str, object]]) -> tuple[str, ...] | None:
    """What was read in the pictures: None unless every one of them was read."""
    if any(one.get("words") is None for one in media):
        return None
    return tuple(_text(one, "words") for one in media)


def _outgoing(text: str, raw: Mapping[str, object], media: list[Mapping[str, object]]) -> Outgoing:
    return Outgoing(
        account="check",
        text=text,
        wanted=NOW,
        pictures=tuple(_pictures(raw, media)),
        link=_text(raw, "link", "") or None,
    )


def _pictures(raw: Mapping[str, object], media: list[Mapping[str, object]]) -> Iterator[Picture]:
    alone = _text(raw, "alt_text", "")
    if alone and not media:
        yield Picture(NO_PICTURE, "image/png", 0, 0, 0, alone)
    for one in media:
        yield Picture(NO_PICTURE, "image/png", 0, 0, 0, _text(one, "alt_text", ""))
