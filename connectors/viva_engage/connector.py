"""Viva Engage's conversations with Yammer's REST API v1 and Entra, as the platform page §§1-5 gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import httpx

from connectors.bearer import BearerAuth
from connectors.contract import (
    Allowance,
    Authorisation,
    ByHand,
    Conversation,
    Manifest,
    Rejected,
    Renewal,
    Request,
    Response,
    Sealed,
    SetupWrong,
)
from connectors.listing import look_back, newest
from connectors.oauth import Tokens
from connectors.reading import ask, commit, file_part, refuse_overruns, string, thing, things, upload
from connectors.text import alike
from connectors.uploading import each_picture
from connectors.viva_engage import answers
from connectors.viva_engage.limits import limits, said
from connectors.viva_engage.place import place_of, sender_of, tenant_of
from connectors.words import (
    Found,
    Home,
    Identity,
    Limits,
    Outgoing,
    Passage,
    Picture,
    Profile,
    Receipt,
    Seen,
    Window,
)

Message = Mapping[str, Any]
Pairs = tuple[tuple[str, str | Sealed], ...]
API, FILES, ENTRA = (
    "https://www.yammer.com/api/v1",
    "https://filesng.yammer.com/v4",
    "https://login.microsoftonline.com",
)
SCOPES = ("https://www.yammer.com/access_as_user", "offline_access")
_PAGE = 20  # a list gives no more at once
_PAGES = 5  # ten requests in 30 seconds are allowed, and the next look comes soon


def authorise(home: Home) -> Authorisation:
    """Consent is given to Entra by the service account, at its own tenant."""
    return Authorisation(f"{_entra(home)}/authorize", pkce=True)


class VivaEngage:
    """The connector; stateless, so one instance serves every account."""

    name: str = "viva_engage"
    manifest: Manifest = Manifest(
        hosts=frozenset({"www.yammer.com", "filesng.yammer.com", "login.microsoftonline.com"}),
        own_origin=False,
        fields=(),
        scopes=SCOPES,
        authorise=authorise,
        application=("client_id", "client_secret"),
        allowance=Allowance("messages_per_30s", 10, 30),  # of one person through one application (page §7)
        refresh_repeats=True,  # a refresh token that was used stays usable (page §1)
    )

    def limits(self, home: Home) -> Limits:
        """The account's facts, or the careful reading of what is not published."""
        return limits(home)

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Upload the pictures as files of the community, then post once. There is no key: a repeat is a second post."""
        home = passage.home
        refuse_overruns(self.limits(home), outgoing)
        where = _where(passage)
        network = (yield from _user(home))[1] if outgoing.pictures else ""
        files = yield from each_picture(outgoing, lambda picture: _uploaded(picture, home, network))
        form: Pairs = (("body", said(outgoing)), *where)
        form += tuple(("attached_objects[]", f"uploaded_file:{one}") for one in files)
        if outgoing.link and not outgoing.pictures:
            form += (("og_url", outgoing.link), ("og_fetch", "true"))
        request = Request("POST", f"{API}/messages.json", form=form)
        return answers.receipt(answers.message((yield from commit(request))))

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Look through what the service account sent. A match by words, place and time is likely, its want evidence."""
        return look_back(_sent, answers.receipt, partial(_may_be, outgoing, passage), window, most=_PAGES)

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete the message; one that is not there is removed already. Which success is answered is not documented."""
        if not (receipt.platform_id.isascii() and receipt.platform_id.isdigit()):
            raise Rejected("that is not the id of a message", not_applied=True)
        answer = yield from ask(Request("DELETE", f"{API}/messages/{receipt.platform_id}"))
        if answer.status not in (200, 202, 204, 404, 410):
            raise answers.refusal(answer)

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The newest messages of the service account in this community, replies included."""
        return newest(partial(_sent, here=home), answers.seen, limit, most=_PAGES)

    def profile(self, home: Home) -> Conversation[Profile]:
        """How the service account presents itself; a network does not tell which applications it has."""
        user, _ = yield from _user(home)
        picture = string(user, "mugshot_url").partition("?")[0] if user.get("mugshot_url") else None
        bio = string(user, "summary", may_be_empty=True) if user.get("summary") else ""
        return Profile(string(user, "full_name"), picture, bio)

    def identify(self, home: Home) -> Conversation[Identity]:
        """The service account that the handle names, which must see the community that it names."""
        place = place_of(home)
        user, _ = yield from _user(home)
        if answers.email(user) != place.email:
            raise SetupWrong("the sign-in belongs to another person than the account's handle says", not_applied=True)
        if place.community:
            answer = yield from _get(f"messages/in_group/{place.community}.json", ("limit", "1"))
            if answer.status in (403, 404):
                raise SetupWrong("the service account is no member of the community", status=answer.status)
            things(thing(answers.expect(answer)).get("messages"))
        return Identity(f"{answers.number(user, 'id')}/{place.community or 'all'}", home.handle)

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """Exchange the code that a person's consent brought."""
        return _tokens(home).exchange()

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """A new pair of tokens for the refresh token, which Entra renews for another 90 days."""
        return _tokens(home).refresh()

    def revoke(self, home: Home) -> Conversation[None]:
        """Nothing the platform offers an application (page §1): ByHand."""
        yield from ()
        raise ByHand("an administrator ends the service account's sessions in Entra")

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The service account's bearer token. Raises SignInExpired where there is none."""
        return BearerAuth(credential)


