"""The sign-in page as HTTP: its languages, its JSON, whose forms it takes, and that it never says who exists."""

import re
from typing import Any

import httpx
import pytest

from shared.web.locales import Locale, text
from tests.protocol.browser import EMAIL, PASSWORD, Browser, Site, claims_of, fields_of, query_of, told
from tests.stack import Stack

pytestmark = pytest.mark.slow

JSON = {"Accept": "application/json"}
ANSWER_SHAPE = {"flow", "step", "fields", "errors", "links"}


def ask(browser: Browser, client: str = "basic", /, *, headers: dict[str, str] = JSON, **more: Any) -> httpx.Response:
    return browser.http.get(browser.at("authorize"), params=browser.request(client, **more), headers=headers)


def send(browser: Browser, question: httpx.Response, /, headers: dict[str, str] = JSON, **typed: str) -> httpx.Response:
    said = question.json()
    return browser.http.post(said["links"]["submit"], json={"flow": said["flow"], **typed}, headers=headers)


@pytest.mark.parametrize(
    ("ui_locales", "accept_language", "locale"),
    [
        (None, "", "en"),
        (None, "nl-BE,nl;q=0.9,en;q=0.5", "nl"),
        (None, "en;q=0.3, fr-CA;q=0.8", "fr"),
        (None, "de, es", "en"),
        ("fr", "nl", "fr"),
        ("de nl", "fr", "nl"),
        ("de", "fr", "fr"),
    ],
)
def test_the_page_speaks_the_language_of_the_client_or_the_browser(
    stack: Stack, ui_locales: str | None, accept_language: str, locale: Locale
) -> None:
    browser = Browser(stack)
    browser.http.headers["Accept-Language"] = accept_language
    page = browser.authorize(ui_locales=ui_locales)
    again = browser.send(page, email="not an address", password="wrong")

    assert f'<html lang="{locale}"' in page.text
    assert text(locale, "sign_in.email") in page.text
    assert f'<html lang="{locale}"' in again.text
    assert text(locale, "sign_in.refused") in again.text


@pytest.mark.parametrize("locale", ["en", "fr", "nl"])
def test_the_same_question_is_a_link_in_every_language(stack: Stack, locale: Locale) -> None:
    browser = Browser(stack)
    page = browser.authorize(state="a&b", ui_locales="en")
    [link] = re.findall(rf'<a href="([^"]*)" lang="{locale}"', page.text)
    other = browser.http.get(stack.origin + link.replace("&amp;", "&"))

    assert f'<html lang="{locale}"' in other.text
    assert told(browser.send(other, email=EMAIL, password=PASSWORD))["state"] == "a&b"


def test_an_error_page_speaks_the_language_of_the_browser(stack: Stack) -> None:
    browser = Browser(stack)
    browser.http.headers["Accept-Language"] = "nl"

    assert text("nl", "error.unknown_client.title") in browser.authorize(client_id="nobody").text


def test_the_same_flow_answers_json_from_start_to_end(stack: Stack) -> None:
    browser = Browser(stack)
    question = ask(browser, login_hint=EMAIL)
    wrong = send(browser, question, email="not an address", password="wrong")
    done = send(browser, wrong, email=EMAIL, password=PASSWORD)

    assert (question.status_code, wrong.status_code, done.status_code) == (200, 400, 200)
    for answer in (question, wrong, done):
        assert set(answer.json()) == ANSWER_SHAPE
        assert answer.headers["content-type"].startswith("application/json")
        assert answer.headers["cache-control"] == "no-store"
    assert question.json()["step"] == "sign_in"
    assert question.json()["links"] == {"submit": f"{stack.issuer}/sign-in"}
    assert question.json()["errors"] == []
    assert [field["name"] for field in question.json()["fields"]] == ["email", "password"]
    assert question.json()["fields"][0]["value"] == EMAIL
    assert wrong.json()["errors"] == [
        {"field": None, "code": "sign_in.refused", "message": text("en", "sign_in.refused")}
    ]
    assert done.json()["step"] == "done"
    said = query_of(done.json()["links"]["continue"])
    assert Site(stack).redeem(said["code"]).status_code == 200


