"""OCR: the words in a picture, read by tesseract in a process of its own; None wherever they were not surely read.

What could not be read says something that nobody has seen: it is never taken for silence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

SECONDS = 10.0
# 0 to 100, tesseract's own word on one word: a word below it makes the picture unread.
SURE = 50.0
LONGEST = 20_000
# Sparse text in any place (page segmentation mode 11), as on charts and cards; one row a word (tsv).
HOW = ("stdin", "stdout", "-l", "eng", "--psm", "11", "tsv")
KEPT = ("PATH", "TESSDATA_PREFIX")
FIXED = {"LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
FIELDS = 12


def words_in(picture: bytes, program: str, *, seconds: float = SECONDS) -> str | None:
    """The words in a picture that `gateway.picture` has re-encoded, in reading order; "" where it has none.

    None where the program is not installed, fails, takes too long or is not sure of a word.
    """
    found = shutil.which(program) if program else None
    if found is None:
        return None
    env = {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "LC_ALL": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603 (the program of the settings; no word of a person in it)
            [found, *HOW], input=picture, capture_output=True, timeout=seconds, check=True, env=env, cwd="/"
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return _read(done.stdout.decode("utf-8", "replace"))


def _read(told: str) -> str | None:
    """The words of tesseract's rows; None where it says nothing in its own form, or is unsure of a word."""
    rows = told.splitlines()
    if not rows or not rows[0].startswith("level\t"):
        return None
    words = list(_words(rows[1:]))
    if any(sure < SURE and _is_word(word) for sure, word in words):
        return None
    said = " ".join(word for _, word in words if word.strip())
    return said if len(said) <= LONGEST else None


def _words(rows: list[str]) -> Iterator[tuple[float, str]]:
    for row in rows:
        fields = row.split("\t")
        if len(fields) == FIELDS and fields[-2] != "-1":
            yield float(fields[-2]), fields[-1]


def _is_word(word: str) -> bool:
    """Two letters or digits: single marks are dust and lines."""
    return sum(map(str.isalnum, word)) > 1
