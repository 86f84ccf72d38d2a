"""What a client may ask, in which order it is judged, and which error each thing is (OIDC Core §3.1.2.1)."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.authorize_request import (
    CARRIED_LIMIT,
    CHECKS,
    PROMPTS,
    AuthorizeRequest,
    check_redirect_uri,
    response_mode_of,
)
from shared.domain.clients import Client
from shared.domain.errors import (
    BadRedirectUri,
    IdentityError,
    InvalidRequest,
    InvalidScope,
    RegistrationNotSupported,
    RequestNotSupported,
    RequestUriNotSupported,
    UnauthorizedClient,
    UnsupportedResponseType,
)
from shared.domain.parameters import Parameters
from tests.domain.made import ADA, APP, CALLBACK, CHALLENGE, SITE, asked, judged


def plus(*pairs: tuple[str, str]) -> Parameters:
    return Parameters((*asked().pairs, *pairs))


def test_a_good_request_passes_and_says_all_that_follows_from_it() -> None:
    assert judged(asked(prompt="login  consent login", max_age="60", login_hint="ada", ui_locales="nl fr")) == (
        AuthorizeRequest(
            client_id="site",
            redirect_uri=CALLBACK,
            response_mode="query",
            scope=("openid", "profile"),
            state="a state",
            nonce="a nonce",
            code_challenge=CHALLENGE,
            prompt=("login", "consent"),
            max_age=60,
            login_hint="ada",
            ui_locales="nl fr",
            required_subject=None,
        )
    )


def test_a_request_comes_out_of_its_flow_as_it_went_in() -> None:
    request = judged(asked(prompt="login consent", max_age="0"), hinted_subject=ADA)

    assert AuthorizeRequest.of(json.loads(json.dumps(request.carried()))) == request


def test_line_4_the_address_is_required_even_when_only_one_is_registered() -> None:
    for parameters in (asked(redirect_uri=None), asked(redirect_uri=""), plus(("redirect_uri", CALLBACK))):
        with pytest.raises(BadRedirectUri):
            check_redirect_uri(parameters, SITE)


def test_line_2_an_address_that_is_not_registered_is_told_with_the_nearest_that_is() -> None:
    with pytest.raises(BadRedirectUri) as refused:
        check_redirect_uri(asked(redirect_uri=CALLBACK + "/"), SITE)

    assert refused.value.nearest == CALLBACK
    assert CALLBACK not in refused.value.detail


def test_line_1_only_a_native_client_may_vary_a_loopback_port() -> None:
    loopback = replace(APP, redirect_uris=("http://127.0.0.1/callback",))
    request = asked(redirect_uri="http://127.0.0.1:51004/callback")

    assert (
        check_redirect_uri(request, replace(loopback, application_type="native")) == "http://127.0.0.1:51004/callback"
    )
    with pytest.raises(BadRedirectUri):
        check_redirect_uri(request, loopback)


@pytest.mark.parametrize("name", ["state", "scope", "nonce", "response_type", "prompt", "weather", "claims"])
def test_line_5_a_parameter_sent_twice_is_refused(name: str) -> None:
    twice = Parameters((*asked(**{name: None}).pairs, (name, "a"), (name, "a")))

    with pytest.raises(InvalidRequest, match=f"{name} was sent more than once"):
        judged(twice)


def test_line_5_an_unknown_parameter_is_ignored() -> None:
    assert judged(plus(("client_info", "1"), ("x-client-SKU", "MSAL"), ("weather", "fine"))) == judged(asked())


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("request", RequestNotSupported),
        ("request_uri", RequestUriNotSupported),
        ("registration", RegistrationNotSupported),
    ],
)
def test_line_15_what_is_not_supported_has_an_error_of_its_own(name: str, error: type[IdentityError]) -> None:
    with pytest.raises(error):
        judged(asked(**{name: "x"}))


def test_line_7_a_missing_response_type_is_an_invalid_request() -> None:
    with pytest.raises(InvalidRequest, match="response_type is missing"):
        judged(asked(response_type=None))


@pytest.mark.parametrize("response_type", ["token", "id_token", "code id_token", "none", "CODE", "code token"])
def test_line_7_any_other_response_type_is_not_offered(response_type: str) -> None:
    with pytest.raises(UnsupportedResponseType):
        judged(asked(response_type=response_type))


def test_a_client_registered_for_neither_code_nor_its_grant_is_not_authorised() -> None:
    with pytest.raises(UnauthorizedClient, match="response type"):
        judged(asked(), replace(SITE, response_types=()))
    with pytest.raises(UnauthorizedClient, match="not registered for authorization_code"):
        judged(asked(), replace(SITE, grant_types=()))


@pytest.mark.parametrize(("sent", "mode"), [(None, "query"), ("query", "query"), ("form_post", "form_post")])
def test_line_18_an_answer_travels_as_asked(sent: str | None, mode: str) -> None:
    assert judged(asked(response_mode=sent)).response_mode == mode


@pytest.mark.parametrize("mode", ["fragment", "query.jwt", "Form_post"])
def test_an_unknown_response_mode_is_refused_and_the_refusal_goes_by_query(mode: str) -> None:
    with pytest.raises(InvalidRequest, match="response_mode"):
        judged(asked(response_mode=mode))

    assert response_mode_of(asked(response_mode=mode)) == "query"


def test_a_refusal_travels_as_asked_even_when_the_mode_was_sent_twice() -> None:
    assert response_mode_of(plus(("response_mode", "form_post"), ("response_mode", "query"))) == "form_post"


@pytest.mark.parametrize("state", ["é", " +%&=#", "x" * 3000, '"><script>'])
def test_line_9_state_and_nonce_are_kept_unchanged(state: str) -> None:
    request = judged(asked(state=state, nonce=state[:1000]))

    assert (request.state, request.nonce) == (state, state[:1000])


def test_state_nonce_and_claims_together_may_have_4096_bytes_and_not_one_more() -> None:
    assert judged(asked(state="s" * (CARRIED_LIMIT - 2), nonce="é")).nonce == "é"

    with pytest.raises(InvalidRequest, match="longer than 4096"):
        judged(asked(state="s" * (CARRIED_LIMIT - 1), nonce="é"))
    with pytest.raises(InvalidRequest, match="longer than 4096"):
        judged(asked(state=None, nonce="n", claims=json.dumps({"x": "c" * CARRIED_LIMIT})))


def test_a_scope_of_4096_characters_is_read_and_one_longer_is_refused() -> None:
    assert judged(asked(scope="openid".ljust(CARRIED_LIMIT))).scope == ("openid",)

    with pytest.raises(InvalidRequest, match="scope is longer"):
        judged(asked(scope="openid".ljust(CARRIED_LIMIT + 1)))


def test_line_14_hints_never_cause_an_error_however_long_they_are() -> None:
    request = judged(
        asked(
            login_hint="h" * 9999, ui_locales="nl " * 9999, acr_values="urn:x", display="hologram", claims_locales="tlh"
        )
    )

    assert len(request.login_hint) == 320
    assert len(request.ui_locales) == 200


def test_scopes_are_narrowed_to_the_client_s_and_none_left_is_an_error() -> None:
    assert judged(asked(scope="openid phone")).scope == ("openid",)
    with pytest.raises(InvalidScope):
        judged(asked(scope="phone"))


@pytest.mark.parametrize("client", [SITE, APP], ids=["confidential", "public"])
def test_line_23_a_challenge_is_required_of_everybody(client: Client) -> None:
    with pytest.raises(InvalidRequest, match="code_challenge is missing"):
        judged(asked(code_challenge=None, code_challenge_method=None), client)


def test_line_23_only_a_confidential_client_can_be_registered_without_pkce() -> None:
    bare = asked(code_challenge=None, code_challenge_method=None)

    assert judged(bare, replace(SITE, require_pkce=False)).code_challenge is None
    with pytest.raises(InvalidRequest, match="code_challenge is missing"):
        judged(bare, replace(APP, require_pkce=False))


def test_line_23_plain_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="S256"):
        judged(asked(code_challenge_method="plain"))


@pytest.mark.parametrize("prompt", sorted(PROMPTS))
def test_each_prompt_is_taken_alone(prompt: str) -> None:
    assert judged(asked(prompt=prompt)).prompt == (prompt,)


@pytest.mark.parametrize("prompt", ["none login", "none consent", "login none"])
def test_line_11_prompt_none_stands_alone(prompt: str) -> None:
    with pytest.raises(InvalidRequest, match="stands alone"):
        judged(asked(prompt=prompt))


@pytest.mark.parametrize("prompt", ["create", "LOGIN", "none,login"])
def test_an_unknown_prompt_is_refused(prompt: str) -> None:
    with pytest.raises(InvalidRequest, match="unknown prompt"):
        judged(asked(prompt=prompt))


@pytest.mark.parametrize(
    ("max_age", "seconds"), [("0", 0), ("86400", 86400), ("00060", 60), ("999999999", 315_360_000)]
)
def test_line_12_max_age_is_a_number_of_seconds(max_age: str, seconds: int) -> None:
    assert judged(asked(max_age=max_age)).max_age == seconds


@pytest.mark.parametrize("max_age", ["-1", "+1", "1.5", "1e3", "soon", " 1", "²", "٣", "9" * 10, "9" * 5000])
def test_line_12_any_other_max_age_is_refused(max_age: str) -> None:
    with pytest.raises(InvalidRequest, match="max_age"):
        judged(asked(max_age=max_age))


def test_line_13_a_hint_names_whom_the_answer_must_be_about() -> None:
    assert judged(asked(), hinted_subject=ADA).required_subject == ADA


IN_ORDER = (
    ("weather", "fine", InvalidRequest, "weather was sent more than once"),
    ("request", "x", RequestNotSupported, None),
    ("request_uri", "x", RequestUriNotSupported, None),
    ("registration", "x", RegistrationNotSupported, None),
    ("response_type", "token", UnsupportedResponseType, "only the code flow"),
    ("response_mode", "fragment", InvalidRequest, "response_mode"),
    ("state", "s" * 5000, InvalidRequest, "longer than 4096"),
    ("scope", "phone", InvalidScope, None),
    ("code_challenge", "short", InvalidRequest, "base64url"),
    ("prompt", "create", InvalidRequest, "unknown prompt"),
    ("max_age", "soon", InvalidRequest, "max_age"),
    ("claims", "[]", InvalidRequest, "claims"),
)


@pytest.mark.parametrize("first", range(len(IN_ORDER)), ids=[name for name, *_ in IN_ORDER])
def test_of_many_errors_the_first_check_tells_its_own(first: int) -> None:
    wrong = asked(**{name: value for name, value, *_ in IN_ORDER[first:]})
    doubled = wrong if first else Parameters((*wrong.pairs, ("weather", "wet")))
    _, _, error, words = IN_ORDER[first]

    with pytest.raises(error, match=words):
        judged(doubled)


def test_there_are_eleven_checks() -> None:
    assert len(CHECKS) == 11


@given(
    st.lists(
        st.tuples(st.sampled_from([*(name for name, _ in asked().pairs), "prompt", "max_age", "claims"]), st.text())
    )
)
def test_whatever_is_sent_it_is_judged_or_refused_by_one_of_our_errors(pairs: list[tuple[str, str]]) -> None:
    try:
        request = judged(Parameters((*asked().pairs[:3], *pairs)), SITE)
    except IdentityError:
        return
    assert request.redirect_uri in SITE.redirect_uris
    assert set(request.scope) <= set(SITE.scope)
