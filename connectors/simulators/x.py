"""A pretend X: posts, threads, lookups, timelines, deletion; the rest is in `x_server` (contract §§4, 6, 7)."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any

from connectors.simulators.pretend import Answer, Call, Refusal
from connectors.simulators.truth import Instant, Truth
from connectors.simulators.x_media import Medium
from connectors.simulators.x_oauth import Person
from connectors.simulators.x_server import XServer, described
from connectors.simulators.x_text import NEVER, addresses, weigh, wrapped
from connectors.simulators.x_words import POST, XRules, forbidden, invalid, iso, not_found, problem, read_object

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
NOT_ENGAGED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)
TOO_LONG = "Your Tweet text is too long. For more information, see the documentation on counting characters."
FIELDS = (
    *("id", "text", "edit_history_tweet_ids", "created_at", "author_id", "conversation_id", "entities", "attachments"),
    *("referenced_tweets", "note_tweet", "in_reply_to_user_id", "lang", "source", "public_metrics", "reply_settings"),
)
_FIELD_NAMES = (
    *("tweet.fields", "post.fields", "expansions", "media.fields", "user.fields"),
    *("poll.fields", "place.fields"),
)
_LIST_NAMES = (
    *("max_results", "since_id", "until_id", "start_time", "end_time", "pagination_token", "exclude"),
    *_FIELD_NAMES,
)
_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?\b")


@dataclass(frozen=True)
class Tweet:
    """One post. `at` is wall seconds, `since` monotonic seconds; `by` who made it: api, double, foreign."""

    id: str
    person: Person
    text: str
    media: tuple[Medium, ...]
    reply_to: str | None
    root: str
    at: float
    since: float
    by: str


class X(XServer):
    """See the module."""

    def __init__(self, truth: Truth, rules: XRules | None = None) -> None:
        super().__init__(truth, rules)
        self._posts: dict[str, Tweet] = {}
        self._said: list[tuple[str, str, float, str]] = []
        self.exact |= {("POST", "/2/tweets"): self._post, ("GET", "/2/tweets"): self._many}
        self.numbered += [
            ("GET", re.compile(r"/2/tweets/(\d{1,19})"), self._one),
            ("DELETE", re.compile(r"/2/tweets/(\d{1,19})"), self._delete),
            ("GET", re.compile(r"/2/users/(\d{1,19})/tweets"), self._list),
        ]

    # --- writing ------------------------------------------------------------------------------------------------------

    def _post(self, call: Call) -> Answer:
        scopes, rules = ("tweet.read", "tweet.write", "users.read"), self.rules
        person = self.caller(call, "posts", rules.posts_per_15min, *scopes, a_day=rules.posts_per_day)
        if rules.credits < 1:
            detail = "Your enrolled account does not have any credits to fulfill this request."
            raise Refusal(problem(402, "CreditsDepleted", detail, "credits"))
        draft = self._drafted(person, read_object(call, POST))
        self.rules = replace(rules, credits=rules.credits - 1)
        self._keep(draft, number=call.number)
        if call.twice:
            number = self.next_id()
            self._keep(replace(draft, id=number, root=draft.root if draft.reply_to else number, by="double"))
        return Answer(201, {"data": self._shown(draft, {"id", "text", "edit_history_tweet_ids"})})

    def _drafted(self, person: Person, given: Mapping[str, Any], by: str = "api") -> Tweet:
        """A post that may be made. Raises Refusal."""
        text, media = given.get("text", ""), self._attached(person, given)
        if not text.strip() and not media:
            raise invalid("One of the fields 'text' or 'media' is required", text=text)
        if "poll" in given:
            _check_poll(given)
        if "quote_tweet_id" in given:
            raise forbidden("Quoting posts is not available on your access level.", "client-forbidden")
        self._check_words(text)
        reply_to = self._replied(person, given)
        if by == "api":
            self._refuse_duplicate(person, text)
        now, number = time.time(), self.next_id()
        root = self._posts[reply_to].root if reply_to else number
        return Tweet(number, person, text, media, reply_to, root, now, time.monotonic(), by)

    def _attached(self, person: Person, given: Mapping[str, Any]) -> tuple[Medium, ...]:
        if "media" not in given:
            return ()
        return self.library.for_post(given["media"].get("media_ids", []), person.id)

    def _check_words(self, text: str) -> None:
        if set(text) & NEVER:
            raise invalid("Your Tweet text contains invalid characters.", text="")
        if weigh(text) > self.rules.max_length:
            raise forbidden(TOO_LONG)
        if len(_CASHTAG.findall(text)) > 1:
            raise forbidden("Posts may contain at most one cashtag.")

    def _replied(self, person: Person, given: Mapping[str, Any]) -> str | None:
        """What this answers: posts of one's own, if at all (contract §3). Raises Refusal."""
        if "reply" not in given:
            return None
        number = given["reply"].get("in_reply_to_tweet_id")
        if number is None:
            raise invalid("$.reply.in_reply_to_tweet_id: is missing but it is required")
        there = self._posts.get(number)
        if there is None:
            raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
        if there.person is not person or not self.rules.own_replies:
            raise forbidden(NOT_ENGAGED)
        return str(number)

    def _refuse_duplicate(self, person: Person, text: str) -> None:
        """The same words again soon. The refusal does not say where they stand."""
        words, since = _plain(text), time.monotonic() - self.rules.duplicate_window_s
        for who, said, at, number in self._said:
            kept = number in self._posts or self.rules.deleted_count
            if words and (who, said) == (person.id, words) and at > since and kept:
                raise forbidden(DUPLICATE)

    def _keep(self, tweet: Tweet, **facts: Any) -> None:
        self._posts[tweet.id] = tweet
        self._said.append((tweet.person.id, _plain(tweet.text), tweet.since, tweet.id))
        shown = self._outline(tweet)
        names = ("account", "handle", "id", "text", "media", "reply_to", "by")
        self.truth.tell("accepted", **facts, **{name: shown[name] for name in names})

    def _delete(self, call: Call, number: str) -> Answer:
        person = self.caller(call, "deletes", self.rules.deletes_per_15min, "tweet.read", "tweet.write", "users.read")
        tweet = self._posts.get(number)
        if tweet is None:
            return self._missing(number)
        if tweet.person is not person:
            raise forbidden("You are not authorized to delete this Tweet.")
        del self._posts[number]
        self.truth.tell("removed", number=call.number, account=person.id, id=number)
        return Answer(200, {"data": {"deleted": True}})

    # --- reading ------------------------------------------------------------------------------------------------------

    def _one(self, call: Call, number: str) -> Answer:
        self.caller(call, "lookup", self.rules.reads_per_15min, "tweet.read", "users.read")
        given, tweet = call.query(_FIELD_NAMES, _unknown), self._posts.get(number)
        if tweet is None:
            return self._missing(number)
        return Answer(200, {"data": self._shown(tweet, _wanted(given)), **self._includes(call, [tweet], given)})

    def _many(self, call: Call) -> Answer:
        self.caller(call, "lookups", self.rules.reads_per_15min, "tweet.read", "users.read")
        given = call.query(("ids", *_FIELD_NAMES), _unknown)
        numbers = given.get("ids", "").split(",")
        if not 1 <= len(numbers) <= 100 or not all(number.isdecimal() for number in numbers):
            raise invalid("The number of values in the `ids` query parameter list is not between 1 and 100")
        found = [self._posts[number] for number in numbers if number in self._posts]
        missing = [not_found(number) for number in numbers if number not in self._posts]
        data = {"data": [self._shown(tweet, _wanted(given)) for tweet in found]} if found else {}
        return Answer(200, data | ({"errors": missing} if missing else {}) | self._includes(call, found, given))

    def _list(self, call: Call, number: str) -> Answer:
        self.caller(call, "timeline", self.rules.reads_per_15min, "tweet.read", "users.read")
        given = call.query(_LIST_NAMES, _unknown)
        if number not in self.registry.people:
            return Answer(200, {"errors": [not_found(number, "user")]})
        most = _count(given.get("max_results", "10"))
        fit = [tweet for tweet in self._newest_first(number, call.lag) if _within(tweet, given)]
        start = _count(given["pagination_token"], 0, 10_000) if "pagination_token" in given else 0
        page = fit[start : start + most]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
        if start + most < len(fit):
            meta["next_token"] = str(start + most)
        data = {"data": [self._shown(tweet, _wanted(given)) for tweet in page]} if page else {}
        return Answer(200, data | {"meta": meta} | self._includes(call, page, given))

    def _newest_first(self, person: str, lag: float) -> list[Tweet]:
        """The newest 3,200 of one account; with `lag` only those old enough to be listed."""
        latest = time.monotonic() - lag
        own = [tweet for tweet in self._posts.values() if tweet.person.id == person]
        listed = [tweet for tweet in own if not lag or tweet.since <= latest]
        return sorted(listed, key=lambda tweet: int(tweet.id), reverse=True)[:3_200]

    def _missing(self, number: str) -> Answer:
        """What is not there: 200 with nothing but errors as long seen, or 404 as documented (contract §10)."""
        if self.rules.missing_status == 404:
            return problem(404, "Not Found Error", f"Could not find tweet with id: [{number}].", "resource-not-found")
        return Answer(200, {"errors": [not_found(number)]})

    def _shown(self, tweet: Tweet, wanted: set[str]) -> dict[str, Any]:
        """The post object with the fields that are wanted: text escaped, addresses wrapped, media's own at the end."""
        photo = f"https://t.co/{tweet.id[-10:]}" if tweet.media else ""
        text = escape(wrapped(tweet.text), quote=False) + (f" {photo}" if photo and tweet.text else photo)
        shown: dict[str, Any] = {"id": tweet.id, "text": text, "edit_history_tweet_ids": [tweet.id]}
        shown |= {"created_at": iso(tweet.at), "author_id": tweet.person.id, "conversation_id": tweet.root}
        urls = [{"url": a.short, "expanded_url": a.expanded, "display_url": a.url} for a in addresses(tweet.text)]
        place = f"https://x.com/{tweet.person.name}/status/{tweet.id}/photo/1"
        urls += [{"url": photo, "expanded_url": place, "media_key": medium.key} for medium in tweet.media]
        for url in urls:
            url["start"] = text.find(str(url["url"]))  # type: ignore[assignment,unused-ignore]
        if urls:
            shown["entities"] = {"urls": urls}
        if tweet.media:
            shown["attachments"] = {"media_keys": [medium.key for medium in tweet.media]}
        if tweet.reply_to:
            shown |= {"referenced_tweets": [{"type": "replied_to", "id": tweet.reply_to}]}
            shown["in_reply_to_user_id"] = tweet.person.id
        return {name: value for name, value in shown.items() if name in wanted}

    def _includes(self, call: Call, tweets: list[Tweet], given: Mapping[str, str]) -> dict[str, Any]:
        asked, found = given.get("expansions", "").split(","), {}
        if "attachments.media_keys" in asked:
            fields = given.get("media.fields", "").split(",")
            media = [medium for tweet in tweets for medium in tweet.media]
            if media:
                found["media"] = [_medium(medium, fields) for medium in media]
        if "author_id" in asked and tweets:
            people = {tweet.person.id: described(tweet.person, call.origin) for tweet in tweets}
            found["users"] = [{name: one[name] for name in ("id", "name", "username")} for one in people.values()]
        return {"includes": found} if found else {}

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def foreign_post(self, account: str, text: str) -> dict[str, str]:
        """See Pretend: from the platform's own web page."""
        tweet = self._drafted(self.registry.find(account), {"text": text}, "foreign")
        self._keep(tweet)
        return {"id": tweet.id}

    def edit_post(self, post: str, text: str) -> None:
        """See Pretend."""
        self._posts[post] = replace(self._posts[post], text=text)

    def remove_post(self, post: str) -> None:
        """See Pretend."""
        del self._posts[post]

    def posts(self) -> list[dict[str, Any]]:
        """See Pretend."""
        return [self._outline(t) for t in sorted(self._posts.values(), key=lambda t: int(t.id), reverse=True)]

    def media(self, sha256: str) -> tuple[str, bytes] | None:
        """See Pretend."""
        found = (medium for medium in self.library.media.values() if medium.sha256 == sha256)
        return next(((medium.media_type, medium.data) for medium in found), None)

    def _outline(self, tweet: Tweet) -> dict[str, Any]:
        return {
            "account": tweet.person.id,
            "handle": tweet.person.name,
            "id": tweet.id,
            "at": Instant(int(tweet.at * 1e9), 0).utc,
            "text": tweet.text,
            "media": [{"sha256": medium.sha256, "alt": medium.alt} for medium in tweet.media],
            "reply_to": tweet.reply_to,
            "by": tweet.by,
        }


