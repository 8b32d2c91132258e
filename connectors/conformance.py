"""What is held of every connector, ours or a third party's: one suite, importable, without network or test framework.

`check(connector, rehearsal)` runs it whole; `CHECKS` are its parts, each a function of the same two arguments whose
name is the promise. A part that is broken raises NotConformant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from connectors.contract import (
    ByHand,
    Commit,
    Connector,
    Conversation,
    MediaAddress,
    Pause,
    PlatformError,
    Rejected,
    Request,
    Response,
    Step,
    Upload,
    converse,
)
from connectors.registry import fault
from connectors.words import Absent, Exact, Likely, Outgoing, Passage, Receipt, Window

_ENDLESS = 500  # steps; no conversation of ours is near it

UNREADABLE = (
    b"",
    b"null",
    b"[]",
    b"[7]",
    b'"text"',
    b"{",
    b"{}",
    b"\xff\xfe",
    b"[" * 100_000,
    b"<html>sign in to the hotel network</html>",
    b'{"error": 7, "message": []}',
    b'{"id": "\\ud800", "uri": "\\ud800", "cid": 1, "created_at": "yesterday", "records": {}, "value": []}',
)


class NotConformant(AssertionError):
    """A connector breaks what is held of every connector: says which promise, and how."""


@dataclass(frozen=True)
class Recorded:
    """An example answer of the platform's own documentation (`source`: where), put in place of the rehearsed one.

    The conversation asks with `method` at an address that ends in `path`. It must read the answer: end well, or in
    `word` where the example is of a refusal.
    """

    source: str
    conversation: str
    method: str
    path: str
    answer: Response
    word: type[PlatformError] | None = None


@dataclass(frozen=True)
class Rehearsal:
    """A platform that always answers well, as one function, and what is said on it.

    `answer` gives the happy answer to each request, and must show the post of `outgoing` where it is looked for;
    `gone` is what the platform answers when asked to remove what it does not have. `credential` holds values that
    occur nowhere else, so that they are found wherever they leak; `now` is any instant. `recorded` are example answers
    of the platform's documentation.
    """

    outgoing: Outgoing
    passage: Passage
    window: Window
    credential: Mapping[str, str]
    now: datetime
    answer: Callable[[Request], Response]
    gone: Response
    recorded: tuple[Recorded, ...] = ()


Check = Callable[[Connector, Rehearsal], None]


def check(connector: Connector, rehearsal: Rehearsal) -> None:
    """Hold `connector` to every promise. Raises NotConformant for the first broken, or what the connector raises."""
    for one in CHECKS:
        one(connector, rehearsal)


def conversations(connector: Connector, rehearsal: Rehearsal) -> Mapping[str, Callable[[], Conversation[Any]]]:
    """Every conversation of `connector` by name, ready to begin; `remove` is told the receipt of a publishing, and
    `find` what its Commit was about to make public.
    """
    receipt, made = _published(connector, rehearsal)
    outgoing, passage, home = rehearsal.outgoing, rehearsal.passage, rehearsal.passage.home
    authorise = connector.manifest.authorise
    exchange = authorise(home).exchange if authorise else ()
    settling = replace(passage, made=made)
    return {
        **{f"exchange {n}": partial(begin, home) for n, begin in enumerate(exchange, start=1)},
        "publish": lambda: connector.publish(outgoing, passage),
        "find": lambda: connector.find(outgoing, settling, rehearsal.window),
        "remove": lambda: connector.remove(receipt, home),
        "recent": lambda: connector.recent(home, 10),
        "profile": lambda: connector.profile(home),
        "identify": lambda: connector.identify(home),
        "sign_in": lambda: connector.sign_in(home),
        "refresh": lambda: connector.refresh(home),
        "revoke": lambda: connector.revoke(home),
    }


def drive(conversation: Conversation[Any], answer: Callable[[Request], Response]) -> tuple[Any, tuple[Step, ...]]:
    """The result and the steps of a conversation answered with `answer`; the result is ByHand where it ends in that.
    Raises NotConformant where it never ends.
    """
    taken: list[Step] = []

    def respond(step: Step) -> Response | None:
        taken.append(step)
        if len(taken) > _ENDLESS:
            raise NotConformant(f"a conversation takes more than {_ENDLESS} steps")
        return None if isinstance(step, Pause) else answer(step.request)

    try:
        return converse(conversation, respond), tuple(taken)
    except ByHand as left:
        return left, tuple(taken)


def disturb(
    connector: Connector, rehearsal: Rehearsal, name: str, at: int, wrong: Response
) -> tuple[Any, tuple[Step, ...]] | None:
    """Run the conversation `name` with `wrong` in place of its answer number `at` (from 0), the others being good.

    Gives result and steps, or None where it ended in a PlatformError. Any other exception goes through as it is.
    """
    taken = -1

    def answer(request: Request) -> Response:
        nonlocal taken
        taken += 1
        return wrong if taken == at else rehearsal.answer(request)

    try:
        return drive(conversations(connector, rehearsal)[name](), answer)
    except PlatformError:
        return None


def is_not_fooled(connector: Connector, rehearsal: Rehearsal, name: str, at: int, wrong: Response) -> None:
    """Hold that `wrong`, an answer that no platform gives when all is well, is not taken for a good one.

    Raises NotConformant where a Commit so answered passes for success, a look for proof of absence, or a 5xx to a
    look or a removal for an answer.
    """
    ended = disturb(connector, rehearsal, name, at, wrong)
    if ended is None:
        return
    result, steps = ended
    asked = [step for step in steps if not isinstance(step, Pause)]
    where = f"{connector.name}.{name}, answer {at} being {wrong.status} {wrong.body[:60]!r}: passed for"
    if at < len(asked):
        _hold(not isinstance(asked[at], Commit), f"{where} success")
        _hold(not (isinstance(result, Absent) and result.proof), f"{where} proof of absence")
        _hold(wrong.status < 500 or name not in ("find", "remove", "revoke"), f"{where} an answer")


def is_what_the_contract_asks(connector: Connector, rehearsal: Rehearsal) -> None:
    """Name, manifest, methods and limits are whole: what the registry asks at load."""
    wrong = fault(connector, connector.name)
    _hold(wrong is None, f"{connector.name}: {wrong}")


def commits_exactly_once(connector: Connector, rehearsal: Rehearsal) -> None:
    """The happy path of a delivery has one Commit; no other conversation has any."""
    for name, steps in _happy(connector, rehearsal):
        commits = sum(isinstance(step, Commit) for step in steps)
        _hold(commits == (name == "publish"), f"{connector.name}.{name} has {commits} Commits")


def says_the_same_twice(connector: Connector, rehearsal: Rehearsal) -> None:
    """The same Outgoing and Passage twice give the same requests, to the order of their fields."""
    first, second = (dict(_happy(connector, rehearsal)) for _ in range(2))
    for name, steps in first.items():
        _hold(repr(steps) == repr(second[name]), f"{connector.name}.{name} asks differently the second time")


def speaks_only_to_its_hosts(connector: Connector, rehearsal: Rehearsal) -> None:
    """Only https, and only hosts of the manifest or, where it says so, the account's own origin."""
    own = {urlsplit(rehearsal.passage.home.origin).netloc} if connector.manifest.own_origin else set()
    for name, request in _requests(connector, rehearsal):
        url = urlsplit(request.url)
        _hold(url.scheme == "https", f"{connector.name}.{name} speaks {url.scheme}, not https")
        _hold(url.netloc in connector.manifest.hosts | own, f"{connector.name}.{name} speaks to {url.netloc}")


