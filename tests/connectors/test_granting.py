"""Whoever consents may leave something out at the platform: then nothing is connected that would fail later."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.conformance import conversations
from connectors.contract import Connector, SetupWrong
from connectors.instagram import connector as instagram
from connectors.linkedin import connector as linkedin
from connectors.rehearsals import REHEARSALS
from connectors.rehearsals.basis import answer
from connectors.threads import connector as threads
from connectors.x import connector as x


@pytest.mark.parametrize(
    ("connector", "conversation", "field"),
    [
        (instagram, "exchange 1", "permissions"),
        (threads, "exchange 1", "permissions"),
        (linkedin, "sign_in", "scope"),
        (x, "sign_in", "scope"),
    ],
    ids=lambda one: getattr(one, "name", None),
)
def test_a_consent_that_leaves_something_out_connects_nothing(
    connector: Connector, conversation: str, field: str
) -> None:
    scopes = connector.manifest.scopes
    for told in (" ".join(scopes), ",".join(scopes), " ".join(reversed(scopes)), f"{' '.join(scopes)} and.more"):
        granted(connector, conversation, {field: told})
    for told in (scopes[0], ",".join(scopes[1:]), " ".join(scopes[:-1])):
        with pytest.raises(SetupWrong, match="leaves out"):
            granted(connector, conversation, {field: told})


def granted(connector: Connector, conversation: str, told: dict[str, str]) -> None:
    """The platform's answer to the code, with this told of what was granted."""
    token: dict[str, Any] = {"access_token": "short", "refresh_token": "again", "expires_in": 7200, **told}
    talk = conversations(connector, REHEARSALS[connector.name])[conversation]()
    next(talk)
    with pytest.raises(StopIteration):
        talk.send(answer(200, token))
