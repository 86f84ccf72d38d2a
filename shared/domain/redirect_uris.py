"""Where an answer may be sent: byte for byte what was registered (RFC 9700 §2.1, §4.1.3; RFC 8252 §7.3)."""

import difflib
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from shared.domain.environments import Environment, is_local

# RFC 8252 §7.3: only the port of a loopback IP literal may vary; `localhost` is a name, and names do not vary.
_LOOPBACK = re.compile(r"http://(?P<host>127\.0\.0\.1|\[::1\])(?::(?P<port>[0-9]{1,5}))?(?P<rest>[/?].*)?")
# RFC 3986 §2 without `#` and, because it reads like a wildcard, `*`. A host must not be able to end a policy's directive.
_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?@!$&'()+,;=%\[\]-]+")
_HOST_AND_PORT = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")


def is_registered(redirect_uri: str, registered: Sequence[str], *, native: bool) -> bool:
    """Say whether an answer may go there. For a native client the port of a loopback IP literal may vary."""
    if redirect_uri in registered:
        return True
    asked = _LOOPBACK.fullmatch(redirect_uri)
    if not native or asked is None:
        return False
    return any(_without_port(one) == _without_port(redirect_uri) for one in registered if _LOOPBACK.fullmatch(one))


def nearest(redirect_uri: str, registered: Sequence[str]) -> str:
    """Name the registered address most like the one asked for, or `""`: a hint for developers only."""
    return next(iter(difflib.get_close_matches(redirect_uri[:2048], registered, n=1, cutoff=0.5)), "")


def may_be_registered(redirect_uri: str, environment: Environment) -> bool:
    """Say whether a client may register this address at all (RFC 6749 §3.1.2, RFC 8252 §7).

    https anywhere; a private-use scheme with a dot in it (RFC 8252 §7.1); http for loopback only, and for names under
    `localhost` in development and tests only.
    """
    if _CHARACTERS.fullmatch(redirect_uri) is None:
        return False
    try:
        parts = urlsplit(redirect_uri)
    except ValueError:
        return False
    if parts.scheme in {"http", "https"} and _HOST_AND_PORT.fullmatch(parts.netloc) is None:
        return False
    if parts.scheme == "https":
        return True
    if parts.scheme == "http":
        local = is_local(environment) and _under_localhost(parts.hostname or "")
        return local or _LOOPBACK.fullmatch(redirect_uri) is not None
    # `javascript`, `data` and their like have no dot.
    return "." in parts.scheme


def is_bound_to_its_site(redirect_uri: str) -> bool:
    """Say whether only the client itself can receive what is sent there.

    True for a web site; false for a loopback port or a private scheme, which any program on the machine may claim: there
    the person is asked each time (RFC 9700 §2.1, RFC 6749 §10.2).
    """
    if redirect_uri.startswith("https://"):
        return True
    return redirect_uri.startswith("http://") and _LOOPBACK.fullmatch(redirect_uri) is None


def may_ask_to_sign_in(sign_in_uri: str, cors_origins: Sequence[str]) -> bool:
    """Say whether a client may register this page of its own to sign people in: its script must be let read our answers."""
    return origin_of(sign_in_uri) in cors_origins


def origin_of(redirect_uri: str) -> str:
    """Give what a Content-Security-Policy's `form-action` must name so that the answer may travel there."""
    parts = urlsplit(redirect_uri)
    # A policy cannot name an IPv6 literal (CSP 3 §2.3.1, host-part): browsers drop it, and then block the answer.
    if parts.scheme in {"http", "https"} and "[" not in parts.netloc:
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"


def _without_port(redirect_uri: str) -> tuple[str, str]:
    match = _LOOPBACK.fullmatch(redirect_uri)
    assert match is not None
    return match["host"], match["rest"] or ""


def _under_localhost(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")
