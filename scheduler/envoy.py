"""The envoy: an account, its connector and its credential put together for the courier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from connectors.contract import Connector, Conversation
from gateway.domain.account import Account
from gateway.domain.refusal import Reason, Refused
from scheduler.courier import Courier

T = TypeVar("T")
Credential = Callable[[], Mapping[str, str]]


class Envoy:
    """Holds conversations in an account's name."""

    def __init__(self, connectors: Mapping[str, Connector], courier: Courier) -> None:
        self._connectors = connectors
        self.courier = courier

    def connector(self, account: Account) -> Connector:
        """The connector of the account's platform. Raises Refused(PLATFORM_UNKNOWN) where it is not installed any more:
        that is this account's trouble and no other's.
        """
        if account.platform not in self._connectors:
            raise Refused(Reason.PLATFORM_UNKNOWN, platform=account.platform)
        return self._connectors[account.platform]

    async def ask(self, account: Account, begin: Callable[[Connector], Conversation[T]], credential: Credential) -> T:
        """Hold a conversation that only asks. Raises PlatformError or NoAnswer."""
        connector = self.connector(account)
        return await self.courier.ask(connector, account.home, begin(connector), credential)
