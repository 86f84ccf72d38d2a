"""The shop signs a person in, and believes nothing it should not."""

import json
import socket
import ssl
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trustme
from joserfc.jwk import ECKey, RSAKey

from tests.devhost.sites.shopper import NEVER_ASKED, Browser, nobody_is_signed_in, shown
from tests.devhost.sites.stand_in import AUTH_TIME, SUBJECT, StandIn, serving


async def test_the_first_page_offers_to_sign_in_and_to_sign_in_silently() -> None:
    page = await Browser(NEVER_ASKED).shop.get("/")

    assert page.status_code == 200
    assert 'id="sign-in" class="button" href="/sign-in"' in page.text
    assert 'id="silent" href="/sign-in?silent=1"' in page.text
    assert 'id="error"' not in page.text


async def test_signing_in_asks_for_a_code_with_state_nonce_and_an_s256_challenge(issuer: StandIn) -> None:
    leaving = await Browser(issuer.issuer).shop.get("/sign-in")

    asked = {name: value for name, [value] in parse_qs(urlsplit(leaving.headers["location"]).query).items()}
    assert leaving.headers["location"].startswith(f"{issuer.issuer}/authorize?")
    assert len(asked.pop("state")) >= 20
    assert len(asked.pop("nonce")) >= 20
    assert len(asked.pop("code_challenge")) == 43
    assert asked == {
        "response_type": "code",
        "client_id": "shop",
        "redirect_uri": "http://shop.localhost:7072/callback",
        "scope": "openid profile email",
        "code_challenge_method": "S256",
    }


async def test_a_round_trip_shows_the_subject_the_factors_the_time_and_the_claims(issuer: StandIn) -> None:
    page = await Browser(issuer.issuer).sign_in()

    claims = json.loads(shown(page, "claims"))
    assert shown(page, "sub") == SUBJECT
    assert shown(page, "amr") == "pwd, otp"
    assert shown(page, "auth-time") == "2026-01-01 00:00:00 UTC"
    assert claims["auth_time"] == AUTH_TIME
    assert claims["name"] == "Noor <b>de Wit</b>"
    assert "<b>de Wit" not in page.text


async def test_the_silent_link_asks_with_prompt_none_and_finds_the_session(issuer: StandIn) -> None:
    issuer.signed_in = True

    page = await Browser(issuer.issuer).sign_in("/sign-in?silent=1")

    assert issuer.asked[0]["prompt"] == "none"
    assert shown(page, "sub") == SUBJECT


async def test_nobody_signed_in_is_a_plain_answer_to_a_silent_sign_in(issuer: StandIn) -> None:
    page = await Browser(issuer.issuer).sign_in("/sign-in?silent=1")

    assert page.status_code == 200
    assert shown(page, "error").startswith("login_required Nobody is signed in")
    assert 'id="sign-in"' in page.text


@pytest.mark.parametrize("iss", ["https://elsewhere.example/id", None])
async def test_an_answer_of_another_issuer_is_refused(issuer: StandIn, iss: str | None) -> None:
    issuer.spoil_answer = {"iss": iss}
    browser = Browser(issuer.issuer)

    page = await browser.sign_in()

    assert page.status_code == 400
    assert shown(page, "error").startswith("wrong_issuer")
    assert await nobody_is_signed_in(browser)


@pytest.mark.parametrize("query", ["code=x&state=guess", "error=oops&error_description=call-us&state=guess", ""])
async def test_an_answer_to_no_question_of_this_browser_is_refused_unread(query: str) -> None:
    page = await Browser(NEVER_ASKED).shop.get(f"/callback?iss={NEVER_ASKED}&{query}")

    assert page.status_code == 400
    assert shown(page, "error").startswith("unknown_state")
    assert "call-us" not in page.text


async def test_an_answer_works_once(issuer: StandIn) -> None:
    browser = Browser(issuer.issuer)
    answer = await browser.ask()
    await browser.shop.get(answer)

    again = await browser.shop.get(answer)

    assert shown(again, "error").startswith("unknown_state")


