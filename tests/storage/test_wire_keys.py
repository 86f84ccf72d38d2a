"""Who we are to the tables: signatures that storage accepts, tokens that are not asked for each time, refusals in order."""

import asyncio
from types import TracebackType
from typing import Any, Self

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError

from shared.domain.errors import Unavailable, UnusableSettings
from shared.storage.tables import Tables
from shared.storage.transport import LostError
from shared.storage.wire_keys import Identity, SharedKey, read_connection_string

STRING = "DefaultEndpointsProtocol=http;AccountName=acct;AccountKey=a2V5PT0=;TableEndpoint=http://127.0.0.1:1/acct;"


class GivenToken:
    """A credential that counts how often it is asked, and fails when told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.fails: Exception | None = None

    async def get_token(self, *scopes: str, **_more: Any) -> AccessToken:
        self.asked.append(scopes)
        if self.fails is not None:
            raise self.fails
        return AccessToken(f"token-{len(self.asked)}", 0)

    async def close(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None: ...


async def test_the_key_signs_verb_type_date_and_address() -> None:
    key = SharedKey("acct", "a2V5")

    one = await key.headers("GET", "/acct/t()", {})
    others = [
        await key.headers("PUT", "/acct/t()", {}),
        await key.headers("GET", "/acct/u()", {}),
        await key.headers("GET", "/acct/t()", {"Content-Type": "application/json"}),
        await SharedKey("acct", "eWVr").headers("GET", "/acct/t()", {}),
    ]

    assert one["Authorization"].startswith("SharedKey acct:")
    assert one["x-ms-date"].endswith(" GMT")
    assert len({one["Authorization"], *(other["Authorization"] for other in others)}) == 5


async def test_a_token_is_asked_for_storage_and_shown_many_times() -> None:
    given = GivenToken()
    identity = Identity(given)

    shown = [await identity.headers("GET", "/", {}) for _ in range(3)]

    assert shown == [{"Authorization": "Bearer token-1"}] * 3
    assert given.asked == [("https://storage.azure.com/.default",)]


async def test_a_token_is_asked_for_again_once_it_was_refused() -> None:
    given = GivenToken()
    identity = Identity(given)
    await identity.headers("GET", "/", {})

    identity.forget()

    assert await identity.headers("GET", "/", {}) == {"Authorization": "Bearer token-2"}


@pytest.mark.parametrize(
    ("fails", "means"), [(ClientAuthenticationError("no"), Unavailable), (ServiceRequestError("away"), LostError)]
)
async def test_an_identity_that_gives_no_token_is_storage_that_cannot_be_used(
    fails: Exception, means: type[Exception]
) -> None:
    given = GivenToken()
    given.fails = fails

    with pytest.raises(means):
        await Identity(given).headers("GET", "/", {})


async def test_requests_show_the_token_and_a_refused_one_is_forgotten(unused_tcp_port: int) -> None:
    given, heads = GivenToken(), []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(refuse, "127.0.0.1", unused_tcp_port):
        tables = Tables((f"http://127.0.0.1:{unused_tcp_port}/", given))
        for _ in range(2):
            with pytest.raises(Unavailable):
                await tables.get("accounts", "acc_1", "0-state")
        await tables.aclose()

    assert [head.partition(b"\r\n")[0] for head in heads] == [
        b"GET /accounts(PartitionKey='acc_1',RowKey='0-state') HTTP/1.1"
    ] * 2
    assert b"Authorization: Bearer token-1\r\n" in heads[0]
    assert b"Authorization: Bearer token-2\r\n" in heads[1]


def test_a_connection_string_gives_address_and_key() -> None:
    at, key = read_connection_string(STRING)

    assert at == "http://127.0.0.1:1/acct"
    assert isinstance(key, SharedKey)


@pytest.mark.parametrize("missing", ["AccountName", "AccountKey", "TableEndpoint"])
def test_a_connection_string_without_what_it_needs_is_a_setting_to_mend_and_is_not_repeated(missing: str) -> None:
    with pytest.raises(UnusableSettings) as refused:
        read_connection_string(STRING.replace(f"{missing}=", "Other="))

    assert "TableEndpoint" in str(refused.value)
    assert "a2V5" not in str(refused.value)