def shows_no_secret(connector: Connector, rehearsal: Rehearsal) -> None:
    """No request and no result shows a credential's value, and none carries an Authorization of its own making."""
    for name, begin in conversations(connector, rehearsal).items():
        shown = repr(drive(begin(), rehearsal.answer))
        for field, value in rehearsal.credential.items():
            _hold(value not in shown, f"{connector.name}.{name} shows the credential's {field}")
    for name, request in _requests(connector, rehearsal):
        headers = {header.lower() for header, _ in request.headers}
        _hold("authorization" not in headers, f"{connector.name}.{name} brings its own Authorization")


def adds_its_credential_quietly(connector: Connector, rehearsal: Rehearsal) -> None:
    """`auth` gives an httpx.Auth that shows nothing of itself, and changes neither method nor place nor what is asked:
    it may only add.
    """
    auth = connector.auth(rehearsal.credential, rehearsal.now, "nonce")
    _hold(isinstance(auth, httpx.Auth), f"{connector.name}.auth gives no httpx.Auth")
    values = rehearsal.credential.values()
    _hold(not any(value in repr(auth) for value in values), f"{connector.name}.auth shows a secret when printed")
    for name, request in _requests(connector, rehearsal):
        plain = httpx.URL(request.url)
        sent = next(auth.sync_auth_flow(httpx.Request(request.method, plain)))
        same = (sent.method, _place(sent.url)) == (request.method, _place(plain))
        kept = set(plain.params.multi_items()) <= set(sent.url.params.multi_items())
        _hold(same and kept, f"{connector.name}.auth changes the address of {name}")


