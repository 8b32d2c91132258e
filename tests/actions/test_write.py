"""Writing: wordings are immutable and one's team's own; pictures come in clean or not at all."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from gateway.actions.write import add_picture, write_post
from gateway.domain.audit import AuditEvent
from gateway.domain.change import Change
from gateway.domain.post import Content, PictureUse
from gateway.domain.refusal import Reason, Refused
from gateway.world import World
from tests.actions.story import log, refuses
from tests.cast import enrol, who


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """These are decided before anything is written: one database is enough."""
    return f"sqlite:///{tmp_path}/gateway.db"


def png(size: tuple[int, int] = (8, 8)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "navy").save(out, "PNG")
    return out.getvalue()


def test_a_changed_wording_is_a_new_revision_of_the_same_post(world: World) -> None:
    ada = who(world, "ada")
    first = write_post(world, ada, Content(("Hello",)))
    second = write_post(world, ada, Content(("Hello,",)), post_id=first.post)
    assert (first.post, first.number) == (second.post, second.number - 1)
    with world.storage.reading() as readers:
        assert readers.revisions.get(first.id).content == Content(("Hello",))


def test_the_words_themselves_are_not_in_the_log(world: World) -> None:
    write_post(world, who(world, "ada"), Content(("Unemployment-fell-to-3.9",)))
    assert len(log(world, "post.write")) == 1
    with world.storage.reading() as readers:
        assert b"Unemployment" not in b"".join(readers.log.bodies(0, 10_000))


def test_a_colleague_may_go_on_with_it_and_another_team_does_not_even_see_it(world: World) -> None:
    post = write_post(world, who(world, "ada"), Content(("Hello",))).post
    assert write_post(world, who(world, "dev"), Content(("Hi",)), post_id=post).number == 2
    enrol(world, "zoe", "author")
    with world.storage.unit() as unit:
        other = replace(unit.members.get("zoe"), team="Health")
        unit.commit(Change((AuditEvent("test.act", "worker", "test", "x"),), (other,)))
    with refuses(world, Reason.NOT_FOUND, "post.write"):
        write_post(world, who(world, "zoe"), Content(("Hi",)), post_id=post)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (Content(("",)), Reason.EMPTY),
        (Content((" \n",)), Reason.EMPTY),
        (Content(()), Reason.EMPTY),
        (Content(("one", " ")), Reason.EMPTY),
        (Content(("one",), variants=(("office-account", ()),)), Reason.EMPTY),
        (Content(("one",), variants=(("office-account", ("", "two")),)), Reason.EMPTY),
        (Content(("one",), pictures=(PictureUse("0" * 64, "A chart", "ours"),)), Reason.NOT_FOUND),
    ],
)
def test_what_says_nothing_or_shows_what_nobody_brought_is_refused(
    world: World, content: Content, reason: Reason
) -> None:
    with refuses(world, reason, "post.write"):
        write_post(world, who(world, "ada"), content)


@pytest.mark.parametrize("name", ["bola", "cyd", "eve", "sam", "cleo"])
def test_only_an_author_writes(world: World, name: str) -> None:
    with refuses(world, Reason.ROLE_MISSING, "post.write"):
        write_post(world, who(world, name), Content(("Hello",)))
    with refuses(world, Reason.ROLE_MISSING, "media.add"):
        add_picture(world, who(world, name), png())


@pytest.mark.slow
def test_a_picture_is_kept_once_under_the_digest_of_its_clean_bytes(world: World) -> None:
    first = add_picture(world, who(world, "ada"), png())
    again = add_picture(world, who(world, "dev"), png())
    assert (first.id, again.added_by) == (again.id, "ada")
    (told,) = log(world, "media.add")
    assert first.id not in told.to_bytes().decode()  # its bytes' fingerprint would confirm a guessed chart
    with refuses(world, Reason.RIGHTS_MISSING, "post.write"):
        write_post(world, who(world, "ada"), Content(("one",), pictures=(PictureUse(first.id, "A square", " "),)))
    shown = Content(("",), pictures=(PictureUse(first.id, "A navy square", "ours"),))
    assert write_post(world, who(world, "ada"), shown).content == shown


@pytest.mark.slow
@pytest.mark.parametrize("body", [b"", b"GIF89a", png()[:40], b"<svg/>"], ids=["empty", "short", "truncated", "svg"])
def test_a_picture_that_is_none_is_refused_with_a_word(world: World, body: bytes) -> None:
    with refuses(world, Reason.PICTURE_REFUSED, "media.add"):
        add_picture(world, who(world, "ada"), body)


def test_a_picture_is_used_by_whoever_brought_it_and_a_fingerprint_tried_out_tells_nothing(world: World) -> None:
    body = png()
    media = add_picture(world, who(world, "ada"), body)
    use = Content(parts=("A chart.",), pictures=(PictureUse(media.id, "A chart that is red at the top.", "Ours"),))
    unknown = Content(parts=("A chart.",), pictures=(replace(use.pictures[0], sha256="0" * 64),))
    said = []
    for content in (use, unknown):
        with pytest.raises(Refused) as refusal:
            write_post(world, who(world, "dev"), content)
        said.append((refusal.value.reason, refusal.value.facts))
    assert said == [(Reason.NOT_FOUND, {"kind": "media"})] * 2
    assert add_picture(world, who(world, "dev"), body).id == media.id
    mine = write_post(world, who(world, "dev"), use)
    assert mine.content == use


def test_a_teammate_uses_again_the_pictures_of_the_post_they_change(world: World) -> None:
    media = add_picture(world, who(world, "ada"), png())
    content = Content(parts=("A chart.",), pictures=(PictureUse(media.id, "A chart that is red at the top.", "Ours"),))
    first = write_post(world, who(world, "ada"), content)
    enrol(world, "ann", "author")
    again = write_post(world, who(world, "ann"), replace(content, parts=("The chart.",)), post_id=first.post)
    assert again.content.pictures == content.pictures
