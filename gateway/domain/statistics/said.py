"""Said: everything a submission says, place by place, as the classifier is handed it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

SLUG_BREAKS = re.compile(r"[-_/+.=&?#~]+")
# Letters and digits run together, as statistics offices name their pages; short ones (q2) are one word.
LONG_RUN = re.compile(r"[a-z0-9]{15,}", re.IGNORECASE)
TURN = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", re.IGNORECASE)
FILE_ENDING = re.compile(r"\.[a-z0-9]{2,4}$", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """Texts in reading order: the parts of a thread, alt texts, poll options, file names, links.

    `picture_words` are the words read in the pictures (OCR); None where pictures were not read. `pictures` is how many
    there are.
    """

    parts: tuple[str, ...]
    alt_texts: tuple[str, ...] = ()
    poll_options: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    picture_words: tuple[str, ...] | None = None
    pictures: int = 0

    def places(self) -> Iterator[tuple[str, str]]:
        """(place, text) for every place that says something."""
        listed = (
            ("text", self.parts),
            ("alt_text", self.alt_texts),
            ("poll", self.poll_options),
            (
                "file_name",
                tuple(FILE_ENDING.sub("", _words_of(FILE_ENDING.sub("", one))) for one in self.file_names),
            ),
            ("link", tuple(slug_of(one) for one in self.links)),
            ("picture", self.picture_words or ()),
        )
        for place, texts in listed:
            for number, text in enumerate(texts, 1):
                if text.strip():
                    yield (place if len(texts) == 1 else f"{place} {number}"), text


def slug_of(link: str) -> str:
    """The words of a link's path, query and fragment; its host says nothing."""
    parts = urlsplit(link if "//" in link else f"//{link}")
    return _words_of(unquote(f"{parts.path} {parts.query} {parts.fragment}")).strip()


def _words_of(name: str) -> str:
    return LONG_RUN.sub(lambda run: TURN.sub(" ", run[0]), SLUG_BREAKS.sub(" ", name))
