"""CalendarRefused: what came from outside is not a calendar that can be trusted; nothing of it is imported."""

from __future__ import annotations


class CalendarRefused(ValueError):
    """The message says what to do; `index` is the entry at fault, counted from 0, or None for the calendar itself."""

    def __init__(self, message: str, index: int | None = None) -> None:
        super().__init__(message if index is None else f"Entry {index + 1}: {message}")
        self.index = index
