"""One host at a time: the blob lease under which a timer's listener runs (BlobLeaseDistributedLockManager, SingletonManager).

A lease lives on Azurite's clock, which nobody moves; what passes of it here is counted by a clock that only runs forward.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob.aio import BlobClient, BlobLeaseClient

from devhost.host.stopping import Stopping

SECONDS = 60
"""How long a lease lasts when its owner is gone without a word, as in production."""
POLL_SECONDS = 5.0
"""How often the others ask; production asks every 60 s, and nobody at a terminal would wait that long."""


class LeaseLostError(Exception):
    """The lease is another's, or could not be renewed in time."""


async def while_held(
    blob: BlobClient,
    work: Callable[[], Awaitable[None]],
    *,
    stopping: Stopping,
    seconds: int = SECONDS,
    poll: float = POLL_SECONDS,
) -> None:
    """Wait for the lease of a blob, then work under it. When it is lost, the work is cancelled: LeaseLostError."""
    lease = await _acquired(blob, stopping, seconds, poll)
    if lease is None:
        return
    together = {asyncio.ensure_future(work()), asyncio.ensure_future(_renew(lease, seconds))}
    try:
        done, _ = await asyncio.wait(together, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in together:
            one.cancel()
        await asyncio.gather(*together, return_exceptions=True)
        # Without it the next start would wait until the lease has run out.
        with suppress(AzureError):
            await lease.release()
    for one in done:
        one.result()


async def _acquired(blob: BlobClient, stopping: Stopping, seconds: int, poll: float) -> BlobLeaseClient | None:
    while not stopping.asked:
        try:
            return await blob.acquire_lease(lease_duration=seconds)
        except ResourceNotFoundError:
            with suppress(ResourceExistsError):
                await blob.upload_blob(b"", overwrite=False)
        except ResourceExistsError:  # 409 LeaseAlreadyPresent: another host has it
            await stopping.nap(poll)
    return None


async def _renew(lease: BlobLeaseClient, seconds: int) -> None:
    """Renew at half-time; while storage is away ask again until the time is up."""
    good_until = time.monotonic() + seconds
    pause = seconds / 2
    while True:
        await asyncio.sleep(pause)
        asked = time.monotonic()
        try:
            await lease.renew()
        except HttpResponseError as refused:
            raise LeaseLostError("another host has the lease") from refused
        except AzureError as away:
            if time.monotonic() >= good_until - 1:
                raise LeaseLostError("storage was away for as long as the lease") from away
            pause = 1.0
            continue
        good_until, pause = asked + seconds, seconds / 2
