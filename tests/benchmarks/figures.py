"""A figure beside what it should reach, printed for a person and, in the last line, for a program."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One figure. `reach` is the bound in the unit of `value`; None where it is told for comparison alone."""

    what: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_reached(self) -> bool:
        """Whether the figure lies within its bounds."""
        low = self.at_least is None or self.value >= self.at_least
        return low and (self.at_most is None or self.value <= self.at_most)

    @property
    def reach(self) -> str:
        """The bound in words."""
        bounds = [("≤", self.at_most), ("≥", self.at_least)]
        return " ".join(f"{sign} {bound:,g} {self.unit}".strip() for sign, bound in bounds if bound is not None)


def show(title: str, figures: Sequence[Figure], **more: Any) -> None:
    """Print the table, then one line of JSON: every figure by name, `reached`, `load` of the machine, and `more`."""
    table = Table(title=title, title_justify="left")
    for column, side in (("figure", "left"), ("value", "right"), ("reach", "right"), ("reached", "left")):
        table.add_column(column, justify="right" if side == "right" else "left")
    for figure in figures:
        reached = "" if not figure.reach else "yes" if figure.is_reached else "NO"
        table.add_row(figure.what, f"{figure.value:,.4g} {figure.unit}".strip(), figure.reach, reached)
    Console(width=110).print(table)
    said: Mapping[str, Any] = {
        "bench": title,
        **{figure.what: figure.value for figure in figures},
        "reached": all(figure.is_reached for figure in figures),
        "load": round(os.getloadavg()[0], 2),
        "clock": "assumed",
        **more,
    }
    print(json.dumps(said), flush=True)
