"""Open a refresh token: its MAC first, then its family; nothing is read, and nothing of it believed before."""

import hmac
from dataclasses import dataclass

from shared.domain import families
from shared.domain.canonical import parse_json
from shared.domain.errors import InvalidGrant, Tampered
from shared.domain.families import Family, Generation
from shared.ports import App, Ring


@dataclass(frozen=True, slots=True)
class Opened:
    """A refresh token that is ours, with the ring it was opened with. Whether it is in time is not judged yet."""

    generation: Generation
    family: Family
    ring: Ring


async def open_refresh_token(app: App, token: str) -> Opened:
    """Open it. Raises InvalidGrant when it is not one of ours, or altered; Unavailable."""
    presented = families.take_apart(token)
    generation = presented.generation
    ring = await app.keys.ring(generation.sealed)
    try:
        right = ring.mac(generation.sealed, generation.said)
        if not hmac.compare_digest(right.encode(), presented.mac.encode()):
            raise InvalidGrant("the MAC is not ours")
        content = ring.open("refresh", generation.sealed)
        return Opened(generation, Family.of(parse_json(content, max_bytes=families.LONGEST, max_depth=4)), ring)
    except Tampered as error:
        raise InvalidGrant("not a refresh token of ours") from error
