"""The pages in a real browser: nothing for axe to object to, nothing the policy stops, nothing that needs script."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from shared.web.locales import LOCALES, Locale, text
from shared.web.pages import PageName, Pages
from shared.web.static import static_file

pytestmark = pytest.mark.slow

AXE = Path(__file__).parents[2] / ".local/node/node_modules/axe-core/axe.min.js"
# What axe cannot decide counts as well: a page this plain leaves nothing to doubt.
RUN_AXE = """async () => {
  const found = await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
  return [...found.violations, ...found.incomplete].map(rule => [rule.id, rule.nodes.map(node => node.html)]);
}"""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)

LANGUAGES = {locale: f"?ui_locales={locale}" for locale in LOCALES}
LONG_NAME = "Donaudampfschifffahrtsgesellschaftskapitänsmützenverleih & Söhne"
SIGN_IN: dict[str, object] = {"flow": "sealed", "action": "/sink", "client_name": LONG_NAME, "languages": LANGUAGES}
ODD = "a b+c%20&=\"'<>é"
SHOWN: dict[str, tuple[PageName, dict[str, object]]] = {
    "sign-in": ("sign_in", SIGN_IN),
    "refused": ("sign_in", SIGN_IN | {"email": "anna@example.org", "problem": "sign_in.refused"}),
    "home": ("home", {"issuer": "https://id.example/id"}),
    "confirm": (
        "confirm",
        SIGN_IN | {"scopes": ["openid", "profile", "email", "address", "phone", "x." * 40], "person": "a" * 64},
    ),
    "error": (
        "error",
        {
            "title_key": "error.bad_redirect_uri.title",
            "message_key": "error.bad_redirect_uri.message",
            "request_id": "req_4q2v8k1m0c7xw3ye5h9tbz6rna",
            "hint": "The nearest registered one is http://shop.localhost:7072/callback/" + "x" * 80,
        },
    ),
    "form-post": ("form_post", {"action": "/sink", "fields": {"code": "c", "state": ODD, "submit": "x"}}),
}


@dataclass
class Site:
    """Where the pages are shown, and what was posted from them."""

    address: str
    posted: list[dict[str, list[str]]] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Site]:
    class Door(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
            """Say nothing."""

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            file = static_file(path.removeprefix("/static/"))
            if file is not None:
                self._answer(file.content, file.media_type)
                return
            _, locale, shown = path.split("/")
            name, context = SHOWN[shown]
            self._answer(Pages("").render(name, locale, **context).encode(), "text/html; charset=utf-8")  # type: ignore[arg-type]  # the tests ask for locales only

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"])).decode()
            served.posted.append(parse_qs(content, keep_blank_values=True))
            self._answer(b"<title>sink</title>", "text/html")

        def _answer(self, content: bytes, media_type: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        served = Site(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield served
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("SLUIS_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium, args=QUIET) as launched:
        yield launched


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened_site:
        yield opened_site


@contextmanager
def opened(browser: Browser, address: str = "about:blank", **options: Any) -> Iterator[Page]:
    """Open a page; whatever it logs, the policy's complaints above all, is a failure."""
    logged: list[str] = []
    with browser.new_context(**options) as context, context.new_page() as page:
        page.on("console", lambda message: logged.append(message.text))
        page.on("pageerror", lambda error: logged.append(str(error)))
        # This script would post its page before anything could be looked at.
        page.route("**/form-post.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(address)
        yield page
    assert logged == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_has_nothing_to_object_to(browser: Browser, site: Site, width: int, scheme: str) -> None:
    objections = {}

    with opened(browser, color_scheme=scheme, viewport={"width": width, "height": 740}) as page:
        for shown in SHOWN:
            page.goto(f"{site.address}/en/{shown}")
            page.evaluate(AXE.read_text("utf-8"))
            objections[shown] = page.evaluate(RUN_AXE)

    assert objections == {shown: [] for shown in SHOWN}


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_runs_off_the_side_of_the_smallest_screen(browser: Browser, site: Site, locale: Locale) -> None:
    widths = {}

    with opened(browser, viewport={"width": 320, "height": 640}) as page:
        for shown in SHOWN:
            page.goto(f"{site.address}/{locale}/{shown}")
            widths[shown] = page.evaluate("document.documentElement.scrollWidth")

    assert widths == dict.fromkeys(SHOWN, 320)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_long_password_does_not_slip_under_its_button(browser: Browser, site: Site, locale: Locale) -> None:
    with opened(browser, f"{site.address}/{locale}/sign-in", viewport={"width": 320, "height": 640}) as page:
        typed, button = page.locator("#password").bounding_box(), page.locator("#show").bounding_box()

    assert typed is not None
    assert button is not None
    assert typed["x"] + typed["width"] <= button["x"]
    assert typed["width"] >= 120


def test_a_person_sees_the_password_they_type_and_it_is_sent_as_a_password(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.address}/en/sign-in") as page:
        page.get_by_label(text("en", "sign_in.email")).fill("anna@example.org")
        secret = page.locator("#password")
        secret.fill("correct horse")
        page.get_by_role("button", name=text("en", "sign_in.show_password")).click()
        assert secret.get_attribute("type") == "text"
        page.get_by_role("button", name=text("en", "sign_in.hide_password")).click()
        assert secret.get_attribute("type") == "password"

        page.get_by_role("button", name=text("en", "sign_in.show_password")).click()
        sent_as = page.evaluate(
            """() => new Promise(tell => {
              const type = () => document.getElementById("password").type;
              document.forms[0].addEventListener("submit", () => tell(type()));
              document.forms[0].requestSubmit();
            })"""
        )
        page.wait_for_url("**/sink")

    assert sent_as == "password"
    assert site.posted == [{"flow": ["sealed"], "email": ["anna@example.org"], "password": ["correct horse"]}]


def test_the_cursor_is_where_the_person_goes_on(browser: Browser, site: Site) -> None:
    focused = "document.activeElement.id"

    with opened(browser, f"{site.address}/en/sign-in") as page:
        assert page.evaluate(focused) == "email"
    with opened(browser, f"{site.address}/en/refused") as page:
        assert page.evaluate(focused) == "password"


def test_signing_in_needs_no_script_and_shows_no_button_that_does(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.address}/en/sign-in", java_script_enabled=False) as page:
        page.locator("#email").fill("anna@example.org")
        page.locator("#password").fill("correct horse")
        assert not page.locator("#show").is_visible()
        page.keyboard.press("Enter")
        page.wait_for_url("**/sink")

    assert site.posted == [{"flow": ["sealed"], "email": ["anna@example.org"], "password": ["correct horse"]}]


@pytest.mark.parametrize(("pressed", "decision"), [("confirm.allow", "allow"), ("confirm.deny", "deny")])
def test_consent_needs_no_script(browser: Browser, site: Site, pressed: str, decision: str) -> None:
    with opened(browser, f"{site.address}/fr/confirm", java_script_enabled=False) as page:
        page.get_by_role("button", name=text("fr", pressed), exact=True).click()
        page.wait_for_url("**/sink")

    assert site.posted == [{"flow": ["sealed"], "decision": [decision]}]


def test_an_answer_posts_itself_unchanged(browser: Browser, site: Site) -> None:
    with browser.new_context() as context, context.new_page() as page:
        page.goto(f"{site.address}/en/form-post")
        page.wait_for_url("**/sink")

    assert site.posted == [{"code": ["c"], "state": [ODD], "submit": ["x"]}]


def test_an_answer_waits_for_the_button_where_there_is_no_script(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.address}/en/form-post", java_script_enabled=False) as page:
        assert site.posted == []
        page.get_by_role("button", name=text("en", "form_post.submit")).click()
        page.wait_for_url("**/sink")

    assert site.posted == [{"code": ["c"], "state": [ODD], "submit": ["x"]}]


def test_the_policy_stops_what_a_page_did_not_bring_along(browser: Browser, site: Site) -> None:
    with browser.new_context() as context, context.new_page() as page:
        page.goto(f"{site.address}/en/sign-in")
        page.evaluate(
            """() => {
              const script = document.createElement("script");
              script.textContent = "document.title = 'taken over'";
              document.body.append(script);
            }"""
        )

        assert page.title() == "Sign in · Sluis"
