"""Sign-off: accounts may require initials or a line at the end of a post; an exception needs a reason (P3)."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.words import Outgoing
from gateway.domain.check import Hit, Rule

RULE = "sign_off_missing"


def sign_off(line: str) -> Rule:
    """The rule for an account whose posts end with `line`; of a thread, its last part. Judge that account alone by it.

    White space is not compared, letters are. Raises ValueError for an empty line: such an account needs no rule.
    """
    wanted = " ".join(line.split())
    if not wanted:
        raise ValueError("an account without a sign-off line has no sign-off rule")

    def sign_off_missing(outgoing: Outgoing) -> Iterator[Hit]:
        is_last = outgoing.part == outgoing.parts
        if is_last and not _ends_with(" ".join(outgoing.text.split()), wanted):
            yield Hit(RULE, f"The post does not end with this account's sign-off line: {wanted}")

    return sign_off_missing


def _ends_with(said: str, wanted: str) -> bool:
    """Whether `wanted` stands at the end as words of its own."""
    before = said[: -len(wanted)]
    return said.endswith(wanted) and (not before or not before[-1].isalnum())
