"""The token endpoint, lines 29 to 36: how a request comes, who sends it, and which grants there are."""

from base64 import b64encode
from typing import Any

import httpx
import pytest

from tests.protocol.browser import NO_TLS, SECRET, SECRETS, VERIFIER, Browser, Site, basic
from tests.stack import Stack

pytestmark = pytest.mark.slow

ANYTHING = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x", "code_verifier": VERIFIER}
OURS = {"Authorization": basic("basic", SECRET)}


@pytest.fixture(scope="module")
def metadata(stack: Stack) -> dict[str, Any]:
    return dict(httpx.get(f"{stack.issuer}/.well-known/openid-configuration", verify=NO_TLS).json())


def outcome(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_line_29_only_post_is_taken(stack: Stack, method: str) -> None:
    answer = httpx.request(method, f"{stack.issuer}/token", headers=OURS, verify=NO_TLS)

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")


def test_line_29_the_body_must_be_a_form(stack: Stack, person: Browser) -> None:
    asked = ANYTHING | {"code": person.code(), "redirect_uri": "https://basic.example/callback"}
    url = f"{stack.issuer}/token"

    for answer in (
        httpx.post(url, json=asked, headers=OURS, verify=NO_TLS),
        httpx.post(url, files={name: (None, value) for name, value in asked.items()}, headers=OURS, verify=NO_TLS),
        httpx.post(url, content="&".join(f"{k}={v}" for k, v in asked.items()), headers=OURS, verify=NO_TLS),
        httpx.post(url, params=asked, headers=OURS, verify=NO_TLS),
    ):
        assert outcome(answer) == (400, "invalid_request")
    assert Site(stack).token(asked).status_code == 200


@pytest.mark.parametrize(
    "name", ["client_secret", "code", "code_verifier", "refresh_token", "access_token", "password"]
)
def test_line_29_credentials_or_tokens_in_the_query_are_refused(stack: Stack, person: Browser, name: str) -> None:
    asked = ANYTHING | {"code": person.code(), "redirect_uri": "https://basic.example/callback"}

    assert outcome(Site(stack).token(asked, params={name: "something secret"})) == (400, "invalid_request")


def test_line_30_answers_and_errors_are_json_that_nobody_stores(stack: Stack, person: Browser) -> None:
    good, bad = Site(stack).redeem(person.code()), Site(stack).redeem("x")

    assert (good.status_code, bad.status_code) == (200, 400)
    for answer in (good, bad):
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["pragma"] == "no-cache"
    assert good.json()["token_type"] == "Bearer"
    assert good.json()["expires_in"] == 300


@pytest.mark.parametrize("name", ["grant_type", "code"])
def test_line_30_a_missing_or_doubled_parameter_is_invalid_request(stack: Stack, name: str) -> None:
    missing = {given: value for given, value in ANYTHING.items() if given != name}

    assert outcome(Site(stack).token(missing)) == (400, "invalid_request")
    assert outcome(Site(stack).token({**ANYTHING, name: ["x", "x"]})) == (400, "invalid_request")


def test_line_30_bad_authentication_is_401_and_basic_is_asked_for_where_it_was_tried(stack: Stack) -> None:
    tried = Site(stack, secret="wrong").redeem("x")
    in_body = Site(stack, "post", secret="wrong").redeem("x")

    assert outcome(tried) == outcome(in_body) == (401, "invalid_client")
    assert tried.headers["www-authenticate"].startswith("Basic ")
    assert "www-authenticate" not in in_body.headers


def test_line_31_basic_credentials_are_form_decoded(stack: Stack, person: Browser) -> None:
    undecoded = "Basic " + b64encode(f"basic:{SECRET}".encode()).decode()
    wrong = Site(stack).token(ANYTHING, headers={"Authorization": undecoded})

    assert Site(stack).redeem(person.code()).status_code == 200
    # Decoded, `%` and `+` of the plain secret become something else.
    assert outcome(wrong) == (401, "invalid_client")


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic",
        "Basic !!!",
        "Basic \u00e9",
        "Basic " + b64encode(b"no colon").decode(),
        "Basic " + b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + b64encode(b"%FF%00:x").decode(),
        "Basic " + b64encode(b"a" * 9000).decode(),
        "Bearer x",
        "Digest username=x",
    ],
)
def test_line_31_what_is_not_basic_is_invalid_client(stack: Stack, authorization: str) -> None:
    answer = Site(stack).token(ANYTHING, headers={"Authorization": authorization.encode()})

    assert outcome(answer) == (401, "invalid_client")


