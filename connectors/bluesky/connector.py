"""Bluesky's conversations: XRPC calls to the account's own server (PDS), as the platform page §§2-7 gives them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import httpx

from connectors.bearer import expiry_of
from connectors.bluesky import answers, keys
from connectors.bluesky.auth import SessionAuth
from connectors.bluesky.facets import handles
from connectors.bluesky.limits import LIMITS, said
from connectors.bluesky.record import record, same
from connectors.contract import (
    ByHand,
    Conversation,
    Duplicate,
    Manifest,
    Nonsense,
    Renewal,
    Request,
    Sealed,
    SetupWrong,
    SignInExpired,
)
from connectors.listing import newest
from connectors.reading import (
    ask,
    budget,
    commit,
    instant,
    refuse_overruns,
    require_status,
    string,
    thing,
    things,
    upload,
    words,
)
from connectors.words import (
    Absent,
    Exact,
    Found,
    Home,
    Identity,
    Limits,
    Outgoing,
    Passage,
    Profile,
    Receipt,
    Seen,
    Window,
)

Json = dict[str, Any]
Record = Mapping[str, Any]
FIELDS = ("identifier", "app_password")
# What is left is told in points, of which a new record costs 3 (platform page §9).
BUDGETS = partial(budget, remaining="ratelimit-remaining", resets="ratelimit-reset", cost=3)
_PAGE = 100  # listRecords gives no more at once


class Bluesky:
    """The connector; stateless, so one instance serves every account."""

    name: str = "bluesky"
    # backdates: `createdAt` and the record key are the author's own words
    manifest: Manifest = Manifest(
        frozenset(), True, FIELDS, harmless_repeat=True, refresh_repeats=True, budgets=BUDGETS, backdates=True
    )

    def limits(self, home: Home) -> Limits:
        """The same for every account."""
        return LIMITS

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Put the record under its own key, which must be free (`swapRecord` null): the same again changes nothing."""
        refuse_overruns(self.limits(passage.home), outgoing)
        home, rkey = passage.home, keys.tid(passage.stamp, passage.key)
        dids = yield from _resolved(said(outgoing), home)
        blobs = []
        for picture in outgoing.pictures:
            sent = _post(home, "repo.uploadBlob", headers=(("content-type", picture.media_type),), media=picture.sha256)
            blobs.append(answers.blob(answers.expect((yield from upload(sent)))))
        reply = {}
        for end, receipt in _ends(passage).items():
            reply[end] = yield from _strong(receipt, home)
        content = record(outgoing, passage, blobs=blobs, dids=dids, reply=reply)
        put = _post(home, "repo.putRecord", _place(home, rkey) | {"record": content, "swapRecord": None})
        return _receipt(answers.expect((yield from commit(put))), home, rkey, passage.stamp)

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Look under the record key. A free key is proof of absence; another record under it is nobody's receipt."""
        rkey = keys.tid(passage.stamp, passage.key)
        answer = yield from ask(_record_at(passage.home, rkey))
        if answer.status == 400 and words(answer, "error") == "RecordNotFound":
            return Absent(proof=True, complete=True)
        found = answers.expect(answer)
        blobs = [Json()] * len(outgoing.pictures)
        reply = {end: {"uri": one.platform_id} for end, one in _ends(passage).items()}
        ours = record(outgoing, passage, blobs=blobs, dids={}, reply=reply)
        if not same(thing(found.get("value")), ours):
            raise Duplicate("another record is under this post's key: a person must look", status=answer.status)
        return Exact(_receipt(found, passage.home, rkey, passage.stamp))

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete the record; deleting what is not there is 200 as well (platform page §4)."""
        rkey = keys.rkey_of(receipt.platform_id, home.subject)
        answers.expect((yield from ask(_post(home, "repo.deleteRecord", _place(home, rkey)))))

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The newest posts by record key, from the account's own server: authoritative and immediate."""
        return newest(partial(_listed, home, min(limit, _PAGE)), partial(_seen, home=home), limit)

    def profile(self, home: Home) -> Conversation[Profile]:
        """The profile record of the account's own server; an account that never wrote one presents nothing."""
        answer = yield from ask(_record_at(home, "self", "app.bsky.actor.profile"))
        if answer.status == 400 and words(answer, "error") == "RecordNotFound":
            return Profile("", None, "")
        return answers.profile(thing(answers.expect(answer).get("value")))

    def identify(self, home: Home) -> Conversation[Identity]:
        """The DID and handle of the session. Raises SetupWrong where the account is not active."""
        session = answers.expect((yield from ask(_get(home, "server.getSession"))))
        if session.get("active") is False:
            raise SetupWrong("the account is not active", not_applied=True)
        return Identity(string(session, "did"), string(session, "handle"))

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """createSession with the app password: 30 in 5 minutes, 300 a day (platform page §2); never per request."""
        brought = {"identifier": Sealed("identifier"), "password": Sealed("app_password")}
        request = _post(home, "server.createSession", brought, authorised=False)
        return _renewal(answers.expect((yield from ask(request))), home)

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """refreshSession. The old token stays good for a short while, so a lost answer may be asked for again."""
        return _renewal(answers.expect((yield from ask(_post(home, "server.refreshSession")))), home)

    def revoke(self, home: Home) -> Conversation[None]:
        """deleteSession: ends this session. The app password itself can only be revoked by its owner, by name, so it
        ends in ByHand.
        """
        with suppress(SignInExpired):
            require_status((yield from ask(_post(home, "server.deleteSession"))), answers.refusal, 200)
        raise ByHand("the session is over: delete the app password in the account's settings")

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """Bearer tokens of the session. Raises SignInExpired where there is none."""
        return SessionAuth(credential)


