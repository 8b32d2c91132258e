"""`python -m gateway.learning`: learn from the posts beside it; write learnt.json and words/learnt.txt of the policy.

Deterministic: the same posts give the same bytes, which a test holds.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from gateway.domain.statistics.diary import Diary
from gateway.domain.statistics.lexicon import Lexicon
from gateway.domain.statistics.model import features_of
from gateway.domain.statistics.reading import Sentence, read
from gateway.domain.statistics.series import Names
from gateway.domain.statistics.tokens import Kind
from gateway.embargo_policy import FOLDER, read_embargo_policy

POSTS = Path(__file__).parent / "posts"
HARMLESS = ("non_statistical", "announcement_ok")
SEEN_AT_LEAST = 2
SMOOTH = 0.5
LEARNT_HEAD = "# Harmless words met in the posts that were written for learning; made by gateway.learning.\n[learnt]\n"
NOBODYS_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def posts_of(label: str) -> tuple[str, ...]:
    """The posts with this label, one a line."""
    lines = (POSTS / f"{label}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def sentences_in(posts: Iterable[str], lexicon: Lexicon, names: Names) -> Iterator[tuple[Sentence, ...]]:
    """Each post as the classifier reads it."""
    return (read("text", post, lexicon, names).sentences for post in posts)


def weigh(statistical: Sequence[set[str]], harmless: Sequence[set[str]]) -> tuple[dict[str, int], int]:
    """Naive Bayes over features met in a post or not: weights in thousandths of log odds, and the bias."""
    one, other = Counter(f for post in statistical for f in post), Counter(f for post in harmless for f in post)
    kept = sorted(feature for feature in one | other if one[feature] + other[feature] >= SEEN_AT_LEAST)
    weights = {
        feature: round(
            1000
            * math.log(
                ((one[feature] + SMOOTH) / (len(statistical) + 2 * SMOOTH))
                / ((other[feature] + SMOOTH) / (len(harmless) + 2 * SMOOTH))
            )
        )
        for feature in kept
    }
    return weights, 0


def harmless_words(posts: Iterable[Sequence[Sentence]], lexicon: Lexicon) -> list[str]:
    """Words of office talk that stand in no list yet: ordinary letters, and no name with a capital."""
    words = {
        token.word
        for post in posts
        for sentence in post
        for token in sentence.tokens
        if token.kind is Kind.WORD
        and token.word.isalpha()
        and token.word.isascii()
        and not token.capital
        and not lexicon.of(token.word) - {"learnt"}
    }
    return sorted(word for word in words if not word.endswith(("er", "est")))


def learn() -> tuple[str, str]:
    """The texts of learnt.json and learnt.txt."""
    policy = read_embargo_policy()
    lexicon, names = policy.rules.lexicon, Diary((), policy.series, NOBODYS_DAY).names
    talk = list(sentences_in(posts_of("non_statistical"), lexicon, names))
    harmless = [*talk, *sentences_in(posts_of("announcement_ok"), lexicon, names)]
    statistical = list(sentences_in(posts_of("statistical"), lexicon, names))
    weights, bias = weigh([set(features_of(one)) for one in statistical], [set(features_of(one)) for one in harmless])
    model = json.dumps({"bias": bias, "weights": weights}, ensure_ascii=False, indent=0, sort_keys=True) + "\n"
    return model, LEARNT_HEAD + "\n".join(harmless_words(talk, lexicon)) + "\n"


def main() -> None:
    """Write what was learnt."""
    model, words = learn()
    (FOLDER / "learnt.json").write_text(model, encoding="utf-8")
    (FOLDER / "words" / "learnt.txt").write_text(words, encoding="utf-8")


if __name__ == "__main__":
    main()
