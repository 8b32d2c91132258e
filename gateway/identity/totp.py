"""One-time codes by time (RFC 6238, SHA-1, 6 digits, 30 s): made with pyotp, judged here, because pyotp forgets used
steps.
"""

from __future__ import annotations

import base64
import hmac
import re
from datetime import UTC, datetime, timedelta

import pyotp
import segno

from gateway.identity.span import Span, sure
from gateway.identity.wrong import ClockUnsure, CodeReplayed, WrongCode

STEP = timedelta(seconds=30)
GRACE = timedelta(seconds=10)
SECRET_BYTES = 20  # RFC 4226 section 4, R6: 160 bits recommended
NO_STEP_YET = -1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SIX_DIGITS = re.compile("[0-9]{6}")


def new_secret(entropy: bytes) -> str:
    """A secret in base32 from at least 20 bytes of the system generator. Raises ValueError when there are fewer."""
    if len(entropy) < SECRET_BYTES:
        raise ValueError(f"a one-time code secret needs {SECRET_BYTES} random bytes")
    return base64.b32encode(entropy[:SECRET_BYTES]).decode("ascii")


def provisioning_uri(secret: str, *, name: str, issuer: str) -> str:
    """The otpauth address that an authenticator app reads; it contains the secret, so show it once and never log it."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def qr_svg(uri: str) -> str:
    """The address as an SVG element to put into a page: no script, no style attribute, nothing fetched."""
    return segno.make(uri, error="m", micro=False).svg_inline(
        scale=4, border=4, light="#fff", title="QR code for your authenticator app"
    )


def accepted_step(secret: str, code: str, now: Span, last_step: int = NO_STEP_YET) -> int:
    """The time step whose code this is, greater than `last_step`; the caller stores it by one conditional UPDATE.

    Accepted are the current step and, until 10 s after its end, the previous one; never a future one. RFC 6238
    section 5.2 allows one step of delay. ASVS 5.0 6.5.5 asks that a code live 30 s: we deviate by 10 s, because a
    code typed at second 29 otherwise fails for the time it travels. Under an unsure clock a step must *surely* have
    begun (earliest) and its grace must not *maybe* be over (latest).

    Raises WrongCode, CodeReplayed (a WrongCode: count both) or ClockUnsure (not the member's fault: do not count it).
    """
    steps = _open_steps(now)
    if not isinstance(code, str) or not SIX_DIGITS.fullmatch(code):
        raise WrongCode
    totp = pyotp.TOTP(secret)
    # Every candidate is computed and compared, so that the time taken does not say which one matched.
    same = [hmac.compare_digest(totp.generate_otp(step), code) for step in steps]
    matching = [step for step, is_same in zip(steps, same, strict=True) if is_same]
    if not matching:
        raise WrongCode
    if matching[-1] <= last_step:
        raise CodeReplayed
    return matching[-1]


def _open_steps(now: Span) -> range:
    """The steps that have surely begun and whose grace is surely not over, oldest first; at most two."""
    earliest, latest = sure(now)
    newest = (earliest - EPOCH) // STEP
    oldest = -((EPOCH + GRACE - latest) // STEP) - 1  # rounded up in whole microseconds: floats would blur the boundary
    if oldest > newest:
        raise ClockUnsure
    return range(max(oldest, 0), newest + 1)
