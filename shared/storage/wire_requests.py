"""What is asked of the tables and what they answer, as HTTP: their REST API, the part of it that a request needs.

Pure: addresses, bodies and batches are written here, and answers read. The forms are those of the service's own
documentation (Table service REST API, version 2019-02-02; batches are OData's entity group transactions).
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from shared.domain.rows import Change, Fields, Insert, Put, Remove, Replace, Row, Value, written
from shared.storage.judging import judge_status
from shared.storage.transport import LostError

_AS_JSON: Final = {"Accept": "application/json;odata=minimalmetadata"}
_JSON_BODY: Final = _AS_JSON | {"Content-Type": "application/json"}
# Text in a row is JSON, which breaks no line: so no boundary can occur in it.
_BATCH: Final = "batch_sluis"
_CHANGES: Final = "changes_sluis"
# What every URL library leaves as it is in a path: the address that is signed is the address that travels.
_AS_IT_IS: Final = "!$&()*+,;=:@~"
_PART: Final = re.compile(rb"^HTTP/1\.1 (\d{3}) ", re.MULTILINE)
_INDEX: Final = re.compile(r"(\d+):")
_TYPE: Final = "@odata.type"
_UNTYPED: Final = ("odata.", "Timestamp")
_NEXT: Final = (
    ("x-ms-continuation-nextpartitionkey", "NextPartitionKey"),
    ("x-ms-continuation-nextrowkey", "NextRowKey"),
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `path` and `query` are written below the address of the tables, percent-encoded."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=lambda: _AS_JSON)
    query: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, whole. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def getting(table: str, partition: str, row: str) -> Request:
    """Ask for one row."""
    return Request("GET", _address(table, partition, row))


def paging(table: str, partition: str, first: str, last: str, token: str) -> Request:
    """Ask for a page of a range; `token` is what the page before it gave, or nothing."""
    range_ = f"PartitionKey eq '{partition}' and RowKey ge '{first}' and RowKey le '{last}'"
    return Request("GET", f"{table}()", query=f"$filter={quote(range_, safe='')}{token}")


def writing(endpoint: str, table: str, partition: str, changes: Sequence[Change], write_id: str) -> Request:
    """Ask for one change, or for several as one batch."""
    asked = [_change(table, partition, change, write_id) for change in changes]
    if len(asked) == 1:
        return asked[0]
    parts = "".join(f"--{_CHANGES}\r\n{_part(endpoint, one)}\r\n" for one in asked)
    inner = f"Content-Type: multipart/mixed; boundary={_CHANGES}\r\n\r\n{parts}--{_CHANGES}--\r\n"
    body = f"--{_BATCH}\r\n{inner}\r\n--{_BATCH}--\r\n".encode()
    return Request("POST", "$batch", _AS_JSON | {"Content-Type": f"multipart/mixed; boundary={_BATCH}"}, body=body)


def row_in(answer: Answer) -> Row:
    """Read a row."""
    check(answer)
    return _row(_json(answer))


def page_in(answer: Answer) -> tuple[list[Row], str]:
    """Read a page, and the token of the next one: nothing when it was the last."""
    check(answer)
    token = "".join(
        f"&{name}={quote(answer.headers[header], safe='')}" for header, name in _NEXT if header in answer.headers
    )
    return [_row(entity) for entity in _json(answer)["value"]], token


def check(answer: Answer) -> None:
    """Raise what an answer means that is not the one hoped for."""
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        raise _refusal(answer.status, answer.headers, answer.body)


def check_written(answer: Answer, changes: int) -> None:
    """Raise what the answer to changes means, unless all were made."""
    check(answer)
    if changes == 1:
        return
    parts = [(int(part[1]), part.end()) for part in _PART.finditer(answer.body)]
    for status, begins in parts:
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            raise _refusal(
                status, answer.headers, answer.body[begins:].partition(b"\r\n\r\n")[2].partition(b"\r\n--")[0]
            )
    if len(parts) != changes:
        raise LostError("an answer to a batch that does not tell of every change")


def _address(table: str, partition: str, row: str) -> str:
    return f"{table}(PartitionKey='{quote(partition, safe=_AS_IT_IS)}',RowKey='{quote(row, safe=_AS_IT_IS)}')"


def _change(table: str, partition: str, change: Change, write_id: str) -> Request:
    address = _address(table, partition, change.row)
    match change:
        case Insert():
            # Without being asked not to, storage sends the whole row back.
            body = _entity(partition, change.row, written(change, write_id=write_id))
            return Request("POST", table, _JSON_BODY | {"Prefer": "return-no-content"}, body=body)
        case Put():
            body = _entity(partition, change.row, written(change, write_id=write_id))
            return Request("PUT", address, _JSON_BODY, body=body)
        case Replace():
            body = _entity(partition, change.row, written(change, write_id=write_id))
            return Request("PUT", address, _JSON_BODY | {"If-Match": change.etag}, body=body)
        case Remove():
            return Request("DELETE", address, _AS_JSON | {"If-Match": change.etag})


def _part(endpoint: str, asked: Request) -> str:
    lines = [
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "",
        f"{asked.method} {endpoint}/{asked.path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in asked.headers.items()),
        f"Content-Length: {len(asked.body)}",
        "",
        asked.body.decode(),
    ]
    return "\r\n".join(lines)


def _entity(partition: str, row: str, fields: Fields) -> bytes:
    entity: dict[str, str | bool] = {"PartitionKey": partition, "RowKey": row}
    for name, value in fields.items():
        match value:
            case bool() | str():
                entity[name] = value
            case int():
                entity[name], entity[name + _TYPE] = str(value), "Edm.Int64"
            case bytes():
                entity[name], entity[name + _TYPE] = b64encode(value).decode(), "Edm.Binary"
    return json.dumps(entity).encode()


def _row(entity: Mapping[str, Any]) -> Row:
    fields = {
        name: _value(value, entity.get(name + _TYPE))
        for name, value in entity.items()
        if not name.startswith(_UNTYPED) and not name.endswith(_TYPE)
    }
    partition, row = str(fields.pop("PartitionKey")), str(fields.pop("RowKey"))
    return Row(partition, row, fields, entity["odata.etag"])


def _value(value: Value, kind: str | None) -> Value:
    match kind:
        case "Edm.Int64":
            return int(value)
        case "Edm.Binary":
            return b64decode(str(value))
        case _:
            return value


def _json(answer: Answer) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(answer.body)
    except ValueError as error:
        raise LostError("an answer that broke off") from error
    return content


def _refusal(status: int, headers: Mapping[str, str], body: bytes) -> Exception:
    try:
        told = json.loads(body)["odata.error"]
        code, message = str(told["code"]), str(told["message"]["value"])
    except (ValueError, KeyError, TypeError):
        code, message = headers.get("x-ms-error-code", ""), ""
    index = _INDEX.match(message)
    retry_after = headers.get("retry-after", "")
    return judge_status(
        status,
        code,
        index=int(index[1]) if index else 0,
        retry_after=float(retry_after) if retry_after.isdecimal() else 0.0,
    )
