"""The six digits that an authenticator app shows (TOTP, RFC 6238), and how an app is set up for them."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from hmac import compare_digest

import pyotp
import segno

ISSUER = "问知"
STEP_SECONDS = 30
DIGITS = 6
_LONGEST_TYPED = 4 * DIGITS
_TOLERATED_STEPS = 1
"""How far the clock of a telephone may be off, either way (RFC 6238, 5.2 and 6)."""


def new_secret() -> str:
    """160 random bits in base32, 32 letters and digits: as many as SHA-1 has (RFC 4226, 4)."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, account: str) -> str:
    """The otpauth address that an authenticator app reads: SHA-1, 6 digits, 30 seconds."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def qr_picture(uri: str) -> str:
    """A QR code as a `data:` address of an SVG picture, for the `src` of an `<img>`."""
    return segno.make(uri, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff")


def accepted_step(secret: str, code: str, moment: datetime, last_step: int | None) -> int | None:
    """The time step that a code proves, to be kept as the account's last; None when it proves none.

    The code of the moment counts, and those one step before and after it, but never one of `last_step` or
    earlier: a code that was used, or seen over somebody's shoulder, is worth nothing a second time. Two
    sign-ins at once must not both take the same step: the store must write it only where it is newer.
    `moment` has its time zone.
    """
    typed = _typed(code)
    if typed is None:
        return None
    generator = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    now = int(moment.timestamp()) // STEP_SECONDS
    steps = range(max(now - _TOLERATED_STEPS, 0), now + _TOLERATED_STEPS + 1)
    right = [step for step in steps if compare_digest(generator.generate_otp(step), typed)]
    newest = max(right, default=-1)
    return newest if newest > (-1 if last_step is None else last_step) else None


def _typed(code: str) -> str | None:
    """The digits of a code, however wide and with whatever blanks they were typed; None when it is no code."""
    if len(code) > _LONGEST_TYPED:
        return None
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    right = digits.isascii() and digits.isdecimal() and len(digits) == DIGITS
    return digits if right else None
