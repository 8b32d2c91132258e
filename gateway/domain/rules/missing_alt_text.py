"""Missing alt text: absent, blank, a file name or a one-word placeholder (WCAG 2.2, 1.1.1; GCS and ONS guidance)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.words import Outgoing
from gateway.domain.check import Hit
from gateway.domain.rules.reading import fold, words_of

RULE = "missing_alt_text"
FILE_NAME = re.compile(
    r"\S.{0,200}\.(?:png|jpe?g|jfif|gif|webp|svg|bmp|tiff?|heic|heif|avif|pdf|mp4|mov)", re.IGNORECASE
)
CAMERA_NAME = re.compile(
    r"(?:img|dsc[nf]?|pxl|mvimg|vid|image|photo|screen ?shot|whatsapp image|signal)[ _-]?\d[\d _.:atpm()-]{0,40}",
    re.IGNORECASE,
)
PLACEHOLDERS = words_of(
    """
    a alt an description chart figure fig figures for graph graphic graphics here illustration image images img
    infographic insert logo n na none null of photo photograph photos pic pics picture pictures placeholder screenshot
    tba tbc text the this thumbnail untitled
    """
)
WORD = re.compile(r"[^\W_]+")
FIRST_OF_SCRIPTS_WITHOUT_SPACES = "\u2e80"
LONGEST_READ = 300


def missing_alt_text(outgoing: Outgoing) -> Iterator[Hit]:
    """One Hit for each picture without a description; any single word counts as none: it describes no picture."""
    for number, picture in enumerate(outgoing.pictures, start=1):
        wrong = what_is_wrong(picture.alt_text)
        if wrong:
            advice = f"Picture {number} {wrong}. Describe what it shows; for a chart its type and its main point."
            yield Hit(RULE, advice, evidence=picture.alt_text[:LONGEST_READ])


def what_is_wrong(alt_text: str) -> str:
    """Why an alt text describes nothing, in words that follow "Picture 1"; empty where it may pass."""
    read = fold(alt_text[:LONGEST_READ]).strip()
    words = [word.lower() for word in WORD.findall(read)]
    if not words:
        return "has no alt text"
    if FILE_NAME.fullmatch(read) or CAMERA_NAME.fullmatch(read):
        return "has a file name for its alt text"
    told = [word for word in words if word not in PLACEHOLDERS and not word.isdigit()]
    single = len(words) == 1 and max(words[0]) < FIRST_OF_SCRIPTS_WITHOUT_SPACES
    return "has a placeholder for its alt text" if single or not told else ""
