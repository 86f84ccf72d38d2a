"""What we say of ourselves: required, true, and nothing that is not so (OIDC Discovery §3, RFC 8414 §2)."""

from typing import Any

import pytest

from shared.domain.authorize_request import PROMPTS
from shared.domain.clients import AUTH_METHODS, GRANT_TYPES
from shared.domain.discovery import metadata
from shared.domain.issuer import Issuer
from shared.domain.scopes import SCOPES

SAID = metadata(Issuer("https://id.example/id"), ui_locales=("en", "fr", "nl"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "https://id.example/id"),
        ("authorization_endpoint", "https://id.example/id/authorize"),
        ("token_endpoint", "https://id.example/id/token"),
        ("userinfo_endpoint", "https://id.example/id/userinfo"),
        ("jwks_uri", "https://id.example/id/jwks"),
        ("response_types_supported", ["code"]),
        ("subject_types_supported", ["public"]),
    ],
)
def test_line_57_what_is_required_is_there(name: str, value: Any) -> None:
    assert SAID[name] == value


def test_line_57_rs256_is_among_the_algorithms_and_none_is_not() -> None:
    assert SAID["id_token_signing_alg_values_supported"] == ["RS256", "ES256"]


def test_line_23_only_s256_is_listed() -> None:
    assert SAID["code_challenge_methods_supported"] == ["S256"]


def test_line_19_metadata_says_that_answers_carry_iss() -> None:
    assert SAID["authorization_response_iss_parameter_supported"] is True


def test_line_15_what_is_not_offered_is_said_not_to_be() -> None:
    assert SAID["request_parameter_supported"] is False
    # Absent means true for this one (OIDC Discovery §3).
    assert SAID["request_uri_parameter_supported"] is False


def test_line_57_what_is_listed_is_what_the_rules_take() -> None:
    assert SAID["grant_types_supported"] == list(GRANT_TYPES)
    assert SAID["token_endpoint_auth_methods_supported"] == list(AUTH_METHODS)
    assert SAID["scopes_supported"] == list(SCOPES)
    assert set(SAID["prompt_values_supported"]) == PROMPTS
    assert SAID["response_modes_supported"] == ["query", "form_post"]
    assert SAID["ui_locales_supported"] == ["en", "fr", "nl"]


def test_no_list_says_a_thing_twice() -> None:
    lists = [value for value in SAID.values() if isinstance(value, list)]

    assert all(len(value) == len(set(value)) for value in lists)


def test_the_issuer_may_be_a_bare_host() -> None:
    assert metadata(Issuer("https://id.example"), ui_locales=())["jwks_uri"] == "https://id.example/jwks"
