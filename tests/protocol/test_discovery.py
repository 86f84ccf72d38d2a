"""What we say of ourselves, lines 55 to 58: true, complete, readable by every site, and good for one deployment only."""

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from shared.crypto.ring import Ring
from shared.domain.canonical import canonical, parse_json
from shared.domain.environments import Environment
from tests.crypto.rings import a_ring
from tests.protocol.browser import NO_TLS, SECRETS, Browser, Site, claims_of, told
from tests.stack import Stack

pytestmark = pytest.mark.slow

DOCUMENTS = ("/id/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/id", "/id/jwks")


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, verify=NO_TLS, timeout=30)


@pytest.fixture(scope="module")
def metadata(stack: Stack) -> dict[str, Any]:
    return dict(get(f"{stack.issuer}/.well-known/openid-configuration").json())


def test_line_55_the_issuer_is_the_url_used_and_the_document_stands_under_it(
    stack: Stack, metadata: dict[str, Any]
) -> None:
    parts = urlsplit(metadata["issuer"])

    assert metadata["issuer"] == stack.issuer
    assert (parts.scheme, parts.hostname, parts.query, parts.fragment) == ("http", "localhost", "", "")
    assert (
        get(stack.issuer + "/.well-known/openid-configuration").headers["content-type"].startswith("application/json")
    )


@pytest.mark.parametrize("path", DOCUMENTS)
def test_line_55_every_site_may_read_the_documents(stack: Stack, path: str) -> None:
    answer = get(stack.origin + path, Origin="https://anybody.example")

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("client", "origin", "allowed"),
    [
        ("spa", "https://spa.example", True),
        ("spa", "https://basic.example", False),
        ("spa", "https://evil.example", False),
        ("spa", "null", False),
        ("spa", "https://SPA.example", False),
        ("post", "https://post.example", False),
    ],
)
def test_line_55_token_and_userinfo_are_read_by_the_clients_registered_origins_only(
    stack: Stack, person: Browser, client: str, origin: str, *, allowed: bool
) -> None:
    asked = {"client_id": client} | ({"client_secret": SECRETS[client]} if SECRETS[client] else {})
    redeemed = Site(stack, client).redeem(person.code(client), headers={"Origin": origin}, **asked)
    bearer = f"Bearer {redeemed.json()['access_token']}"

    for answer in (redeemed, get(f"{stack.issuer}/userinfo", Origin=origin, Authorization=bearer)):
        assert answer.status_code == 200
        assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(("origin", "allowed"), [("https://spa.example", True), ("https://evil.example", False)])
def test_line_55_a_registered_origin_can_read_why_it_was_refused(
    stack: Stack, tokens: dict[str, Any], ring: Ring, origin: str, *, allowed: bool
) -> None:
    past = claims_of(tokens["access_token"]) | {"client_id": "spa", "iat": 1_700_000_000, "exp": 1_700_000_300}
    expired = ring.sign("ES256", "at+jwt", past)
    asked = {"grant_type": "authorization_code", "code": "x", "client_id": "spa"}

    for answer, status in (
        (Site(stack, "spa").token(asked, headers={"Origin": origin}), 400),
        (get(f"{stack.issuer}/userinfo", Origin=origin, Authorization=f"Bearer {expired}"), 401),
    ):
        assert answer.status_code == status
        assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
        assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("place", ["token", "userinfo", "jwks", ".well-known/openid-configuration"])
def test_line_55_a_browser_may_ask_first(stack: Stack, place: str) -> None:
    asked = {
        "Origin": "https://spa.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = httpx.options(f"{stack.issuer}/{place}", headers=asked, verify=NO_TLS)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] in {"*", "https://spa.example"}
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type"
    assert "access-control-allow-credentials" not in answer.headers


def test_line_56_the_rfc_8414_form_says_the_same(stack: Stack, metadata: dict[str, Any]) -> None:
    assert get(f"{stack.origin}/.well-known/oauth-authorization-server/id").json() == metadata
    assert get(f"{stack.origin}/.well-known/oauth-authorization-server").status_code == 404
    assert get(f"{stack.origin}/.well-known/openid-configuration").status_code == 404


REQUIRED = {
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
}
NOT_THERE_YET = {
    "registration_endpoint",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
    "check_session_iframe",
    "dpop_signing_alg_values_supported",
    "backchannel_logout_supported",
}


def test_line_57_what_is_required_is_there_and_what_does_not_exist_is_not(metadata: dict[str, Any]) -> None:
    assert set(metadata) >= REQUIRED
    assert not NOT_THERE_YET & set(metadata)
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]
    assert "none" not in metadata["id_token_signing_alg_values_supported"]
    assert [value for value in metadata.values() if value in (None, "", [])] == []


