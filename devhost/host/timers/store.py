"""The status blob of a timer: `timers/{hostId}/{timerName}/status` in `azure-webjobs-hosts` (StorageScheduleMonitor)."""

import json

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob.aio import BlobClient, ContainerClient

from devhost.host.timers.status import Status, read_status


class StatusStore:
    """Where the status of one timer is kept."""

    def __init__(self, container: ContainerClient, *, host_id: str, function: str) -> None:
        self._blob: BlobClient = container.get_blob_client(f"timers/{host_id}/{timer_name(function)}/status")

    async def read(self) -> Status | None:
        """Read it, or None when it was never written."""
        try:
            download = await self._blob.download_blob()
            content = await download.readall()
        except ResourceNotFoundError:
            return None
        return read_status(content.decode())

    async def write(self, status: Status) -> None:
        """Write it."""
        await self._blob.upload_blob(json.dumps(status.members()).encode(), overwrite=True)


def timer_name(function: str) -> str:
    """Give the name under which the host keeps a function's timer."""
    return f"Host.Functions.{function}"


def lock_blob(container: ContainerClient, *, host_id: str, function: str) -> BlobClient:
    """Give the blob whose lease makes a timer the only one of its kind."""
    return container.get_blob_client(f"locks/{host_id}/{timer_name(function)}.Listener")
