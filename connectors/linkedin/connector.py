"""LinkedIn's conversations in an organisation's name, as the platform page §§1-6 gives them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from connectors.bearer import BearerAuth
from connectors.contract import (
    Allowance,
    Authorisation,
    Conversation,
    Manifest,
    Nonsense,
    Rejected,
    Renewal,
    Request,
    SetupWrong,
)
from connectors.linkedin import answers
from connectors.linkedin.limits import TITLE, VERSION, limits, said
from connectors.linkedin.little import escape
from connectors.listing import by_offset, look_back, newest
from connectors.oauth import Tokens, by_consent, end_token, granting, patiently
from connectors.reading import (
    ask,
    commit,
    milliseconds,
    refuse_overruns,
    require_status,
    string,
    thing,
    things,
    upload,
)
from connectors.text import alike
from connectors.uploading import each_picture, until_ready
from connectors.words import Found, Home, Identity, Limits, Outgoing, Passage, Picture, Profile, Receipt, Seen, Window

API, SITE = "https://api.linkedin.com/rest", "https://www.linkedin.com"
HOSTS = frozenset({"api.linkedin.com", "www.linkedin.com"})
SCOPES = ("w_organization_social", "r_organization_social", "rw_organization_admin")
ROLES = ("ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN")  # pages and documentation spell the second twice
ORGANISATION = "urn:li:organization:"
_PAGE, _BETWEEN_LOOKS = 100, 1.0  # posts; seconds, at a picture that LinkedIn still works on
_DISTRIBUTION = {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []}
_PUBLISHED = {"visibility": "PUBLIC", "lifecycleState": "PUBLISHED", "isReshareDisabledByAuthor": False}
_REST = (("x-restli-protocol-version", "2.0.0"), ("content-type", "application/json"))
TOKENS = Tokens(f"{SITE}/oauth/v2/accessToken", granting(answers.expect, SCOPES), pkce=False)


def authorise(home: Home) -> Authorisation:
    """Where a member who administers the page gives consent; LinkedIn has no PKCE for web applications."""
    return Authorisation(f"{SITE}/oauth/v2/authorization", pkce=False, code_seconds=1800)


class LinkedIn:
    """The connector; stateless, so one instance serves every account."""

    name: str = "linkedin"
    # What it allows in a day is not published: older pages say about 100 posts (platform page §8).
    manifest: Manifest = by_consent(
        HOSTS, SCOPES, authorise, allowance=Allowance("posts_per_day", 100, 86_400), title="LinkedIn"
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
        images = yield from each_picture(outgoing, partial(_uploaded, home))
        post = {"author": home.subject, "commentary": escape(said(outgoing)), "distribution": _DISTRIBUTION}
        request = _call(home, "POST", "/posts", json=post | _PUBLISHED | _content(outgoing, images))
        return answers.receipt(answers.created((yield from commit(request))))

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """What a duplicate refusal named, then the organisation's own posts, or the comments on the thread's first."""
        if outgoing.part > 1:
            return (yield from _found_comment(outgoing, passage, window))
        known: tuple[Mapping[str, Any], ...] = ()
        if passage.named:
            named = yield from ask(_call(passage.home, "GET", _post(passage.named), ("viewContext", "AUTHOR")))
            known = () if named.status == 404 else (answers.expect(named),)
        turn, ours = by_offset(partial(_listed, passage.home, _PAGE)), partial(_may_be, outgoing)
        return (yield from look_back(turn, lambda post: answers.seen(post).receipt, ours, window, known=known))

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete a post or a comment; LinkedIn answers alike where it is deleted already."""
        on = receipt.get("on")
        if on is None:
            request = _call(home, "DELETE", _post(receipt.platform_id), method="DELETE")
        else:
            comment = receipt.platform_id.rstrip(")").rpartition(",")[2]
            request = _call(home, "DELETE", f"{_comments(on)}/{quote(comment, safe='')}", ("actor", home.subject))
        require_status((yield from ask(request)), answers.refusal, 200, 204, 404, 410)

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The organisation's newest posts."""
        return newest(by_offset(partial(_listed, home, min(max(limit, 10), _PAGE))), answers.seen, limit)

    def profile(self, home: Home) -> Conversation[Profile]:
        """The organisation's page as the public sees it. Which applications post for it, LinkedIn does not tell."""
        number = quote(home.subject.removeprefix(ORGANISATION), safe="")
        return answers.profile(answers.expect((yield from ask(_call(home, "GET", f"/organizations/{number}")))))

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
        return TOKENS.exchange()

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """A new access token. The refresh token's own end does not move; without one a person consents again."""
        return TOKENS.refresh()

    def revoke(self, home: Home) -> Conversation[None]:
        """End the access token at LinkedIn."""
        return end_token(f"{SITE}/oauth/v2/revoke", "access_token", answers.refusal)

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The bearer token. Raises SignInExpired where there is none."""
        return BearerAuth(credential)


def _call(
    home: Home, verb: str, path: str, *query: tuple[str, str], method: str | None = None, json: Any = None
) -> Request:
    """A call with the headers that every call needs; `method` is Rest.li's name for it where LinkedIn asks for one.

    The query is written out here: a URN in it must be percent-encoded, which a client need not do (page §1).
    """
    named = (("x-restli-method", method),) if method else ()
    headers = (("linkedin-version", str(home.fact("version", VERSION))), *_REST, *named)
    asked = f"?{urlencode(query, quote_via=quote, safe='')}" if query else ""
    return Request(verb, API + path + asked, headers, json=json)


def _post(urn: str) -> str:
    """The path of a post. Raises Rejected where that is none."""
    if not answers.POST.fullmatch(urn):
        raise Rejected("that is not the URN of a post", not_applied=True)
    return f"/posts/{quote(urn, safe='')}"


def _comments(on: str) -> str:
    return f"/socialActions/{quote(on, safe='')}/comments"


def _content(outgoing: Outgoing, images: list[dict[str, str]]) -> dict[str, Any]:
    """What stands below the text: pictures, else a card for the link, which LinkedIn does not build by itself."""
    if images:
        return {"content": {"multiImage": {"images": images}} if len(images) > 1 else {"media": images[0]}}
    if outgoing.link is None:
        return {}
    headline = outgoing.text.strip().splitlines()[0].strip()
    fits = len(headline) <= TITLE and headline != outgoing.link
    title = headline if fits else urlsplit(outgoing.link).netloc
    return {"content": {"article": {"source": outgoing.link, "title": title}}}


def _uploaded(home: Home, picture: Picture) -> Conversation[dict[str, str]]:
    """A picture that is ready to be posted, with its words. Raises Unavailable where it does not get ready."""
    wanted = {"initializeUploadRequest": {"owner": home.subject}}
    begun = yield from upload(_call(home, "POST", "/images", ("action", "initializeUpload"), json=wanted))
    value = thing(answers.expect(begun).get("value"))
    image, url = string(value, "image"), string(value, "uploadUrl")
    if not url.startswith(tuple(f"https://{host}/" for host in HOSTS)):
        raise Nonsense("LinkedIn wants the picture at a place that is not its own")
    sent = yield from upload(Request("PUT", url, (("content-type", picture.media_type),), media=picture.sha256))
    require_status(sent, answers.refusal, 200, 201)
    look = partial(_state, home, image)
    yield from until_ready((yield from look()), look)
    return {"id": image, "altText": picture.alt_text}


def _state(home: Home, image: str) -> Conversation[float | None]:
    """How long LinkedIn still works on a picture; None where it is ready. Raises Rejected."""
    status = answers.expect((yield from ask(_call(home, "GET", f"/images/{quote(image, safe='')}")))).get("status")
    if status == "PROCESSING_FAILED":
        raise Rejected("LinkedIn cannot process a picture", not_applied=True)
    return None if status == "AVAILABLE" else _BETWEEN_LOOKS


def _listed(home: Home, count: int, start: int) -> Conversation[tuple[Mapping[str, Any], ...]]:
    """One page of the organisation's own posts, newest first."""
    query = {"author": home.subject, "q": "author", "count": str(count), "start": str(start), "sortBy": "CREATED"}
    answer = yield from ask(_call(home, "GET", "/posts", *query.items(), method="FINDER"))
    return things(answers.expect(answer).get("elements"))


