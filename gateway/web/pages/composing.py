"""Composing: write, check, see it as each platform shows it, and put it forward.

One form sends everything to one address; `do` says which of its buttons was pressed. Nothing is written before "Check
your answers": then the words are kept as a revision, and what was typed is held, sealed, until it is put forward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from starlette.responses import HTMLResponse, Response

from connectors.words import AT_RELEASE, NOW
from gateway.actions import composing, holding, published, reading, submit, templating, write
from gateway.actions.holding import Form
from gateway.actions.published import Published
from gateway.domain.account import Account
from gateway.domain.post import Revision
from gateway.domain.refusal import Reason, Refused
from gateway.domain.release import Coming
from gateway.web.mount import OF_SESSION
from gateway.web.pages import confirming, wording, words
from gateway.web.pages.cropping import Crop, crop_of
from gateway.web.pages.fields import Fields, Mistyped
from gateway.web.pages.marking import Found, counters, found_of
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.rendering import environment
from gateway.web.pages.showing import Shown
from gateway.web.problems import NotTaken
from gateway.web.walltime import wall

MOST_RELEASES = 60
MOST_PARTS = 25
TITLE = "Write a post"


# --- the form ---------------------------------------------------------------------------------------------------------


def show_compose(page: Page) -> Response:
    """The form, empty or with what was typed, or with a template's words."""
    chosen = page.query.one("template")
    return _with_template(page, chosen) if chosen else _form(page)


def show_revise(page: Page) -> Response:
    """The form with the newest wording of a post, and what was asked for it last."""
    found = reading.read_post(page.world, page.who, page.at["post"])
    if found.withheld:
        raise Refused(Reason.NOT_ON_LIST)
    newest = found.revisions[-1]
    last = found.submissions[-1] if found.submissions else None
    fields = wording.fields_of(newest.content, last.wish if last else None, found.post.id)
    corrects = last.corrects if last else found.post.corrects
    return _form(replace(page, fields=wording.correcting(fields, corrects)))


def show_change(page: Page) -> Response:
    """The form with what the check page showed."""
    return _form(replace(page, fields=_held(page, page.at["held"])))


def show_correction(page: Page) -> Response:
    """The form for a correction that stands beside what is out, with its address."""
    found = reading.read_delivery(page.world, page.who, page.at["delivery"]).delivery
    link = found.receipt.url if found.receipt and found.receipt.url else ""
    pairs = (("accounts", found.account), (f"{wording.COMMON}-1", "Correction: "), ("link", link))
    return _form(replace(page, fields=wording.correcting(Fields(pairs), found.id)))


def _form(page: Page, found: Found | None = None, focus: str = "") -> Response:
    """The form; nothing of it is decided here."""
    looks = page.fields.one("find") or page.fields.one("release")
    desk = composing.desk(page.world, page.who, None if looks else MOST_RELEASES)
    ticked = page.fields.many("accounts")
    shown = [account for account in desk.accounts if account.id in ticked or len(desk.accounts) <= 3]
    return page.render(
        "compose.html",
        TITLE if not page.fields.one("post") else "Change a post",
        desk=desk,
        texts=wording.boxes(page.fields, wording.COMMON),
        own=[(account, wording.boxes(page.fields, wording.own(account.id))) for account in shown],
        pictures=_pictures(page),
        mentions=_mentions(page, desk.accounts),
        releases=_offered(page, desk.releases),
        classes=[(name, *words.CLASSES.get(name, (name, ""))) for name in page.world.policy.quorum.classes],
        points=[(point, words.DECLARATION.get(point, point)) for point in page.world.policy.declaration],
        twice=_comes_twice(page.fields),
        templates=[(each.id, each.title) for each in templating.templates(page.world, page.who)],
        corrected=(corrected := _corrected(page)),
        corrected_on=_went_out(corrected) if corrected else "",
        accounts=[(each.id, f"{each.handle} ({page.world.spelt(each.platform)})") for each in desk.accounts],
        found=found,
        counters=counters(found, wording.stems(page.fields)),
        focus=focus,
    )


