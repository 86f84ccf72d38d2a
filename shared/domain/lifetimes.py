"""How long each thing we hand out is good for. One place, so that the windows of keys can be derived from it."""

from typing import Final

from shared.domain.times import DAY, HOUR, MINUTE, SECOND, Millis

CODE: Final[Millis] = 60 * SECOND
"""An authorization code (FAPI 2.0 §5.3.2.1: at most 60 s)."""

ACCESS_TOKEN: Final[Millis] = 5 * MINUTE
ID_TOKEN: Final[Millis] = 5 * MINUTE

FLOW: Final[Millis] = 1 * HOUR
"""A sign-in page that was opened and not yet answered."""

CONTINUE: Final[Millis] = 60 * SECOND
"""A link by which a sign-in made on a client's own page goes on in the browser it began in."""

SESSION: Final[Millis] = 1 * DAY
"""A browser session, from sign-in to its absolute end (NIST SP 800-63B-4: at most 24 h at AAL2)."""

REFRESH_IDLE: Final[Millis] = 14 * DAY
"""A refresh token that nobody uses (ASVS 10.4.8: idle and absolute ends)."""

OFFLINE: Final[Millis] = 90 * DAY
"""A family with `offline_access`, from the authorization to its absolute end. Without it a family ends with its session."""

RETRY: Final[Millis] = 30 * SECOND
"""How long after its use a refresh token gives the same successor again: for a client that lost the answer."""

REVOCATION_KEPT: Final[Millis] = 1 * HOUR
"""How long an entry of the revoked set outlives what it revokes."""

LEEWAY: Final[Millis] = 60 * SECOND
"""How far two clocks may differ when a JWT's `iat` and `nbf` are judged (RFC 8725; never for `exp` of our own)."""
