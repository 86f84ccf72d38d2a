"""The desk in a real browser: the script is the integration, so only a browser can try it."""

import json
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from devhost.sites import desk
from tests.devhost.sites.stand_in import AUTH_TIME, SUBJECT, StandIn, serving

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

# Quiet: a browser that looks for its maker's hosts on a closed network keeps our own pages waiting.
FLAGS = (
    "--no-sandbox",
    "--no-proxy-server",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NODE_MODULES = Path(__file__).parents[3] / desk.NODE_MODULES


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        # None is Playwright's own; the sandbox cannot be had as root, and only our own pages are opened.
        path = shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
def origin(issuer: StandIn) -> Iterator[str]:
    assert (NODE_MODULES / desk.BUNDLE).is_file(), "oidc-client-ts is not installed; `./dev test` installs it first"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"http://desk.localhost:{listener.getsockname()[1]}"
        with serving(desk.site(origin, issuer=issuer.issuer, node_modules=NODE_MODULES), listener):
            yield origin


@pytest_asyncio.fixture(loop_scope="module")
async def tab(chromium: Browser) -> AsyncIterator[Page]:
    """Open a tab in which nothing may be said to the console: a refusal by the page's own policy would be."""
    said: list[str] = []
    page = await chromium.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    await page.close()
    assert said == []


async def test_a_person_known_to_the_issuer_is_signed_in_without_a_word(
    issuer: StandIn, origin: str, tab: Page
) -> None:
    issuer.signed_in = True

    await tab.goto(origin)

    await expect(tab.locator("#sub")).to_have_text(SUBJECT)
    await expect(tab.locator("#amr")).to_have_text("pwd, otp")
    await expect(tab.locator("#auth-time")).to_have_text("2026-01-01 00:00:00 UTC")
    claims = json.loads(await tab.locator("#claims").inner_text())
    assert (claims["auth_time"], claims["name"]) == (AUTH_TIME, "Noor <b>de Wit</b>")
    assert tab.url == f"{origin}/"
    assert [asked["prompt"] for asked in issuer.asked] == ["none"]


async def test_a_stranger_is_asked_once_silently_and_then_offered_to_sign_in(
    issuer: StandIn, origin: str, tab: Page
) -> None:
    await tab.goto(origin)
    await expect(tab.locator("#status")).to_have_text("Nobody could be signed in silently (login_required).")
    await expect(tab.locator("#error")).to_be_hidden()
    await tab.reload()
    await tab.locator("#sign-in").click()

    await expect(tab.locator("#sub")).to_have_text(SUBJECT)
    silent, asked = issuer.asked
    assert silent["prompt"] == "none"
    assert len(asked["nonce"]) == 36
    assert asked["code_challenge_method"] == "S256"
    assert (asked["client_id"], asked["scope"]) == ("desk", "openid profile")
    assert asked["redirect_uri"] == f"{origin}/callback.html"
    assert "prompt" not in asked


async def test_a_reload_keeps_the_person_and_signing_out_here_stays_out(
    issuer: StandIn, origin: str, tab: Page
) -> None:
    issuer.signed_in = True
    await tab.goto(origin)
    await expect(tab.locator("#sub")).to_have_text(SUBJECT)
    await tab.reload()
    await expect(tab.locator("#sub")).to_have_text(SUBJECT)

    await tab.locator("#sign-out").click()
    await tab.reload()
    await expect(tab.locator("#sign-in")).to_be_visible()
    assert len(issuer.asked) == 1

    await tab.locator("#silent").click()
    await expect(tab.locator("#sub")).to_have_text(SUBJECT)


async def test_the_words_of_an_error_are_shown_and_never_run(issuer: StandIn, origin: str, tab: Page) -> None:
    issuer.spoil_answer = {"code": None, "error": "access_denied", "error_description": "<img src=x onerror=alert(1)>"}

    await tab.goto(origin)

    await expect(tab.locator("#error")).to_have_text("access_denied: <img src=x onerror=alert(1)>")
    await expect(tab.locator("#sign-in")).to_be_visible()
    assert tab.url == f"{origin}/"


async def test_an_answer_to_no_question_of_this_browser_is_refused_unread(
    issuer: StandIn, origin: str, tab: Page
) -> None:
    await tab.goto(f"{origin}/callback.html?error=oops&error_description=call-us&state=guess&iss={issuer.issuer}")

    await expect(tab.locator("#error")).to_contain_text("No matching state found")
    await expect(tab.locator("#error")).not_to_contain_text("call-us")


@pytest.mark.parametrize("iss", ["https://elsewhere.example/id", None])
async def test_an_answer_of_another_issuer_is_refused(issuer: StandIn, origin: str, tab: Page, iss: str | None) -> None:
    issuer.signed_in, issuer.spoil_answer = True, {"iss": iss}

    await tab.goto(origin)

    await expect(tab.locator("#error")).to_contain_text("does not come from the issuer that was asked")
    await expect(tab.locator("#signed-in")).to_be_hidden()


@pytest.mark.parametrize(
    "wrong", [{"nonce": "another"}, {"iss": "https://elsewhere.example"}, {"aud": "shop"}], ids=str
)
async def test_an_id_token_not_made_for_this_sign_in_is_refused_and_forgotten(
    issuer: StandIn, origin: str, tab: Page, wrong: dict[str, Any]
) -> None:
    issuer.signed_in, issuer.spoil_id_token = True, wrong

    await tab.goto(origin)
    await expect(tab.locator("#error")).to_be_visible()
    await tab.reload()

    await expect(tab.locator("#sign-in")).to_be_visible()
    await expect(tab.locator("#signed-in")).to_be_hidden()


async def test_an_issuer_that_is_away_is_said_so(issuer: StandIn, origin: str, chromium: Browser) -> None:
    tab = await chromium.new_page()
    await tab.route(f"{issuer.issuer}/**", lambda route: route.abort())

    # What is looked for comes from the script; a page whose fetch was cut off need not wait for anything else.
    await tab.goto(origin, wait_until="commit")

    await expect(tab.locator("#error")).to_contain_text("The issuer does not answer")
    await expect(tab.locator("#sign-in")).to_be_visible()
    await tab.close()