def _pictures(page: Page) -> list[tuple[str, Crop | None]]:
    """The pictures of the form, each with what a feed would cut off; None where it is not one's own."""
    ids = list(dict.fromkeys(page.fields.many("picture")))
    sizes = composing.picture_sizes(page.world, page.who, ids)
    return [(id, crop_of(*sizes[id]) if id in sizes else None) for id in ids]


def _mentions(page: Page, accounts: Iterable[Account]) -> dict[str, tuple[str, str]]:
    """How somebody is mentioned, by platform, empty where nobody can be from here; and what to know of it there."""
    known = page.world.platforms
    limits = {each.platform: known[each.platform].limits(each.home) for each in accounts if each.platform in known}
    return {page.world.spelt(name): (one.mention, one.advice) for name, one in limits.items()}


def _corrected(page: Page) -> Published | None:
    """What this may be the correction of: the box stays to be ticked again."""
    id = page.fields.one(wording.CORRECTED)
    return published.among(page.world, page.who, [id]).get(id) if id else None


def _offered(page: Page, releases: tuple[Coming, ...]) -> list[tuple[str, str]]:
    """The next releases, or those whose title holds what is looked for; the one that is chosen is always there."""
    chosen, wanted = page.fields.one("release"), page.fields.one("find").casefold().split()
    found = [each for each in releases if all(word in each.title.casefold() for word in wanted)][:MOST_RELEASES]
    kept = [each for each in releases if each.id == chosen and each not in found]
    return [(each.id, f"{wall(each.instant)}: {each.title}") for each in (*kept, *found)]


def _comes_twice(fields: Fields) -> bool:
    """Whether the typed wall time is one that has to be asked about."""
    if fields.one("wanted") != wording.AT:
        return False
    try:
        wording.instant(Fields(tuple(pair for pair in fields.pairs if pair[0] != "which")))
    except (Mistyped, Refused) as asked:
        return isinstance(asked, Refused)
    return False


# --- its buttons ------------------------------------------------------------------------------------------------------


def compose(page: Page) -> Response:
    """Whatever button was pressed; a picture that was chosen is taken in first."""
    verb, _, what = page.fields.one("do", "check").partition(":")
    act = BUTTONS.get(verb)
    if act is None:
        raise NotTaken(422, "There is no such button.")
    return act(_with_picture(page), what)


def _with_picture(page: Page) -> Page:
    chosen = page.fields.file("picture_file")
    if chosen is None:
        return page
    media = write.add_picture(page.world, page.who, chosen.body)
    known = media.id in page.fields.many("picture")
    pairs = page.fields.pairs if known else (*page.fields.pairs, ("picture", media.id))
    return replace(page, fields=Fields(pairs))


def _check(page: Page, _what: str) -> Response:
    return _form(page, _found(page, whole=False))


def _found(page: Page, *, whole: bool) -> Found:
    """What a check says of what was typed. Raises Mistyped, Refused."""
    if not page.fields.many("accounts"):
        raise Mistyped({"accounts": "Choose at least one account"})
    content, wish = wording.content_of(page.fields), wording.wish_of(page.fields, whole=whole)
    post = page.fields.one("post") or None
    seen = composing.preview(page.world, page.who, content, wish, whole=whole, post_id=post)
    return found_of(page.world, seen, wish.release)


def _find(page: Page, _what: str) -> Response:
    return _form(page, focus="release")


def _add_part(page: Page, stem: str) -> Response:
    texts = [*wording.boxes(page.fields, stem), ""][:MOST_PARTS]
    more = replace(page, fields=wording.with_boxes(page.fields, stem, texts))
    return _form(more, focus=f"{stem}-{len(texts)}")


def _drop_part(page: Page, stem: str) -> Response:
    texts = wording.boxes(page.fields, stem)
    return _form(replace(page, fields=wording.with_boxes(page.fields, stem, texts[:-1])))


def _add_picture(page: Page, _what: str) -> Response:
    pictures = page.fields.many("picture")
    return _form(page, focus=f"alt-{pictures[-1]}" if pictures else "picture")


