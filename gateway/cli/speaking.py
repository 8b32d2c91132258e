"""How the command line speaks: results on stdout, and for whatever is wrong one panel on stderr with what to do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from gateway.domain.refusal import Reason, Refused
from gateway.sealing import ContentKeyUnavailable
from gateway.settings import BadSettings

PIPE_WIDTH = 2_000
OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False)

REFUSED, PUT_RIGHT = 1, 2
# Not something a person asked for and may not have, but something about the house that must be put right.
OF_THE_HOUSE = frozenset({Reason.STORAGE_UNAVAILABLE, Reason.VAULT_SHUT, Reason.CLOCK_UNSURE})

Config = Annotated[
    Path | None,
    typer.Option("--config", envvar="GATEWAY_CONFIG", help="The settings file; defaults hold where there is none."),
]
SessionToken = Annotated[
    str | None,
    typer.Option(
        "--session", envvar="GATEWAY_SESSION", help="A session from `gateway member sign-in`.", show_envvar=True
    ),
]


class Stop(Exception):
    """The command cannot go on; `advice` says what to do."""

    def __init__(self, title: str, advice: str, code: int = PUT_RIGHT) -> None:
        super().__init__(advice)
        self.title, self.code = title, code


FAULTS = (Refused, BadSettings, ContentKeyUnavailable, Stop, OSError)


def complain(fault: Exception) -> int:
    """Show what is wrong and what to do about it; the exit code."""
    title, advice, code = _words(fault)
    ERR.print(Panel(Text(advice), title=Text(title), title_align="left", border_style="red"))
    return code


def _words(fault: Exception) -> tuple[str, str, int]:
    if isinstance(fault, Refused):
        return _of_refusal(fault)
    if isinstance(fault, Stop):
        return fault.title, str(fault), fault.code
    if isinstance(fault, OSError):
        where = f"{fault.filename}: " if fault.filename else ""
        return "Cannot read or write", f"{where}{fault.strerror or fault}. Check the path and its rights.", PUT_RIGHT
    return "Put this right first", str(fault), PUT_RIGHT


def _of_refusal(refusal: Refused) -> tuple[str, str, int]:
    from gateway.web.refusals import UNSHOWN, words_for  # here: it brings the whole of identity with it

    words = words_for(refusal)
    facts = {} if refusal.reason in UNSHOWN else refusal.facts
    told = ", ".join(f"{name}: {fact}" for name, fact in facts.items() if fact not in {None, "", words.detail})
    advice = words.detail + (f" ({told})" if told else "")
    return words.title, advice, PUT_RIGHT if refusal.reason in OF_THE_HOUSE else REFUSED


def say(*lines: str) -> None:
    """Plain lines of result; nothing in them is taken for markup."""
    for line in lines:
        OUT.print(Text(line))


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Rows under their columns; nothing in them is taken for markup, and nothing is cut: ids are there to be copied.

    Into a pipe each row is one line, however long.
    """
    out = OUT if OUT.is_terminal else Console(highlight=False, soft_wrap=True, width=PIPE_WIDTH)
    out.print(drawn(columns, rows))


def drawn(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Rows under their columns, to be shown; nothing in them is taken for markup."""
    made = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    return made
