"""Facebook's refusals in our words, by code and subcode (platform page §7), and what is read from its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.contract import (
    Duplicate,
    PlatformError,
    Rejected,
    Response,
    SetupWrong,
    SignInExpired,
    Throttled,
    Unavailable,
)
from connectors.graph import detail_of, error_of, until, word_of
from connectors.reading import expecting, instant, maybe_string, refused, string, thing, things
from connectors.words import Profile, Receipt, Seen

Json = Mapping[str, Any]
MISSING = (100, 33)  # an object that is not there, or not for us

# By code and subcode; a subcode goes before its code.
WORDS: dict[int, type[PlatformError]] = {
    **dict.fromkeys((1, 2), Unavailable),
    **dict.fromkeys((4, 17, 32, 341, 613, 80001, 1390008), Throttled),
    **dict.fromkeys((102, 190), SignInExpired),
    **dict.fromkeys((3, 10, *range(200, 300)), SetupWrong),
    **dict.fromkeys((100, 1500, 1609005, *range(1363000, 1364000)), Rejected),
    **dict.fromkeys((506, 1366051), Duplicate),
    # Blocked, not authorised to publish, or held to break the platform's policy: only a person may go on.
    **dict.fromkeys((368, 1404078, 1346003, 1404102), SetupWrong),
}
_SURE = (Throttled, SignInExpired, Duplicate)  # refused for certain, also where the answer calls itself transient
_POSTED_ALREADY = "already posted"  # what 368 says where it means 506


def expect(answer: Response) -> Json:
    """The answer's object where it is 200 and no error. Raises what its refusal means."""
    if error_of(answer):
        raise refusal(answer)
    return _expect(answer)


def is_missing(answer: Response) -> bool:
    """Whether a refusal says that the object is not there."""
    error = error_of(answer)
    return answer.status < 500 and (error.get("code"), error.get("error_subcode")) == MISSING


def is_of_another_kind(answer: Response) -> bool:
    """Whether a refusal says that the token's owner has no such field: a person's are not a Page's."""
    return answer.status == 400 and error_of(answer).get("code") == 100


def refusal(answer: Response) -> PlatformError:
    """What an answer other than the expected means for us."""
    error = error_of(answer)
    word = _word(error)
    if error.get("is_transient") is True and word not in _SURE:
        word = Unavailable
    return refused(word, answer, detail_of(error), until(answer))


_expect = expecting(refusal)


def receipt(shown: Json) -> Receipt:
    """The receipt of a post or comment that is shown. Raises Nonsense where it has no id or no time."""
    found = string(shown, "id")
    url = maybe_string(shown, "permalink_url") or permalink(found)
    return Receipt(found, url, at=instant(string(shown, "created_time")))


def permalink(post: str) -> str:
    """An address that leads to a post or comment."""
    return f"https://www.facebook.com/{post}"


def seen(shown: Json) -> Seen:
    """A post as the watcher sees it: one without words has none, one made elsewhere names its application."""
    found, application = receipt(shown), shown.get("application")
    name = maybe_string(application, "name") if isinstance(application, dict) else ""
    assert found.at is not None
    return Seen(found, maybe_string(shown, "message"), found.at, name or None)


def pictures(shown: Json) -> int | None:
    """How many pictures a post shows; None where the answer does not tell."""
    if "attachments" not in shown:
        return None
    count = 0
    for one in things(thing(shown["attachments"]).get("data")):
        inside = one.get("subattachments")
        count += len(things(thing(inside).get("data"))) if inside else one.get("media_type") == "photo"
    return count


def profile(page: Json) -> Profile:
    """A Page as it presents itself. Its picture's address is signed anew each time: only the file's name tells."""
    shown = page.get("picture")
    url = string(thing(thing(shown).get("data")), "url") if shown else ""
    picture = url.partition("?")[0].rpartition("/")[2] or None
    return Profile(string(page, "name"), picture, maybe_string(page, "about"))


def _word(error: Json) -> type[PlatformError] | None:
    said = error.get("message")
    if error.get("code") == 368 and isinstance(said, str) and _POSTED_ALREADY in said:
        return Duplicate
    return word_of(error, WORDS)
