"""Authlib's own client goes the whole road: discovery, code, refresh and its reuse, introspection, revocation, logout."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from authlib.common.security import generate_token  # type: ignore[import-untyped] # Authlib publishes no types
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped] # the same
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped] # the same
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped] # the same
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.protocol.browser import EMAIL, PASSWORD, Browser, query_of
from tests.stack import Stack

pytestmark = pytest.mark.slow

CLIENT_ID = "keeps"
SITE = "https://keeps.example"
SCOPE = "openid profile email offline_access"
NONCE = "a nonce of ours"


@pytest.fixture
def client() -> Iterator[Any]:
    with OAuth2Client(
        CLIENT_ID,
        "keeps-secret-of-length",
        scope=SCOPE,
        redirect_uri=f"{SITE}/callback",
        code_challenge_method="S256",
        timeout=30,
        trust_env=False,
    ) as made:
        yield made


@pytest.fixture
def metadata(stack: Stack, browser: Browser) -> dict[str, Any]:
    return dict(browser.http.get(f"{stack.issuer}/.well-known/openid-configuration").json())


@pytest.fixture
def browser(stack: Stack) -> Browser:
    return Browser(stack)


@pytest.fixture
def token(client: Any, metadata: dict[str, Any], browser: Browser) -> dict[str, Any]:
    """Sign somebody in, and give what the client holds then."""
    verifier = generate_token(48)
    url, state = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=NONCE
    )
    back = browser.send(browser.http.get(url), email=EMAIL, password=PASSWORD).headers["location"]
    assert query_of(back)["iss"] == metadata["issuer"]
    return dict(
        client.fetch_token(metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier)
    )


def claims_of(client: Any, metadata: dict[str, Any], token: dict[str, Any], *, nonce: str | None) -> dict[str, Any]:
    """Check an ID token as Authlib does for the sites it serves."""
    keys = KeySet.import_key_set(client.request("GET", metadata["jwks_uri"], withhold_token=True).json())
    read = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
    said = {"iss": metadata["issuer"], "aud": CLIENT_ID}
    expected = {name: {"essential": True, "value": value} for name, value in said.items()}
    params = {"client_id": CLIENT_ID, "access_token": token["access_token"], "nonce": nonce}
    claims = CodeIDToken(read.claims, read.header, expected, params)
    claims.validate()
    return dict(claims)


def introspected(client: Any, metadata: dict[str, Any], what: str) -> dict[str, Any]:
    return dict(client.introspect_token(metadata["introspection_endpoint"], token=what).json())


def test_the_code_gives_tokens_that_hold(client: Any, metadata: dict[str, Any], token: dict[str, Any]) -> None:
    claims = claims_of(client, metadata, token, nonce=NONCE)
    person = client.get(metadata["userinfo_endpoint"]).json()

    assert token["scope"] == SCOPE
    assert person["sub"] == claims["sub"]
    assert person["email"] == EMAIL


def test_an_expired_token_is_refreshed_on_the_way(client: Any, metadata: dict[str, Any], token: dict[str, Any]) -> None:
    client.metadata["token_endpoint"] = metadata["token_endpoint"]
    client.token = token | {"expires_at": 1}

    person = client.get(metadata["userinfo_endpoint"]).json()

    assert client.token["access_token"] != token["access_token"]
    assert client.token["refresh_token"] != token["refresh_token"]
    assert person["sub"] == claims_of(client, metadata, client.token, nonce=None)["sub"]


def test_a_refresh_token_used_before_ends_all_of_its_family(
    client: Any, metadata: dict[str, Any], token: dict[str, Any]
) -> None:
    first = token["refresh_token"]
    second = client.refresh_token(metadata["token_endpoint"], refresh_token=first)
    third = client.refresh_token(metadata["token_endpoint"], refresh_token=second["refresh_token"])

    for spent in (first, third["refresh_token"]):
        with pytest.raises(OAuthError, match="invalid_grant"):
            client.refresh_token(metadata["token_endpoint"], refresh_token=spent)
    assert introspected(client, metadata, third["access_token"]) == {"active": False}


def test_introspection_and_revocation(client: Any, metadata: dict[str, Any], token: dict[str, Any]) -> None:
    before = introspected(client, metadata, token["refresh_token"])
    revoked = client.revoke_token(
        metadata["revocation_endpoint"], token=token["refresh_token"], token_type_hint="refresh_token"
    )

    assert (before["active"], before["client_id"], before["scope"]) == (True, CLIENT_ID, SCOPE)
    assert revoked.status_code == 200
    assert introspected(client, metadata, token["refresh_token"]) == {"active": False}
    assert introspected(client, metadata, token["access_token"]) == {"active": False}


def test_logout_ends_the_session_and_comes_back(
    client: Any, metadata: dict[str, Any], token: dict[str, Any], browser: Browser
) -> None:
    asked = {"id_token_hint": token["id_token"], "post_logout_redirect_uri": f"{SITE}/goodbye", "state": "bye"}
    gone = browser.http.get(f"{metadata['end_session_endpoint']}?{urlencode(asked)}")
    url, _ = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier="v" * 43, prompt="none")

    assert (gone.status_code, gone.headers["location"]) == (303, f"{SITE}/goodbye?state=bye")
    assert query_of(browser.http.get(url).headers["location"])["error"] == "login_required"


def test_a_client_has_a_token_of_its_own(client: Any, metadata: dict[str, Any]) -> None:
    client.scope = None
    given = client.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")

    assert "refresh_token" not in given
    assert "id_token" not in given
    assert introspected(client, metadata, given["access_token"])["client_id"] == CLIENT_ID