def refuses_what_is_too_long(connector: Connector, rehearsal: Rehearsal) -> None:
    """A text over the limit is an overrun, and publishing it is Rejected before the first step."""
    limits = connector.limits(rehearsal.passage.home)
    too_long = replace(rehearsal.outgoing, text="a" * (limits.characters + 1))
    _hold(bool(limits.overruns(too_long)), f"{connector.name}.limits lets a text pass that is too long")
    _hold(not limits.overruns(rehearsal.outgoing), f"{connector.name}.limits refuses the rehearsal's own post")
    try:
        next(connector.publish(too_long, rehearsal.passage))
    except Rejected:
        return
    raise NotConformant(f"{connector.name}.publish begins to send a text that is too long")


def shows_pictures_only_past_the_door(connector: Connector, rehearsal: Rehearsal) -> None:
    """An address of a picture is asked for in an Upload alone: before one the embargo is asked."""
    for name, steps in _happy(connector, rehearsal):
        for step in steps:
            form = () if isinstance(step, Pause | Upload) else step.request.form or ()
            shown = any(isinstance(value, MediaAddress) for _, value in form)
            _hold(not shown, f"{connector.name}.{name} gives a picture's address away before the embargo is asked")


def finds_what_it_published(connector: Connector, rehearsal: Rehearsal) -> None:
    """`find` meets the post that `publish` made, under the same id."""
    receipt, _ = _published(connector, rehearsal)
    found, _ = drive(conversations(connector, rehearsal)["find"](), rehearsal.answer)
    met = (found.receipt,) if isinstance(found, Exact) else found.candidates if isinstance(found, Likely) else ()
    _hold(
        receipt.platform_id in {one.platform_id for one in met},
        f"{connector.name}.find does not find what publish made",
    )


def removes_what_is_gone(connector: Connector, rehearsal: Rehearsal) -> None:
    """Removing what is not there, or no longer, is no error; where no program may remove, what is there is ByHand."""
    begin = conversations(connector, rehearsal)["remove"]
    for answer in (rehearsal.answer, lambda _: rehearsal.gone):
        left_to_people = answer is rehearsal.answer and not connector.manifest.removes
        try:
            ended, _ = drive(begin(), answer)
        except PlatformError as refused:
            raise NotConformant(f"{connector.name}.remove is not idempotent: {refused}") from refused
        kept = isinstance(ended, ByHand) == left_to_people
        _hold(kept, f"{connector.name}.remove ends in {ended!r}, although removes={connector.manifest.removes}")


