"""`python -m gateway.learning`: learn from the labelled posts and write learnt.json of the policy; or, with `validate`,
say how well that judges posts kept out. Deterministic, which a test holds.
"""

from __future__ import annotations

import sys

from gateway.embargo_policy import FOLDER, read_embargo_policy
from gateway.learning.learn import learn, lessons_of, text_of
from gateway.learning.posts import labelled_posts
from gateway.learning.validate import validate


def learnt() -> str:
    """The text of learnt.json."""
    policy = read_embargo_policy()
    return text_of(learn(lessons_of(labelled_posts(policy), policy.rules)))


def main() -> None:
    """Write what was learnt, or print what it is worth."""
    if sys.argv[1:] == ["validate"]:
        sys.stdout.writelines(f"{line}\n" for line in validate(read_embargo_policy()))
        return
    (FOLDER / "learnt.json").write_text(learnt(), encoding="utf-8")


if __name__ == "__main__":
    main()
