"""RP-initiated logout, lines 76 to 78: by redirect, by question, as a page and as JSON."""

from typing import Any

import httpx
import pytest

from tests.protocol.browser import Browser, Site, fields_of, query_of, told
from tests.stack import Stack

pytestmark = pytest.mark.slow

GOODBYE = "https://keeps.example/goodbye"


@pytest.fixture
def browser(stack: Stack) -> Browser:
    return Browser(stack)


@pytest.fixture
def hint(stack: Stack, browser: Browser) -> str:
    """Sign somebody in at a client, and give the ID token it got."""
    return str(Site(stack, "keeps").tokens(browser.code("keeps"))["id_token"])


def leave(browser: Browser, *, post: bool = False, **asked: str) -> httpx.Response:
    if post:
        return browser.http.post(browser.at("end-session"), data=asked)
    return browser.http.get(browser.at("end-session"), params=asked)


def is_signed_in(browser: Browser) -> bool:
    return "code" in told(browser.authorize("keeps", prompt="none"))


@pytest.mark.parametrize("post", [False, True], ids=["get", "post"])
def test_line_76_by_get_and_post_with_a_hint_one_is_sent_on_with_state(
    browser: Browser, hint: str, *, post: bool
) -> None:
    answer = leave(browser, post=post, id_token_hint=hint, post_logout_redirect_uri=GOODBYE, state="a&b é")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{GOODBYE}?")
    assert query_of(answer.headers["location"]) == {"state": "a&b é"}
    assert not is_signed_in(browser)


def test_line_76_an_address_with_a_query_keeps_it(browser: Browser, hint: str) -> None:
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=f"{GOODBYE}?keep=1", state="s")

    assert query_of(answer.headers["location"]) == {"keep": "1", "state": "s"}


@pytest.mark.parametrize(
    "asked",
    [
        {"post_logout_redirect_uri": "https://evil.example"},
        {"post_logout_redirect_uri": GOODBYE + "/"},
        {"post_logout_redirect_uri": GOODBYE, "client_id": "basic"},
        {"post_logout_redirect_uri": GOODBYE, "client_id": "nobody"},
    ],
)
def test_line_76_what_is_not_registered_or_does_not_agree_is_a_page_and_ends_nothing(
    browser: Browser, hint: str, asked: dict[str, str]
) -> None:
    for more in ({"id_token_hint": hint}, {}):
        answer = browser.http.get(browser.at("end-session"), params=asked | more)
        assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert is_signed_in(browser)


def test_line_77_without_a_hint_the_person_is_asked(browser: Browser, hint: str) -> None:
    assert hint
    question = leave(browser, client_id="keeps", post_logout_redirect_uri=GOODBYE, state="s")

    assert question.status_code == 200
    assert "Keeps what it gets" in question.text
    assert is_signed_in(browser)
    stayed = browser.send(question, decision="stay")
    assert (stayed.status_code, "still signed in" in stayed.text) == (200, True)
    assert is_signed_in(browser)
    left = browser.send(question, decision="sign_out")
    assert (left.status_code, left.headers["location"]) == (303, f"{GOODBYE}?state=s")
    assert not is_signed_in(browser)


@pytest.mark.parametrize("bad", ["made up", "eyJhbGciOiJub25lIn0.e30."])
def test_line_77_a_bad_or_altered_hint_never_redirects(browser: Browser, hint: str, bad: str) -> None:
    head, body, signature = hint.split(".")
    for wrong in (bad, f"{head}.{body}.{signature[:-4]}AAAA"):
        answer = leave(browser, id_token_hint=wrong, client_id="keeps", post_logout_redirect_uri=GOODBYE)
        assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert is_signed_in(browser)


def test_line_77_the_question_is_answered_from_our_own_page_only(browser: Browser, hint: str) -> None:
    assert hint
    question = leave(browser)
    fields = fields_of(question.text) | {"decision": "sign_out"}
    foreign = browser.http.post(browser.at("end-session"), data=fields, headers={"Origin": "https://keeps.example"})
    stranger = httpx.post(browser.at("end-session"), data=fields)

    assert (foreign.status_code, stranger.status_code) == (403, 400)
    assert is_signed_in(browser)
    assert browser.send(question, decision="sign_out").status_code == 200


def test_line_78_the_session_is_dead_on_the_server_not_only_in_the_browser(browser: Browser, hint: str) -> None:
    kept = dict(browser.http.cookies)
    answer = leave(browser, id_token_hint=hint)

    assert "You are signed out" in answer.text
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    for name, value in kept.items():
        browser.http.cookies.set(name, value)
    assert not is_signed_in(browser)


def test_the_question_frames_nowhere_and_lets_its_form_end_at_the_client(browser: Browser, hint: str) -> None:
    assert hint
    question = leave(browser, client_id="keeps", post_logout_redirect_uri=GOODBYE)
    policy = question.headers["content-security-policy"]

    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://keeps.example;" in policy
    assert question.headers["cache-control"] == "no-store"


def test_a_script_of_ours_gets_the_same_as_json(browser: Browser, hint: str) -> None:
    assert hint
    accept = {"Accept": "application/json"}
    asked: dict[str, Any] = browser.http.get(browser.at("end-session"), headers=accept).json()
    done = browser.http.post(asked["links"]["submit"], json={"flow": asked["flow"], "decision": "sign_out"}).json()

    assert asked["step"] == "sign_out"
    assert asked["fields"][0]["values"] == ["sign_out", "stay"]
    assert done == {"flow": "", "step": "done", "fields": [], "errors": [], "links": {}}
    assert not is_signed_in(browser)


@pytest.mark.parametrize(("locale", "words"), [("fr", "Se déconnecter"), ("nl", "Afmelden"), ("en", "Sign out")])
def test_the_question_is_asked_in_the_language_that_was_asked_for(
    browser: Browser, hint: str, locale: str, words: str
) -> None:
    assert hint
    question = leave(browser, ui_locales=locale)

    assert words in question.text
    assert f'lang="{locale}"' in question.text
