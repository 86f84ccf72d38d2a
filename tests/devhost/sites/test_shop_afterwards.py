"""What the shop does with a person who is signed in: asks the issuer again without them, and signs them out at both."""

from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey

from tests.devhost.sites.shopper import NEVER_ASKED, ORIGIN, Browser, nobody_is_signed_in, shown
from tests.devhost.sites.stand_in import SUBJECT, StandIn


def readable(cookies: str) -> str:
    return b64decode(cookies.partition(".")[0] + "==").decode("latin-1")


async def signed_in(issuer: StandIn) -> Browser:
    browser = Browser(issuer.issuer)
    await browser.sign_in()
    return browser


async def test_asking_again_shows_what_is_true_now(issuer: StandIn) -> None:
    browser = await signed_in(issuer)
    issuer.spoil_userinfo = {"name": "Noor van Dam"}

    answers = [await browser.shop.post("/refresh") for _ in range(2)]
    page = await browser.shop.get("/")

    assert [(answer.status_code, answer.headers["location"]) for answer in answers] == [(303, "/")] * 2
    assert (shown(page, "sub"), "Noor van Dam" in shown(page, "claims")) == (SUBJECT, True)


async def test_whom_the_issuer_no_longer_vouches_for_is_signed_out_here_too(issuer: StandIn) -> None:
    browser = await signed_in(issuer)
    issuer.refreshable.clear()

    page = await browser.shop.post("/refresh")

    assert page.status_code == 400
    assert shown(page, "error").startswith("invalid_grant")
    assert await nobody_is_signed_in(browser)


@pytest.mark.parametrize("someone_else", ["spoil_id_token", "spoil_userinfo"])
async def test_new_tokens_about_someone_else_are_refused(issuer: StandIn, someone_else: str) -> None:
    browser = await signed_in(issuer)
    getattr(issuer, someone_else)["sub"] = "person-2"

    page = await browser.shop.post("/refresh")

    assert shown(page, "error").startswith("wrong_subject")
    assert shown(await browser.shop.get("/"), "sub") == SUBJECT


async def test_a_new_id_token_is_checked_like_the_first(issuer: StandIn) -> None:
    browser = await signed_in(issuer)
    issuer.signer = ECKey.generate_key("P-256", {"kid": "ec"})

    page = await browser.shop.post("/refresh")

    assert shown(page, "error").startswith("bad_signature")


async def test_with_nothing_to_refresh_with_the_person_is_told_to_sign_in(issuer: StandIn) -> None:
    page = await Browser(NEVER_ASKED).shop.post("/refresh")

    assert page.status_code == 400
    assert shown(page, "error").startswith("no_refresh_token")


async def test_no_token_stands_in_the_cookie(issuer: StandIn) -> None:
    browser = await signed_in(issuer)

    cookies = "".join(browser.shop.cookies.values())

    # The session's own content is base64: what is searched for is what is in it.
    assert not any(token in readable(cookies) for token in (*issuer.refreshable, "access"))
    assert SUBJECT in readable(cookies)


async def test_signing_out_forgets_the_person_here_and_goes_on_to_the_issuer(issuer: StandIn) -> None:
    browser = await signed_in(issuer)

    gone = await browser.shop.post("/sign-out")

    asked = parse_qs(urlsplit(gone.headers["location"]).query)
    assert gone.headers["location"].startswith(f"{issuer.issuer}/end-session?")
    assert asked["post_logout_redirect_uri"] == [f"{ORIGIN}/"]
    assert asked["id_token_hint"] == [issuer.id_tokens[-1]]
    assert await nobody_is_signed_in(browser)


async def test_an_issuer_that_cannot_sign_out_is_not_asked_to(issuer: StandIn) -> None:
    issuer.discovery = {"end_session_endpoint": None}
    browser = await signed_in(issuer)

    gone = await browser.shop.post("/sign-out")

    assert (gone.status_code, gone.headers["location"]) == (303, "/")
    assert await nobody_is_signed_in(browser)


async def test_a_link_cannot_sign_anyone_out_or_spend_their_token(issuer: StandIn) -> None:
    browser = await signed_in(issuer)

    assert [(await browser.shop.get(path)).status_code for path in ("/sign-out", "/refresh")] == [405, 405]
    assert not await nobody_is_signed_in(browser)
