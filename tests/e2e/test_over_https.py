"""`./dev up --https`: a person in Debian's Chromium signs in at a site with Authlib, and the next site knows them."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.people import (
    DESKTOP,
    PHONE,
    Person,
    claims_on,
    fill,
    launched,
    objections,
    picture,
    sign_in_at_shop,
    tab,
    visiting,
)
from tests.e2e.running import Up, up

pytestmark = pytest.mark.slow

SEED = Path(__file__).with_name("seed.json")
ADA = Person("ada@demo.example", "correct horse battery staple")
WRONG = Person(ADA.email, "correct horse battery stable")
REFUSED = "The e-mail address or password is not right"
# The browser itself reports an answer like 400 on the console; the page's own words are what we look at.
A_STATUS = "the server responded with a status of 400"

LOOKS: tuple[tuple[str, ViewportSize, Literal["light", "dark"]], ...] = (
    ("sign-in-desktop", DESKTOP, "light"),
    ("sign-in-dark", DESKTOP, "dark"),
    ("sign-in-phone", PHONE, "light"),
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with up(tmp_path_factory.mktemp("https") / "state", "--https", "--seed", str(SEED)) as started:
        yield started


@pytest.fixture(scope="module")
def browser(running: Up, chromium: Path) -> Iterator[Browser]:
    with launched(chromium, running.state / "tls" / "server.pem") as started:
        yield started


def to_sign_in(page: Page, running: Up) -> None:
    page.goto(running.site("shop"))
    page.locator("#sign-in").click()
    page.wait_for_url(f"{running.issuer}/authorize?**")


def test_it_prints_where_everything_is_and_writes_the_same_down(running: Up) -> None:
    lines, account = running.told.splitlines(), running.account

    assert f"ISSUER=https://localhost:{running.ports.app}/id" in lines
    assert account["issuer"] == f"https://localhost:{running.ports.app}/id"
    assert f"SHOP={account['sites']['shop']}" in lines
    assert f"DESK={account['sites']['desk']}" in lines
    assert f"MAIL={account['mail']}" in lines
    assert account["accounts"][0] == {"email": ADA.email, "password": ADA.password}


def test_only_who_trusts_the_throw_away_authority_connects(running: Up) -> None:
    discovery = f"{running.issuer}/.well-known/openid-configuration"
    trusting = ssl.create_default_context(cafile=running.account["ca"])

    assert httpx.get(discovery, verify=trusting).json()["issuer"] == running.issuer
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(discovery)


def test_no_browser_is_told_to_keep_localhost_to_https(running: Up) -> None:
    trusting = ssl.create_default_context(cafile=running.account["ca"])
    answer = httpx.get(f"{running.issuer}/.well-known/openid-configuration", verify=trusting)

    assert "strict-transport-security" not in answer.headers


def test_signing_in_at_the_shop_makes_the_desk_silent(running: Up, browser: Browser) -> None:
    asked: list[str] = []
    with visiting(browser, viewport=DESKTOP) as shop:
        at_shop = sign_in_at_shop(shop, running, ADA)
        picture(shop, "shop")
        with tab(shop.context) as desk:
            desk.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
            desk.goto(running.site("desk"))
            at_desk = claims_on(desk)
            picture(desk, "desk")

    assert at_shop["sub"].startswith("acc_")
    assert at_desk["sub"] == at_shop["sub"]
    assert at_shop["email"] == ADA.email
    assert at_shop["amr"] == ["pwd"]
    assert at_desk["name"] == at_shop["name"] == "Ada Lovelace"
    assert not {"email", "email_verified"} & at_desk.keys()
    assert [urlsplit(url).hostname for url in asked] == ["desk.localhost", "localhost", "desk.localhost"]
    assert "prompt=none" in asked[1]


def test_the_session_cookie_is_for_this_host_over_https_and_for_no_script(running: Up, browser: Browser) -> None:
    with visiting(browser) as page:
        sign_in_at_shop(page, running, ADA)
        kept = [one for one in page.context.cookies(running.issuer) if "session" in one["name"]]
        page.goto(f"{running.issuer}/static/mark.svg")
        seen_by_script = page.evaluate("document.cookie")

    [session] = kept
    assert session["name"].startswith("__Host-")
    assert (session["domain"], session["path"]) == ("localhost", "/")
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Lax")
    assert seen_by_script == ""


def test_the_shop_asks_again_and_signs_the_person_out_at_both(running: Up, browser: Browser) -> None:
    with visiting(browser) as page:
        before = sign_in_at_shop(page, running, ADA)
        page.locator("#refresh").click()
        page.wait_for_url(f"{running.site('shop')}/")
        after = claims_on(page)
        page.locator("#sign-out").click()
        expect(page.locator("#sign-in")).to_be_visible()
        assert page.url == f"{running.site('shop')}/"

        page.locator("#silent").click()
        expect(page.locator("#error")).to_contain_text("login_required")

    same = ("sub", "sid", "auth_time", "name")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["at_hash"] != before["at_hash"]


def test_a_person_signs_in_without_script(running: Up, browser: Browser) -> None:
    with visiting(browser, java_script_enabled=False) as page:
        to_sign_in(page, running)
        assert not page.locator("#show").is_visible()
        fill(page, ADA)
        page.wait_for_url(f"{running.site('shop')}/")

        assert claims_on(page)["name"] == "Ada Lovelace"


def test_a_wrong_password_is_said_and_the_right_one_still_goes_through(running: Up, browser: Browser) -> None:
    with browser.new_context() as context, tab(context, expected=A_STATUS) as page:
        to_sign_in(page, running)
        fill(page, WRONG)
        expect(page.get_by_role("alert")).to_contain_text(REFUSED)
        assert page.locator("#email").input_value() == ADA.email
        assert page.locator("#password").input_value() == ""
        assert objections(page) == []

        fill(page, ADA)
        page.wait_for_url(f"{running.site('shop')}/")


def test_a_password_manager_knows_both_fields_and_a_person_may_look_at_what_they_type(
    running: Up, browser: Browser
) -> None:
    with visiting(browser) as page:
        to_sign_in(page, running)
        hints = page.locator("form [autocomplete]").evaluate_all("all => all.map(one => [one.name, one.autocomplete])")
        forms = page.locator("form").evaluate_all("all => all.map(one => [one.method, new URL(one.action).pathname])")
        page.locator("#password").fill(ADA.password)
        page.get_by_role("button", name="Show password").click()
        assert page.locator("#password").get_attribute("type") == "text"
        page.get_by_role("button", name="Hide password").click()
        assert page.locator("#password").get_attribute("type") == "password"

    assert hints == [["email", "username"], ["password", "current-password"]]
    assert forms == [["post", "/id/sign-in"]]


def test_the_sign_in_page_has_nothing_to_object_to(running: Up, browser: Browser) -> None:
    found = {}
    with visiting(browser, viewport=DESKTOP) as page:
        to_sign_in(page, running)
        page.locator("#email").fill(ADA.email)
        for name, width, scheme in LOOKS:
            page.set_viewport_size(width)
            # Without motion: a colour on its way from one scheme to the other is nobody's contrast.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            picture(page, name)
            found[name] = (page.evaluate("document.documentElement.scrollWidth - innerWidth"), objections(page))

    assert found == {name: (0, []) for name, _, _ in LOOKS}


def test_the_page_that_asks_for_consent_has_nothing_to_object_to(running: Up, browser: Browser) -> None:
    with visiting(browser) as page:
        to_sign_in(page, running)
        page.goto(f"{page.url}&prompt=consent")
        fill(page, ADA)
        expect(page.get_by_role("button", name="Allow", exact=True)).to_be_visible()
        found = objections(page)
        page.get_by_role("button", name="Allow", exact=True).click()
        page.wait_for_url(f"{running.site('shop')}/")
        claims = claims_on(page)

    assert found == []
    assert claims["name"] == "Ada Lovelace"


def test_an_unknown_site_meets_a_page_with_nothing_to_object_to(running: Up, browser: Browser) -> None:
    with browser.new_context() as context, tab(context, expected=A_STATUS) as page:
        answer = page.goto(f"{running.issuer}/authorize?client_id=nobody&redirect_uri=https://evil.example/")
        found = objections(page)

        assert answer is not None
        assert answer.status == 400
        assert page.url.startswith(running.issuer)
    assert found == []
