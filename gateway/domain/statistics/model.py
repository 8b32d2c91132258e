"""Model: what was learnt from labelled posts, as weights of words and pairs. It only ever makes a verdict stricter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from gateway.domain.statistics.reading import Sentence
from gateway.domain.statistics.tokens import Kind, Token

OFFICE_TALK = 4.0


class BadModel(ValueError):
    """The learnt weights do not say what they must."""


@dataclass(frozen=True)
class Model:
    """Weights in thousandths by feature: whole numbers, so that every machine adds them up alike."""

    weights: Mapping[str, int]
    bias: int

    def says_office(self, sentences: Iterable[Sentence]) -> bool:
        """Whether it looks so much like office talk that this may stand for a known turn of such talk."""
        return self.log_odds(sentences) < -OFFICE_TALK

    def log_odds(self, sentences: Iterable[Sentence]) -> float:
        """Above 0: more like what speaks of unpublished statistics; below 0: more like harmless talk."""
        return (self.bias + sum(self.weights.get(one, 0) for one in set(features_of(sentences)))) / 1000


def features_of(sentences: Iterable[Sentence]) -> Iterator[str]:
    """Words, pairs of words, and kinds of everything else."""
    for sentence in sentences:
        signs = [_sign(token) for token in sentence.tokens if token.kind is not Kind.TAG]
        yield from signs
        yield from (f"{one} {other}" for one, other in pairwise(signs))


def _sign(token: Token) -> str:
    if token.kind in (Kind.WORD, Kind.EMOJI, Kind.SIGN):
        return token.word
    if token.kind is Kind.STOP:
        return token.word[:1] or "newline"
    return f"<{token.kind}>"


def read_model(document: Mapping[str, object]) -> Model:
    """learnt.json as a model. Raises BadModel."""
    weights, bias = document.get("weights"), document.get("bias")
    if not isinstance(weights, Mapping) or not isinstance(bias, int):
        raise BadModel("learnt.json must hold weights by feature and a whole number as bias")
    return Model({str(name): int(str(weight)) for name, weight in weights.items()}, bias)