def _drop_picture(page: Page, id: str) -> Response:
    gone = {("picture", id)}
    pairs = tuple(p for p in page.fields.pairs if p not in gone and p[0] not in {f"alt-{id}", f"rights-{id}"})
    return _form(replace(page, fields=Fields(pairs)))


def _use_template(page: Page, _what: str) -> Response:
    return _with_template(page, page.fields.one("template"))


def _with_template(page: Page, id: str) -> Response:
    """The form with a template's words behind whatever stands in its last box: nothing that was typed is lost."""
    chosen = next((one for one in templating.templates(page.world, page.who) if one.id == id), None)
    if chosen is None:
        raise Mistyped({"template": "Choose a template"})
    *before, last = wording.boxes(page.fields, wording.COMMON)
    texts = [*before, f"{last}\n\n{chosen.text}" if last.strip() else chosen.text]
    filled = replace(page, fields=wording.with_boxes(page.fields, wording.COMMON, texts))
    return _form(filled, focus=f"{wording.COMMON}-{len(texts)}")


def _keep(page: Page, _what: str) -> Response:
    """The words as a draft."""
    kept = _kept(page)
    return page.go(f"/posts/{kept.post}", "draft-kept")


def _kept(page: Page) -> Revision:
    """The words as they are now; bound to the release that they are written for, whoever reads them is asked for."""
    release = wording.wish_of(page.fields, whole=False).release
    content, post = wording.content_of(page.fields), page.fields.one("post") or None
    return composing.keep(page.world, page.who, content, post, release, wording.corrects_of(page.fields))


def _go_on(page: Page, _what: str) -> Response:
    """To the check page, where nothing stands in the way: the words are kept, and all that was typed is held."""
    found = _found(page, whole=True)
    if found.blocks:
        return _form(page.with_errors(_blocked(found)), found)
    kept = _kept(page)
    left_out = {"csrf_token", "do", "post", "revision"}
    pairs = tuple(pair for pair in page.fields.pairs if pair[0] not in left_out)
    form = Form("/compose", True, (*pairs, ("post", kept.post), ("revision", kept.id)))
    return page.go(f"/compose/{holding.hold(page.world, page.who, form)}")


def _blocked(found: Found) -> dict[str, str]:
    if found.must_bind:
        return {"binding": "It speaks of a release to come: choose that release, or say nothing of it"}
    if found.held_by:
        return {"wanted": f"{found.held_by} holds posts of this kind: choose a time after it ends"}
    first = next(finding for finding in found.findings if finding.blocks)
    return {"found": f"Change what is marked: {first.advice}"}


BUTTONS: Mapping[str, Callable[[Page, str], Response]] = {
    "check": _check,
    "find": _find,
    "use-template": _use_template,
    "add-part": _add_part,
    "drop-part": _drop_part,
    "add-picture": _add_picture,
    "drop-picture": _drop_picture,
    "keep": _keep,
    "continue": _go_on,
}


def findings(page: Page) -> Response:
    """The same check for the script that asks while somebody types: the part of the page that changes, alone."""
    try:
        found, problem = _found(page, whole=False), ""
    except Mistyped as no:
        found, problem = None, next(iter(no.errors.values()))
    lines = counters(found, wording.stems(page.fields))
    shown = environment().get_template("compose_found.html")
    return HTMLResponse(shown.render(page=page, found=found, problem=problem, live=True, counters=lines))


def show_picture(page: Page) -> Response:
    """A picture that one has just brought."""
    media = composing.own_picture(page.world, page.who, page.at["picture"])
    return Response(media.body, media_type=media.media_type)


# --- check your answers -----------------------------------------------------------------------------------------------


def _held(page: Page, held: str) -> Fields:
    """What was typed. Raises Refused(NOT_FOUND) where it is another's, was put forward or is too old."""
    fields = Fields.of(holding.look_at(page.world, page.who, held).fields)
    if "revision" not in fields:
        raise Refused(Reason.NOT_FOUND, kind="form")
    return fields


