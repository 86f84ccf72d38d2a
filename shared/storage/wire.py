"""The lean way to the tables, for what requests do: their REST API on aiohttp, at a fraction of the SDK's CPU.

Measured, not guessed: docs/performance.md. What no request does (making tables, sweeping) goes through the SDK.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from shared.domain.rows import Change, Row
from shared.storage.transport import LostError
from shared.storage.wire_keys import Credential, Identity, read_connection_string
from shared.storage.wire_requests import (
    Answer,
    Request,
    check_written,
    getting,
    page_in,
    paging,
    row_in,
    writing,
)

if TYPE_CHECKING:
    from aiohttp import ClientSession
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.core.pipeline.transport import AsyncHttpTransport

_POOL: Final = 100
_IDLE: Final = 60.0  # seconds a connection is kept open
_ALWAYS: Final = {
    "x-ms-version": "2019-02-02",
    "DataServiceVersion": "3.0",
    "Accept-Encoding": "identity",
    "User-Agent": "sluis",
}


class Wire:
    """Connections to the tables of an account, opened at the first request.

    With a `transport` of azure-core requests go through that instead: tests count and break them there.
    """

    def __init__(
        self, account: "str | tuple[str, AsyncTokenCredential]", transport: "AsyncHttpTransport[Any, Any] | None"
    ) -> None:
        self._account = account
        self._transport = transport
        self._opened: tuple[str, str, Credential] | None = None
        self._session: ClientSession | None = None

    async def get(self, table: str, partition: str, row: str) -> Row:
        """Read one row."""
        return row_in(await self._send(getting(table, partition, row)))

    async def page(self, table: str, partition: str, first: str, last: str, token: str) -> tuple[list[Row], str]:
        """Read a page of a range, and the token of the next page."""
        return page_in(await self._send(paging(table, partition, first, last, token)))

    async def write(self, table: str, partition: str, changes: Sequence[Change], write_id: str) -> None:
        """Make all changes or none."""
        asked = writing(self._open()[0], table, partition, changes, write_id)
        check_written(await self._send(asked), len(changes))

    async def aclose(self) -> None:
        """Close the connections."""
        if self._transport is not None:
            await self._transport.close()
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> tuple[str, str, Credential]:
        """Give the tables' address, its path, and who we are."""
        if self._opened is None:
            at, credential = (
                read_connection_string(self._account)
                if isinstance(self._account, str)
                else (self._account[0], Identity(self._account[1]))
            )
            self._opened = at.rstrip("/"), urlsplit(at).path.rstrip("/"), credential
        return self._opened

    async def _send(self, asked: Request) -> Answer:
        send = self._directly if self._transport is None else self._through
        endpoint, path, credential = self._open()
        shown = await credential.headers(asked.method, f"{path}/{asked.path}", asked.headers)
        headers = {**_ALWAYS, **asked.headers, **shown}
        url = f"{endpoint}/{asked.path}" + (f"?{asked.query}" if asked.query else "")
        answer = await send(asked, url, headers)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            credential.forget()
        return answer

    async def _directly(self, asked: Request, url: str, headers: Mapping[str, str]) -> Answer:
        # aiohttp costs a sixth of a second of CPU: the first request pays it, or whoever warms up, but not every start.
        import aiohttp  # noqa: PLC0415 - see above
        from yarl import URL  # noqa: PLC0415 - see above

        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_POOL, keepalive_timeout=_IDLE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # whoever asks sets it
            )
        try:
            async with self._session.request(
                asked.method, URL(url, encoded=True), data=asked.body or None, headers=headers, allow_redirects=False
            ) as answer:
                lowered = {name.lower(): value for name, value in answer.headers.items()}
                return Answer(answer.status, lowered, await answer.read())
        except (aiohttp.ClientError, OSError) as error:
            raise LostError("no connection, or it broke") from error

    async def _through(self, asked: Request, url: str, headers: Mapping[str, str]) -> Answer:
        from azure.core.exceptions import AzureError  # noqa: PLC0415 - the SDK is slow to import
        from azure.core.rest import HttpRequest  # noqa: PLC0415 - as above

        assert self._transport is not None
        request = HttpRequest(asked.method, url, headers=dict(headers), content=asked.body or None)
        try:
            answer = await self._transport.send(request)
        except AzureError as error:
            raise LostError("no connection, or it broke") from error
        return Answer(
            answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content
        )