def test_json_asks_for_consent_too_and_carries_the_no(stack: Stack) -> None:
    browser = Browser(stack)
    confirm = send(browser, ask(browser, "native"), email=EMAIL, password=PASSWORD)
    denied = send(browser, confirm, decision="deny")
    allowed = send(browser, ask(browser, "native"), decision="allow")

    assert confirm.json()["step"] == "confirm"
    assert confirm.json()["links"] == {"submit": f"{stack.issuer}/confirm"}
    assert [field["name"] for field in confirm.json()["fields"]] == ["decision"]
    assert query_of(denied.json()["links"]["continue"])["error"] == "access_denied"
    assert "code" in query_of(allowed.json()["links"]["continue"])


def test_json_tells_an_error_for_the_client_as_a_place_to_go_on_to(stack: Stack) -> None:
    done = ask(Browser(stack), prompt="none")

    assert done.json()["step"] == "done"
    assert query_of(done.json()["links"]["continue"])["error"] == "login_required"


def test_json_of_a_form_post_gives_the_fields_and_where_they_go(stack: Stack, person: Browser) -> None:
    done = ask(person, response_mode="form_post").json()

    assert done["links"]["continue"] == "https://basic.example/callback"
    assert {field["name"] for field in done["fields"]} == {"code", "state", "iss"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://shop.localhost:7072"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_another_origin_posts_is_refused_before_it_is_read(stack: Stack, headers: dict[str, str]) -> None:
    browser = Browser(stack)
    question = ask(browser)
    scripted = send(browser, question, JSON | headers, email=EMAIL, password=PASSWORD)
    form = {"flow": question.json()["flow"], "email": EMAIL, "password": PASSWORD}
    posted = browser.http.post(browser.at("sign-in"), data=form, headers=headers)

    for answer in (scripted, posted):
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
def test_what_our_own_page_posts_is_taken(stack: Stack, headers: dict[str, str]) -> None:
    browser = Browser(stack)
    own = {"Origin": stack.origin, **headers}

    assert send(browser, ask(browser), JSON | own, email=EMAIL, password=PASSWORD).status_code == 200


def stale(answer: httpx.Response) -> bool:
    return (
        answer.status_code == 400
        and text("en", "error.stale_form.title") in answer.text
        and "set-cookie" not in answer.headers
    )


def test_the_form_of_another_browser_signs_nobody_in(stack: Stack) -> None:
    attacker, victim = Browser(stack), Browser(stack)
    page = attacker.authorize()
    victim.authorize()

    assert stale(victim.send(page, email=EMAIL, password=PASSWORD))
    assert stale(Browser(stack).send(page, email=EMAIL, password=PASSWORD))
    assert "code" in told(attacker.send(page, email=EMAIL, password=PASSWORD))


def test_a_form_is_good_for_its_own_step_only(stack: Stack, person: Browser) -> None:
    sign_in, confirm = person.authorize(prompt="login"), person.authorize("native")
    swapped = person.http.post(person.at("confirm"), data=fields_of(sign_in.text) | {"decision": "allow"})
    other_way = person.http.post(
        person.at("sign-in"), data=fields_of(confirm.text) | {"email": EMAIL, "password": PASSWORD}
    )

    assert stale(swapped)
    assert stale(other_way)


@pytest.mark.parametrize(
    "flow", ["", "x", "v1.x.y.z", "v1." + "0" * 26 + "." + "A" * 38 + "." + "A" * 60, "A" * 40_000]
)
@pytest.mark.parametrize("place", ["sign-in", "confirm"])
def test_a_flow_that_does_not_open_is_a_calm_page(stack: Stack, place: str, flow: str) -> None:
    browser = Browser(stack)
    browser.authorize()

    assert stale(browser.http.post(browser.at(place), data={"flow": flow, "decision": "allow"}))


def test_a_yes_counts_for_the_session_that_was_asked_only(stack: Stack) -> None:
    browser = Browser(stack)
    browser.code()
    asked = browser.authorize("native")
    browser.code(prompt="login", email="other@tests.example", password="another password")

    assert stale(browser.send(asked, decision="allow"))


@pytest.mark.parametrize("decision", ["", "yes", "ALLOW"])
def test_anything_but_allow_is_no_yes(person: Browser, decision: str) -> None:
    answer = person.send(person.authorize("native"), decision=decision)

    assert answer.status_code == 400 or told(answer)["error"] == "access_denied"
    assert "code=" not in answer.headers.get("location", "")


def test_unknown_wrong_locked_and_disabled_get_the_same_page(stack: Stack) -> None:
    browser = Browser(stack)
    page = browser.authorize()
    for _ in range(5):
        browser.send(page, email="locked@tests.example", password="wrong")
    tried = {
        "nobody@tests.example": PASSWORD,
        "wrong@tests.example": "wrong",
        "locked@tests.example": PASSWORD,
        "disabled@tests.example": PASSWORD,
        "not an address": PASSWORD,
    }
    answers = {email: browser.send(page, email=email, password=password) for email, password in tried.items()}

    own = {"date", "x-request-id", "content-length"}
    assert {answer.status_code for answer in answers.values()} == {400}
    assert len({answer.text.replace(email, "…") for email, answer in answers.items()}) == 1
    assert len({str([one for one in answer.headers.items() if one[0] not in own]) for answer in answers.values()}) == 1


def test_the_same_refusals_are_the_same_json(stack: Stack) -> None:
    browser = Browser(stack)
    question = ask(browser)
    tried = ("nobody@tests.example", "wrong@tests.example", "disabled@tests.example")
    answers = {email: send(browser, question, email=email, password="wrong") for email in tried}

    assert {answer.status_code for answer in answers.values()} == {400}
    assert len({answer.text.replace(email, "…") for email, answer in answers.items()}) == 1


def attributes_of(answer: httpx.Response, name: str) -> list[str]:
    [cookie] = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}=")]
    return sorted(part.strip().lower() for part in cookie.split(";")[1:])


