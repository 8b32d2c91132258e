"""LinkedIn's conversations in an organisation's name, as the platform page §§1-6 gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from connectors.bearer import BearerAuth
from connectors.contract import (
    Authorisation,
    Conversation,
    Manifest,
    Nonsense,
    Pause,
    Rejected,
    Renewal,
    Request,
    Response,
    Sealed,
    SetupWrong,
    Unavailable,
)
from connectors.linkedin import answers
from connectors.linkedin.limits import TITLE, VERSION, limits, said
from connectors.linkedin.little import escape
from connectors.reading import ask, commit, milliseconds, refuse_overruns, renewal, string, thing, things, upload
from connectors.text import alike
from connectors.words import (
    Absent,
    Found,
    Home,
    Identity,
    Likely,
    Limits,
    Outgoing,
    Passage,
    Picture,
    Profile,
    Receipt,
    Seen,
    Window,
)

API, SITE = "https://api.linkedin.com/rest", "https://www.linkedin.com"
HOSTS = frozenset({"api.linkedin.com", "www.linkedin.com"})
SCOPES = ("w_organization_social", "r_organization_social", "rw_organization_admin")
ROLES = ("ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN")  # pages and documentation spell the second twice
ORGANISATION = "urn:li:organization:"
_PAGE = 100
_PAGES = 10
_LOOKS = 30  # at a picture that LinkedIn still works on
_BETWEEN_LOOKS = 1.0  # seconds
_FRESH = 3  # tries of a token so new that LinkedIn may answer 401 for a few seconds
_CLIENT = (("client_id", Sealed("client_id")), ("client_secret", Sealed("client_secret")))


def authorise(home: Home) -> Authorisation:
    """Where a member who administers the page gives consent; LinkedIn has no PKCE for web applications."""
    return Authorisation(f"{SITE}/oauth/v2/authorization", pkce=False, code_seconds=1800)


class LinkedIn:
    """The connector; stateless, so one instance serves every account."""

    name: str = "linkedin"
    manifest: Manifest = Manifest(
        hosts=HOSTS,
        own_origin=False,
        fields=(),
        scopes=SCOPES,
        authorise=authorise,
        application=("client_id", "client_secret"),
    )

    def limits(self, home: Home) -> Limits:
        """The documented limits, the account's own numbers above them."""
        return limits(home)

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Upload the pictures, wait until they are ready, then post once. A later part is a comment on the first."""
        home = passage.home
        refuse_overruns(self.limits(home), outgoing)
        if outgoing.part > 1:
            return (yield from _commented(outgoing, passage))
        images = []
        for picture in outgoing.pictures:
            images.append({"id": (yield from _uploaded(picture, home)), "altText": picture.alt_text})
        post = {
            "author": home.subject,
            "commentary": escape(said(outgoing)),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        content = _content(outgoing, images)
        request = _call(home, "POST", "/posts", json=post | ({"content": content} if content else {}))
        return answers.receipt(answers.created((yield from commit(request))))

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """What a duplicate refusal named, then the organisation's own posts, or the comments on the thread's first."""
        if outgoing.part > 1:
            return (yield from _found_comment(outgoing, passage, window))
        posts, complete = [], False
        if passage.named:
            named = yield from ask(_call(passage.home, "GET", _post(passage.named), ("viewContext", "AUTHOR")))
            posts = [] if named.status == 404 else [answers.expect(named)]
        for page in range(_PAGES):
            listed = yield from _listed(passage.home, page * _PAGE, _PAGE)
            posts += listed
            complete = any(answers.seen(post).at < window.begins for post in listed)
            if complete or not listed:
                break
        met = {string(post, "id"): answers.seen(post).receipt for post in posts if _may_be(post, outgoing, window)}
        return Likely(tuple(met.values())) if met else Absent(proof=False, complete=complete)

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete a post or a comment; LinkedIn answers alike where it is deleted already."""
        on = receipt.get("on")
        if on is None:
            request = _call(home, "DELETE", _post(receipt.platform_id), method="DELETE")
        else:
            comment = receipt.platform_id.rstrip(")").rpartition(",")[2]
            request = _call(home, "DELETE", f"{_comments(on)}/{quote(comment, safe='')}", ("actor", home.subject))
        answer = yield from ask(request)
        if answer.status not in (200, 204, 404, 410):
            raise answers.refusal(answer)

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The organisation's newest posts."""
        found: dict[str, Seen] = {}
        start = 0
        while len(found) < limit:
            listed = yield from _listed(home, start, min(max(limit, 10), _PAGE))
            before = len(found)
            found |= {string(post, "id"): answers.seen(post) for post in listed}
            start += len(listed)
            if len(found) == before:
                break
        return tuple(found.values())[:limit]

    def profile(self, home: Home) -> Conversation[Profile]:
        """The organisation's page as the public sees it. Which applications post for it, LinkedIn does not tell."""
        number = home.subject.removeprefix(ORGANISATION)
        answer = yield from ask(_call(home, "GET", f"/organizations/{quote(number, safe='')}"))
        return answers.profile(answers.expect(answer))

    def identify(self, home: Home) -> Conversation[Identity]:
        """The organisation meant, where the token's member may post for it; a member without a page is a person."""
        wanted = home.subject or (yield from _organisation(home))
        pages: set[str] = set()
        for role in ROLES:
            pages |= yield from _pages_of(home, role)
            if wanted in pages:
                return Identity(wanted, home.handle, home.facts)
        other = min(pages, default="")
        return Identity(other, other.removeprefix(ORGANISATION), personal=not pages)

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """Exchange the code of a consent for the access token, and where LinkedIn gives one the refresh token."""
        form = (("code", Sealed("code")), ("redirect_uri", Sealed("redirect_uri")), *_CLIENT)
        return renewal(answers.expect((yield from _oauth("accessToken", ("grant_type", "authorization_code"), *form))))

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """A new access token. The refresh token's own end does not move; without one a person consents again."""
        form = (("refresh_token", Sealed("refresh_token")), *_CLIENT)
        return renewal(answers.expect((yield from _oauth("accessToken", ("grant_type", "refresh_token"), *form))))

    def revoke(self, home: Home) -> Conversation[None]:
        """End the access token at LinkedIn."""
        answer = yield from _oauth("revoke", ("token", Sealed("access_token")), *_CLIENT)
        if answer.status != 200:
            raise answers.refusal(answer)

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The bearer token. Raises SignInExpired where there is none."""
        return BearerAuth(credential)


def _call(
    home: Home, verb: str, path: str, *query: tuple[str, str], method: str | None = None, json: Any = None
) -> Request:
    """A call with the headers that every call needs; `method` is Rest.li's name for it where LinkedIn asks for one.

    The query is written out here: a URN in it must be percent-encoded, which a client need not do (page §1).
    """
    headers = (
        ("linkedin-version", str(home.fact("version", VERSION))),
        ("x-restli-protocol-version", "2.0.0"),
        ("content-type", "application/json"),
        *((("x-restli-method", method),) if method else ()),
    )
    asked = f"?{urlencode(query, quote_via=quote, safe='')}" if query else ""
    return Request(verb, API + path + asked, headers, json=json)


def _oauth(path: str, *form: tuple[str, str | Sealed]) -> Conversation[Response]:
    return ask(Request("POST", f"{SITE}/oauth/v2/{path}", form=form, authorised=False))


def _post(urn: str) -> str:
    """The path of a post. Raises Rejected where that is none."""
    if not answers.POST.fullmatch(urn):
        raise Rejected("that is not the URN of a post", not_applied=True)
    return f"/posts/{quote(urn, safe='')}"


def _comments(on: str) -> str:
    return f"/socialActions/{quote(on, safe='')}/comments"


def _content(outgoing: Outgoing, images: list[dict[str, str]]) -> Mapping[str, Any] | None:
    """What stands below the text: pictures, else a card for the link, which LinkedIn does not build by itself."""
    if len(images) > 1:
        return {"multiImage": {"images": images}}
    if images:
        return {"media": images[0]}
    if outgoing.link is None:
        return None
    headline = outgoing.text.strip().splitlines()[0].strip()
    fits = len(headline) <= TITLE and headline != outgoing.link
    return {"article": {"source": outgoing.link, "title": headline if fits else urlsplit(outgoing.link).netloc}}


def _uploaded(picture: Picture, home: Home) -> Conversation[str]:
    """The URN of a picture that is ready to be posted. Raises Unavailable where it does not get ready."""
    wanted = {"initializeUploadRequest": {"owner": home.subject}}
    begun = yield from upload(_call(home, "POST", "/images", ("action", "initializeUpload"), json=wanted))
    value = thing(answers.expect(begun).get("value"))
    image, url = string(value, "image"), string(value, "uploadUrl")
    if not url.startswith(tuple(f"https://{host}/" for host in HOSTS)):
        raise Nonsense("LinkedIn wants the picture at a place that is not its own")
    kind = (("content-type", picture.media_type),)
    sent = yield from upload(Request("PUT", url, kind, media=picture.sha256))
    if sent.status not in (200, 201):
        raise answers.refusal(sent)
    for _ in range(_LOOKS):
        status = answers.expect((yield from ask(_call(home, "GET", f"/images/{quote(image, safe='')}")))).get("status")
        if status == "AVAILABLE":
            return image
        if status == "PROCESSING_FAILED":
            raise Rejected("LinkedIn cannot process a picture", not_applied=True)
        yield Pause(_BETWEEN_LOOKS)
    raise Unavailable("LinkedIn is still working on a picture", not_applied=True)


def _listed(home: Home, start: int, count: int) -> Conversation[tuple[Mapping[str, Any], ...]]:
    """One page of the organisation's own posts, newest first."""
    query = {"author": home.subject, "q": "author", "count": str(count), "start": str(start), "sortBy": "CREATED"}
    answer = yield from ask(_call(home, "GET", "/posts", *query.items(), method="FINDER"))
    return things(answers.expect(answer).get("elements"))


