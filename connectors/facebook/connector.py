"""Facebook's conversations about one Page, as the platform page §§1-4 gives them.

Nothing is ever left to its scheduler: a post is published by the request that makes it, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx

from connectors.contract import Conversation, Manifest, Nonsense, Rejected, Renewal, Request, Sealed, SetupWrong
from connectors.facebook import answers
from connectors.facebook.auth import PageAuth
from connectors.facebook.limits import LIMITS, said
from connectors.graph import after, budgets
from connectors.listing import MOST, look_back, newest
from connectors.oauth import CLIENT
from connectors.reading import ask, commit, file_part, refuse_overruns, segment, string, thing, things, upload
from connectors.text import alike
from connectors.uploading import each_picture
from connectors.words import Found, Home, Identity, Limits, Outgoing, Passage, Picture, Profile, Receipt, Seen, Window

Json = Mapping[str, Any]
HOST = "graph.facebook.com"
VERSION = 25  # of the Graph API; the account's fact `graph_version` goes before it
SCOPES = (
    *("pages_show_list", "pages_read_engagement", "pages_manage_posts"),
    *("pages_read_user_content", "pages_manage_engagement"),
)
_SHOWN = "id,message,created_time,permalink_url,application{id,name},attachments{media_type,subattachments}"
_PAGE = 100  # a list gives no more at once


class Facebook:
    """The connector; stateless, so one instance serves every Page."""

    name: str = "facebook"
    manifest: Manifest = Manifest(
        hosts=frozenset({HOST}),
        own_origin=False,
        fields=("access_token",),
        application=("client_id", "client_secret"),
        scopes=SCOPES,
        refresh_repeats=True,  # the old token lives on until its own end
        budgets=budgets,
    )

    def limits(self, home: Home) -> Limits:
        """The same for every Page."""
        return LIMITS

    def publish(self, outgoing: Outgoing, passage: Passage) -> Conversation[Receipt]:
        """Upload the pictures unseen, then one post with all of them; a thread's later parts are comments on its first.

        Even a single picture goes this way: `/photos` has been seen to publish and answer 500 (platform page §4).
        """
        refuse_overruns(LIMITS, outgoing)
        if passage.parent and outgoing.pictures:
            raise Rejected("a comment carries no uploaded pictures: put them into the first part", not_applied=True)
        photos = yield from each_picture(outgoing, partial(_uploaded, passage.home))
        form = [("message", said(outgoing))] if said(outgoing) else []
        root = passage.root or passage.parent
        if root:
            request = _request(passage.home, "POST", f"{segment(root.platform_id)}/comments", form)
        else:
            form += [("link", outgoing.link)] if outgoing.link and not photos else []
            form += [(f"attached_media[{n}]", f'{{"media_fbid":"{photo}"}}') for n, photo in enumerate(photos)]
            path = f"{segment(passage.home.subject)}/feed"
            request = _request(passage.home, "POST", path, [*form, ("published", "true")])
        made = string(answers.expect((yield from commit(request))), "id")
        return Receipt(made, answers.permalink(made), (("photos", ",".join(photos)),) if photos else ())

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Look through the Page's posts, or the comments on a thread's first part. What matches is only likely."""
        home, ours = passage.home, partial(_may_be, outgoing)
        if first := passage.root or passage.parent:
            # All comments there are were made after the first part, which is older than the window: the end is the end.
            more = (("filter", "stream"), ("order", "reverse_chronological"))
            path = f"{segment(first.platform_id)}/comments"
            turn = partial(_listed, home, path, "id,message,created_time", _PAGE, more)
            return look_back(turn, answers.receipt, ours, window, ends=True)
        return look_back(partial(_posts, home, _PAGE), answers.receipt, ours, window)

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete the post and the photos uploaded for it, which may outlive it; what is not there is gone already."""
        for one in (receipt.platform_id, *filter(None, (receipt.get("photos") or "").split(","))):
            answer = yield from ask(_request(home, "DELETE", segment(one)))
            if not answers.is_missing(answer):
                _require_success(answers.expect(answer))

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The newest published posts; comments are not among them."""
        return newest(partial(_posts, home, min(limit, _PAGE)), answers.seen, limit)

    def profile(self, home: Home) -> Conversation[Profile]:
        """Name, picture and `about`. Which applications may post, only the Page's own settings tell."""
        fields = ("fields", "name,about,picture{url}")
        return answers.profile(answers.expect((yield from ask(_get(home, segment(home.subject), fields)))))

    def identify(self, home: Home) -> Conversation[Identity]:
        """The Page of the token. A person has no `category`: asked for it, the platform refuses, or leaves it out."""
        answer = yield from ask(_get(home, "me", ("fields", "id,name,category")))
        page = True
        if answers.is_of_another_kind(answer):
            page, answer = False, (yield from ask(_get(home, "me", ("fields", "id,name"))))
        owner = answers.expect(answer)
        return Identity(string(owner, "id"), _handle(owner, home), personal=not (page and owner.get("category")))

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """The Page's own token, from a system user's or a person's; nothing where a Page's own was brought.

        Raises SetupWrong where the token does not reach the Page, or may not write there.
        """
        return Renewal((yield from _page_token(home)))

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """A new Page token, and for a token that ends another 60 days, which must be asked for before its end.

        The Page token comes from the old one, so it is the old one's end that counts until the next refresh.
        """
        about = yield from _inspected(home)
        if about.get("type") == "PAGE":
            return Renewal(())
        fields = yield from _page_token(home)
        ends = about.get("expires_at")
        if type(ends) is not int or not 0 < ends < 1 << 33:
            return Renewal(fields)
        lasting = (("set_token_expires_in_60_days", "true"),) if about.get("type") == "SYSTEM_USER" else ()
        query = (("grant_type", "fb_exchange_token"), *CLIENT, *lasting, ("fb_exchange_token", Sealed("access_token")))
        fresh = answers.expect((yield from ask(_get(home, "oauth/access_token", *query, authorised=False))))
        renewed = (*fields, ("access_token", string(fresh, "access_token")))
        return Renewal(renewed, expires_at=datetime.fromtimestamp(ends, UTC))

    def revoke(self, home: Home) -> Conversation[None]:
        """End the token that was brought: a system user's by name, a person's with all that the person granted."""
        about = yield from _inspected(home)
        if about.get("is_valid") is False:
            return
        if about.get("type") == "SYSTEM_USER":
            query = (*CLIENT, ("revoke_token", Sealed("access_token")))
            request = _get(home, "oauth/revoke", *query)
        elif about.get("type") == "USER":
            request = _request(home, "DELETE", f"{segment(string(about, 'user_id'))}/permissions")
        else:
            raise SetupWrong("a Page's own token is ended in the Page's settings: remove the application there")
        _require_success(answers.expect((yield from ask(request))))

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The token that each call needs, with its proof. Raises SignInExpired where there is none."""
        return PageAuth(credential)


def _url(home: Home, path: str) -> str:
    return f"https://{HOST}/v{home.fact('graph_version', VERSION)}.0/{path}"


def _request(home: Home, method: str, path: str, form: Iterable[tuple[str, str]] = ()) -> Request:
    return Request(method, _url(home, path), form=tuple(form) or None)


def _get(home: Home, path: str, *query: tuple[str, str | Sealed], authorised: bool = True) -> Request:
    return Request("GET", _url(home, path), query=query, authorised=authorised)


def _uploaded(home: Home, picture: Picture) -> Conversation[str]:
    """The id of a photo that nobody sees yet."""
    form = (("published", "false"), *((("alt_text_custom", picture.alt_text),) if picture.alt_text else ()))
    url, file = _url(home, f"{segment(home.subject)}/photos"), file_part("source", picture)
    photo = string(answers.expect((yield from upload(Request("POST", url, form=form, files=(file,))))), "id")
    if not photo.isdecimal():
        raise Nonsense("the answer's photo id is no number")
    return photo


def _posts(home: Home, limit: int, cursor: str | None) -> Conversation[tuple[tuple[Json, ...], str | None]]:
    return _listed(home, f"{segment(home.subject)}/published_posts", _SHOWN, limit, (), cursor)


def _listed(
    home: Home, path: str, fields: str, limit: int, more: tuple[tuple[str, str], ...], cursor: str | None
) -> Conversation[tuple[tuple[Json, ...], str | None]]:
    """One page of a list, newest first, and the cursor of the next."""
    query = (("fields", fields), ("limit", str(limit)), *more, *_after(cursor))
    page = answers.expect((yield from ask(_get(home, path, *query))))
    return things(page.get("data")), after(page)


def _may_be(outgoing: Outgoing, shown: Json) -> bool:
    """By words and, where they are shown, the number of pictures."""
    same = alike(answers.seen(shown).text, said(outgoing))
    return same and answers.pictures(shown) in (None, len(outgoing.pictures))


def _inspected(home: Home) -> Conversation[Json]:
    """What the platform says of the token that was brought."""
    answer = yield from ask(_get(home, "debug_token", ("input_token", Sealed("access_token"))))
    return thing(answers.expect(answer).get("data"))


def _page_token(home: Home) -> Conversation[tuple[tuple[str, str], ...]]:
    cursor: str | None = None
    for _ in range(MOST):
        query = (("fields", "id,name,access_token,tasks"), ("limit", str(_PAGE)), *_after(cursor))
        answer = yield from ask(_get(home, "me/accounts", *query))
        if answers.is_of_another_kind(answer):
            return ()  # a Page has no accounts: the token is its own
        page = answers.expect(answer)
        meant = next((one for one in things(page.get("data")) if _is_meant(one, home)), None)
        if meant is not None:
            return (("page_token", _writing(meant)),)
        cursor = after(page)
        if cursor is None:
            break
    raise SetupWrong("the token does not reach this Page: enter it by its id or exact name, and assign it")


def _after(cursor: str | None) -> tuple[tuple[str, str], ...]:
    return (("after", cursor),) if cursor else ()


def _is_meant(page: Json, home: Home) -> bool:
    return string(page, "id") == home.subject if home.subject else _handle(page, home) == home.handle


def _handle(owner: Json, home: Home) -> str:
    """The name by which the register knows a Page: its id or its name, as it was entered; else its name."""
    known = {one.casefold(): one for one in (string(owner, "name"), string(owner, "id"))}
    return home.handle if home.handle.strip().casefold() in known else string(owner, "name")


def _writing(page: Json) -> str:
    tasks = page.get("tasks")
    if isinstance(tasks, list) and not {"CREATE_CONTENT", "MANAGE"} & {str(task) for task in tasks}:
        raise SetupWrong("the token's owner may not write on this Page: give it the task CREATE_CONTENT")
    return string(page, "access_token")


def _require_success(answer: Json) -> None:
    if answer.get("success") not in (True, "true"):  # a system user's token is revoked with the word, not the value
        raise Nonsense("the answer does not say that it is done")
