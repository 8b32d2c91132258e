"""What identity says when the answer is no, as one family so that a caller can count every kind as a failure.

NotProven
├── WrongPassword      count it, say only "name or password is wrong"
├── WrongCode          count it, ask for the next code
│   └── CodeReplayed   count it too: someone may have read the code over a shoulder
├── WrongPasskey       do not count it: nobody guesses a signature
│   └── CountWentBack  tell the member: their authenticator may have been copied
├── ClockUnsure        do not count it: our clock is at fault, not the member
├── Throttled          wait until `retry_at`
├── FactorLocked       a person with that right must unlock it
├── SessionOver        sign in again
├── SecondFactorNeeded finish signing in
└── StepUpNeeded       ask for a fresh factor for this very act
"""

from __future__ import annotations

from datetime import datetime


class NotProven(Exception):
    """The caller did not show who they are, or not freshly enough. Its text may be shown to a person."""

    words = "Sign in again."

    def __init__(self) -> None:
        super().__init__(self.words)


class WrongPassword(NotProven):
    """The name is unknown, has no password, or the password is another: one answer for all three."""

    words = "The name or the password is wrong."


class WrongCode(NotProven):
    """The one-time or recovery code is malformed, unknown, too late or too early."""

    words = "That code is wrong. Type the code your app shows now."


class CodeReplayed(WrongCode):
    """The code was right for a time step that was already used, or for an earlier one."""

    words = "That code has been used. Wait for the next one."


class WrongPasskey(NotProven):
    """The passkey's answer is malformed, from elsewhere, for another challenge, or not by a key of this member."""

    words = "That passkey was not accepted. Try again on this page."


class CountWentBack(WrongPasskey):
    """Everything is right, but the authenticator has counted no further: there may be a second one like it."""

    words = "This passkey may have been copied. Remove it and tell a security officer."


class ClockUnsure(NotProven):
    """Our clock's span is too wide for any time step to be surely current: nobody's code can be judged."""

    words = "The gateway is not sure what time it is, so codes cannot be checked. Try again in a minute."


class Throttled(NotProven):
    """Too many tries; `retry_at` is the first instant (UTC) at which another may be made."""

    words = "Too many tries. Wait and try again."

    def __init__(self, retry_at: datetime) -> None:
        super().__init__()
        self.retry_at = retry_at


class FactorLocked(NotProven):
    """So many failures in a row that waiting no longer helps: someone entitled must unlock it."""

    words = "This way of signing in is locked. Ask a security officer to unlock it."


class SessionOver(NotProven):
    """The session is idle or old beyond its limit, or contradicts the clock."""

    words = "Your session has ended. Sign in again."


class SecondFactorNeeded(NotProven):
    """The session knows the password only."""

    words = "Finish signing in with your second factor."


class StepUpNeeded(NotProven):
    """No fresh factor was shown for exactly this act, subject and digest."""

    words = "Confirm this with a new code."
