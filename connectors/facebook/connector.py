"""Facebook's conversations about one Page, as the platform page §§1-4 gives them.

Nothing is ever left to its scheduler: a post is published by the request that makes it, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import httpx

from connectors import graph
from connectors.contract import Conversation, Manifest, Nonsense, Rejected, Renewal, Request
from connectors.facebook import answers, tokens
from connectors.facebook.auth import PageAuth
from connectors.facebook.limits import LIMITS, said
from connectors.listing import look_back, newest
from connectors.reading import ask, commit, file_part, refuse_overruns, require_granted, segment, string, upload
from connectors.text import alike
from connectors.uploading import each_picture
from connectors.words import Found, Home, Identity, Limits, Outgoing, Passage, Picture, Profile, Receipt, Seen, Window

Json = Mapping[str, Any]
SCOPES = (
    *("pages_show_list", "pages_read_engagement", "pages_manage_posts"),
    *("pages_read_user_content", "pages_manage_engagement"),
)
_SHOWN = "id,message,created_time,permalink_url,application{id,name},attachments{media_type,subattachments}"


class Facebook:
    """The connector; stateless, so one instance serves every Page."""

    name: str = "facebook"
    manifest: Manifest = Manifest(
        hosts=frozenset({graph.HOST, graph.SITE}),
        own_origin=False,
        fields=("access_token",),
        authorise=tokens.authorise,
        application=("client_id", "client_secret"),
        scopes=SCOPES,
        refresh_repeats=True,  # the old token lives on until its own end
        budgets=graph.budgets,
        backdates=True,  # `backdated_time`
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
            request = graph.request(passage.home, "POST", f"{segment(root.platform_id)}/comments", form)
        else:
            form += [("link", outgoing.link)] if outgoing.link and not photos else []
            form += [(f"attached_media[{n}]", f'{{"media_fbid":"{photo}"}}') for n, photo in enumerate(photos)]
            path = f"{segment(passage.home.subject)}/feed"
            request = graph.request(passage.home, "POST", path, [*form, ("published", "true")])
        made = string(answers.expect((yield from commit(request))), "id")
        return Receipt(made, answers.permalink(made), (("photos", ",".join(photos)),) if photos else ())

    def find(self, outgoing: Outgoing, passage: Passage, window: Window) -> Conversation[Found]:
        """Look through the Page's posts, or the comments on a thread's first part. What matches is only likely."""
        home, ours = passage.home, partial(_may_be, outgoing)
        if first := passage.root or passage.parent:
            # All comments there are were made after the first part, which is older than the window: the end is the end.
            more = (("filter", "stream"), ("order", "reverse_chronological"))
            path = f"{segment(first.platform_id)}/comments"
            turn = partial(graph.listed, answers.expect, home, path, "id,message,created_time", graph.PAGE, more)
            return look_back(turn, answers.receipt, ours, window, ends=True)
        return look_back(partial(_posts, home, graph.PAGE), answers.receipt, ours, window)

    def remove(self, receipt: Receipt, home: Home) -> Conversation[None]:
        """Delete the post and the photos uploaded for it, which may outlive it; what is not there is gone already."""
        for one in (receipt.platform_id, *filter(None, (receipt.get("photos") or "").split(","))):
            answer = yield from ask(graph.request(home, "DELETE", segment(one)))
            if not answers.is_missing(answer):
                graph.require_success(answers.expect(answer))

    def recent(self, home: Home, limit: int) -> Conversation[tuple[Seen, ...]]:
        """The newest published posts; comments are not among them."""
        return newest(partial(_posts, home, min(limit, graph.PAGE)), answers.seen, limit)

    def profile(self, home: Home) -> Conversation[Profile]:
        """Name, picture and `about`. Which applications may post, only the Page's own settings tell."""
        fields = ("fields", "name,about,picture{url}")
        return answers.profile(answers.expect((yield from ask(graph.get(home, segment(home.subject), fields)))))

    def identify(self, home: Home) -> Conversation[Identity]:
        """The Page of the token. A person has no `category`: asked for it, the platform refuses, or leaves it out."""
        answer = yield from ask(graph.get(home, "me", ("fields", "id,name,category")))
        page = True
        if answers.is_of_another_kind(answer):
            page, answer = False, (yield from ask(graph.get(home, "me", ("fields", "id,name"))))
        owner = answers.expect(answer)
        return Identity(string(owner, "id"), tokens.handle(owner, home), personal=not (page and owner.get("category")))

    def sign_in(self, home: Home) -> Conversation[Renewal]:
        """The Page's own token, from a system user's or a person's; nothing where a Page's own was brought.

        Raises SetupWrong where the token does not reach the Page, may not write there, or lacks what is asked for:
        whoever consents may leave some of it out.
        """
        require_granted((yield from tokens.inspected(home)), SCOPES, "scopes")
        return (yield from tokens.of_the_page(home))

    def refresh(self, home: Home) -> Conversation[Renewal]:
        """A new Page token, and another 60 days for a token that ends."""
        return tokens.renewed(home)

    def revoke(self, home: Home) -> Conversation[None]:
        """End the token that was brought."""
        return tokens.ended(home)

    def auth(self, credential: Mapping[str, str], now: datetime, nonce: str) -> httpx.Auth:
        """The token that each call needs, with its proof. Raises SignInExpired where there is none."""
        return PageAuth(credential)


def _uploaded(home: Home, picture: Picture) -> Conversation[str]:
    """The id of a photo that nobody sees yet."""
    form = (("published", "false"), *((("alt_text_custom", picture.alt_text),) if picture.alt_text else ()))
    url, file = graph.url(home, f"{segment(home.subject)}/photos"), file_part("source", picture)
    photo = string(answers.expect((yield from upload(Request("POST", url, form=form, files=(file,))))), "id")
    if not photo.isdecimal():
        raise Nonsense("the answer's photo id is no number")
    return photo


def _posts(home: Home, limit: int, cursor: str | None) -> Conversation[tuple[tuple[Json, ...], str | None]]:
    return graph.listed(answers.expect, home, f"{segment(home.subject)}/published_posts", _SHOWN, limit, (), cursor)


def _may_be(outgoing: Outgoing, shown: Json) -> bool:
    """By words and, where they are shown, the number of pictures."""
    same = alike(answers.seen(shown).text, said(outgoing))
    return same and answers.pictures(shown) in (None, len(outgoing.pictures))
