"""How much was used of a platform's allowances: sliding windows of points, read by the rate-limit headers."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Allowance:
    """So many points in so many seconds."""

    points: int
    seconds: int


@dataclass
class Meter:
    """One account's use of one allowance. Times are seconds on any steady clock."""

    allowance: Allowance
    _spent: deque[tuple[float, int]] = field(default_factory=deque)
    _sum: int = 0

    def spend(self, points: int, now: float) -> bool:
        """Use `points`; False, and nothing used, where they are not there. The caller refuses the request."""
        self._forget(now)
        if self._sum + points > self.allowance.points:
            return False
        self._spent.append((now, points))
        self._sum += points
        return True

    def left(self, now: float) -> int:
        """Points still there."""
        self._forget(now)
        return self.allowance.points - self._sum

    def resets(self, now: float) -> float:
        """When the oldest spending is forgotten, on the same clock as `now`."""
        return (self._spent[0][0] if self._spent else now) + self.allowance.seconds

    def _forget(self, now: float) -> None:
        while self._spent and self._spent[0][0] <= now - self.allowance.seconds:
            self._sum -= self._spent.popleft()[1]
