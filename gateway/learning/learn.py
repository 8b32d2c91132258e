"""Learn from labelled posts: the readers; and write them down."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.statistics.model import READERS, Model
from gateway.domain.statistics.past import past_keys
from gateway.domain.statistics.seen import features_in, look, readings_of
from gateway.domain.statistics.verdict import Rules
from gateway.learning.fit import fit
from gateway.learning.posts import Labelled, digest_of_posts


@dataclass(frozen=True)
class Lesson:
    """A post with the keys of what the readers see of it."""

    post: Labelled
    words: array[int]
    forms: array[int]
    past: array[int]


def lessons_of(posts: Sequence[Labelled], rules: Rules) -> tuple[Lesson, ...]:
    """The posts as the lists let them be seen; what was learnt before has no part in it."""
    return tuple(_lesson(post, rules) for post in posts)


def _lesson(post: Labelled, rules: Rules) -> Lesson:
    readings = readings_of(post.said, post.diary, rules.lexicon)
    sight = look(readings, post.diary, rules.lexicon, rules.signs)
    return Lesson(post, *features_in(sight, rules.lexicon), past_keys(sight, post.diary, rules.lexicon))


def learn(lessons: Sequence[Lesson]) -> Model:
    """What these posts teach. Figures that are out look like figures that are not: that is left to the reader of the
    past, which knows them by what is said of time and publication.
    """
    taught = [one for one in lessons if one.post.label != "published_ok"]
    sides = [one.post.is_statistical for one in taught]
    told = [one for one in lessons if one.post.label == "published_ok" or one.post.is_statistical]
    past = fit([one.past for one in told], [one.post.is_statistical for one in told])
    return Model(fit([one.words for one in taught], sides), fit([one.forms for one in taught], sides), past)


def text_of(model: Model) -> str:
    """learnt.json."""
    readers = {name: getattr(model, name).to_json() for name in READERS}
    document = {"posts": digest_of_posts(), **readers}
    return json.dumps(document, indent=0, sort_keys=True) + "\n"
