"""A pretend platform whose addresses stand in two tables: those that are fixed, and those with words in them."""

from __future__ import annotations

import re
from collections.abc import Callable

from connectors.simulators.pretend import Answer, Handler, Pretend


class Routed(Pretend):
    """Looks a request up in `exact` first, then in `numbered`, whose handlers are given the words matched; abstract."""

    exact: dict[tuple[str, str], Handler]
    numbered: list[tuple[str, re.Pattern[str], Callable[..., Answer]]]

    def handler(self, method: str, path: str) -> Handler | None:
        """See Pretend."""
        exact = self.exact.get((method, path))
        if exact is not None:
            return exact
        for wanted, pattern, handle in self.numbered:
            found = pattern.fullmatch(path) if wanted == method else None
            if found:
                words = found.groups()
                return lambda call: handle(call, *words)
        return None
