"""Containers: how Instagram and Threads publish (their pages §§2, 4). What is said is put into a container, unseen, and
the container is then made public once: so its state tells, without doubt, whether that happened.

Its id travels with the Commit (`Commit.made`), is kept with the intent, and comes back to `find` and `publish`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import (
    Ask,
    Budget,
    Conversation,
    Duplicate,
    MediaAddress,
    Nonsense,
    Pause,
    PlatformError,
    Rejected,
    Request,
    Response,
    Sealed,
    SetupWrong,
    SignInExpired,
    Throttled,
    Unavailable,
)
from connectors.graph import after, detail_of, error_of, until, word_of
from connectors.graph import budgets as usage
from connectors.listing import Turn
from connectors.reading import (
    answered_at,
    ask,
    commit,
    expecting,
    instant,
    maybe_string,
    number,
    refused,
    segment,
    string,
    thing,
    things,
    told,
    upload,
)
from connectors.words import Absent, Found, Home, Likely, Outgoing, Passage, Picture, Profile, Receipt, Seen

Json = Mapping[str, Any]
Expect = Callable[..., Json]
Form = tuple[tuple[str, str | MediaAddress], ...]
MISSING = (100, 33)  # an object that is not there, or not for us
FINISHED, OUT, WORKING, OVER = "FINISHED", "PUBLISHED", "IN_PROGRESS", ("ERROR", "EXPIRED")
_FIRST_LOOK, _LONGEST_LOOK, _LOOKS = 1, 60, 8  # seconds, seconds, and how often


def reader(words: Mapping[int, type[PlatformError]], again: frozenset[int]) -> Expect:
    """`expect(answer)`: its object where it is 200 and no error. Raises what its refusal means by `words`; one of the
    codes or subcodes `again` says that surely nothing was done, yet.
    """

    def refusal(answer: Response) -> PlatformError:
        error = error_of(answer)
        word = word_of(error, words)
        not_yet = bool({error.get("code"), error.get("error_subcode")} & again)
        if not_yet or (error.get("is_transient") is True and word not in (Throttled, SignInExpired)):
            word = Unavailable
        return refused(word, answer, detail_of(error), until(answer), sure=not_yet)

    expect = expecting(refusal)

    def read(answer: Response) -> Json:
        if error_of(answer):
            raise refusal(answer)
        return expect(answer)

    return read


def budgets(answer: Response) -> tuple[Budget, ...]:
    """What the usage headers say is left and, of the answer that tells them, the day's posts and the day's replies."""
    rows, ends = told(answer).get("data"), _asked_again(answer)
    day = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    first = _left(day, "quota_usage", "config")
    later = _left(day, "reply_quota_usage", "reply_config")
    posts = (Budget(first, ends, sort="first"),) if ends and first is not None else ()
    replies = (Budget(later, ends, sort="later"),) if ends and later is not None else ()
    return (*usage(answer), *posts, *replies)


def _left(day: Json, used: str, most: str) -> int | None:
    try:
        return max(0, number(thing(day.get(most)), "quota_total") - number(day, used))
    except Nonsense:
        return None


def _asked_again(answer: Response) -> datetime | None:
    """When a day's allowance that moves on with the hours is asked about again: the hour after the next has begun. The
    same for all answers of an hour, so that the lowest count of them holds.
    """
    at = answered_at(answer)
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2) if at else None


def is_missing(answer: Response) -> bool:
    """Whether a refusal says that the object is not there."""
    error = error_of(answer)
    return answer.status < 500 and (error.get("code"), error.get("error_subcode")) == MISSING


@dataclass(frozen=True)
class Graph:
    """One platform of containers: its host and version, where its containers live, and how its refusals are read.

    `state` is the field that holds a container's state, `why` the one that says what is wrong with it; `faults` are its
    words for what will be refused again. `fields` are asked of a post that is shown, `text` is the one with its words.
    `quota` gives the path of the day's allowance, and the fields with what is used and what there is of it.
    """

    base: str
    containers: str
    publishing: str
    state: str
    why: str
    faults: frozenset[str]
    fields: str
    text: str
    expect: Expect
    quota: Callable[[Outgoing], tuple[str, str, str]]

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"{self.base}/{path}"

    def get(self, path: str, *query: tuple[str, str | Sealed]) -> Conversation[Json]:
        """What is at a path. Raises what the refusal means."""
        return self.expect((yield from ask(Request("GET", self.url(path), query=query))))

    # --- a container -------------------------------------------------------------------------------------------------

    def ready(self, home: Home, *forms: Form) -> Conversation[list[str]]:
        """Containers of these forms, ready to be made public. Raises Rejected, Unavailable."""
        made = []
        for form in forms:
            request = Request("POST", self.url(f"{segment(home.subject)}/{self.containers}"), form=form)
            made.append(string(self.expect((yield from upload(request))), "id"))
        for container in made:
            yield from self._until_ready(home, container)
        return made

    def container(
        self, outgoing: Outgoing, passage: Passage, one: Callable[[Picture], Form], whole: Form
    ) -> Conversation[str]:
        """A ready container: that of an earlier sending, as long as it was or may yet be made public; else a new one of
        pictures, each as `one` says, and `whole`: several stand in one that holds them.
        """
        home = passage.home
        if passage.made and not (yield from self._is_over(passage.made)):
            yield from self._until_ready(home, passage.made)
            return passage.made
        yield from self._require_quota(home, outgoing)
        forms = [one(picture) for picture in outgoing.pictures]
        if len(forms) > 1:
            children = yield from self.ready(home, *((*form, ("is_carousel_item", "true")) for form in forms))
            forms = [(("media_type", "CAROUSEL"), ("children", ",".join(children)))]
        form = (*(forms[0] if forms else ()), *whole)
        return (yield from self.ready(home, form))[0]

    def _until_ready(self, home: Home, container: str) -> Conversation[None]:
        wait = home.fact("look_seconds", _FIRST_LOOK)
        for look in range(_LOOKS):
            if look:
                yield Pause(wait)
                wait = min(2 * wait, _LONGEST_LOOK)
            shown = yield from self._shown(container)
            state = string(shown, self.state)
            if state in (FINISHED, OUT):
                return
            if state != WORKING:
                raise self._fault(state, maybe_string(shown, self.why))
        raise Unavailable("the platform is still working on a picture", not_applied=True)

    def _is_over(self, container: str) -> Conversation[bool]:
        """Whether a container cannot be made public any more, or is not there; it never was, or this were settled."""
        answer = yield from ask(Request("GET", self.url(segment(container)), query=self._asked()))
        return is_missing(answer) or string(self.expect(answer), self.state) in OVER

    def _require_quota(self, home: Home, outgoing: Outgoing) -> Conversation[None]:
        """Raise Throttled where the day's posts are used up, before anything is made. No answer forbids nothing."""
        path, used, most = self.quota(outgoing)
        query = (("fields", f"{used},{most}"),)
        answer = yield Ask(Request("GET", self.url(f"{segment(home.subject)}/{path}"), query=query), optional=True)
        try:
            day = things(self.expect(answer).get("data"))[0] if answer else {}
            if answer and day and number(day, used) >= number(thing(day.get(most)), "quota_total"):
                why, ends = "the posts that the platform allows in 24 hours are used up", _asked_again(answer)
                raise Throttled(why, until=ends, not_applied=True)
        except (Nonsense, Rejected, SetupWrong, LookupError):
            return

    def publish(self, home: Home, made: str, *, again: bool) -> Conversation[Receipt]:
        """Make a container public. `again`: it was tried before, so what refuses it now may mean that it went out."""
        path = f"{segment(home.subject)}/{self.publishing}"
        answer = yield from commit(Request("POST", self.url(path), form=(("creation_id", made),)), made)
        try:
            post = string(self.expect(answer), "id")
        except (Rejected, Unavailable) as no:
            raise Duplicate(no.detail, status=no.status) if again else no from None
        return Receipt(post, (yield from self.permalink(post)))

    def permalink(self, post: str) -> Conversation[str | None]:
        """Where people see a post. It is out: where the platform does not say, there is no link, and no harm done."""
        answer = yield Ask(Request("GET", self.url(segment(post)), query=(("fields", "permalink"),)), optional=True)
        try:
            return maybe_string(self.expect(answer), "permalink") or None if answer else None
        except PlatformError:
            return None

    def settled(self, passage: Passage, look: Conversation[Found]) -> Conversation[Found]:
        """By its container: one that was not made public is proof that nothing went out. One that was, or of which
        nothing is known, leads to a look at the posts, whose want of it is then no evidence, or no more than that.
        """
        if passage.made is None:
            return (yield from look)
        answer = yield from ask(Request("GET", self.url(segment(passage.made)), query=self._asked()))
        if is_missing(answer):  # seen on containers that were there (page §4): proves nothing
            return (yield from look)
        state = string(self.expect(answer), self.state)
        if state == FINISHED or state in OVER:
            return Absent(proof=True, complete=True)
        found = (yield from look) if state == OUT else Absent(proof=False, complete=False)
        return found if isinstance(found, Likely) else Absent(proof=False, complete=False)

    def _shown(self, container: str) -> Conversation[Json]:
        answer = yield from ask(Request("GET", self.url(segment(container)), query=self._asked()))
        return self.expect(answer)

    def _asked(self) -> tuple[tuple[str, str], ...]:
        return (("fields", f"{self.state},{self.why}"),)

    def _fault(self, state: str, why: str) -> PlatformError:
        for_good = any(fault in why for fault in self.faults)
        kind = Rejected if for_good else Unavailable
        return kind(f"the platform's container is {state}: {why}", not_applied=True)

    # --- posts -------------------------------------------------------------------------------------------------------

    def listed(self, path: str, fields: str, limit: int) -> Turn[Json]:
        """One page after another of a list, newest first."""

        def turn(cursor: str | None) -> Conversation[tuple[tuple[Json, ...], str | None]]:
            query = (("fields", fields), ("limit", str(limit)), *((("after", cursor),) if cursor else ()))
            page = yield from self.get(path, *query)
            return things(page.get("data")), after(page)

        return turn

    def posts(self, home: Home, limit: int, kind: str) -> Turn[Json]:
        """The account's own posts of one kind, newest first."""
        return self.listed(f"{segment(home.subject)}/{kind}", self.fields, limit)

    def seen(self, shown: Json) -> Seen:
        """A post as the watcher sees it. The platform does not tell by which application it was made."""
        at: datetime = instant(string(shown, "timestamp"))
        receipt = Receipt(string(shown, "id"), maybe_string(shown, "permalink") or None, at=at)
        return Seen(receipt, maybe_string(shown, self.text), at)

    def receipt(self, shown: Json) -> Receipt:
        """The receipt of a post that is shown."""
        return self.seen(shown).receipt


def face(shown: Json, picture: str, bio: str) -> Profile:
    """How an account shows itself, by what the platform calls its picture and its biography. The picture's address is
    signed anew each time: only the file's name tells.
    """
    name = maybe_string(shown, "name") or string(shown, "username")
    file = maybe_string(shown, picture).partition("?")[0].rpartition("/")[2]
    return Profile(name, file or None, maybe_string(shown, bio))


def may_show(shown: Json, pictures: int) -> bool:
    """Whether a post that is shown can be one of so many pictures."""
    kind = str(shown.get("media_type") or "")
    if kind.startswith("CAROUSEL"):
        return pictures > 1
    return pictures == 1 if kind == "IMAGE" else not kind or (kind.startswith("TEXT") and not pictures)


def require_success(answer: Json) -> None:
    """Raise Nonsense where the answer does not say that it is done."""
    if answer.get("success") is not True:
        raise Nonsense("the answer does not say that it is done")


def newest_of(*lists: Iterable[Seen], limit: int) -> tuple[Seen, ...]:
    """The newest of several lists together."""
    return tuple(sorted((one for each in lists for one in each), key=lambda one: one.at, reverse=True)[:limit])