def _may_be(outgoing: Outgoing, post: Mapping[str, Any]) -> bool:
    return answers.pictures(post) == len(outgoing.pictures) and alike(answers.seen(post).text, said(outgoing))


def _commented(outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
    """A later part of a thread: a comment on the first, in plain text (little text would show its backslashes)."""
    on = _root(passage)
    comment = {"actor": passage.home.subject, "object": on, "message": {"text": said(outgoing)}}
    return _comment(on, answers.created((yield from commit(_call(passage.home, "POST", _comments(on), json=comment)))))


def _comment(on: str, made: str, at: datetime | None = None) -> Receipt:
    number = made.rstrip(")").rpartition(",")[2]
    return Receipt(f"urn:li:comment:({on},{number})", answers.receipt(on).url, (("on", on),), at)


def _root(passage: Passage) -> str:
    if passage.root is None:
        raise Rejected("a comment needs the post it is for", not_applied=True)
    return passage.root.platform_id


def _found_comment(outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
    """All comments on the post are read, in whatever order: it is older than any, so the end completes the look."""
    on, home = _root(passage), passage.home

    def page(start: int) -> Conversation[tuple[Mapping[str, Any], ...]]:
        query = (("start", str(start)), ("count", str(_PAGE)))
        return things(answers.expect((yield from ask(_call(home, "GET", _comments(on), *query)))).get("elements"))

    def receipt(one: Mapping[str, Any]) -> Receipt:
        return _comment(on, string(one, "id"), milliseconds(thing(one.get("created")).get("time")))

    def ours(one: Mapping[str, Any]) -> bool:
        ours = one.get("actor") == home.subject
        return ours and alike(string(thing(one.get("message")), "text", may_be_empty=True), said(outgoing))

    return look_back(by_offset(page, full=_PAGE), receipt, ours, window, newest_first=False, ends=True)


def _organisation(home: Home) -> Conversation[str]:
    """The URN of the organisation that the account's handle means: its number, or the name in its page's address."""
    name = home.handle.strip().lstrip("@").removeprefix(ORGANISATION)
    if name.isascii() and name.isdigit():
        return ORGANISATION + name
    answer = yield from patiently(_call(home, "GET", "/organizations", ("q", "vanityName"), ("vanityName", name)))
    for one in things(answers.expect(answer).get("elements")):
        if str(one.get("vanityName", "")).casefold() == name.casefold() and type(one.get("id")) is int:
            return f"{ORGANISATION}{one['id']}"
    raise SetupWrong("LinkedIn knows no organisation of that name; give the number of its page", not_applied=True)


def _pages_of(home: Home, role: str) -> Conversation[set[str]]:
    """The organisations in which the token's member has `role`; a role that LinkedIn does not know is held by none."""
    query = (("q", "roleAssignee"), ("role", role), ("state", "APPROVED"))
    answer = yield from patiently(_call(home, "GET", "/organizationAcls", *query))
    if answer.status == 400 and role != ROLES[0]:
        return set()
    listed = things(answers.expect(answer).get("elements"))
    return {string(one, "organization") for one in listed if one.get("role") == role and one.get("state") == "APPROVED"}
