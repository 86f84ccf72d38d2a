"""Clients: held to their registered method, secret and grants (RFC 6749 §2.3, §5.2)."""

from dataclasses import replace

import pytest

from shared.domain.clients import (
    AuthMethod,
    Client,
    Credentials,
    GrantType,
    asks_each_time,
    authenticate,
    check_confidential,
    check_grant_type,
    hash_secret,
)
from shared.domain.errors import InvalidClient, UnauthorizedClient
from tests.domain.made import APP, CALLBACK, SECRET, SITE

POSTING = replace(SITE, token_endpoint_auth_method="client_secret_post")


def said(client: Client, *, secret: str = SECRET, method: AuthMethod | None = None) -> Credentials:
    return Credentials(client.client_id, method or client.token_endpoint_auth_method, secret)


@pytest.mark.parametrize("client", [SITE, POSTING], ids=["basic", "post"])
def test_the_registered_secret_by_the_registered_method_is_taken(client: Client) -> None:
    assert authenticate(client, said(client)) is client


def test_a_public_client_has_nothing_to_show() -> None:
    assert authenticate(APP, Credentials("app", "none")) is APP


def test_an_unknown_client_is_refused_with_the_words_of_a_wrong_secret() -> None:
    with pytest.raises(InvalidClient) as unknown:
        authenticate(None, said(SITE))
    with pytest.raises(InvalidClient) as wrong:
        authenticate(SITE, said(SITE, secret="other"))

    assert unknown.value.public == wrong.value.public


@pytest.mark.parametrize("secret", ["", "other", SECRET + " ", SECRET[:-1], hash_secret(SECRET)])
def test_a_wrong_secret_is_refused_and_so_is_its_hash(secret: str) -> None:
    with pytest.raises(InvalidClient, match="wrong secret"):
        authenticate(SITE, said(SITE, secret=secret))


@pytest.mark.parametrize(
    ("client", "method"),
    [
        (SITE, "none"),
        (SITE, "client_secret_post"),
        (POSTING, "none"),
        (POSTING, "client_secret_basic"),
        (APP, "client_secret_basic"),
        (APP, "client_secret_post"),
    ],
)
def test_line_32_a_client_is_held_to_its_registered_method(client: Client, method: AuthMethod) -> None:
    with pytest.raises(InvalidClient, match="not the registered"):
        authenticate(client, said(client, method=method))


def test_line_32_a_confidential_client_without_a_stored_secret_is_never_let_in() -> None:
    forgotten = replace(SITE, secret_hash="")

    for secret in ("", SECRET):
        with pytest.raises(InvalidClient, match="wrong secret"):
            authenticate(forgotten, said(forgotten, secret=secret))


def test_a_secret_is_stored_as_its_sha_256() -> None:
    # FIPS 180-2 appendix B.1
    assert hash_secret("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_line_34_a_grant_the_client_is_not_registered_for_is_refused() -> None:
    check_grant_type(SITE, "authorization_code")

    others: tuple[GrantType, ...] = ("refresh_token", "client_credentials")
    for other in others:
        with pytest.raises(UnauthorizedClient):
            check_grant_type(SITE, other)


@pytest.mark.parametrize("client", [SITE, replace(SITE, token_endpoint_auth_method="client_secret_post")])
def test_line_32_a_client_that_can_prove_itself_is_told_from_one_that_cannot(client: Client) -> None:
    assert check_confidential(client) == client
    with pytest.raises(InvalidClient, match="public"):
        check_confidential(APP)


def test_line_50_a_public_client_asks_each_time_for_access_that_outlives_the_session() -> None:
    assert asks_each_time(APP, CALLBACK, ("openid", "offline_access"))
    assert not asks_each_time(APP, CALLBACK, ("openid",))
    assert not asks_each_time(SITE, CALLBACK, ("openid", "offline_access"))


@pytest.mark.parametrize(
    ("client", "redirect_uri", "asks"),
    [
        (SITE, "https://site.example/callback", False),
        (SITE, "http://127.0.0.1/callback", False),  # it proves itself at the token endpoint
        (APP, "https://site.example/callback", False),
        (APP, "http://127.0.0.1:8000/callback", True),
        (APP, "com.example.app:/callback", True),
    ],
)
def test_line_21_a_public_client_that_anyone_could_pose_as_asks_each_time(
    client: Client, redirect_uri: str, *, asks: bool
) -> None:
    assert asks_each_time(client, redirect_uri, ("openid",)) == asks


def test_public_and_native_follow_from_the_metadata() -> None:
    assert (SITE.public, APP.public) == (False, True)
    assert (SITE.native, replace(APP, application_type="native").native) == (False, True)
