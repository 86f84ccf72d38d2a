"""Give a client that acts for itself an access token (RFC 6749 §4.4): from what it is registered for, without any storage."""

from shared.domain.claims import ACCESS_TOKEN_TYPE, client_token_claims
from shared.domain.clients import Client, check_confidential, check_grant_type
from shared.domain.ids import new_id
from shared.domain.lifetimes import ACCESS_TOKEN
from shared.domain.scopes import of_a_client
from shared.domain.times import SECOND
from shared.flows.make_tokens import Tokens
from shared.ports import App


async def give_client_token(app: App, client: Client, *, scope: str | None) -> Tokens:
    """Give it; neither a refresh token nor an ID token goes with it (§4.4.3). Raises UnauthorizedClient, InvalidScope."""
    check_grant_type(check_confidential(client), "client_credentials")
    granted = of_a_client(scope, registered=client.scope)
    ring = await app.keys.ring()
    said = client_token_claims(
        client, granted, issuer=app.issuer.url, token_id=new_id("tok", app.random(16)), now=app.now()
    )
    return Tokens(ring.sign("ES256", ACCESS_TOKEN_TYPE, said), ACCESS_TOKEN // SECOND, " ".join(granted))
