"""The link by which a sign-in on a client's own page goes on: in one browser, once, and only when it is gone to."""

import httpx
import pytest

from tests.protocol.browser import NO_TLS, Browser, query_of, told
from tests.protocol.script import FORM, Script, begun, sessions
from tests.protocol.test_sign_in_page import stale
from tests.stack import Stack

pytestmark = pytest.mark.slow


def test_the_link_of_an_attacker_signs_no_victim_in_and_stays_the_attacker_s(stack: Stack) -> None:
    attacker, victim = Browser(stack), Browser(stack)
    link = Script(stack, FORM).link(begun(attacker), {"email": "other@tests.example", "password": "another password"})
    begun(victim)

    assert stale(Browser(stack).http.get(link))
    assert stale(victim.http.get(link))
    assert sessions(victim) == []
    assert "code" in told(attacker.http.get(link))


def test_a_link_is_used_once_and_an_altered_one_never(stack: Stack) -> None:
    browser = Browser(stack)
    link = Script(stack, FORM).link(begun(browser))

    assert stale(browser.http.get(link[:-8] + "AAAAAAAA"))
    assert browser.http.get(f"{link}&link=x").status_code == 400
    assert stale(browser.http.get(browser.at("continue")))
    assert "code" in told(browser.http.get(link))
    assert stale(browser.http.get(link))


@pytest.mark.parametrize(
    "looks_ahead",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Dest": "iframe"},
    ],
)
def test_what_only_fetches_a_link_does_not_use_it_up(stack: Stack, looks_ahead: dict[str, str]) -> None:
    browser = Browser(stack)
    link = Script(stack, FORM).link(begun(browser))

    assert stale(browser.http.get(link, headers=looks_ahead))
    assert "code" in told(browser.http.get(link, headers={"Sec-Fetch-Dest": "document"}))


def test_head_uses_no_link_up_and_post_is_not_taken(stack: Stack) -> None:
    browser = Browser(stack)
    link = Script(stack, FORM).link(begun(browser))
    head = browser.http.head(link)

    assert (head.status_code, head.content) == (204, b"")
    assert "set-cookie" not in head.headers
    assert httpx.head(link, verify=NO_TLS).status_code == 400
    assert browser.http.post(link).status_code == 405
    assert "code" in told(browser.http.get(link))


def test_a_program_is_told_where_to_go_on_to(stack: Stack) -> None:
    browser = Browser(stack)
    link = Script(stack, FORM).link(begun(browser))
    done = browser.http.get(link, headers={"Accept": "application/json"})

    assert done.json()["step"] == "done"
    assert "code" in query_of(done.json()["links"]["continue"])
    assert len(sessions(browser)) == 1