def _get(home: Home, call: str, *query: tuple[str, str], authorised: bool = True) -> Request:
    return Request("GET", f"{home.origin}/xrpc/com.atproto.{call}", query=query, authorised=authorised)


def _post(home: Home, call: str, json: Json | None = None, **more: Any) -> Request:
    return Request("POST", f"{home.origin}/xrpc/com.atproto.{call}", json=json, **more)


def _place(home: Home, rkey: str) -> Json:
    return {"repo": home.subject, "collection": keys.COLLECTION, "rkey": rkey}


def _record_at(home: Home, rkey: str, collection: str = keys.COLLECTION) -> Request:
    # Open to all: looking must still work when the credential does not.
    return _get(home, "repo.getRecord", *(_place(home, rkey) | {"collection": collection}).items(), authorised=False)


def _listed(home: Home, limit: int, cursor: str | None) -> Conversation[tuple[tuple[Record, ...], str | None]]:
    query = [("repo", home.subject), ("collection", keys.COLLECTION), ("limit", str(limit))]
    query += [("cursor", cursor)] if cursor else []
    page = answers.expect((yield from ask(_get(home, "repo.listRecords", *query))))
    records = things(page.get("records"))
    return records, string(page, "cursor") if records and page.get("cursor") else None


def _resolved(text: str, home: Home) -> Conversation[dict[str, str]]:
    """The DIDs of the handles in `text`; one that the server does not know stays plain text."""
    dids = {}
    for handle in handles(text):
        answer = yield from upload(_get(home, "identity.resolveHandle", ("handle", handle), authorised=False))
        if answer.status not in (400, 404):
            dids[handle] = string(answers.expect(answer), "did")
    return dids


def _ends(passage: Passage) -> dict[str, Receipt]:
    """What a later part answers: the first of the thread and the one before it."""
    return {"root": passage.root or passage.parent, "parent": passage.parent} if passage.parent else {}


def _strong(receipt: Receipt, home: Home) -> Conversation[Json]:
    """A reference by address and cid; a receipt settled by hand has no cid, so the server is asked for it."""
    cid = receipt.get("cid")
    if cid is None:
        rkey = keys.rkey_of(receipt.platform_id, home.subject)
        cid = string(answers.expect((yield from ask(_record_at(home, rkey)))), "cid")
    return {"uri": receipt.platform_id, "cid": cid}


def _receipt(found: Mapping[str, Any], home: Home, rkey: str, at: datetime) -> Receipt:
    uri = string(found, "uri")
    if uri != keys.address(home.subject, rkey):
        raise Nonsense("the answer is about another record")
    return Receipt(uri, keys.permalink(home.subject, rkey), (("cid", string(found, "cid")),), at)


def _seen(one: Mapping[str, Any], home: Home) -> Seen:
    value, rkey = thing(one.get("value")), string(one, "uri").rsplit("/", 1)[-1]
    at = instant(string(value, "createdAt"))
    return Seen(_receipt(one, home, rkey, at), string(value, "text", may_be_empty=True), at)


def _renewal(session: Mapping[str, Any], home: Home) -> Renewal:
    """The pair of tokens that createSession and refreshSession bring; it expires when the access token does."""
    if home.subject and string(session, "did") != home.subject:
        raise SetupWrong("the credential belongs to another account", not_applied=True)
    access = string(session, "accessJwt")
    return Renewal((("access", access), ("refresh", string(session, "refreshJwt"))), expiry_of(access))
