"""What an author types: fields to a Content and a Wish, and back. Pure; the same shapes and limits as the API's.

text-1, text-2 … are the parts of a thread, own-ACCOUNT-1 … those of one account; picture (many) with alt-ID and
rights-ID; everything else is one field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from connectors.words import AT_RELEASE, NOW
from gateway.domain.instant import parse_rfc3339, rfc3339
from gateway.domain.post import Content
from gateway.domain.refusal import Reason, Refused
from gateway.domain.submission import Wish
from gateway.web.api.posts import Wording
from gateway.web.forms import WALL
from gateway.web.pages.fields import Fields, Mistyped, say
from gateway.web.walltime import instant_of_wall, wall_fields

COMMON = "text"
AT = "at"
CORRECTS, CORRECTED = "corrects", "corrected"  # the delivery that it puts right, where ticked; the one it may
UNDECIDED = "1970-01-01T00:00:00Z"  # a time nobody chose yet: only ever judged, never put forward
TWICE = frozenset({Reason.TIME_AMBIGUOUS, Reason.TIME_DOES_NOT_EXIST})


def own(account: str) -> str:
    """The stem of the fields of one account's own wording."""
    return f"own-{account}"


def boxes(fields: Fields, stem: str) -> list[str]:
    """What stands in each box of one wording, in order; one empty box where there is none."""
    named = re.compile(re.escape(stem) + r"-(\d{1,2})")
    found = {int(hit[1]): value for name, value in fields.pairs if (hit := named.fullmatch(name))}
    return [found[number] for number in sorted(found)] or [""]


def with_boxes(fields: Fields, stem: str, texts: list[str]) -> Fields:
    """The same fields with these boxes instead."""
    named = re.compile(re.escape(stem) + r"-\d{1,2}")
    kept = [pair for pair in fields.pairs if not named.fullmatch(pair[0])]
    return Fields((*kept, *((f"{stem}-{number}", text) for number, text in enumerate(texts, 1))), fields.files)


def _parts(fields: Fields, stem: str) -> list[str]:
    """The boxes without the empty ones at the end."""
    found = [text.strip("\n") for text in boxes(fields, stem)]
    while len(found) > 1 and not found[-1].strip():
        found.pop()
    return found


def content_of(fields: Fields) -> Content:
    """The wording. Raises Mistyped."""
    pictures = list(dict.fromkeys(fields.many("picture")))
    accounts = list(dict.fromkeys(fields.many("accounts")))
    variants = {account: _parts(fields, own(account)) for account in accounts}
    values = {
        "parts": _parts(fields, COMMON),
        "pictures": [
            {"sha256": id, "alt_text": fields.one(f"alt-{id}").strip(), "rights": fields.one(f"rights-{id}").strip()}
            for id in pictures
        ],
        "link": fields.one("link").strip() or None,
        "visibility": fields.one("visibility", "public"),
        "language": fields.one("language", "en"),
        "variants": {account: parts for account, parts in variants.items() if any(part.strip() for part in parts)},
    }
    try:
        return Wording.model_validate(values).content()
    except ValidationError as fault:
        raise Mistyped({_place(each["loc"], pictures): say(each) for each in fault.errors()}) from None


def _place(where: tuple[int | str, ...], pictures: list[str]) -> str:
    """The field that is to blame."""
    first, *rest = where
    if first == "parts" and rest:
        return f"{COMMON}-{int(rest[0]) + 1}"
    if first == "variants" and len(rest) > 1:
        return f"{own(str(rest[0]))}-{int(rest[1]) + 1}" if isinstance(rest[1], int) else own(str(rest[0]))
    if first == "pictures" and len(rest) > 1:
        return f"{'alt' if rest[1] == 'alt_text' else 'rights'}-{pictures[int(rest[0])]}"
    return {"parts": f"{COMMON}-1", "pictures": "picture", "variants": "accounts"}.get(str(first), str(first))


def wish_of(fields: Fields, *, whole: bool) -> Wish:
    """What is asked for the wording. `whole`: raises Mistyped for what was not chosen yet, and Refused for a time that
    comes twice or never; else such a time is left open.
    """
    if whole and (missing := dict(_missing(fields))):
        raise Mistyped(missing)
    binding = fields.one("binding")
    return Wish(
        accounts=tuple(dict.fromkeys(fields.many("accounts"))),
        wanted=_wanted(fields, whole=whole),
        content_class=fields.one("content_class"),
        release=(fields.one("release") or None) if binding == "release" else None,
        claims_no_statistics=binding == "none",
        declared=tuple(dict.fromkeys(fields.many("declared"))),
        doubt=fields.one("doubt").strip(),
    )


