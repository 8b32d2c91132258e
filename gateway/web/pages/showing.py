"""What a held form says, for the person who is about to send it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.actions.holding import Form
from gateway.web.pages import words

UNSAID = frozenset({"digest", "next", "corrected"})


@dataclass(frozen=True)
class Shown:
    """Rows of a summary list (key, value), and a longer text shown as it is, where there is one."""

    rows: Sequence[tuple[str, str]] = ()
    text: str = ""


def plainly(form: Form) -> Shown:
    """Every typed field by its name as people read it."""
    rows = [(words.FIELDS.get(name, name), value) for name, value in form.fields if value and name not in UNSAID]
    return Shown(rows)
