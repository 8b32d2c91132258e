"""The conformance suite for pytest: `promises(connector, rehearsal)` on a test of yours, or connectors by name.

In a test module: `@promises(connector, REHEARSAL)` above `def test_it_keeps(promise): promise()` gives one test a
promise. As a plugin (`-p connectors.pytest_plugin` or `pytest_plugins`), the setting `gateway_connectors` lists
connectors, by entry point or `module:attribute`, each followed by ` with module:attribute` where its rehearsal is no
entry point; their promises run beside your own tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from connectors.checking import find_connector, find_rehearsal
from connectors.conformance import CHECKS, NotConformant, Rehearsal
from connectors.contract import Connector

SETTING = "gateway_connectors"


def promises(connector: Connector, rehearsal: Rehearsal) -> pytest.MarkDecorator:
    """Parametrises a test's `promise`: a function without arguments for each check of the suite."""
    each = [pytest.param(partial(check, connector, rehearsal), id=check.__name__) for check in CHECKS]
    return pytest.mark.parametrize("promise", each)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The setting."""
    parser.addini(SETTING, "connectors to hold to the gateway's promises, one a line", type="linelist", default=[])


def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """One test more for every promise of every connector in the setting."""
    for line in session.config.getini(SETTING):
        name, _, where = line.partition(" with ")
        connector = find_connector(name.strip())
        rehearsal = find_rehearsal(connector.name, where.strip() or None)
        for check in CHECKS:
            held = partial(check, connector, rehearsal)
            items.append(Promise.from_parent(session, name=f"{connector.name}::{check.__name__}", held=held))


class Promise(pytest.Item):
    """One promise of one connector."""

    def __init__(self, *, held: Callable[[], None], **more: Any) -> None:
        super().__init__(**more)
        self._held = held

    def runtest(self) -> None:
        """Hold it."""
        self._held()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The broken promise in one line; anything else with its traceback."""
        if isinstance(excinfo.value, NotConformant):
            return f"{self.name}: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[str, int, str]:
        """Where pytest says it comes from."""
        return "connectors/conformance.py", 0, self.name
