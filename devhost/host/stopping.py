"""How what runs without a request learns that the host ends: it begins nothing new, and its naps are over at once."""

import asyncio
from contextlib import suppress


class Stopping:
    """The word that the host ends."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    @property
    def asked(self) -> bool:
        """Say whether the host is about to end."""
        return self._event.is_set()

    def ask(self) -> None:
        """Let everything end as soon as it can."""
        self._event.set()

    async def nap(self, seconds: float) -> None:
        """Wait so long, or until the host ends."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