def test_line_31_more_than_one_way_of_authentication_is_refused(stack: Stack) -> None:
    twice = Site(stack).token(ANYTHING | {"client_id": "basic", "client_secret": SECRET}, headers=OURS)
    others = Site(stack).token(ANYTHING | {"client_id": "post"}, headers=OURS)
    same = Site(stack).token(ANYTHING | {"client_id": "basic"}, headers=OURS)

    assert outcome(twice) == outcome(others) == (400, "invalid_request")
    # The client's own id beside Basic is no second way.
    assert outcome(same) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("credentials", "headers"),
    [
        ({"client_id": "basic"}, {}),
        ({"client_id": "basic", "client_secret": ""}, {}),
        ({"client_id": "basic", "client_secret": SECRET}, {}),
        ({}, {"Authorization": basic("basic", "")}),
        ({}, {"Authorization": basic("post", SECRETS["post"])}),
        ({"client_id": "post"}, {}),
        ({"client_id": "spa", "client_secret": "anything"}, {}),
        ({}, {"Authorization": basic("spa", "")}),
        ({"client_id": "nobody"}, {}),
        ({}, {"Authorization": basic("nobody", "anything")}),
        ({}, {}),
    ],
)
def test_line_32_a_client_is_held_to_its_registered_method(
    stack: Stack, credentials: dict[str, str], headers: dict[str, str]
) -> None:
    assert outcome(Site(stack).token(ANYTHING | credentials, headers=headers)) == (401, "invalid_client")


@pytest.mark.parametrize("client", ["basic", "post", "spa"])
def test_line_32_each_registered_method_works(stack: Stack, person: Browser, client: str) -> None:
    assert Site(stack, client).redeem(person.code(client)).status_code == 200


def test_line_33_assertions_are_not_offered_and_refused(stack: Stack, metadata: dict[str, Any]) -> None:
    asserted = {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": "eyJhbGciOiJub25lIn0.e30.",
    }

    for one in (asserted, asserted | {"client_id": "basic"}):
        assert outcome(Site(stack).token(ANYTHING | one, headers={})) == (401, "invalid_client")
    assert outcome(Site(stack).token(ANYTHING | asserted)) == (401, "invalid_client")
    assert set(metadata["token_endpoint_auth_methods_supported"]) == {
        "client_secret_basic",
        "client_secret_post",
        "none",
    }
    assert "token_endpoint_auth_signing_alg_values_supported" not in metadata


@pytest.mark.parametrize(
    "grant_type",
    [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "Authorization_Code",
        "\u00e9",
    ],
)
def test_line_34_grants_that_are_not_offered_are_unsupported(
    stack: Stack, metadata: dict[str, Any], grant_type: str
) -> None:
    asked = {"grant_type": grant_type, "username": "grace@tests.example", "password": "a password for tests"}

    assert outcome(Site(stack).token(asked)) == (400, "unsupported_grant_type")
    assert metadata["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]


def test_line_34_a_client_without_the_grant_is_unauthorized(stack: Stack) -> None:
    assert outcome(Site(stack, "idle").redeem("x")) == (400, "unauthorized_client")


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("openid profile", "openid profile"),
        ("profile openid", "profile openid"),
        ("openid  openid", "openid"),
        ("openid email", "openid"),
        ("openid admin offline_access", "openid"),
        (None, "openid profile"),
    ],
)
def test_line_36_the_scope_given_is_said_and_never_wider_than_registered(
    stack: Stack, person: Browser, asked: str | None, granted: str
) -> None:
    given = Site(stack, "post").tokens(person.code("post", scope=asked))

    assert given["scope"] == granted


def test_line_36_a_scope_at_the_token_endpoint_widens_nothing(stack: Stack, person: Browser) -> None:
    given = Site(stack).tokens(person.code(scope="openid"), scope="openid profile email")

    assert given["scope"] == "openid"
    assert set(Site(stack).userinfo(given["access_token"]).json()) == {"sub"}
