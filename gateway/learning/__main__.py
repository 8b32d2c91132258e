"""`python -m gateway.learning`: learn from the labelled posts and write what policy reads of it; or, with `validate`,
say how well that judges posts kept out. Deterministic, which a test holds.
"""

from __future__ import annotations

import sys

from gateway.embargo_policy import FOLDER, read_embargo_policy
from gateway.learning.learn import learn, lessons_of, text_of
from gateway.learning.posts import labelled_posts
from gateway.learning.rules import learn_rules, ruled_posts, text_of_rules
from gateway.learning.validate import validate


def learnt() -> dict[str, str]:
    """The text of each file that is learnt, by its name in the policy folder."""
    policy = read_embargo_policy()
    model = learn(lessons_of(labelled_posts(policy), policy.rules))
    return {"learnt.json": text_of(model), "rules/heard.json": text_of_rules(learn_rules(ruled_posts()))}


def main() -> None:
    """Write what was learnt, or print what it is worth."""
    if sys.argv[1:] == ["validate"]:
        sys.stdout.writelines(f"{line}\n" for line in validate(read_embargo_policy()))
        return
    for name, text in learnt().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
