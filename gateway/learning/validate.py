"""Validate: how the classifier judges posts that its readers did not learn from.

Twice over: each set left out whole (the honest one: another writer, another day), and every fifth post left out.
The grammar and the word lists were made with the met corpora before the eyes; only what is learnt is kept out here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gateway.domain.statistics import Verdict, judge_statistics
from gateway.domain.statistics.verdict import Rules
from gateway.embargo_policy import EmbargoPolicy
from gateway.learning.learn import Lesson, learn, lessons_of
from gateway.learning.posts import Labelled, labelled_posts

FOLDS = 5
NEAREST = 12
Judged = tuple[Labelled, Verdict, str, float]


def validate(policy: EmbargoPolicy) -> Iterator[str]:
    """Both tables line by line, and the statistical posts that came nearest to being clear."""
    lessons = lessons_of(labelled_posts(policy), policy.rules)
    sources = list(dict.fromkeys(one.post.source for one in lessons))
    by_set = [one for source in sources for one in _judged(lessons, _set(lessons, source), policy.rules)]
    yield from _table("each set left out whole", by_set)
    folds = (set(range(at, len(lessons), FOLDS)) for at in range(FOLDS))
    by_fold = [one for fold in folds for one in _judged(lessons, fold, policy.rules)]
    yield from _table(f"every post left out once, {FOLDS} folds", by_fold)


def _set(lessons: Sequence[Lesson], source: str) -> set[int]:
    return {at for at, one in enumerate(lessons) if one.post.source == source}


def _judged(lessons: Sequence[Lesson], out: set[int], rules: Rules) -> Iterator[Judged]:
    """The posts left out, judged by what the others teach."""
    model = learn([one for at, one in enumerate(lessons) if at not in out])
    kept_out = replace(rules, model=model)
    for at in sorted(out):
        post = lessons[at].post
        judgement = judge_statistics(post.said, post.diary, kept_out)
        yield post, judgement.verdict, judgement.why, model.doubt(lessons[at].words, lessons[at].forms)


def _table(title: str, judged: Sequence[Judged]) -> Iterator[str]:
    yield f"\n{title}"
    for source, label in sorted({(post.source, post.label) for post, *_ in judged}):
        yield _line(f"{source:8} {label}", (one for one in judged if (one[0].source, one[0].label) == (source, label)))
    for label in sorted({post.label for post, *_ in judged}):
        yield _line(f"all      {label}", (one for one in judged if one[0].label == label))
    statistical = [one for one in judged if one[0].is_statistical]
    clear = [one for one in statistical if one[1] is Verdict.CLEAR]
    near = [one for one in statistical if one[1] is Verdict.NEEDS_CLEARANCE]
    yield from (_post("CLEAR", one) for one in clear)
    yield from (_post("near", one) for one in sorted(near, key=lambda one: one[3])[:NEAREST])


def _post(head: str, judged: Judged) -> str:
    post, _, why, doubt = judged
    return f"  {head:5} {doubt:+.2f} {why}: {post.said.parts[0]}"


def _line(name: str, judged: Iterable[Judged]) -> str:
    counts = Counter(str(verdict) for _, verdict, *_ in judged)
    shares = "  ".join(f"{one} {counts[one]:4} ({counts[one] / counts.total():4.0%})" for one in Verdict)
    return f"  {name:30} n {counts.total():4}  {shares}"
