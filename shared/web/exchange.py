"""One request as we let it in: bounded first, then parsed, with the raw query and every double kept (RFC 6749 §3.1)."""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

import azure.functions as func

from shared.domain import networks
from shared.domain.canonical import parse_json
from shared.domain.errors import InvalidRequest, LengthMissing, RequestTooLarge
from shared.domain.parameters import Parameters

BODY_LIMIT: Final = 64 * 1024
_FIELD_LIMIT: Final = 100
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the id by which its answer, its log lines and its events are found again."""

    request: func.HttpRequest
    request_id: str
    readers: set[str] = field(default_factory=set)
    """Other origins that may read the answer, refusals too; a door adds them as soon as it knows the client."""

    @property
    def method(self) -> str:
        """The method, in capitals."""
        return (self.request.method or "GET").upper()

    def header(self, name: str) -> str:
        """Give a header's value, or `""`."""
        return str(self.request.headers.get(name) or "")

    def query(self) -> Parameters:
        """Give the parameters of the query, as they stand in the URL: the host folds doubles and drops empty ones."""
        # Not `urlsplit`: it refuses hosts that the sender's `Host` header may well name, and the host does not matter here.
        query = self.request.url.partition("?")[2].partition("#")[0]
        if len(query) > BODY_LIMIT:
            raise RequestTooLarge("query")
        return _parse(query)

    def form(self) -> Parameters:
        """Give the parameters of a form body. Raises RequestTooLarge or InvalidRequest."""
        body = self._body(_FORM)
        try:
            return _parse(body.decode("ascii"))
        except UnicodeDecodeError as error:
            raise InvalidRequest("the form is not percent-encoded") from error

    def json(self) -> dict[str, Any]:
        """Give the object of a JSON body. Raises RequestTooLarge or InvalidRequest."""
        value = parse_json(self._body(_JSON), max_bytes=BODY_LIMIT, max_depth=8)
        if not isinstance(value, dict):
            raise InvalidRequest("the body is not a JSON object")
        return value

    @property
    def is_json(self) -> bool:
        """Whether the body says it is JSON."""
        return self._media_type() == _JSON

    @property
    def wants_json(self) -> bool:
        """Whether the caller would rather have JSON than a page."""
        accept = self.header("accept")
        return self.is_json or (_JSON in accept and "text/html" not in accept)

    @property
    def is_navigation(self) -> bool:
        """Whether the person goes here, as far as the browser says: nothing fetches it, embeds it, or looks ahead."""
        # W3C Fetch Metadata §2; a page that is prefetched or prerendered may never be seen by anybody.
        return self.header("sec-fetch-dest") in {"", "document"} and not self.header("sec-purpose")

    def cookie(self, name: str) -> str:
        """Give a cookie's value; `""` when it is absent, or sent twice (then somebody else may have planted one)."""
        pairs = (pair.strip().partition("=") for pair in self.header("cookie").split(";"))
        values = [value for given, _, value in pairs if given == name]
        return values[0] if len(values) == 1 else ""

    @property
    def network(self) -> str:
        """The network the request came from, by the last hop of `X-Forwarded-For`."""
        return networks.network_of(networks.client_address(self.header("x-forwarded-for")))

    def _media_type(self) -> str:
        return self.header("content-type").partition(";")[0].strip().lower()

    def _body(self, media_type: str) -> bytes:
        declared = self.header("content-length")
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > BODY_LIMIT:
            raise RequestTooLarge("body")
        body = self.request.get_body()
        if len(body) > BODY_LIMIT:
            raise RequestTooLarge("body")
        if not body and self.header("transfer-encoding"):
            raise LengthMissing("a chunked body")
        if self._media_type() != media_type:
            raise InvalidRequest(f"the body must be {media_type}")
        return body


def _parse(text: str) -> Parameters:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=_FIELD_LIMIT)
    except ValueError as error:
        raise InvalidRequest("the parameters are not UTF-8, or too many") from error
    if any("\x00" in name or "\x00" in value for name, value in pairs):
        raise InvalidRequest("a NUL character")
    return Parameters(tuple(pairs))