async def test_the_words_of_an_error_are_shown_and_never_run(issuer: StandIn) -> None:
    issuer.spoil_answer = {"code": None, "error": "access_denied", "error_description": "<script>alert(1)</script>"}

    page = await Browser(issuer.issuer).sign_in()

    assert page.status_code == 400
    assert shown(page, "error") == "access_denied <script>alert(1)</script>"
    assert "<script" not in page.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"iss": "https://elsewhere.example/id"},
        {"aud": "desk"},
        {"aud": ["desk"], "azp": "shop"},
        {"exp": 1_000_000_000},
    ],
    ids=str,
)
async def test_an_id_token_not_made_for_this_sign_in_is_refused(issuer: StandIn, wrong: dict[str, Any]) -> None:
    issuer.spoil_id_token = wrong
    browser = Browser(issuer.issuer)

    page = await browser.sign_in()

    assert page.status_code == 400
    assert shown(page, "error")
    assert await nobody_is_signed_in(browser)


async def test_a_forged_signature_is_refused(issuer: StandIn) -> None:
    issuer.signer = ECKey.generate_key("P-256", {"kid": "ec"})
    browser = Browser(issuer.issuer)

    page = await browser.sign_in()

    assert shown(page, "error").startswith("bad_signature")
    assert await nobody_is_signed_in(browser)


async def test_an_algorithm_this_client_did_not_register_is_refused(issuer: StandIn) -> None:
    issuer.signer, issuer.algorithm = RSAKey.generate_key(2048, {"kid": "rsa"}), "RS256"
    issuer.key_set.append(issuer.signer.as_dict(private=False))
    browser = Browser(issuer.issuer)

    page = await browser.sign_in()

    assert page.status_code == 400
    assert await nobody_is_signed_in(browser)


async def test_a_new_signing_key_is_fetched_when_it_is_first_seen(issuer: StandIn) -> None:
    browser = Browser(issuer.issuer)
    await browser.sign_in()
    issuer.signer = ECKey.generate_key("P-256", {"kid": "next"})
    issuer.key_set.append(issuer.signer.as_dict(private=False))

    page = await browser.sign_in()

    assert shown(page, "sub") == SUBJECT


async def test_userinfo_about_someone_else_is_refused(issuer: StandIn) -> None:
    issuer.spoil_userinfo = {"sub": "person-2"}
    browser = Browser(issuer.issuer)

    page = await browser.sign_in()

    assert shown(page, "error").startswith("wrong_subject")
    assert await nobody_is_signed_in(browser)


async def test_a_discovery_document_of_another_issuer_is_refused(issuer: StandIn) -> None:
    issuer.discovery = {"issuer": "https://elsewhere.example/id"}

    page = await Browser(issuer.issuer).shop.get("/sign-in")

    assert page.status_code == 400
    assert shown(page, "error").startswith("wrong_issuer")


async def test_an_issuer_that_is_away_is_said_so_and_found_when_it_comes(listener: socket.socket) -> None:
    with socket.socket() as silent:  # bound and not listening: nobody answers here, and nobody else can move in
        silent.bind(("127.0.0.1", 0))
        stand_in = StandIn(f"http://127.0.0.1:{silent.getsockname()[1]}/id")
        browser = Browser(stand_in.issuer)

        start, away = await browser.shop.get("/"), await browser.shop.get("/sign-in")
        silent.listen()
        with serving(stand_in.app(), silent):
            page = await browser.sign_in()

    assert start.status_code == 200
    assert away.status_code == 503
    assert shown(away, "error").startswith(f"issuer_away {stand_in.issuer} does not answer")
    assert shown(page, "sub") == SUBJECT


async def test_an_issuer_behind_a_private_ca_is_trusted_by_that_ca_alone(listener: socket.socket) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    stand_in = StandIn(f"https://127.0.0.1:{listener.getsockname()[1]}/id")

    with serving(stand_in.app(), listener, server):
        page = await Browser(stand_in.issuer, _trusting(authority)).sign_in()
        refused = await Browser(stand_in.issuer, _trusting(stranger)).shop.get("/sign-in")

    assert shown(page, "sub") == SUBJECT
    assert refused.status_code == 503


def _trusting(authority: trustme.CA) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())


async def test_the_cookie_carries_the_port_and_is_kept_from_scripts(issuer: StandIn) -> None:
    leaving = await Browser(issuer.issuer).shop.get("/sign-in")

    cookie = leaving.headers["set-cookie"].lower()
    assert cookie.startswith("shop-7072=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize("path", ["/", "/site.css", "/callback?error=x", "/nowhere"])
async def test_every_answer_carries_the_strict_headers(path: str) -> None:
    answer = await Browser(NEVER_ASKED).shop.get(path)

    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' http://localhost:7071; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


async def test_another_host_name_gets_no_page() -> None:
    assert (await Browser(NEVER_ASKED).shop.get("/", headers={"host": "rebound.example"})).status_code == 400
