"""The whole road over HTTP, once: page, sign-in, code, tokens, userinfo."""

import jwt
import pytest

from tests.protocol.browser import Browser, Site, query_of
from tests.stack import Stack

pytestmark = pytest.mark.slow


def test_a_person_signs_in_and_the_site_gets_tokens(stack: Stack) -> None:
    browser, site = Browser(stack), Site(stack)

    answer = browser.sign_in(scope="openid profile email")
    assert answer.status_code == 303, (answer.text, dict(browser.http.cookies), answer.request.headers)
    given = query_of(answer.headers["location"])
    tokens = site.redeem(given["code"])

    assert tokens.status_code == 200, tokens.text
    assert (given["state"], given["iss"]) == ("af0ifjsldkj", stack.issuer)
    header = jwt.get_unverified_header(tokens.json()["id_token"])
    claims = jwt.decode(tokens.json()["id_token"], options={"verify_signature": False})
    assert header["alg"] == "RS256"
    assert claims["nonce"] == "n-0S6_WzA2Mj"
    assert site.userinfo(tokens.json()["access_token"]).json()["name"] == "Grace Hopper"


def test_a_wrong_password_is_a_page_again(stack: Stack) -> None:
    answer = Browser(stack).sign_in(email="other@tests.example", password="wrong")

    assert answer.status_code == 400
    assert "not right" in answer.text
