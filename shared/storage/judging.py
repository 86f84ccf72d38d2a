"""What an error of storage means: a refusal to act on, a lost answer to try again, or a service not set up for us."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from shared.domain.errors import Unavailable
from shared.storage.transport import LostError

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError

_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_NOT_OURS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_REFUSALS = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED})


class RefusedError(Exception):
    """Storage said no: something stands, or moved, that should not have."""

    def __init__(self, code: str, index: int) -> None:
        super().__init__(code)
        self.code = code
        self.index = index


def sdk_error() -> type[Exception]:
    """Give the class of everything the SDK raises."""
    from azure.core.exceptions import AzureError  # noqa: PLC0415 - the SDK is slow to import

    return AzureError


def judge(error: Exception) -> Exception:
    """Give what an error of the SDK means to the shelf: refused, lost, not set up; a bug is given back as it is."""
    from azure.core.exceptions import ClientAuthenticationError, HttpResponseError  # noqa: PLC0415 - slow to import

    if not isinstance(error, HttpResponseError):
        return LostError("no connection, or it broke")
    status, code = error.status_code or 0, _code(error)
    if isinstance(error, ClientAuthenticationError):
        status = HTTPStatus.UNAUTHORIZED
    return judge_status(status, code, index=getattr(error, "index", 0), retry_after=_retry_after(error), bug=error)


def judge_status(
    status: int, code: str, *, index: int = 0, retry_after: float = 0.0, bug: Exception | None = None
) -> Exception:
    """Give what a status and storage's own word for it mean; `index` says which of several changes it is about."""
    if status in _NOT_OURS or code == "TableNotFound":
        return Unavailable(f"storage is not set up for us: {status} {code}")
    if status in _REFUSALS:
        return RefusedError(code, index)
    if status in _BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.BAD_REQUEST:
        return LostError(f"status {status} {code}", retry_after)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return ValueError("the changes are too large for one write")
    return bug or ValueError(f"storage does not understand what it is asked: {status} {code}")


def _code(error: "HttpResponseError") -> str:
    code = getattr(error, "error_code", None) or _headers(error).get("x-ms-error-code", "")
    return str(getattr(code, "value", code))


def _retry_after(error: "HttpResponseError") -> float:
    seconds = _headers(error).get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() else 0.0


def _headers(error: "HttpResponseError") -> Mapping[str, str]:
    headers: Mapping[str, str] = getattr(error.response, "headers", {})
    return headers