def _get(path: str, *query: tuple[str, str]) -> Conversation[Response]:
    return ask(Request("GET", f"{API}/{path}", query=query))


def _entra(home: Home) -> str:
    return f"{ENTRA}/{tenant_of(home)}/oauth2/v2.0"


def _tokens(home: Home) -> Tokens:
    return Tokens(f"{_entra(home)}/token", answers.tokens, more=(("scope", " ".join(SCOPES)),))


def _user(home: Home) -> Conversation[tuple[Mapping[str, Any], str]]:
    """Whom the token belongs to, and the id of the network. Raises SetupWrong where it is another than connected."""
    user = thing(answers.expect((yield from _get("users/current.json"))))
    if home.subject and answers.number(user, "id") != sender_of(home):
        raise SetupWrong("the sign-in belongs to another person than it did", not_applied=True)
    return user, answers.number(user, "network_id")


def _where(passage: Passage) -> Pairs:
    """The community; for a later part the thread's first message alone, from which the community follows (page §2)."""
    place = place_of(passage.home)
    first = passage.root or passage.parent
    if first is not None:
        return (("replied_to_id", first.platform_id),)
    return (("group_id", place.community),) if place.community else ()


def _uploaded(picture: Picture, home: Home, network: str) -> Conversation[str]:
    """The id of an uploaded file."""
    community, file = place_of(home).community, file_part("file", picture)
    target: Pairs = (("target_type", "GROUP" if community else "ALL_COMPANY"),)
    target += (("group_id", community),) if community else ()
    form: Pairs = (("network_id", network), ("filename", file.filename), *target)
    request = Request("POST", f"{FILES}/uploadSmallFile", form=form, files=(file,))
    return answers.number(thing(answers.expect((yield from upload(request)), 200, 201)), "id")


def _sent(before: str | None, here: Home | None = None) -> Conversation[tuple[tuple[Message, ...], str | None]]:
    """What the service account sent, newest first, older than the message `before` (only `here`), and the oldest."""
    query = (("limit", str(_PAGE)), *((("older_than", before),) if before else ()))
    page = things(thing(answers.expect((yield from _get("messages/sent.json", *query)))).get("messages"))
    shown = tuple(one for one in page if here is None or _is_here(one, here))
    return shown, answers.number(page[-1], "id") if page else None


def _is_here(found: Message, home: Home) -> bool:
    """Whether a message is the service account's own in this community, and nobody's private mail."""
    own = not home.subject or answers.number(found, "sender_id") == sender_of(home)
    return own and not found.get("direct_message") and answers.maybe(found, "group_id") == place_of(home).community


def _may_be(outgoing: Outgoing, passage: Passage, found: Message) -> bool:
    """Whether a message says what was to be said, here, in answer to the same, and with as many files."""
    first = passage.root or passage.parent
    thread = answers.maybe(found, "thread_id") if answers.maybe(found, "replied_to_id") else None
    return (
        _is_here(found, passage.home)
        and thread == (first.platform_id if first else None)
        and answers.files(found) == len(outgoing.pictures)
        and alike(answers.seen(found).text, said(outgoing))
    )