def _missing(fields: Fields) -> Iterator[tuple[str, str]]:
    if not fields.many("accounts"):
        yield "accounts", "Choose at least one account"
    if fields.one("binding") not in {"release", "none"}:
        yield "binding", "Say whether it waits for a release"
    elif fields.one("binding") == "release" and not fields.one("release"):
        yield "release", "Choose the release that it waits for"
    if fields.one("wanted") not in {AT_RELEASE, NOW, AT}:
        yield "wanted", "Choose when it goes out"
    if not fields.one("content_class"):
        yield "content_class", "Choose what kind of post it is"


def wanted_of(fields: Fields) -> str:
    """What was chosen of "when it goes out", whole. Raises Mistyped; Refused for a time that comes twice or never."""
    return _wanted(fields, whole=True)


def _wanted(fields: Fields, *, whole: bool) -> str:
    chosen = fields.one("wanted")
    if chosen in {AT_RELEASE, NOW}:
        return chosen
    if chosen != AT:
        return UNDECIDED
    try:
        return rfc3339(instant(fields))
    except (Mistyped, Refused):
        if whole:
            raise
        return UNDECIDED


def instant(fields: Fields) -> datetime:
    """The UK wall time that was typed. Raises Mistyped, and Refused where it comes twice or never and nobody said
    which one is meant.
    """
    text = f"{fields.one('day').strip()}T{fields.one('time').strip()}"
    if not re.fullmatch(WALL, text):
        raise Mistyped({"day": "Give a day and a time, such as 27 March 2026 and 09:30"})
    try:
        return instant_of_wall(text)
    except ValueError:
        raise Mistyped({"day": "There is no such day or time"}) from None
    except Refused as asked:
        meant = asked.facts.get(fields.one("which"))
        if asked.reason not in TWICE or not isinstance(meant, str):
            raise
        return parse_rfc3339(meant)


def stems(fields: Fields) -> dict[str, str]:
    """Each chosen account, with the stem of the boxes that its words stand in: its own, or those for all."""
    return {
        account: own(account) if any(text.strip() for text in boxes(fields, own(account))) else COMMON
        for account in fields.many("accounts")
    }


def fields_of(content: Content, wish: Wish | None, post: str) -> Fields:
    """A wording and, where there is one, its wish, as the form would have sent them."""
    pairs: list[tuple[str, str]] = [("post", post), *_numbered(COMMON, content.parts)]
    for account, parts in content.variants:
        pairs += _numbered(own(account), parts)
    for use in content.pictures:
        pairs += [("picture", use.sha256), (f"alt-{use.sha256}", use.alt_text), (f"rights-{use.sha256}", use.rights)]
    pairs += [("link", content.link or ""), ("visibility", str(content.visibility)), ("language", content.language)]
    return Fields(tuple(pairs + (_asked(wish) if wish else [])))


def correcting(fields: Fields, delivery: str | None) -> Fields:
    """The same as a correction of this delivery, where there is one."""
    return Fields((*fields.pairs, (CORRECTED, delivery), (CORRECTS, delivery))) if delivery else fields


def corrects_of(fields: Fields) -> str | None:
    """The delivery that it puts right, where its author says so."""
    return fields.one(CORRECTS) or None


def _numbered(stem: str, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(f"{stem}-{number}", text) for number, text in enumerate(texts, 1)]


def _asked(wish: Wish) -> list[tuple[str, str]]:
    """The declaration is made anew for each wording: it is not filled in."""
    pairs: list[tuple[str, Any]] = [("accounts", account) for account in wish.accounts]
    pairs += [("content_class", wish.content_class), ("doubt", wish.doubt)]
    pairs += [("binding", "release"), ("release", wish.release)] if wish.release else [("binding", "none")]
    if wish.wanted in {AT_RELEASE, NOW}:
        return [*pairs, ("wanted", wish.wanted)]
    day, time, which = wall_fields(parse_rfc3339(wish.wanted))
    return [*pairs, ("wanted", AT), ("day", day), ("time", time), ("which", which)]
