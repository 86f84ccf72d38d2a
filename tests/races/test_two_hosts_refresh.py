"""Crowds at two hosts with one refresh token, and a host that dies while it answers (invariants 2 and 4)."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlencode

import httpx
import pytest

from devhost.services.children import Children
from devhost.services.ports import choose_base
from shared.flows.open_refresh_token import open_refresh_token
from shared.ports import App
from tests.protocol.browser import SECRETS, Browser, Site, basic
from tests.races.apps import chain_of
from tests.races.history import assert_two_processes_answered
from tests.races.hosts import TwoHosts
from tests.races.people import cookies_of, signed_in, somebody
from tests.stack import start_host

pytestmark = pytest.mark.slow

CLIENT = "keeps"
CREDENTIALS = {"Authorization": basic(CLIENT, SECRETS[CLIENT])}


async def first_token(hosts: TwoHosts, browser: Browser) -> str:
    code = await asyncio.to_thread(browser.code, CLIENT, scope="openid profile")
    return str((await asyncio.to_thread(Site(hosts.stack, CLIENT).tokens, code))["refresh_token"])


def refreshing(token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token}


def successor_or_error(answer: httpx.Response) -> str:
    told = answer.json()
    return str(told["refresh_token"] if answer.status_code == HTTPStatus.OK else told["error"])


async def test_invariant_4_fifty_refreshes_of_one_token_on_two_hosts_all_get_the_one_successor(
    hosts: TwoHosts, behind: App
) -> None:
    account_id = await somebody(behind, "refreshing@races.example")
    token = await first_token(hosts, await signed_in(hosts.stack, "refreshing@races.example"))

    history = await hosts.race(
        50, lambda http, _: http.post("token", data=refreshing(token), headers=CREDENTIALS), successor_or_error
    )

    assert_two_processes_answered(history)
    [successor] = {told.said for told in history}
    assert successor not in {token, "invalid_grant"}
    site = Site(hosts.stack, CLIENT)
    assert site.userinfo(site.refresh(successor).json()["access_token"]).status_code == HTTPStatus.OK
    assert "grant.revoked" not in [event.name for event in await chain_of(behind, account_id)]


async def test_invariant_4_fifty_uses_of_a_stolen_token_on_two_hosts_end_the_family_once(
    hosts: TwoHosts, behind: App
) -> None:
    account_id = await somebody(behind, "robbed@races.example")
    token = await first_token(hosts, await signed_in(hosts.stack, "robbed@races.example"))
    site = Site(hosts.stack, CLIENT)
    newest = site.refresh(site.refresh(token).json()["refresh_token"]).json()

    history = await hosts.race(
        50, lambda http, _: http.post("token", data=refreshing(token), headers=CREDENTIALS), successor_or_error
    )

    assert_two_processes_answered(history)
    assert {told.said for told in history} == {"invalid_grant"}
    assert site.refresh(newest["refresh_token"]).status_code == HTTPStatus.BAD_REQUEST
    assert site.userinfo(newest["access_token"]).status_code == HTTPStatus.UNAUTHORIZED
    assert [event.name for event in await chain_of(behind, account_id)].count("grant.revoked") == 1


async def test_invariant_2_fifty_goodbyes_of_one_session_on_two_hosts_end_it_once(hosts: TwoHosts, behind: App) -> None:
    account_id = await somebody(behind, "leaving@races.example")
    browser = await signed_in(hosts.stack, "leaving@races.example")
    code = await asyncio.to_thread(browser.code, CLIENT)
    tokens = await asyncio.to_thread(Site(hosts.stack, CLIENT).tokens, code)
    asked = {"id_token_hint": tokens["id_token"]}

    history = await hosts.race(
        50,
        lambda http, _: http.get("end-session", params=asked, headers=cookies_of(browser)),
        lambda answer: str(answer.status_code),
    )

    assert_two_processes_answered(history)
    assert {told.said for told in history} == {"200"}
    assert [event.name for event in await chain_of(behind, account_id)].count("session.ended") == 1
    assert Site(hosts.stack, CLIENT).userinfo(tokens["access_token"]).status_code == HTTPStatus.UNAUTHORIZED


async def test_invariant_4_a_host_that_died_before_its_answer_was_read_has_its_answer_given_by_the_others(
    hosts: TwoHosts, behind: App, children: Children
) -> None:
    await somebody(behind, "unlucky@races.example")
    token = await first_token(hosts, await signed_in(hosts.stack, "unlucky@races.example"))
    opened = await open_refresh_token(behind, token)
    port = choose_base().app
    doomed = await asyncio.to_thread(start_host, children, hosts.stack.environment, port, "a doomed app")

    send_and_hang_up(port, refreshing(token))
    await until(lambda: behind.spent.used(opened.generation, opened.family))
    doomed.process.kill()
    children.finish(doomed)
    history = await hosts.race(
        20, lambda http, _: http.post("token", data=refreshing(token), headers=CREDENTIALS), successor_or_error
    )

    assert_two_processes_answered(history)
    [successor] = {told.said for told in history}
    assert Site(hosts.stack, CLIENT).refresh(successor).status_code == HTTPStatus.OK


async def until(seen: Callable[[], Awaitable[object]]) -> None:
    """Wait until something can be read."""
    for _ in range(1000):
        if await seen() is not None:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it was never there")


def send_and_hang_up(port: int, asked: dict[str, str]) -> None:
    """Send a token request and never read its answer."""
    body = urlencode(asked).encode()
    head = (
        f"POST /id/token HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: {CREDENTIALS['Authorization']}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head.encode() + body)