def _may_be(post: Mapping[str, Any], outgoing: Outgoing, window: Window) -> bool:
    shown = answers.seen(post)
    inside = window.begins <= shown.at <= window.ends
    return inside and answers.pictures(post) == len(outgoing.pictures) and alike(shown.text, said(outgoing))


def _commented(outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
    """A later part of a thread: a comment on the first, in plain text (little text would show its backslashes)."""
    on = _root(passage)
    comment = {"actor": passage.home.subject, "object": on, "message": {"text": said(outgoing)}}
    made = answers.created((yield from commit(_call(passage.home, "POST", _comments(on), json=comment))))
    return _comment(on, made)


def _comment(on: str, made: str, at: datetime | None = None) -> Receipt:
    number = made.rstrip(")").rpartition(",")[2]
    return Receipt(f"urn:li:comment:({on},{number})", answers.receipt(on).url, (("on", on),), at)


def _root(passage: Passage) -> str:
    if passage.root is None:
        raise Rejected("a comment needs the post it is for", not_applied=True)
    return passage.root.platform_id


def _found_comment(outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
    """All comments on the post are read: it is older than any, so the last page completes the look."""
    on, met = _root(passage), []
    for page in range(_PAGES):
        query = (("start", str(page * _PAGE)), ("count", str(_PAGE)))
        answer = yield from ask(_call(passage.home, "GET", _comments(on), *query))
        listed = things(answers.expect(answer).get("elements"))
        for one in listed:
            at = milliseconds(thing(one.get("created")).get("time"))
            ours = one.get("actor") == passage.home.subject and window.begins <= at <= window.ends
            if ours and alike(string(thing(one.get("message")), "text", may_be_empty=True), said(outgoing)):
                met.append(_comment(on, string(one, "id"), at))
        if len(listed) < _PAGE:
            return Likely(tuple(met)) if met else Absent(proof=False, complete=True)
    return Likely(tuple(met)) if met else Absent(proof=False, complete=False)


def _organisation(home: Home) -> Conversation[str]:
    """The URN of the organisation that the account's handle means: its number, or the name in its page's address."""
    name = home.handle.strip().lstrip("@").removeprefix(ORGANISATION)
    if name.isascii() and name.isdigit():
        return ORGANISATION + name
    answer = yield from _patient(_call(home, "GET", "/organizations", ("q", "vanityName"), ("vanityName", name)))
    for one in things(answers.expect(answer).get("elements")):
        if str(one.get("vanityName", "")).casefold() == name.casefold() and type(one.get("id")) is int:
            return f"{ORGANISATION}{one['id']}"
    raise SetupWrong("LinkedIn knows no organisation of that name; give the number of its page", not_applied=True)


def _pages_of(home: Home, role: str) -> Conversation[set[str]]:
    """The organisations in which the token's member has `role`; a role that LinkedIn does not know is held by none."""
    query = (("q", "roleAssignee"), ("role", role), ("state", "APPROVED"))
    answer = yield from _patient(_call(home, "GET", "/organizationAcls", *query))
    if answer.status == 400 and role != ROLES[0]:
        return set()
    listed = things(answers.expect(answer).get("elements"))
    return {string(one, "organization") for one in listed if one.get("role") == role and one.get("state") == "APPROVED"}


def _patient(request: Request) -> Conversation[Response]:
    """Ask, and again where a token is so fresh that LinkedIn does not know it yet."""
    answer = yield from ask(request)
    for _ in range(_FRESH - 1):
        if answer.status != 401:
            break
        yield Pause(2.0)
        answer = yield from ask(request)
    return answer