def ends_in_our_words(connector: Connector, rehearsal: Rehearsal) -> None:
    """Every status 400-599 and every unreadable answer, at every step, ends in a result or a PlatformError."""
    wrong = [Response(status, {}, body) for status in range(400, 600) for body in (b"", b'{"error": "Other"}')]
    wrong += [Response(200, {}, body) for body in UNREADABLE]
    for name, steps in _happy(connector, rehearsal):
        asked = [step for step in steps if not isinstance(step, Pause)]
        for at in range(len(asked)):
            for answer in wrong:
                is_not_fooled(connector, rehearsal, name, at, answer)


def leaves_a_server_error_open(connector: Connector, rehearsal: Rehearsal) -> None:
    """A 5xx at the Commit is never a refusal for good nor proof that nothing was done: nobody knows."""
    steps = dict(_happy(connector, rehearsal))["publish"]
    asked = [step for step in steps if not isinstance(step, Pause)]
    at = next(number for number, step in enumerate(asked) if isinstance(step, Commit))
    for status in (500, 502, 503, 504, 599):
        given = [*(rehearsal.answer(step.request) for step in asked[:at]), Response(status)]
        try:
            drive(connector.publish(rehearsal.outgoing, rehearsal.passage), partial(_in_turn, iter(given)))
        except PlatformError as error:
            sure = error.not_applied or isinstance(error, Rejected)
            _hold(not sure, f"{connector.name}.publish is sure of what a {status} means: {error.word}")


def reads_the_recorded_answers(connector: Connector, rehearsal: Rehearsal) -> None:
    """The example answers of the platform's documentation mean to the connector what they say."""
    for one in rehearsal.recorded:
        where = f"{connector.name}.{one.conversation}, given the example of {one.source},"
        met: list[str] = []

        def answer(request: Request, one: Recorded = one, met: list[str] = met) -> Response:
            if request.method != one.method or not urlsplit(request.url).path.endswith(one.path):
                return rehearsal.answer(request)
            met.append(request.url)
            return one.answer

        ended: PlatformError | None = None
        try:
            drive(conversations(connector, rehearsal)[one.conversation](), answer)
        except PlatformError as error:
            ended = error
        _hold(bool(met), f"{where} never asks {one.method} {one.path}")
        wanted = one.word or type(None)
        _hold(isinstance(ended, wanted), f"{where} ends in {ended!r}, not in {wanted.__name__}")


CHECKS: tuple[Check, ...] = (
    is_what_the_contract_asks,
    commits_exactly_once,
    says_the_same_twice,
    speaks_only_to_its_hosts,
    shows_no_secret,
    adds_its_credential_quietly,
    refuses_what_is_too_long,
    shows_pictures_only_past_the_door,
    finds_what_it_published,
    removes_what_is_gone,
    leaves_a_server_error_open,
    reads_the_recorded_answers,
    ends_in_our_words,
)


def _in_turn(given: Iterator[Response], request: Request) -> Response:
    return next(given)


def _place(url: httpx.URL) -> str:
    return str(url.copy_with(query=None))


def _hold(kept: bool, otherwise: str) -> None:
    if not kept:
        raise NotConformant(otherwise)


def _published(connector: Connector, rehearsal: Rehearsal) -> tuple[Receipt, str | None]:
    result, taken = drive(connector.publish(rehearsal.outgoing, rehearsal.passage), rehearsal.answer)
    if not isinstance(result, Receipt):
        raise NotConformant(f"{connector.name}.publish gives {type(result).__name__}, not a Receipt")
    return result, next((step.made for step in taken if isinstance(step, Commit)), None)


def _happy(connector: Connector, rehearsal: Rehearsal) -> Iterator[tuple[str, tuple[Step, ...]]]:
    for name, begin in conversations(connector, rehearsal).items():
        yield name, drive(begin(), rehearsal.answer)[1]


def _requests(connector: Connector, rehearsal: Rehearsal) -> Iterator[tuple[str, Request]]:
    for name, steps in _happy(connector, rehearsal):
        yield from ((name, step.request) for step in steps if not isinstance(step, Pause))
