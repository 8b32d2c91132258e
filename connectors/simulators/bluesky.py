"""A pretend Bluesky server (AT Protocol PDS): sessions, blobs, records, points, with the platform's own error words."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from connectors.simulators.bluesky_lexicon import FORMATS, Invalid, blobs_in, check_post
from connectors.simulators.bluesky_repo import COLLECTION, PROFILE, Kept, Repo, next_tid
from connectors.simulators.bluesky_sessions import Sessions, describe, document, refuse
from connectors.simulators.bluesky_words import INPUTS, WORDS, BlueskyRules, check_swaps, error, query, without_body
from connectors.simulators.cids import record_cid
from connectors.simulators.forms import read_json, sniff
from connectors.simulators.meters import Allowance, Meter
from connectors.simulators.pretend import Answer, Call, Handler, Pretend, Refusal
from connectors.simulators.truth import Instant, Truth

CREATE_POINTS, UPDATE_POINTS, DELETE_POINTS = 3, 2, 1


class Bluesky(Pretend):
    """See the module."""

    name: ClassVar[str] = "bluesky"
    typed: ClassVar[Mapping[str, str]] = {"identifier": "handle", "app_password": "app_password"}

    def __init__(self, truth: Truth, rules: BlueskyRules | None = None) -> None:
        super().__init__(truth)
        self.rules: BlueskyRules = rules or BlueskyRules()
        self.sessions = Sessions()
        self._repos: dict[str, Repo] = {}
        self._meters: dict[tuple[str, str], list[Meter]] = {}
        server, repo = "/xrpc/com.atproto.server.", "/xrpc/com.atproto.repo."
        self._routes: dict[str, tuple[str, Handler]] = {
            server + "createSession": ("POST", self._create_session),
            server + "refreshSession": ("POST", self._refresh_session),
            server + "deleteSession": ("POST", self._delete_session),
            server + "getSession": ("GET", self._get_session),
            server + "describeServer": ("GET", self._describe_server),
            "/xrpc/com.atproto.identity.resolveHandle": ("GET", self._resolve_handle),
            repo + "uploadBlob": ("POST", self._upload_blob),
            repo + "putRecord": ("POST", self._put_record),
            repo + "createRecord": ("POST", self._create_record),
            repo + "deleteRecord": ("POST", self._delete_record),
            repo + "getRecord": ("GET", self._get_record),
            repo + "listRecords": ("GET", self._list_records),
            "/xrpc/_health": ("GET", lambda call: Answer(200, {"version": "simulator"})),
        }

    # --- the wire -----------------------------------------------------------------------------------------------------

    def handler(self, method: str, path: str) -> Handler | None:
        """See Pretend."""
        if path.startswith("/did:plc:") and method == "GET":
            return self._did_document
        found = self._routes.get(path)
        return found[1] if found and found[0] == method else None

    def nowhere(self, call: Call) -> Answer:
        """See Pretend."""
        if call.path in self._routes:
            right = self._routes[call.path][0]
            return Answer(405, error("InvalidRequest", f"Incorrect HTTP method ({call.method}) expected {right}"))
        if call.path.startswith("/xrpc/"):
            return Answer(501, error("MethodNotImplemented", "Method Not Implemented"))
        return Answer(404, error("NotFound", "Not Found"))

    def apply(self, call: Call) -> Answer:
        """See Pretend; here the allowance per address is counted, where it is on."""
        most = self.rules.requests_per_5min
        if most:
            try:
                self.spend(call, self._meter("", "address", Allowance(most, 300)))
            except Refusal as refusal:
                return Answer(429, refusal.answer.body, self.rate_headers(call.meters))
        return super().apply(call)

    def expired(self) -> Answer:
        """400 and not 401 (contract §10)."""
        return Answer(400, error("ExpiredToken", "Token has expired"))

    def trouble(self, status: int, seconds: float) -> Answer:
        """See Pretend."""
        name, message = WORDS.get(status, ("InvalidRequest" if status < 500 else "InternalServerError", "Trouble"))
        reset = {"RateLimit-Limit": "5000", "RateLimit-Remaining": "0", "RateLimit-Policy": "5000;w=3600"}
        headers = {**reset, "RateLimit-Reset": str(math.ceil(time.time() + seconds))} if status == 429 else {}
        return Answer(status, error(name, message), headers)

    def too_large(self) -> Answer:
        """See Pretend."""
        return Answer(413, error("PayloadTooLarge", "request entity too large"))

    def rate_headers(self, meters: Sequence[Meter]) -> Mapping[str, str]:
        """Of the meter with the fewest points left (contract §9)."""
        now = time.monotonic()
        tightest = min(meters, key=lambda meter: meter.left(now))
        allowance = tightest.allowance
        return {
            "RateLimit-Limit": str(allowance.points),
            "RateLimit-Remaining": str(tightest.left(now)),
            "RateLimit-Reset": str(math.ceil(time.time() + tightest.resets(now) - now)),
            "RateLimit-Policy": f"{allowance.points};w={allowance.seconds}",
        }

    # --- sessions -----------------------------------------------------------------------------------------------------

    def _create_session(self, call: Call) -> Answer:
        given, rules = self._input(call, "createSession"), self.rules
        holder = self.sessions.find(given["identifier"])
        whose = holder.did if holder else given["identifier"]
        limits = Allowance(rules.sessions_per_5min, 300), Allowance(rules.sessions_per_day, 86_400)
        self.spend(call, self._meter(whose, "sessions", *limits))
        lives = rules.access_life_s, rules.refresh_life_s
        session = self.sessions.sign_in(given["identifier"], given["password"], *lives)
        return Answer(200, {**session, "didDoc": document(self.sessions.by_did[session["did"]], call.origin)})

    def _refresh_session(self, call: Call) -> Answer:
        without_body(call)
        rules = self.rules
        lives = rules.access_life_s, rules.refresh_life_s, rules.refresh_grace_s
        session = self.sessions.refresh(call.bearer, *lives)
        return Answer(200, {**session, "didDoc": document(self.sessions.by_did[session["did"]], call.origin)})

    def _delete_session(self, call: Call) -> Answer:
        without_body(call)
        self.sessions.end(call.bearer)
        return Answer(200)

    def _get_session(self, call: Call) -> Answer:
        holder = self.sessions.holder(call.bearer)
        return Answer(200, {**describe(holder), "didDoc": document(holder, call.origin)})

    def _describe_server(self, call: Call) -> Answer:
        return Answer(200, {"did": "did:web:localhost", "availableUserDomains": [".test"], "inviteCodeRequired": True})

    def _resolve_handle(self, call: Call) -> Answer:
        holder = self.sessions.by_handle.get(query(call, ("handle",))["handle"].lower())
        if holder is None:
            raise refuse(400, "InvalidRequest", "Unable to resolve handle")
        return Answer(200, {"did": holder.did})

    def _did_document(self, call: Call) -> Answer:
        holder = self.sessions.by_did.get(call.path[1:])
        if holder is None:
            return Answer(404, {"message": f"DID not registered: {call.path[1:]}"})
        return Answer(200, document(holder, call.origin))

    # --- records ------------------------------------------------------------------------------------------------------

    def _upload_blob(self, call: Call) -> Answer:
        holder = self.sessions.holder(call.bearer)
        self.spend(call, self._meter(holder.did, "blobs", Allowance(self.rules.blobs_per_day, 86_400)))
        if not call.media_type:
            raise refuse(400, "InvalidRequest", "Request encoding (Content-Type) required but not provided")
        if len(call.body) > self.rules.blob_limit:
            raise Refusal(self.too_large())
        shown = sniff(call.body)
        if not call.body or (shown or call.media_type) != call.media_type:
            raise refuse(400, "InvalidMimeType", f"The bytes are {shown} and not {call.media_type}")
        if shown is None and call.media_type.startswith("image/"):
            raise refuse(400, "InvalidMimeType", f"The bytes are not {call.media_type}")
        blob = self._repos[holder.did].keep_blob(call.body, call.media_type)
        facts: dict[str, Any] = {
            "id": blob.cid,
            "sha256": blob.sha256,
            "type": blob.media_type,
            "size": len(blob.data),
            "alt": None,
        }
        self.truth.tell("media", number=call.number, account=holder.did, **facts)
        return Answer(200, {"blob": blob.reference()})

    def _put_record(self, call: Call) -> Answer:
        given, repo = self._write(call, "putRecord")
        there = repo.posts.get(given["rkey"])
        self._spend_points(call, repo, UPDATE_POINTS if there else CREATE_POINTS)
        self._check_record(repo, given["record"])
        if there and there.cid == record_cid(given["record"]):  # the no-op test comes before the swap test (§6)
            self.truth.tell("repeated", number=call.number, account=repo.did, id=there.uri, key=there.rkey)
            return Answer(200, {"uri": there.uri, "cid": there.cid, "validationStatus": "valid"})
        check_swaps(given, repo, there)
        return self._accept(call, repo, given["rkey"], given["record"], replaced=there is not None)

    def _create_record(self, call: Call) -> Answer:
        given, repo = self._write(call, "createRecord")
        self._spend_points(call, repo, CREATE_POINTS)
        self._check_record(repo, given["record"])
        rkey = given.get("rkey") or next_tid()
        if rkey in repo.posts:  # so does the reference server (§6)
            raise refuse(500, "InternalServerError", "Internal Server Error")
        check_swaps(given, repo, None)
        return self._accept(call, repo, rkey, given["record"])

    def _delete_record(self, call: Call) -> Answer:
        given, repo = self._write(call, "deleteRecord")
        self._spend_points(call, repo, DELETE_POINTS)
        there = repo.posts.get(given["rkey"])
        if there is None:
            return Answer(200, {})
        check_swaps(given, repo, there)
        repo.remove(there.rkey)
        self.truth.tell("removed", number=call.number, account=repo.did, id=there.uri, key=there.rkey)
        return Answer(200, {"commit": repo.head()})

    def _get_record(self, call: Call) -> Answer:
        given = query(call, ("repo", "collection", "rkey"), ("cid",))
        repo, uri = self._repo(given["repo"]), f"at://{given['repo']}/{given['collection']}/{given['rkey']}"
        if (given["collection"], given["rkey"]) == (PROFILE, "self") and repo.profile:
            return Answer(200, {"uri": uri, "cid": record_cid(repo.profile), "value": repo.profile})
        kept = repo.posts.get(given["rkey"]) if given["collection"] == COLLECTION else None
        if kept is None or given.get("cid", kept.cid) != kept.cid:
            raise refuse(400, "RecordNotFound", f"Could not locate record: {uri}")
        return Answer(200, {"uri": kept.uri, "cid": kept.cid, "value": kept.value})

    def _list_records(self, call: Call) -> Answer:
        given = query(call, ("repo", "collection"), ("limit", "cursor", "reverse"))
        repo, limit = self._repo(given["repo"]), given.get("limit", "50")
        if not limit.isdecimal() or not 1 <= int(limit) <= 100:
            raise refuse(400, "InvalidRequest", "Error: limit must be from 1 to 100")
        if given.get("reverse", "false") not in ("true", "false"):
            raise refuse(400, "InvalidRequest", "Error: reverse must be a boolean")
        known = given["collection"] == COLLECTION
        reverse = given.get("reverse") == "true"
        found = repo.page(int(limit), given.get("cursor"), reverse, call.lag) if known else []
        records = [{"uri": kept.uri, "cid": kept.cid, "value": kept.value} for kept in found]
        return Answer(200, {"records": records, **({"cursor": found[-1].rkey} if found else {})})

    # --- what records need --------------------------------------------------------------------------------------------

    def _write(self, call: Call, name: str) -> tuple[dict[str, Any], Repo]:
        """The checked input of a write and the repository it is for, which must be the caller's own."""
        holder = self.sessions.holder(call.bearer)
        given = self._input(call, name)
        repo = self._repo(given["repo"])
        if repo.did != holder.did:
            raise refuse(401, "AuthenticationRequired", "Authentication Required")
        if given["collection"] != COLLECTION:
            raise refuse(400, "InvalidRequest", f"Lexicon not found: lex:{given['collection']}")
        if "rkey" in given and not FORMATS["tid"].fullmatch(given["rkey"]):
            raise refuse(400, "InvalidRequest", f"Invalid record key for {COLLECTION}: expected a TID")
        return given, repo

    def _input(self, call: Call, name: str) -> dict[str, Any]:
        required, optional = INPUTS[name]
        if call.media_type != "application/json":
            raise refuse(400, "InvalidRequest", f"Wrong request encoding (Content-Type): {call.media_type or 'none'}")
        if len(call.body) > self.rules.write_limit:
            raise Refusal(self.too_large())
        try:
            given = read_json(call.body)
        except ValueError as wrong:
            raise refuse(400, "InvalidRequest", f"Error: {wrong}") from None
        for missing in required.keys() - given.keys():
            raise refuse(400, "InvalidRequest", f'Input must have the property "{missing}"')
        for key, value in given.items():
            if not isinstance(value, {**required, **optional}.get(key, ())):
                raise refuse(400, "InvalidRequest", f"Input/{key} is unknown or of the wrong type")
        return given

    def _repo(self, identifier: str) -> Repo:
        holder = self.sessions.find(identifier)
        if holder is None:
            raise refuse(400, "InvalidRequest", f"Could not find repo: {identifier}")
        return self._repos[holder.did]

    def _check_record(self, repo: Repo, record: dict[str, Any]) -> None:
        try:
            check_post(record)
        except Invalid as invalid:
            raise refuse(400, invalid.name, f"Invalid {COLLECTION} record: {invalid}") from None
        for reference in blobs_in(record):
            blob = repo.blobs.get(reference["ref"]["$link"])
            if blob is None or reference != blob.reference():
                raise refuse(400, "BlobNotFound", f"Could not find blob: {reference['ref']['$link']}")
        for strong in record.get("reply", {}).values():
            self._check_strong(strong)

    def _check_strong(self, strong: Any) -> None:
        """A post we hold must be named with its own cid; posts on other servers cannot be looked up."""
        did, _, rkey = strong["uri"].removeprefix("at://").replace(f"/{COLLECTION}/", "/").partition("/")
        repo = self._repos.get(did)
        kept = repo.posts.get(rkey) if repo else None
        if kept and kept.cid != strong["cid"]:
            raise refuse(400, "InvalidRequest", f"Invalid {COLLECTION} record: {strong['uri']} is not {strong['cid']}")

    def _accept(self, call: Call, repo: Repo, rkey: str, record: dict[str, Any], *, replaced: bool = False) -> Answer:
        kept = self._keep(repo, rkey, record, "api", number=call.number, replaced=replaced)
        answer = {"uri": kept.uri, "cid": kept.cid, "commit": repo.head(), "validationStatus": "valid"}
        if call.twice:
            self._keep(repo, next_tid(), record, "double", number=call.number)
        return Answer(200, answer)

    def _keep(self, repo: Repo, rkey: str, record: dict[str, Any], by: str, **facts: Any) -> Kept:
        at = Instant.now()
        kept = repo.put(rkey, record, at.utc, by)
        shown = self._shown(kept)
        names = ("account", "handle", "id", "text", "media", "reply_to", "by")
        self.truth.tell("accepted", at, **facts, key=rkey, cid=kept.cid, **{name: shown[name] for name in names})
        return kept

    def _spend_points(self, call: Call, repo: Repo, points: int) -> None:
        limits = Allowance(self.rules.points_per_hour, 3_600), Allowance(self.rules.points_per_day, 86_400)
        self.spend(call, self._meter(repo.did, "points", *limits), points)

    def _meter(self, whose: str, what: str, *allowances: Allowance) -> list[Meter]:
        meters = self._meters.get((whose, what))
        if meters is None or tuple(meter.allowance for meter in meters) != allowances:
            meters = self._meters[(whose, what)] = [Meter(allowance) for allowance in allowances]
        return meters

    # --- behind the stage ---------------------------------------------------------------------------------------------

    def add_accounts(self, count: int, prefix: str) -> list[dict[str, str]]:
        """See Pretend."""
        return [self._add_account(prefix) for _ in range(count)]

    def _add_account(self, prefix: str) -> dict[str, str]:
        holder = self.sessions.open_account(f"{prefix}{len(self._repos) + 1}.test")
        self._repos[holder.did] = Repo(holder.did)
        return {"did": holder.did, "handle": holder.handle, "app_password": holder.app_password}

    def foreign_post(self, account: str, text: str) -> dict[str, str]:
        """See Pretend."""
        holder = self.sessions.find(account)
        if holder is None:
            raise KeyError(f"no account {account}")
        record = {"$type": COLLECTION, "text": text, "createdAt": f"{Instant.now().utc[:23]}Z"}
        kept = self._keep(self._repos[holder.did], next_tid(), record, "foreign")
        return {"id": kept.uri, "cid": kept.cid}

    def edit_post(self, post: str, text: str) -> None:
        """See Pretend: another record under the same key."""
        kept = self._post(post)
        self._keep(self._repos[kept.did], kept.rkey, kept.value | {"text": text}, kept.by, replaced=True)

    def remove_post(self, post: str) -> None:
        """See Pretend."""
        kept = self._post(post)
        self._repos[kept.did].remove(kept.rkey)

    def _post(self, uri: str) -> Kept:
        did, _, rkey = uri.removeprefix("at://").partition(f"/{COLLECTION}/")
        return self._repos[did].posts[rkey]

    def change_profile(self, account: str, changes: Mapping[str, str]) -> None:
        """See Pretend."""
        holder = self.sessions.find(account)
        if holder is None:
            raise KeyError(f"no account {account}")
        self._repos[holder.did].present(changes)

    def expire(self, account: str | None, what: str) -> int:
        """`access`, `refresh` (those alive run out), `app_password` (revoked), `takedown`."""
        found = self.sessions.find(account) if account else None
        if account and found is None:
            raise KeyError(f"no account {account}")
        holders = [found] if found else list(self.sessions.by_did.values())
        if what in ("access", "refresh"):
            return self.sessions.expire({holder.did for holder in holders}, what == "refresh")
        if what not in ("app_password", "takedown"):
            raise ValueError("what is access, refresh, app_password or takedown")
        for holder in holders:
            if what == "takedown":
                holder.taken_down = True
            else:
                self.sessions.revoke_app_password(holder)
        return len(holders)

    def posts(self) -> list[dict[str, Any]]:
        """See Pretend."""
        kept = (post for repo in self._repos.values() for post in repo.posts.values())
        return [self._shown(post) for post in sorted(kept, key=lambda post: post.since, reverse=True)]

    def media(self, sha256: str) -> tuple[str, bytes] | None:
        """See Pretend."""
        for repo in self._repos.values():
            for blob in repo.blobs.values():
                if blob.sha256 == sha256:
                    return blob.media_type, blob.data
        return None

    def _shown(self, kept: Kept) -> dict[str, Any]:
        blobs = self._repos[kept.did].blobs
        embed = kept.value.get("embed", {})
        pictures = (embed.get("media") or embed).get("images") or (embed.get("media") or embed).get("items") or []
        return {
            "account": kept.did,
            "handle": self.sessions.by_did[kept.did].handle,
            "id": kept.uri,
            "at": kept.at,
            "text": kept.value["text"],
            "media": [{"sha256": blobs[p["image"]["ref"]["$link"]].sha256, "alt": p["alt"]} for p in pictures],
            "reply_to": kept.value.get("reply", {}).get("parent", {}).get("uri"),
            "by": kept.by,
        }
