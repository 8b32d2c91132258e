"""Little text as the pretend LinkedIn reads it: what is not escaped as it must be cuts the post short (contract §7)."""

from __future__ import annotations

import re
from dataclasses import dataclass

RESERVED = "\\|{}[]()<>@#*_~"
_ESCAPED = re.compile(rf"\\([{re.escape(RESERVED)}])")
_MENTION = re.compile(r"@\[((?:[^\]\\]|\\.)+)\]\((urn:li:(?:organization|person):[\w-]+)\)")
_TEMPLATE = re.compile(r"\{hashtag\|\\#\|((?:[^|}\\]|\\.)+)\}")
_HASHTAG = re.compile(r"#([^\W_]+)")


@dataclass(frozen=True)
class LittleText:
    """What readers see of a commentary, and how the platform gives it back; `cut` where something was not escaped."""

    shown: str
    stored: str
    cut: bool


def read_little(commentary: str) -> LittleText:
    """Read a commentary to its end, or to the first reserved character that stands for nothing."""
    shown, stored, at = "", "", 0
    while at < len(commentary):
        piece = _piece(commentary, at)
        if piece is None:
            return LittleText(shown.rstrip(), stored.rstrip(), True)
        at, visible, kept = piece
        shown, stored = shown + visible, stored + kept
    return LittleText(shown, stored, False)


def _piece(commentary: str, at: int) -> tuple[int, str, str] | None:
    """The next piece: where it ends, what is seen of it, how it is given back. None where it stands for nothing."""
    if commentary[at] not in RESERVED:
        return at + 1, commentary[at], commentary[at]
    if escaped := _ESCAPED.match(commentary, at):
        return escaped.end(), escaped[1], escaped[0]
    if mention := _MENTION.match(commentary, at):
        return mention.end(), _ESCAPED.sub(r"\1", mention[1]), mention[0]
    if template := _TEMPLATE.match(commentary, at):
        return template.end(), "#" + _ESCAPED.sub(r"\1", template[1]), template[0]
    if hashtag := _HASHTAG.match(commentary, at):
        return hashtag.end(), hashtag[0], rf"{{hashtag|\#|{hashtag[1]}}}"
    return None


def escaped(text: str) -> str:
    """Plain words as little text."""
    return re.sub(rf"([{re.escape(RESERVED)}])", r"\\\1", text)


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2