def _medium(medium: Medium, fields: list[str]) -> dict[str, Any]:
    shown = {"media_key": medium.key, "type": "photo"}
    return shown | ({"alt_text": medium.alt} if "alt_text" in fields and medium.alt else {})


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _wanted(given: Mapping[str, str]) -> set[str]:
    """The fields asked for, under either name, and those that always come. Raises Refusal for an unknown one."""
    asked = ",".join(given[name] for name in ("tweet.fields", "post.fields") if name in given)
    wanted = {
        name.replace("_posts", "_tweets").replace("_post_", "_tweet_").replace("note_post", "note_tweet")
        for name in asked.split(",")
        if name
    }
    strange = wanted - set(FIELDS)
    if strange:
        raise invalid(f"The `tweet.fields` query parameter value {sorted(strange)} is not one of the known")
    return wanted | {"id", "text", "edit_history_tweet_ids"}


def _count(value: str, least: int = 5, most: int = 100) -> int:
    if not value.isdecimal() or not least <= int(value) <= most:
        raise invalid(f"The `max_results` query parameter value [{value}] is not between {least} and {most}")
    return int(value)


def _within(tweet: Tweet, given: Mapping[str, str]) -> bool:
    """Whether a post passes the filters of a timeline."""
    if "replies" in given.get("exclude", "").split(",") and tweet.reply_to:
        return False
    low, high = given.get("since_id", "0"), given.get("until_id", "9" * 19)
    if not low.isdecimal() or not high.isdecimal():
        raise invalid("since_id and until_id are ids")
    begins, ends = _instant(given.get("start_time")), _instant(given.get("end_time"))
    in_time = (begins is None or tweet.at >= begins) and (ends is None or tweet.at < ends)
    return int(low) < int(tweet.id) < int(high) and in_time


def _instant(value: str | None) -> float | None:
    """`YYYY-MM-DDTHH:mm:ssZ`, perhaps with milliseconds, and no other form of the time. Raises Refusal."""
    if value is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", value):
            return datetime.fromisoformat(value).timestamp()
    except ValueError:
        pass
    raise invalid(f"[{value}] is not a valid time: YYYY-MM-DDTHH:mm:ssZ")


def _check_poll(given: Mapping[str, Any]) -> None:
    options, minutes = given["poll"].get("options", []), given["poll"].get("duration_minutes", 0)
    fits = 2 <= len(options) <= 4 and all(isinstance(one, str) and 1 <= len(one) <= 25 for one in options)
    if not fits or not 5 <= minutes <= 10_080 or "media" in given:
        raise invalid("A poll has 2 to 4 options, 5 to 10080 minutes and no media")


def _unknown(name: str) -> Refusal:
    return invalid(f"The query parameter [{name}] is not one of the known", **{name: ""})
