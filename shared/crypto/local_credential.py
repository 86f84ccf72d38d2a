"""Who we are to the Key Vault double on a developer's machine: a fixed token. In Azure it is the managed identity."""

from types import TracebackType
from typing import Self

from azure.core.credentials import AccessToken

_FAR = 4_102_444_800  # the year 2100, in seconds: nothing here needs a clock


class LocalCredential:
    """Implements azure-core's AsyncTokenCredential with one token that was given."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        """Give the token for any scope."""
        return AccessToken(self._token, _FAR)

    async def close(self) -> None:
        """Close nothing."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()
