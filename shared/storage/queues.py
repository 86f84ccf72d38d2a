"""The queue of letters on Azure Queue Storage: the one file that puts messages there.

A message put twice, because the first answer was lost, does no harm: whoever takes it looks first whether there is anything
to do. So a put is simply tried again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from shared.domain.errors import Unavailable
from shared.domain.times import SECOND, Millis
from shared.storage import layout
from shared.storage.judging import RefusedError, judge, sdk_error
from shared.storage.transport import LostError, Patience

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.core.pipeline.transport import AsyncHttpTransport
    from azure.storage.queue.aio import QueueClient

type Account = str | tuple[str, AsyncTokenCredential]
"""A connection string, or the queues' address and who we are."""


class QueuePost:
    """A Post on an Azure Storage account. Opens its connection at the first message, on the loop that sends it."""

    def __init__(
        self,
        account: Account,
        *,
        queue: str = layout.MAIL,
        transport: "AsyncHttpTransport[Any, Any] | None" = None,
        random: Callable[[], float] = lambda: 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timeout: float = 5.0,
    ) -> None:
        self._account = account
        self._queue = queue
        self._transport = transport
        self._patience = Patience(random, sleep)
        self._timeout = timeout
        self._client: QueueClient | None = None

    async def put(self, message: str, *, delay: Millis) -> None:
        """Leave a message, to be seen after a while. Raises Unavailable; then it may lie there all the same."""
        self._client = self._client or _open(self._account, self._queue, self._transport)
        client = self._client

        async def attempt(_: int) -> None:
            try:
                async with asyncio.timeout(self._timeout):
                    await client.send_message(message, visibility_timeout=delay // SECOND)
            except TimeoutError as error:
                raise LostError("no answer in time", waited=self._timeout) from error
            except sdk_error() as error:
                raise judge(error) from error

        try:
            await self._patience.through(attempt)
        except RefusedError as refused:
            raise Unavailable(f"the queue is not set up: {refused.code}") from refused

    async def aclose(self) -> None:
        """Close the connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()


def _open(account: Account, queue: str, transport: "AsyncHttpTransport[Any, Any] | None") -> "QueueClient":
    # Late: the SDK costs a tenth of a second of CPU, and few processes ever send a letter.
    from azure.storage.queue import TextBase64EncodePolicy  # noqa: PLC0415 - see above
    from azure.storage.queue.aio import QueueClient  # noqa: PLC0415 - see above

    # The host takes messages apart as base64, its default.
    options: dict[str, Any] = {"message_encode_policy": TextBase64EncodePolicy(), "retry_total": 0}
    if transport is not None:
        options["transport"] = transport
    if isinstance(account, str):
        return QueueClient.from_connection_string(account, queue, **options)
    endpoint, credential = account
    return QueueClient(endpoint, queue, credential=credential, **options)
