"""Where each connector meets its pretended platform: a fresh account, connected, at a simulator that runs already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.bluesky import connector as bluesky
from connectors.contract import Connector
from connectors.facebook import connector as facebook
from connectors.instagram import connector as instagram
from connectors.linkedin import connector as linkedin
from connectors.mastodon import connector as mastodon
from connectors.simulators.running import Running
from connectors.threads import connector as threads
from connectors.viva_engage import connector as viva_engage
from connectors.words import Home, Picture
from connectors.x import connector as x
from tests.scheduler.meeting import CHART, PHOTO, Meeting

Made = Mapping[str, str]


@dataclass(frozen=True)
class Stage:
    """A platform: its connector, where an account of it lives, what is brought for it, and the simulator's rules.

    `picture` is one that it takes; with `wants_picture` it takes no post without one.
    `brought` names what a person brings as the simulator calls it; `signs_in`: that must still be turned into tokens.
    """

    connector: Connector
    home: Callable[[Made], Home]
    hosts: tuple[str, ...]
    brought: Mapping[str, str]
    signs_in: bool = False
    picture: Picture = CHART
    wants_picture: bool = False
    rules: Mapping[str, Any] = field(default_factory=dict)

    def meeting(self, running: Running) -> Meeting:
        """A new account, connected."""
        made = running.accounts(1, "office")[0]
        credential = {ours: made[theirs] for ours, theirs in self.brought.items()}
        meeting = Meeting(self.connector, running, self.home(made), credential, self.hosts)
        if self.signs_in:
            meeting.renew(lambda connector: connector.sign_in(meeting.home))
        return meeting


def _same(*names: str) -> dict[str, str]:
    return dict(zip(names, names, strict=True))


STAGES: Mapping[str, Stage] = {
    "bluesky": Stage(
        bluesky,
        lambda made: Home("bluesky", "https://pds.example", made["did"], made["handle"]),
        ("pds.example",),
        {"identifier": "handle", "app_password": "app_password"},
        signs_in=True,
    ),
    "facebook": Stage(
        facebook,
        lambda made: Home("facebook", "https://graph.facebook.com", made["id"], made["name"]),
        ("graph.facebook.com", "www.facebook.com"),
        {"access_token": "system_user_token", "client_id": "app_id", "client_secret": "app_secret"},
        signs_in=True,
    ),
    "instagram": Stage(
        instagram,
        lambda made: Home("instagram", "https://www.instagram.com", made["id"], made["handle"]),
        ("graph.instagram.com", "api.instagram.com", "www.instagram.com"),
        _same("access_token", "client_id", "client_secret"),
        picture=PHOTO,
        wants_picture=True,
    ),
    "linkedin": Stage(
        linkedin,
        lambda made: Home("linkedin", "https://www.linkedin.com", made["urn"], made["handle"]),
        ("api.linkedin.com", "www.linkedin.com"),
        _same("access_token", "refresh_token", "client_id", "client_secret"),
    ),
    # A server that ignores idempotency keys: whatever is sent blindly a second time shows.
    "mastodon": Stage(
        mastodon,
        lambda made: Home("mastodon", "https://social.example", made["id"], made["acct"]),
        ("social.example",),
        _same("access_token", "client_id", "client_secret"),
        rules={"idempotency": "ignore"},
    ),
    "threads": Stage(
        threads,
        lambda made: Home("threads", "https://www.threads.net", made["id"], made["handle"]),
        ("graph.threads.net", "threads.net"),
        _same("access_token", "client_id", "client_secret"),
        picture=PHOTO,
        rules={"processing_s": 0.0},
    ),
    "viva_engage": Stage(
        viva_engage,
        lambda made: Home(
            "viva_engage",
            "https://www.yammer.com",
            f"{made['id']}/{made['group_id']}",
            f"{made['tenant']}/{made['group_id']}/{made['handle']}",
        ),
        ("www.yammer.com", "filesng.yammer.com", "login.microsoftonline.com"),
        _same("access_token", "refresh_token", "client_id", "client_secret"),
    ),
    "x": Stage(
        x,
        lambda made: Home("x", "https://x.com", made["id"], made["username"]),
        ("api.x.com", "x.com"),
        _same("access_token", "refresh_token", "client_id", "client_secret"),
    ),
}
