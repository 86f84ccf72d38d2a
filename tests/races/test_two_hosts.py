"""Crowds at two hosts of one issuer: once is once, five is five, and a hot chain has no gap (invariants 2, 4, 5)."""

import asyncio
import json
from http import HTTPStatus

import httpx
import pytest

from shared.ports import App
from tests.protocol.browser import SECRET, VERIFIER, Browser, Site, basic, fields_of, redirect_uri_of
from tests.races.apps import chain_of
from tests.races.history import UNUSED, assert_answered_in_order, assert_two_processes_answered, explained, once
from tests.races.hosts import TwoHosts
from tests.races.people import PASSWORD, cookies_of, signed_in, somebody

pytestmark = pytest.mark.slow


def yes_or_no(answer: httpx.Response) -> str:
    """Say whether a token request got its tokens; what else it may be told is said as it is."""
    if answer.status_code == HTTPStatus.OK:
        return "yes"
    told = answer.json()["error"]
    return "no" if told == "invalid_grant" else str(told)


async def test_invariant_4_of_fifty_exchanges_of_one_code_on_two_hosts_one_succeeds_and_its_tokens_die(
    hosts: TwoHosts, behind: App
) -> None:
    account_id = await somebody(behind, "code@races.example")
    code = await asyncio.to_thread(Browser(hosts.stack).code, email="code@races.example", password=PASSWORD)
    asked = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    asked["redirect_uri"] = redirect_uri_of("basic")
    won: list[str] = []

    async def redeem(http: httpx.AsyncClient, _: int) -> httpx.Response:
        answer = await http.post("token", data=asked, headers={"Authorization": basic("basic", SECRET)})
        won.extend([answer.json()["access_token"]] if answer.status_code == HTTPStatus.OK else [])
        return answer

    history = await hosts.race(50, redeem, yes_or_no)

    assert_two_processes_answered(history)
    assert explained(history, UNUSED, once)
    assert len(won) == 1
    assert Site(hosts.stack).userinfo(won[0]).status_code == HTTPStatus.UNAUTHORIZED
    assert [event.name for event in await chain_of(behind, account_id)].count("grant.revoked") == 1


async def test_invariant_5_of_two_hundred_wrong_passwords_at_once_on_two_hosts_five_are_looked_at(
    hosts: TwoHosts, behind: App
) -> None:
    email = "guessed@races.example"
    account_id = await somebody(behind, email)
    browser = Browser(hosts.stack)
    page = await asyncio.to_thread(browser.authorize)

    def guess(number: int) -> dict[str, str]:
        return fields_of(page.text) | {"email": email, "password": f"guess {number}"}

    history = await hosts.race(
        200,
        lambda http, number: http.post("sign-in", data=guess(number), headers=cookies_of(browser)),
        lambda answer: str(answer.status_code),
    )

    assert_two_processes_answered(history)
    assert {told.said for told in history} == {"400"}
    ring = await behind.keys.ring()
    (attempts,) = (await behind.directory.entry(ring.directory_hash("email", email))).attempts.values()
    assert attempts.value.count == 5
    names = [event.name for event in await chain_of(behind, account_id)]
    # The first and the fifth asked together: either may be told first.
    assert sorted(names) == ["account.created", "sign_in.locked", "sign_in.refused"]
    refused = await asyncio.to_thread(Browser(hosts.stack).sign_in, email=email, password=PASSWORD)
    assert refused.status_code == HTTPStatus.BAD_REQUEST


async def test_invariant_2_fifty_changes_of_one_account_at_once_on_two_hosts_all_land_in_order_without_a_gap(
    hosts: TwoHosts, behind: App
) -> None:
    email = "hot@races.example"
    account_id = await somebody(behind, email)
    browser = await signed_in(hosts.stack, email)
    pages = [await asyncio.to_thread(browser.authorize, "native", prompt="consent") for _ in range(50)]

    def agreed(number: int) -> dict[str, str]:
        return fields_of(pages[number].text) | {"decision": "allow"}

    history = await hosts.race(
        50,
        lambda http, number: http.post("confirm", data=agreed(number), headers=cookies_of(browser)),
        lambda answer: str(answer.status_code),
    )

    assert_two_processes_answered(history)
    # A change that loses its races for ten seconds is answered 503: none did.
    assert {told.said for told in history} == {"303"}
    events = await chain_of(behind, account_id)
    changed = [json.loads(event.canonical)["request"] for event in events if event.name == "consent.given"]
    assert_answered_in_order(history, changed)
    assert len(changed) == 50
