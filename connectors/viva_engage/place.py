"""Which community an account is, and as whom it speaks: written in its handle, since only a person can post (page §1).

The handle is `domain/community/name`: `contoso.com/31158067201/office` speaks as office@contoso.com in the community
31158067201. `all-company` stands for the community without a number that some networks have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.contract import SetupWrong
from connectors.words import Home

ALL_COMPANY = "all-company"
_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
_HANDLE = re.compile(rf"({_DOMAIN})/([1-9][0-9]{{0,19}}|{ALL_COMPANY})/([^\s/@]{{1,64}})")


@dataclass(frozen=True)
class Place:
    """A community (None: All Company without a number) of the network at `domain`, and the service account there."""

    domain: str
    community: str | None
    email: str


def place_of(home: Home) -> Place:
    """Where an account lives. Raises SetupWrong where its handle does not say so."""
    found = _HANDLE.fullmatch(home.handle.strip().lower())
    if found is None:
        words = "the handle must be domain/community/name, such as contoso.com/31158067201/office"
        raise SetupWrong(words, not_applied=True)
    domain, community, name = found.groups()
    return Place(domain, None if community == ALL_COMPANY else community, f"{name}@{domain}")


def tenant_of(home: Home) -> str:
    """The Entra tenant by one of its domains; `organizations` (any, but no private person's) where none is named."""
    found = _HANDLE.fullmatch(home.handle.strip().lower())
    return found[1] if found else "organizations"


def sender_of(home: Home) -> str:
    """The Yammer id of the service account: the first half of the account's subject."""
    return home.subject.partition("/")[0]
