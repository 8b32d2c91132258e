"""Embargo policy: the classifier's word lists, series, thresholds and learnt weights, read from the policy folder."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.domain.statistics.cues import Signs
from gateway.domain.statistics.forms import KINDS, Limits, Thresholds
from gateway.domain.statistics.lexicon import read_lexicon
from gateway.domain.statistics.model import read_model
from gateway.domain.statistics.series import Series, read_series
from gateway.domain.statistics.verdict import STATISTICS_VERSION, Rules
from gateway.settings import ROOT, BadSettings

FOLDER = ROOT / "config" / "policy"
WORDS = ("ground", "announcing", "harmless", "danger")
TEXTS = (
    *(f"words/{name}.txt" for name in (*WORDS, "patterns", "phrases", "units")),
    "series.json",
    "embargo.toml",
    "learnt.json",
)


@dataclass(frozen=True)
class EmbargoPolicy:
    """The rules and the series, with the id (digest) under which they judge; the classifier's version is in it."""

    id: str
    rules: Rules
    series: tuple[Series, ...]


def read_embargo_policy(folder: Path = FOLDER) -> EmbargoPolicy:
    """Every file of the embargo policy in `folder`. Raises BadSettings with the file or what is wrong in it."""
    return embargo_policy_later(folder)()


def embargo_policy_later(folder: Path) -> Callable[[], EmbargoPolicy]:
    """The files as they are now, and what makes the policy of them: 0.1 s and 15 MB, which may never be needed.

    Raises BadSettings, as what it returns does.
    """
    try:
        texts = {name: (folder / name).read_text(encoding="utf-8") for name in TEXTS}
    except OSError as fault:
        raise BadSettings(f"The embargo policy cannot be read: {fault.filename}: {fault.strerror}") from fault

    def made() -> EmbargoPolicy:
        try:
            return _policy(texts)
        except (ValueError, KeyError, TypeError) as fault:
            raise BadSettings(f"The embargo policy in {folder} is not right: {fault}") from fault

    return made


def _policy(texts: Mapping[str, str]) -> EmbargoPolicy:
    judged = hashlib.sha256(STATISTICS_VERSION.encode())
    for name in TEXTS:
        judged.update(texts[name].encode() + b"\x00")
    document = tomllib.loads(texts["embargo.toml"])
    words = [texts[f"words/{name}.txt"] for name in WORDS]
    lexicon = read_lexicon(words, *(texts[f"words/{name}.txt"] for name in ("patterns", "phrases", "units")))
    signs = Signs(**{name: frozenset(marks) for name, marks in document["emoji"].items()})
    read = document["doubt"]
    doubt = {kind: {near: _limits(pair) for near, pair in read.pop(kind).items()} for kind in KINDS}
    read |= {name: frozenset(read[name]) for name in ("waivable", "never")}
    limits = Thresholds(**document["thresholds"], doubt=doubt, **read)
    rules = Rules(lexicon, signs, limits, read_model(json.loads(texts["learnt.json"])))
    return EmbargoPolicy(judged.hexdigest(), rules, read_series(json.loads(texts["series.json"])))


def _limits(pair: Sequence[float]) -> Limits:
    whole, sentence = pair
    return float(whole), float(sentence)