def test_cookies_are_for_this_host_and_port_and_out_of_reach_of_scripts(stack: Stack) -> None:
    browser, port = Browser(stack), stack.origin.rpartition(":")[2]
    page = browser.authorize()
    answer = browser.send(page, email=EMAIL, password=PASSWORD)

    assert attributes_of(page, f"sluis-flow-{port}") == ["httponly", "path=/", "samesite=lax"]
    assert attributes_of(answer, f"sluis-session-{port}") == ["httponly", "max-age=86400", "path=/", "samesite=lax"]
    assert set(browser.http.cookies) == {f"sluis-flow-{port}", f"sluis-session-{port}"}


def test_signing_in_makes_a_new_session_and_cookie_each_time(stack: Stack) -> None:
    browser = Browser(stack)
    seen = []
    for _ in range(2):
        code = browser.code(prompt="login")
        [cookie] = [value for name, value in browser.http.cookies.items() if "session" in name]
        seen.append((claims_of(Site(stack).tokens(code)["id_token"])["sid"], cookie))

    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_two_tabs_of_one_browser_do_not_disturb_each_other(stack: Stack) -> None:
    browser = Browser(stack)
    first, second = browser.authorize(state="first"), browser.authorize("spa", state="second")

    assert told(browser.send(first, email=EMAIL, password=PASSWORD))["state"] == "first"
    assert told(browser.send(second, email=EMAIL, password=PASSWORD))["state"] == "second"


def test_consent_goes_to_any_port_of_the_native_clients_loopback(person: Browser) -> None:
    place = "http://127.0.0.1:50505/callback"
    allowed = person.send(person.authorize("native", redirect_uri=place), decision="allow")
    denied = person.send(person.authorize("native", redirect_uri=place), decision="deny")

    assert allowed.headers["location"].startswith(f"{place}?code=")
    assert denied.headers["location"].startswith(f"{place}?error=access_denied&")


def test_prompt_consent_asks_even_a_client_that_is_trusted(person: Browser) -> None:
    page = person.authorize(prompt="consent", scope="openid email")

    assert "Basic &amp; Sons" in page.text
    assert text("en", "scope.email") in page.text
    assert "code" in told(person.send(page, decision="allow"))
