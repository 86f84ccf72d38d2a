"""A client's own sign-in page as HTTP: JSON for its origins without any cookie, and a link for the browser (Fetch §3.2)."""

from urllib.parse import parse_qs

import httpx
import pytest

from shared.web.locales import text
from tests.protocol.browser import NO_TLS, Browser, Site, fields_of, told
from tests.protocol.script import FORM, RIGHT, SPA, Script, begun, sessions
from tests.protocol.test_sign_in_page import ANSWER_SHAPE, stale
from tests.stack import Stack

pytestmark = pytest.mark.slow


def test_the_person_is_sent_to_the_client_s_page_with_the_flow_in_the_fragment(stack: Stack) -> None:
    browser = Browser(stack)
    answer = browser.authorize("form")
    place, _, fragment = answer.headers["location"].partition("#")

    assert answer.status_code == 303
    assert place == "https://form.example/sign-in?from=sluis"
    assert set(parse_qs(fragment, strict_parsing=True)) == {"flow", "iss"}
    assert parse_qs(fragment)["iss"] == [stack.issuer]
    assert [name for name in browser.http.cookies if "flow" in name]
    assert answer.headers["cache-control"] == "no-store"


def test_a_posted_request_is_sent_there_too_and_a_program_is_not(stack: Stack) -> None:
    browser = Browser(stack)
    scripted = browser.http.get(
        browser.at("authorize"), params=browser.request("form"), headers={"Accept": "application/json"}
    )

    assert browser.authorize("form", post=True).headers["location"].startswith("https://form.example/sign-in?from=")
    assert (scripted.status_code, scripted.json()["step"]) == (200, "sign_in")


def test_a_site_signs_a_person_in_and_the_browser_goes_on_by_the_link(stack: Stack) -> None:
    browser = Browser(stack)
    answer = Script(stack, FORM).send(begun(browser), RIGHT)

    assert answer.status_code == 200
    assert set(answer.json()) == ANSWER_SHAPE
    assert (answer.json()["flow"], answer.json()["step"], answer.json()["fields"]) == ("", "done", [])
    link = answer.json()["links"]["continue"]
    assert link.startswith(f"{stack.issuer}/continue?link=v1.")
    assert sessions(browser) == []

    gone_on = browser.http.get(
        link, headers={"Referer": f"{FORM}/", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
    )
    assert told(gone_on)["state"] == "af0ifjsldkj"
    assert gone_on.headers["location"].startswith("https://form.example/callback?")
    assert Site(stack, "form").redeem(told(gone_on)["code"]).status_code == 200
    assert len(sessions(browser)) == 1
    assert "code" in told(browser.authorize("basic", prompt="none"))


def test_a_client_without_such_a_page_sends_the_flow_that_it_was_given(stack: Stack) -> None:
    browser = Browser(stack)

    assert "code" in told(browser.http.get(Script(stack, SPA).link(begun(browser, "spa"))))


def test_what_a_site_is_answered_its_script_may_read_and_no_cookie_is_set(stack: Stack, person: Browser) -> None:
    flow, confirm = begun(Browser(stack)), fields_of(person.authorize(prompt="consent").text)["flow"]
    answers = [
        Script(stack, FORM).send(flow, RIGHT),
        Script(stack, FORM).send(flow, {"email": "wrong@tests.example", "password": "wrong"}),
        # Of another step: refused as stale, and still the client's to read.
        Script(stack, "https://basic.example").send(confirm, RIGHT),
    ]

    assert [answer.status_code for answer in answers] == [200, 400, 400]
    assert answers[2].json()["type"] == "urn:sluis:problem:stale-form"
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == answer.request.headers["origin"]
        assert "X-Request-Id" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["vary"] == "Origin"
        assert "set-cookie" not in answer.headers


def test_a_wrong_password_is_told_as_on_our_own_page(stack: Stack) -> None:
    browser, script = Browser(stack), Script(stack, FORM)
    wrong = script.send(begun(browser), {"email": "wrong@tests.example", "password": "wrong"}).json()

    assert (wrong["step"], wrong["links"]) == ("sign_in", {"submit": f"{stack.issuer}/sign-in"})
    assert wrong["errors"] == [{"field": None, "code": "sign_in.refused", "message": text("en", "sign_in.refused")}]
    assert "code" in told(browser.http.get(script.link(wrong["flow"])))


@pytest.mark.parametrize("email", ["nobody@tests.example", "disabled@tests.example", "not an address"])
def test_a_site_learns_of_nobody_whether_they_exist(stack: Stack, email: str) -> None:
    script, flow = Script(stack, FORM), begun(Browser(stack))
    answers = [script.send(flow, {"email": one, "password": "wrong"}) for one in ("wrong@tests.example", email)]

    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.text.replace(email, "…").replace("wrong@tests.example", "…") for answer in answers}) == 1


