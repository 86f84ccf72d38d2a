"""A client's own sign-in page in a real browser, on another site than the issuer: the cookies are the browser's to judge."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from shared.web.locales import text
from tests.e2e.people import Person, launched, objections, tab
from tests.stack import Stack, prepare

pytestmark = pytest.mark.slow

FILES = Path(__file__).with_name("own_form")
ORGANISATION = "org_00000000000000000000000001"
HEDY = Person("hedy@tests.example", "a password of her own")
MISTAKEN = Person("wrong@tests.example", "not the password")
# The browser itself says on the console that an answer was a 400, as a wrong password's is.
REFUSED = "the server responded with a status of 400"


@contextmanager
def served(issuer: str) -> Iterator[str]:
    """Serve the site, and give its origin."""
    page = (FILES / "index.html").read_text("utf-8").replace("{issuer}", issuer).encode()
    script = (FILES / "own-form.js").read_bytes()
    where = urlsplit(issuer)
    policy = f"default-src 'none'; script-src 'self'; img-src data:; connect-src {where.scheme}://{where.netloc}"

    class Door(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
            """Say nothing."""

        def do_GET(self) -> None:
            a_script = self.path == "/own-form.js"
            content = script if a_script else page
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if a_script else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://desk.localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def site(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the origin of a site that is registered with a sign-in page of its own."""
    with served(stack.issuer) as origin:
        client = {
            "client_id": "own-form",
            "client_name": "With a form of its own",
            "organisation": ORGANISATION,
            "redirect_uris": [f"{origin}/callback"],
            "scope": "openid profile",
            "token_endpoint_auth_method": "none",
            "cors_origins": [origin],
            "sign_in_uri": f"{origin}/sign-in",
        }
        seed = tmp_path_factory.mktemp("own-form") / "seed.json"
        seed.write_text(json.dumps({"clients": [client]}), "utf-8")
        prepared = prepare(stack.environment, seed)
        assert prepared.returncode == 0, prepared.stderr
        yield origin


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with launched(chromium) as started:
        yield started


@dataclass
class Overheard:
    """What a page sent to the issuer by script, and what came back."""

    requests: list[Request] = field(default_factory=list)

    def listen(self, page: Page, issuer: str) -> "Overheard":
        page.on("request", lambda request: self._note(request, issuer))
        return self

    def _note(self, request: Request, issuer: str) -> None:
        if request.resource_type == "fetch" and request.url == f"{issuer}/sign-in":
            self.requests.append(request)

    def cookies(self) -> list[str]:
        """Name the headers about cookies that went either way."""
        return [
            name
            for request in self.requests
            for headers in (request.all_headers(), getattr(request.response(), "all_headers", dict)())
            for name in headers
            if name in {"cookie", "set-cookie"}
        ]


def begin(page: Page, site: str, asked: str = "") -> None:
    page.goto(f"{site}/{asked}")
    page.locator("#begin").click()
    expect(page.locator("#form")).to_be_visible()


def fill(page: Page, person: Person) -> None:
    page.locator("#email").fill(person.email)
    page.locator("#password").fill(person.password)
    page.locator("#password").press("Enter")


def names_of_cookies(context: BrowserContext, issuer: str) -> set[str]:
    return {str(one["name"]).split("-")[1] for one in context.cookies(issuer)}


def test_a_person_signs_in_on_the_site_s_own_form_and_is_known_everywhere(
    stack: Stack, site: str, browser: Browser
) -> None:
    with browser.new_context() as context, tab(context, expected=REFUSED) as page:
        overheard = Overheard().listen(page, stack.issuer)
        begin(page, site)
        assert objections(page) == []
        assert names_of_cookies(context, stack.issuer) == {"flow"}
        fill(page, MISTAKEN)
        expect(page.locator("#error")).to_have_text(text("en", "sign_in.refused"))
        assert names_of_cookies(context, stack.issuer) == {"flow"}

        fill(page, HEDY)
        expect(page.locator("#name")).to_have_text("Hedy Lamarr")
        assert page.url == f"{site}/"
        assert names_of_cookies(context, stack.issuer) == {"flow", "session"}
        assert context.cookies(site) == []
        assert len(overheard.requests) == 2
        assert overheard.cookies() == []

        page.goto(f"{site}/?prompt=none")
        page.locator("#begin").click()
        expect(page.locator("#name")).to_have_text("Hedy Lamarr")


def test_the_flow_is_out_of_the_address_before_the_form_is_there(stack: Stack, site: str, browser: Browser) -> None:
    with browser.new_context() as context, tab(context) as page:
        begin(page, site)

        assert page.url == f"{site}/sign-in"
        assert page.evaluate("location.hash") == ""
        assert "flow=" not in page.evaluate("document.referrer") + page.url


def test_consent_is_asked_by_the_issuer_itself(stack: Stack, site: str, browser: Browser) -> None:
    with browser.new_context() as context, tab(context) as page:
        begin(page, site, "?prompt=consent")
        fill(page, HEDY)
        page.wait_for_url(f"{stack.issuer}/continue?**")
        assert objections(page) == []
        page.get_by_role("button", name=text("en", "confirm.allow"), exact=True).click()

        expect(page.locator("#name")).to_have_text("Hedy Lamarr")


def test_an_attacker_s_link_signs_a_victim_in_to_nothing_and_a_fetched_one_is_good_still(
    stack: Stack, site: str, browser: Browser
) -> None:
    with browser.new_context() as attacker, tab(attacker, expected=REFUSED) as page:
        begin(page, site)
        page.route(f"{stack.issuer}/continue?**", lambda route: route.abort())
        # The attacker takes the link out of their own browser, unused.
        with page.expect_event("requestfailed") as asked:
            fill(page, HEDY)
        link = asked.value.url

        with browser.new_context() as victim, tab(victim, expected=REFUSED) as theirs:
            begin(theirs, site)
            theirs.goto(link)
            expect(theirs.locator("h1")).to_have_text(text("en", "error.stale_form.title"))
            assert names_of_cookies(victim, stack.issuer) == {"flow"}

        # The browser tries an address that failed again by itself, so it goes elsewhere before it is let through.
        begin(page, site)
        page.unroute(f"{stack.issuer}/continue?**")
        page.evaluate("link => fetch(link, { mode: 'no-cors', credentials: 'include' }).then(() => null)", link)
        assert names_of_cookies(attacker, stack.issuer) == {"flow"}
        page.goto(link)
        assert names_of_cookies(attacker, stack.issuer) == {"flow", "session"}
