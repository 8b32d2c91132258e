"""How the demo tells its story: chapters, claims that were checked, and a countdown while people wait for codes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


class Teller:
    """Prints the story; on a terminal, waiting shows a bar."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._began = time.monotonic()

    def chapter(self, number: int, title: str) -> None:
        """A new chapter begins."""
        self._console.print(f"\n[bold]{number:>2}. {title}[/bold]  [dim]{time.monotonic() - self._began:.0f} s[/dim]")

    def say(self, text: str) -> None:
        """One line of the story."""
        self._console.print(f"    {text}")

    def claim(self, text: str) -> None:
        """Something that was checked, and holds."""
        self._console.print(f"    [green]✓[/green] {text}")

    def no(self, text: str) -> None:
        """A refusal that was wanted, in the gateway's own words."""
        self._console.print(f"    [yellow]✗[/yellow] refused, as it must be: [italic]{text}[/italic]")

    def wait(self, why: str, seconds: float, is_over: Callable[[], bool]) -> bool:
        """Wait until it is over, at most `seconds`; whether it came true."""
        end = time.monotonic() + seconds
        if is_over():
            return True
        if not self._console.is_terminal:
            self.say(f"… {why}")
            while time.monotonic() < end and not is_over():
                time.sleep(0.1)
            return is_over()
        columns = (TextColumn("    {task.description}"), BarColumn(30), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(why, total=seconds)
            while time.monotonic() < end:
                if is_over():
                    return True
                time.sleep(0.1)
                progress.update(task, completed=seconds - (end - time.monotonic()))
        return is_over()

    def end(self, folder: Path, seconds: float) -> None:
        """Where to look next."""
        self._console.print(f"\n[bold green]Everything did what it says.[/bold green] {seconds:.0f} s")
        for what, where in (
            ("what the platforms really received", folder / "truth"),
            ("the audit export and its public key", folder / "audit.jsonl"),
            ("the gateway's own folder (database, keys, logs)", folder / "data"),
        ):
            self._console.print(f"  {where}  [dim]{what}[/dim]")
        self._console.print(
            "Next: [bold]make run[/bold] for a gateway of your own, [bold]gateway sandbox[/bold] for platforms to try,"
            " README.md for each of the four people."
        )
