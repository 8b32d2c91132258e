"""Mastodon's refusals in our words (platform page §8), and what is read from its answers."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from connectors.contract import Nonsense, PlatformError, Rejected, Response, SetupWrong, SignInExpired, Unavailable
from connectors.reading import instant, refused, string, wait_until, words
from connectors.words import Profile, Receipt, Seen

# By status, since wordings differ between versions and languages (platform page §10). All are given before a status
# is made, so at the Commit they prove that none was.
STATUSES: dict[int, type[PlatformError]] = {
    401: SignInExpired,
    403: SetupWrong,
    **dict.fromkeys((404, 410, 413, 422), Rejected),
}
_NOT_READY = "finished processing"


def expect(answer: Response, *statuses: int) -> Any:
    """The answer's JSON where its status is one of `statuses` (200 if none). Raises what its refusal means."""
    if answer.status not in (statuses or (200,)):
        raise refusal(answer)
    return answer.json()


def refusal(answer: Response) -> PlatformError:
    """What an answer other than the expected means for us."""
    detail = words(answer, "error") or ""
    if answer.status == 422 and _NOT_READY in detail:
        return Unavailable(detail, status=422, not_applied=True)  # its pictures are not ready; a later try may be
    return refused(STATUSES.get(answer.status), answer, detail, wait_until(answer, "x-ratelimit-reset"))


def receipt(status: Mapping[str, Any]) -> Receipt:
    """The receipt of a status. Raises Nonsense where it has no id or no time."""
    url = string(status, "url") if status.get("url") else None
    return Receipt(string(status, "id"), url, at=instant(string(status, "created_at")))


def seen(status: Mapping[str, Any]) -> Seen:
    """A status as the watcher sees it; its text is read from the HTML."""
    found = receipt(status)
    application = status.get("application")
    name = string(application, "name") if isinstance(application, dict) and application.get("name") else None
    assert found.at is not None
    return Seen(found, text_of(string(status, "content", may_be_empty=True)), found.at, name)


def profile(account: Mapping[str, Any]) -> Profile:
    """An account as the public sees it. The picture's address changes with the picture: its file name is random."""
    picture = string(account, "avatar").partition("?")[0] if account.get("avatar") else None
    bio = text_of(string(account, "note", may_be_empty=True)) if "note" in account else ""
    return Profile(string(account, "display_name", may_be_empty=True), picture, bio)


def pictures(status: Mapping[str, Any]) -> int:
    """How many pictures a status shows."""
    shown = status.get("media_attachments")
    return len(shown) if isinstance(shown, list) else 0


def text_of(html: str) -> str:
    """The text of a status's HTML: paragraphs apart, lines kept, addresses whole (parts are only hidden)."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # how html.parser answers some broken declarations, such as "<![x["
        raise Nonsense("the post's HTML cannot be read") from None
    return "".join(reader.parts).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append("\n" if tag == "br" else "")

    def handle_endtag(self, tag: str) -> None:
        self.parts.append("\n\n" if tag == "p" else "")