def test_line_57_every_address_is_under_the_issuer_and_answers(stack: Stack, metadata: dict[str, Any]) -> None:
    for name, url in metadata.items():
        if name.endswith(("_endpoint", "_uri")):
            assert url.startswith(f"{stack.issuer}/")
            assert get(url).status_code in {200, 400, 401, 405}


def test_line_57_each_prompt_mode_and_type_announced_is_taken(
    stack: Stack, person: Browser, metadata: dict[str, Any]
) -> None:
    for prompt in metadata["prompt_values_supported"]:
        assert person.authorize(prompt=prompt).status_code in {200, 303}
    for mode in metadata["response_modes_supported"]:
        assert person.authorize(response_mode=mode).status_code in {200, 303}
    assert metadata["response_types_supported"] == ["code"]
    for locale in metadata["ui_locales_supported"]:
        assert f'<html lang="{locale}"' in Browser(stack).authorize(ui_locales=locale).text


def test_line_57_each_scope_announced_can_be_granted_and_its_claims_are_announced(
    stack: Stack, person: Browser, metadata: dict[str, Any]
) -> None:
    site = Site(stack, "keeps")
    given = site.tokens(person.code("keeps", scope=" ".join(metadata["scopes_supported"])))
    said = site.userinfo(given["access_token"]).json()

    assert given["scope"].split() == metadata["scopes_supported"]
    assert set(said) <= set(metadata["claims_supported"])
    assert set(claims_of(given["id_token"])) <= set(metadata["claims_supported"])
    assert claims_of(given["id_token"])["acr"] in metadata["acr_values_supported"]


OTHERS: list[Environment] = ["test", "staging", "production"]


@pytest.mark.parametrize("environment", OTHERS)
def test_line_58_a_code_of_another_deployment_or_environment_is_of_no_use(
    stack: Stack, person: Browser, ring: Ring, environment: Environment
) -> None:
    content = ring.open("code", person.code())
    foreign = a_ring(environment).seal("code", content)

    assert Site(stack).redeem(foreign).json()["error"] == "invalid_grant"
    assert Site(stack).redeem(ring.seal("code", content)).status_code == 200


@pytest.mark.parametrize("environment", OTHERS)
def test_line_58_a_session_of_another_deployment_or_environment_is_of_no_use(
    stack: Stack, person: Browser, ring: Ring, environment: Environment
) -> None:
    [(name, cookie)] = [(name, value) for name, value in person.http.cookies.items() if "session" in name]
    content = ring.open("session-cookie", cookie)
    browser = Browser(stack)
    browser.http.cookies.set(name, a_ring(environment).seal("session-cookie", content), domain="localhost.local")

    assert told(browser.authorize(prompt="none"))["error"] == "login_required"


def test_line_58_a_value_sealed_for_one_purpose_is_of_no_use_for_another(
    stack: Stack, person: Browser, ring: Ring
) -> None:
    carried = parse_json(ring.open("code", person.code()), 16 * 1024, 4)

    for purpose in ("flow", "session-cookie"):
        sealed = ring.seal(purpose, canonical(carried))
        assert Site(stack).redeem(sealed).json()["error"] == "invalid_grant"


def test_line_58_a_token_of_another_issuer_is_of_no_use_though_signed_with_our_keys(
    stack: Stack, tokens: dict[str, Any], ring: Ring
) -> None:
    claims = claims_of(tokens["access_token"])

    for other in ({"iss": "https://id.example/id"}, {"iss": stack.origin}, {"iss": f"{stack.issuer}/"}):
        assert Site(stack).userinfo(ring.sign("ES256", "at+jwt", claims | other)).status_code == 401
