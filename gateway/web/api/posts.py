"""Pictures, posts and their wordings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Response
from pydantic import Field, StringConstraints

from connectors.words import Visibility
from gateway.actions import reading, write
from gateway.domain.post import Content, Media, PictureUse, Post, Revision
from gateway.web.answers import Answer, SubmissionAnswer
from gateway.web.bodies import RawBody
from gateway.web.forms import Form, Id, Limit, Line, PathId, Text, Word
from gateway.web.guards import Acting, InWorld

Parts = Annotated[list[Text], Field(max_length=50)]
SHA256 = r"^[0-9a-f]{64}$"
Sha256 = Annotated[str, StringConstraints(pattern=SHA256)]
PathSha256 = Annotated[str, Path(pattern=SHA256)]


class Use(Form):
    """A picture taken in before, its alt text and the word on the rights."""

    sha256: Sha256
    alt_text: Annotated[Text, Field(max_length=5_000)]
    rights: Line


class Wording(Form):
    """One wording: thread parts, pictures, link, other parts for single accounts, the release it is written for."""

    parts: Annotated[Parts, Field(min_length=1)]
    pictures: Annotated[list[Use], Field(max_length=20, default_factory=list)]
    link: Annotated[Line, Field(max_length=2_000)] | None = None
    visibility: Literal["public", "unlisted"] = "public"
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)] = "en"
    variants: Annotated[dict[Id, Annotated[Parts, Field(min_length=1)]], Field(max_length=100, default_factory=dict)]
    release: Word | None = None

    def content(self) -> Content:
        """The wording in the core's words."""
        return Content(
            parts=tuple(self.parts),
            pictures=tuple(PictureUse(use.sha256, use.alt_text, use.rights) for use in self.pictures),
            link=self.link,
            visibility=Visibility(self.visibility),
            language=self.language,
            variants=tuple((account, tuple(parts)) for account, parts in sorted(self.variants.items())),
        )


class NewPost(Wording):
    """The first wording of a post; `corrects`: the delivery that it is begun to put right, which every reading of the
    draft then names. What is put forward says so again.
    """

    corrects: Id | None = None


class MediaAnswer(Answer):
    """A picture taken in: re-encoded, stripped, named by its digest."""

    id: str
    media_type: str
    size: int
    width: int
    height: int


class UseAnswer(Answer):
    """A picture of a wording."""

    sha256: str
    alt_text: str
    rights: str


class ContentAnswer(Answer):
    """One wording whole."""

    parts: tuple[str, ...]
    pictures: tuple[UseAnswer, ...]
    link: str | None
    visibility: str
    language: str
    variants: tuple[tuple[str, tuple[str, ...]], ...]


class RevisionAnswer(Answer):
    """One wording and who wrote it."""

    id: str
    post: str
    number: int
    author: str
    content: ContentAnswer
    created_at: datetime
    release: str | None


class PostAnswer(Answer):
    """A post without its wording."""

    id: str
    author: str
    team: str
    created_at: datetime
    corrects: str | None


class PostReadAnswer(Answer):
    """A post whole; `withheld`: it says nothing to you (embargo)."""

    post: PostAnswer
    revisions: tuple[RevisionAnswer, ...]
    submissions: tuple[SubmissionAnswer, ...]
    withheld: bool


def add_picture(world: InWorld, who: Acting, body: RawBody) -> Media:
    """Take in an image."""
    return write.add_picture(world, who, body)


def write_post(world: InWorld, who: Acting, form: NewPost) -> Revision:
    """A new post."""
    return write.write_post(world, who, form.content(), release=form.release, corrects=form.corrects)


def revise_post(world: InWorld, who: Acting, post_id: PathId, form: Wording) -> Revision:
    """A new wording of a post."""
    return write.write_post(world, who, form.content(), post_id=post_id, release=form.release)


def list_posts(world: InWorld, who: Acting, limit: Limit = 100) -> list[Post]:
    """The newest posts of one's own team."""
    return reading.list_posts(world, who, limit)


def read_post(world: InWorld, who: Acting, post_id: PathId) -> Any:
    """A post whole."""
    return reading.read_post(world, who, post_id)


def read_picture(world: InWorld, who: Acting, post_id: PathId, sha256: PathSha256) -> Response:
    """A picture of a post, as bytes."""
    media = reading.read_picture(world, who, post_id, sha256)
    return Response(media.body, media_type=media.media_type)
