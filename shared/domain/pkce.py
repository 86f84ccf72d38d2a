"""Proof Key for Code Exchange: who asked for the code is who redeems it (RFC 7636; only S256, RFC 9700 §2.1.1)."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from typing import Final

from shared.domain.errors import InvalidGrant, InvalidRequest

METHOD: Final = "S256"

# RFC 7636 §4.1: 43 to 128 unreserved characters; §4.2: a SHA-256 in base64url is always 43.
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def challenge_of(code_verifier: str) -> str:
    """Give the S256 `code_challenge` of a verifier (RFC 7636 §4.2)."""
    digest = hashlib.sha256(code_verifier.encode("ascii")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def check_challenge(code_challenge: str | None, code_challenge_method: str | None, *, required: bool) -> None:
    """Judge the challenge of an authorization request. Raises InvalidRequest."""
    if code_challenge is None:
        if required or code_challenge_method is not None:
            raise InvalidRequest("code_challenge is missing")
        return
    # RFC 7636 §4.3: an absent method means `plain`, which we refuse.
    if code_challenge_method != METHOD:
        raise InvalidRequest("code_challenge_method must be S256")
    if not _CHALLENGE.fullmatch(code_challenge):
        raise InvalidRequest("code_challenge is not a SHA-256 in base64url")


def check_verifier(code_verifier: str | None, *, code_challenge: str | None) -> None:
    """Judge the verifier of a token request. Raises InvalidGrant.

    A verifier for a code that was issued without a challenge is refused too (downgrade, RFC 9700 §4.8.2).
    """
    if code_challenge is None:
        if code_verifier is not None:
            raise InvalidGrant("code_verifier for a code without challenge")
        return
    if code_verifier is None:
        raise InvalidGrant("code_verifier is missing")
    if not _VERIFIER.fullmatch(code_verifier):
        raise InvalidGrant("code_verifier is malformed")
    if not hmac.compare_digest(challenge_of(code_verifier), code_challenge):
        raise InvalidGrant("code_verifier does not match")