def show_ready(page: Page) -> Response:
    """Everything once more, before it is put forward."""
    typed = replace(page, fields=_held(page, page.at["held"]))
    content, wish = wording.content_of(typed.fields), wording.wish_of(typed.fields, whole=True)
    post = typed.fields.one("post")
    found = found_of(page.world, composing.preview(page.world, page.who, content, wish, post_id=post), wish.release)
    release = next((each for each in composing.desk(page.world, page.who).releases if each.id == wish.release), None)
    rows = [
        ("Accounts", ", ".join(card.accounts[0].handle for card in found.cards)),
        ("Goes out", _when(wish.wanted, release, typed.fields)),
        ("Waits for", f"{release.title}, {wall(release.instant)}" if release else _NO_RELEASE),
        ("Kind of post", words.CLASSES.get(wish.content_class, (wish.content_class, ""))[0]),
        ("Declaration", f"{len(wish.declared)} of {len(page.world.policy.declaration)} points"),
        ("Doubt", wish.doubt or "None"),
        *_rows_of_correction(typed),
    ]
    return page.render("ready.html", "Check your answers", rows=rows, found=found, post=post, now=wish.wanted == NOW)


def _rows_of_correction(page: Page) -> list[tuple[str, str]]:
    if wording.corrects_of(page.fields) is None or (found := _corrected(page)) is None:
        return []
    return [("Corrects", f"{_went_out(found)}: {found.delivery.outgoing.text}")]


def _went_out(found: Published) -> str:
    return f"{found.account.handle}, {wall(found.publication.at)}"


_NO_RELEASE = "No release: it holds no unpublished statistics"


def _when(wanted: str, release: Coming | None, fields: Fields) -> str:
    if wanted == NOW:
        return "Now, as soon as it is approved"
    if wanted == AT_RELEASE:
        return f"At release, {wall(release.instant)}" if release else "At release"
    return wall(wording.instant(fields))


def put_forward(page: Page) -> Response:
    """Put forward exactly what was shown. "Now" asks for a fresh code first."""
    fields = _held(page, page.at["held"])
    wish, corrects = wording.wish_of(fields, whole=True), wording.corrects_of(fields)
    submit.submit(page.world, page.who, fields.one("revision"), wish, corrects=corrects)
    holding.take(page.world, page.who, page.at["held"])
    return page.go(f"/posts/{fields.one('post')}", "put-forward")


def shown_now(page: Page, form: Form) -> Shown:
    """What is about to go out at once, for whoever types a code for it."""
    fields = _held(page, form.path.rpartition("/")[2])
    wish = wording.wish_of(fields, whole=True)
    seen = composing.preview(page.world, page.who, wording.content_of(fields), wish, post_id=fields.one("post"))
    cards = found_of(page.world, seen, wish.release).cards
    said = (f"{card.accounts[0].handle}: {part.said}" for card in cards for part in card.parts)
    return Shown((("Accounts", ", ".join(card.accounts[0].handle for card in cards)),), "\n\n".join(said))


confirming.SHOWING["publish-now"] = shown_now

PAGES: tuple[PageRoute, ...] = (
    PageRoute("GET", "/compose", show_compose, "post.write", OF_SESSION),
    PageRoute("POST", "/compose", compose, "post.write", OF_SESSION, again=show_compose, large=True),
    PageRoute("POST", "/compose/findings", findings, "post.write", OF_SESSION, holds=False),
    PageRoute("GET", "/compose/pictures/{picture}", show_picture, "post.write", OF_SESSION),
    PageRoute("GET", "/compose/{held}", show_ready, "post.write", OF_SESSION),
    PageRoute("POST", "/compose/{held}", put_forward, "submission.submit", OF_SESSION, again=show_ready),
    PageRoute("GET", "/compose/{held}/change", show_change, "post.write", OF_SESSION),
    PageRoute("GET", "/deliveries/{delivery}/correction", show_correction, "post.write", OF_SESSION),
    PageRoute("GET", "/posts/{post}/change", show_revise, "post.write", OF_SESSION),
)
