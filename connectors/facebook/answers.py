"""Facebook's refusals in our words, by code and subcode (platform page §7), and what is read from its answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import (
    Budget,
    Duplicate,
    Nonsense,
    PlatformError,
    Rejected,
    Response,
    SetupWrong,
    SignInExpired,
    Throttled,
    Unavailable,
)
from connectors.reading import answered_at, instant, string, thing, things
from connectors.words import Profile, Receipt, Seen

Json = Mapping[str, Any]
WINDOW = timedelta(hours=1)  # how long a limit lasts where the platform does not say
USAGE = "x-business-use-case-usage"
MISSING = (100, 33)  # an object that is not there, or not for us

# `type` is nearly always OAuthException: code and subcode decide. A subcode goes before its code.
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
    if answer.status != 200 or _error(answer):
        raise refusal(answer)
    return thing(answer.json())


def is_missing(answer: Response) -> bool:
    """Whether a refusal says that the object is not there."""
    error = _error(answer)
    return answer.status < 500 and (error.get("code"), error.get("error_subcode")) == MISSING


def is_of_another_kind(answer: Response) -> bool:
    """Whether a refusal says that the token's owner has no such field: a person's are not a Page's."""
    return answer.status == 400 and _error(answer).get("code") == 100


def refusal(answer: Response) -> PlatformError:
    """What an answer other than the expected means for us."""
    error, status = _error(answer), answer.status
    detail = _detail(error, status)
    word = Unavailable if status >= 500 else _word(error)
    if error.get("is_transient") is True and word not in _SURE:
        word = Unavailable
    if word is Throttled:
        return Throttled(detail, until=_until(answer), status=status, not_applied=True)
    if word is Duplicate:
        return Duplicate(detail, status=status)
    if word is not None:
        return word(detail, status=status, not_applied=word is not Unavailable)
    if error and 400 <= status < 500:
        return Rejected(detail, status=status)
    return Nonsense(f"an answer {status} that Facebook does not document", status=status)


def receipt(shown: Json) -> Receipt:
    """The receipt of a post or comment that is shown. Raises Nonsense where it has no id or no time."""
    found = string(shown, "id")
    url = string(shown, "permalink_url") if shown.get("permalink_url") else permalink(found)
    return Receipt(found, url, at=instant(string(shown, "created_time")))


def permalink(post: str) -> str:
    """An address that leads to a post or comment."""
    return f"https://www.facebook.com/{post}"


def seen(shown: Json) -> Seen:
    """A post as the watcher sees it: one without words has none, one made elsewhere names its application."""
    found, application = receipt(shown), shown.get("application")
    name = string(application, "name") if isinstance(application, dict) and application.get("name") else None
    assert found.at is not None
    return Seen(found, message(shown), found.at, name)


def message(shown: Json) -> str:
    """The words of a post; the key is absent where there are none."""
    return string(shown, "message", may_be_empty=True) if "message" in shown else ""


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
    return Profile(string(page, "name"), picture, string(page, "about", may_be_empty=True) if "about" in page else "")


def after(page: Json) -> str | None:
    """The cursor of the next page of a list; None on the last."""
    paging = page.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    return string(thing(paging.get("cursors")), "after")


def _word(error: Json) -> type[PlatformError] | None:
    said = error.get("message")
    if error.get("code") == 368 and isinstance(said, str) and _POSTED_ALREADY in said:
        return Duplicate
    for name in ("error_subcode", "code"):
        number = error.get(name)
        if type(number) is int and number in WORDS and not (name == "error_subcode" and number < 1000):
            return WORDS[number]
    return None


def _error(answer: Response) -> Json:
    try:
        error = thing(answer.json()).get("error")
    except Nonsense:
        return {}
    return error if isinstance(error, dict) else {}


def _detail(error: Json, status: int) -> str:
    """What a person may need, the platform's own trace id included."""
    names = ("code", "error_subcode", "message", "fbtrace_id")
    shown = [f"{name} {error[name]}" for name in names if isinstance(error.get(name), int | str)]
    return ", ".join(shown) or f"status {status}"


def _until(answer: Response) -> datetime | None:
    """The end of a throttling, counted from the answer's own `Date`: the platform gives minutes, or nothing."""
    at = answered_at(answer)
    return at + (_waiting(answer.header(USAGE)) or WINDOW) if at else None


def budgets(answer: Response) -> tuple[Budget, ...]:
    """Nothing left where a usage header says 100 per cent or how long to wait; below that, per cent are not counts."""
    at, wait = answered_at(answer), _waiting(answer.header(USAGE))
    spent = any(_used(answer.header(name)) >= 100 for name in ("x-app-usage", "x-page-usage"))
    return (Budget(0, at + (wait or WINDOW)),) if at and (wait or spent) else ()


def _used(usage: str | None) -> int:
    """The highest per cent of a usage header; 0 where there is none."""
    try:
        counts = thing(json.loads(usage or "")).values()
    except (ValueError, RecursionError, Nonsense):
        return 0
    return max((one for one in counts if type(one) is int), default=0)


def _waiting(usage: str | None) -> timedelta | None:
    """The longest `estimated_time_to_regain_access` of the usage header; None where there is none above 0."""
    try:
        groups = thing(json.loads(usage or "")).values()
    except (ValueError, RecursionError, Nonsense):
        return None
    uses = [use for group in groups if isinstance(group, list) for use in group if isinstance(use, dict)]
    minutes = [use.get("estimated_time_to_regain_access") for use in uses]
    longest = max((one for one in minutes if type(one) is int and one < 100_000), default=0)
    return timedelta(minutes=longest) if longest > 0 else None
