"""Learn from labelled posts: both readers, and the words met in harmless posts only; and write them down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from gateway.domain.statistics.lexicon import Lexicon
from gateway.domain.statistics.model import Model
from gateway.domain.statistics.seen import features_in, look, readings_of
from gateway.domain.statistics.tokens import Kind
from gateway.domain.statistics.verdict import Rules
from gateway.learning.fit import fit
from gateway.learning.posts import Labelled

# Which posts teach words of which class; beside a release only what announcements say is harmless.
TEACHING = {"non_statistical": "met_talking", "announcement_ok": "met_announcing"}
WIDTH = 120
HEAD = "# Words met in harmless posts and in no statistical one, that stand in no list; made by gateway.learning.\n"


@dataclass(frozen=True)
class Lesson:
    """A post with what the readers see of it and its words that stand in no list."""

    post: Labelled
    words: frozenset[str]
    forms: frozenset[str]
    unlisted: frozenset[str]


@dataclass(frozen=True)
class Learnt:
    """What posts teach: the readers, and the words met by class."""

    model: Model
    met: Mapping[str, Sequence[str]]

    def put_into(self, rules: Rules) -> Rules:
        """Rules that judge by it."""
        return replace(rules, lexicon=rules.lexicon.having(self.met), model=self.model)


def lessons_of(posts: Sequence[Labelled], rules: Rules) -> tuple[Lesson, ...]:
    """The posts as the lists alone let them be seen: what was learnt before teaches nothing now."""
    unlearnt = replace(rules, lexicon=rules.lexicon.having({}))
    return tuple(_lesson(post, unlearnt) for post in posts)


def _lesson(post: Labelled, rules: Rules) -> Lesson:
    readings = readings_of(post.said, post.diary, rules.lexicon)
    sight = look(readings, post.diary, rules.lexicon, rules.signs)
    tokens = [token for one in sight.seen for token in one.sentence.tokens if token.kind is Kind.WORD]
    plain = (one.word for one in tokens if not one.capital and one.word.isalpha() and one.word.isascii())
    return Lesson(post, *features_in(sight, rules.lexicon), frozenset(_unlisted(plain, rules.lexicon)))


def _unlisted(words: Iterator[str], lexicon: Lexicon) -> Iterator[str]:
    """Words that stand in no list; those that compare ("gloomier", "tallest") are never let through by being met."""
    return (word for word in words if not lexicon.of(word) and not word.endswith(("er", "est")))


def learn(lessons: Sequence[Lesson]) -> Learnt:
    """What these posts teach. Figures that are out look like figures that are not: no reader can tell them apart."""
    taught = [one for one in lessons if one.post.label != "published_ok"]
    sides = [one.post.is_statistical for one in taught]
    model = Model(fit([one.words for one in taught], sides), fit([one.forms for one in taught], sides))
    wary = frozenset(word for one in taught if one.post.is_statistical for word in one.unlisted)
    met = {name: _met(taught, label) - wary for label, name in TEACHING.items()}
    return Learnt(model, {name: sorted(words) for name, words in met.items()})


def _met(lessons: Sequence[Lesson], label: str) -> frozenset[str]:
    return frozenset(word for one in lessons if one.post.label == label for word in one.unlisted)


def text_of_model(learnt: Learnt) -> str:
    """learnt.json."""
    return json.dumps(asdict(learnt.model), ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def text_of_words(learnt: Learnt) -> str:
    """words/met.txt."""
    return HEAD + "".join(f"[{name}]\n{_lines(words)}\n" for name, words in sorted(learnt.met.items()))


def _lines(words: Sequence[str]) -> str:
    lines = [""]
    for word in words:
        if len(lines[-1]) + len(word) + 1 > WIDTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
