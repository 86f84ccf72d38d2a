"""Tell a client about the person its access token stands for (OIDC Core §5.3)."""

from typing import Any

from shared.domain.accounts import is_alive
from shared.domain.claims import ACCESS_TOKEN_TYPE, lineage_of, userinfo_claims
from shared.domain.errors import InvalidToken
from shared.flows.open_profile import open_profile
from shared.ports import App


async def tell_userinfo(app: App, *, access_token: str) -> dict[str, Any]:
    """Give the claims the token opens: one call. Raises InvalidToken, InsufficientScope."""
    ring = await app.keys.ring()
    said = ring.verify(access_token, typ=ACCESS_TOKEN_TYPE, algs=("ES256",))
    lineage = lineage_of(said, issuer=app.issuer.url, now=app.now())
    person = await app.accounts.person(lineage.account_id)
    if person is None or not is_alive(person.account, lineage):
        raise InvalidToken("ended")
    profile = open_profile(ring, person)
    return userinfo_claims(profile, subject=lineage.account_id, scope=str(said.get("scope", "")))
