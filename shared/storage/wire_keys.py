"""Who we are to the tables: the account's key on a developer's machine and in tests, a managed identity everywhere else."""

import asyncio
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from email.utils import formatdate
from typing import TYPE_CHECKING, Final, Protocol

from shared.domain.errors import UnusableSettings
from shared.storage.judging import judge, sdk_error

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

_SCOPE: Final = "https://storage.azure.com/.default"
_KEPT: Final = 60.0  # seconds


class Credential(Protocol):
    """Signs a request, or shows a token with it."""

    async def headers(self, method: str, path: str, headers: Mapping[str, str]) -> dict[str, str]:
        """Give the headers that show who asks. `path` is the whole one, percent-encoded as it travels."""
        ...

    def forget(self) -> None:
        """Drop what is remembered: it was refused."""
        ...


class SharedKey:
    """The account's key (Authorize with Shared Key, Table service)."""

    def __init__(self, account: str, key: str) -> None:
        self._account = account
        self._key = b64decode(key)

    async def headers(self, method: str, path: str, headers: Mapping[str, str]) -> dict[str, str]:
        """Sign verb, content type, date and address."""
        # Storage compares it with its own clock, so it is never the app's, which `./dev clock` may have moved.
        date = formatdate(usegmt=True)
        signed = f"{method}\n\n{headers.get('Content-Type', '')}\n{date}\n/{self._account}{path}"
        signature = b64encode(hmac.digest(self._key, signed.encode(), hashlib.sha256)).decode()
        return {"x-ms-date": date, "Authorization": f"SharedKey {self._account}:{signature}"}

    def forget(self) -> None:
        """Nothing is remembered."""


class Identity:
    """A managed identity. Its library remembers tokens and renews them minutes ahead; asking it each time is what costs."""

    def __init__(self, credential: "AsyncTokenCredential") -> None:
        self._credential = credential
        self._token = ""
        self._good_until = 0.0

    async def headers(self, method: str, path: str, headers: Mapping[str, str]) -> dict[str, str]:  # noqa: ARG002 - a token signs nothing
        """Show the token, asked for anew once a minute."""
        moment = asyncio.get_running_loop().time()
        if moment >= self._good_until:
            try:
                self._token = (await self._credential.get_token(_SCOPE)).token
            except sdk_error() as error:
                raise judge(error) from error
            self._good_until = moment + _KEPT
        return {"Authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        """Ask for a new token before the next request."""
        self._good_until = 0.0


def read_connection_string(text: str) -> tuple[str, SharedKey]:
    """Read the tables' address and the key out of a connection string. Raises UnusableSettings."""
    parts = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
    try:
        return parts["TableEndpoint"], SharedKey(parts["AccountName"], parts["AccountKey"])
    except (KeyError, ValueError):
        raise UnusableSettings(
            "SLUIS_STORAGE: must be a connection string with AccountName, AccountKey and TableEndpoint."
        ) from None