def test_no_cookie_that_is_sent_along_is_read(stack: Stack, person: Browser) -> None:
    browser = Browser(stack)
    flow = begun(browser)
    theirs = "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())
    planted = f"{theirs}; sluis-flow-{stack.origin.rpartition(':')[2]}=BBBBBBBBBBBBBBBBBBBBBB"
    answers = [Script(stack, FORM).send(flow, RIGHT, headers={"Cookie": one}) for one in (theirs, planted)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any("set-cookie" in answer.headers for answer in answers)
    # Whose browser it is decides the link: the flow's, and not the one whose cookies were sent.
    link = answers[0].json()["links"]["continue"]
    assert stale(person.http.get(link))
    assert "code" in told(browser.http.get(link))


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_browser_is_let_ask_first_and_never_to_send_cookies(stack: Stack, method: str) -> None:
    asked = {
        "Origin": FORM,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type",
    }
    answer = httpx.options(f"{stack.issuer}/sign-in", headers=asked, verify=NO_TLS)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == FORM
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert "content-type" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://spa.example", "http://form.example", "https://form.example:8443", "null", "x"],
)
def test_other_origins_are_refused_and_read_nothing(stack: Stack, origin: str) -> None:
    flow = begun(Browser(stack))
    answer = Script(stack, origin).send(flow, RIGHT)

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("flow", ["", "x", "v1." + "0" * 26 + "." + "A" * 38 + "." + "A" * 60])
def test_without_a_flow_nobody_s_origin_is_anybody_s(stack: Stack, flow: str) -> None:
    assert Script(stack, FORM).send(flow, RIGHT).status_code == 403


@pytest.mark.parametrize("place", ["sign-in", "confirm"])
def test_a_form_of_another_origin_is_refused_even_the_client_s_own(stack: Stack, place: str) -> None:
    browser = Browser(stack)
    form = {"flow": begun(browser), "decision": "allow", **RIGHT}
    answer = browser.http.post(browser.at(place), data=form, headers={"Origin": FORM})

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_a_site_cannot_say_yes_to_itself(stack: Stack, person: Browser) -> None:
    flow = fields_of(person.authorize(prompt="consent").text)["flow"]
    theirs = "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())
    answer = Script(stack, "https://basic.example").send(
        flow, {"decision": "allow"}, place="confirm", headers={"Cookie": theirs}
    )

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_consent_is_asked_on_our_page_and_said_there(stack: Stack) -> None:
    browser = Browser(stack)
    page = browser.http.get(Script(stack, FORM).link(begun(browser, prompt="consent")))

    assert page.status_code == 200
    assert "Hedy Lamarr" in page.text
    assert len(sessions(browser)) == 1
    assert "code" in told(browser.send(page, decision="allow"))


def test_a_form_post_answer_is_posted_from_our_page(stack: Stack) -> None:
    browser = Browser(stack)
    page = browser.http.get(Script(stack, FORM).link(begun(browser, response_mode="form_post")))

    assert page.status_code == 200
    assert set(fields_of(page.text)) == {"code", "state", "iss"}


@pytest.mark.parametrize(("characters", "where"), [(700, "there"), (2000, "here")])
def test_a_long_request_is_asked_where_it_can_be_gone_on_with(stack: Stack, characters: int, where: str) -> None:
    browser, script, state = Browser(stack), Script(stack, FORM), "\x01" * characters
    asked = browser.authorize("form", state=state)
    flow = begun(browser, state=state)

    assert asked.status_code == (303 if where == "there" else 200)
    if where == "there":
        assert told(browser.http.get(script.link(flow)))["state"] == state
        return
    refused = script.send(flow, RIGHT)
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:sluis:problem:invalid-request")
    assert refused.headers["access-control-allow-origin"] == FORM
    assert told(browser.send(asked, **RIGHT))["state"] == state
