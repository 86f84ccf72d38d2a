"""The tables' REST API as we write it and read it: addresses, rows, batches, and what each answer means."""

import json
from dataclasses import replace

import pytest

from shared.domain.errors import Unavailable
from shared.domain.rows import Change, Fields, Insert, Put, Remove, Replace, Row
from shared.storage.judging import RefusedError
from shared.storage.transport import LostError
from shared.storage.wire_requests import Answer, Request, check_written, getting, page_in, paging, row_in, writing

HOME = "https://sluis.table.core.windows.net"
PARTITION = "acc_1"
ENTITY = {
    "odata.metadata": "…",
    "odata.etag": 'W/"1"',
    "PartitionKey": PARTITION,
    "RowKey": "a",
    "Timestamp": "2026-01-01T00:00:00Z",
    "n@odata.type": "Edm.Int64",
    "n": "-9007199254740993",
    "y@odata.type": "Edm.Binary",
    "y": "AAE=",
    "yes": True,
    "s": "caf\u00e9",
}


def said(content: object, status: int = 200, **headers: str) -> Answer:
    return Answer(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(content).encode()
    )


def refusal(code: str, message: str = "no") -> bytes:
    return json.dumps({"odata.error": {"code": code, "message": {"lang": "en-US", "value": message}}}).encode()


def write(*changes: Change) -> Request:
    return writing(HOME, "accounts", PARTITION, changes, "wri_1")


def test_a_row_is_asked_by_its_two_keys_written_as_they_travel() -> None:
    assert getting("accounts", "p=1~x", "9-event~self").path == "accounts(PartitionKey='p=1~x',RowKey='9-event~self')"
    assert getting("t", "a^b", "c|d").path == "t(PartitionKey='a%5Eb',RowKey='c%7Cd')"


def test_a_range_is_one_partition_and_two_ends_and_goes_on_where_a_page_ended() -> None:
    asked = paging("accounts", "p~1", "0-key", "0-state", "&NextPartitionKey=x")

    assert asked.path == "accounts()"
    assert asked.query == (
        "$filter=PartitionKey%20eq%20%27p~1%27%20and%20RowKey%20ge%20%270-key%27%20and%20RowKey%20le%20%270-state%27"
        "&NextPartitionKey=x"
    )


def test_values_are_stored_with_their_kind_and_integers_in_64_bits() -> None:
    body = json.loads(write(Insert("a", {"n": 2**53 + 1, "y": b"\x00\x01", "yes": True, "s": "caf\u00e9"})).body)

    assert body == {
        "PartitionKey": PARTITION,
        "RowKey": "a",
        "n": "9007199254740993",
        "n@odata.type": "Edm.Int64",
        "y": "AAE=",
        "y@odata.type": "Edm.Binary",
        "yes": True,
        "s": "caf\u00e9",
        "write_id": "wri_1",
    }


@pytest.mark.parametrize(
    ("change", "method", "path", "header"),
    [
        (Insert("a", {}), "POST", "accounts", ("Prefer", "return-no-content")),
        (Put("a", {}), "PUT", "accounts(PartitionKey='acc_1',RowKey='a')", ("If-Match", None)),
        (Replace("a", {}, 'W/"1"'), "PUT", "accounts(PartitionKey='acc_1',RowKey='a')", ("If-Match", 'W/"1"')),
        (Remove("a", "*"), "DELETE", "accounts(PartitionKey='acc_1',RowKey='a')", ("If-Match", "*")),
    ],
)
def test_each_change_has_its_verb_and_its_condition(
    change: Change, method: str, path: str, header: tuple[str, str | None]
) -> None:
    asked = write(change)

    assert (asked.method, asked.path) == (method, path)
    assert asked.headers.get(header[0]) == header[1]


def test_several_changes_are_one_batch_of_one_set() -> None:
    asked = write(Insert("a", {"s": "caf\u00e9"}), Remove("b", 'W/"1"'))
    lines = asked.body.decode().split("\r\n")

    assert (asked.method, asked.path) == ("POST", "$batch")
    assert asked.headers["Content-Type"] == "multipart/mixed; boundary=batch_sluis"
    assert [line for line in lines if line.startswith("--")] == [
        "--batch_sluis",
        "--changes_sluis",
        "--changes_sluis",
        "--changes_sluis--",
        "--batch_sluis--",
    ]
    assert f"POST {HOME}/accounts HTTP/1.1" in lines
    assert f"DELETE {HOME}/accounts(PartitionKey='acc_1',RowKey='b') HTTP/1.1" in lines
    assert lines[lines.index("Content-Type: multipart/mixed; boundary=changes_sluis") + 1] == ""


def test_a_boundary_in_a_value_ends_nothing() -> None:
    sly = "\r\n--changes_sluis--\r\n"

    body = write(Insert("a", {"s": sly}), Put("b", {})).body

    assert body.count(b"\r\n--changes_sluis--\r\n") == 1
    assert json.dumps(sly).encode() in body


def test_a_row_is_read_with_its_etag_and_without_what_is_storage_s_own() -> None:
    fields: Fields = {"n": -9007199254740993, "y": b"\x00\x01", "yes": True, "s": "caf\u00e9"}

    assert row_in(said(ENTITY)) == Row(PARTITION, "a", fields, 'W/"1"')


def test_a_page_says_where_the_next_one_begins() -> None:
    rest = {"x-ms-continuation-nextpartitionkey": "1!8 a=", "x-ms-continuation-nextrowkey": "b"}

    rows, token = page_in(Answer(200, rest, json.dumps({"value": [ENTITY, ENTITY]}).encode()))

    assert len(rows) == 2
    assert token == "&NextPartitionKey=1%218%20a%3D&NextRowKey=b"
    assert page_in(said({"value": []})) == ([], "")


@pytest.mark.parametrize(
    ("status", "code", "means"),
    [
        (404, "ResourceNotFound", RefusedError),
        (409, "EntityAlreadyExists", RefusedError),
        (412, "UpdateConditionNotSatisfied", RefusedError),
        (404, "TableNotFound", Unavailable),
        (401, "", Unavailable),
        (403, "AuthenticationFailed", Unavailable),
        (408, "", LostError),
        (429, "", LostError),
        (500, "OperationTimedOut", LostError),
        (503, "ServerBusy", LostError),
        (301, "", LostError),
        (413, "", ValueError),
        (400, "InvalidInput", ValueError),
    ],
)
def test_each_refusal_means_what_storage_says_it_means(status: int, code: str, means: type[Exception]) -> None:
    with pytest.raises(means):
        row_in(Answer(status, {}, refusal(code)))
    with pytest.raises(means):
        row_in(Answer(status, {"x-ms-error-code": code}, b"not JSON"))


def test_when_to_come_back_is_read_in_seconds_and_dates_are_not_waited_for() -> None:
    for sent, seconds in (("3", 3.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0)):
        with pytest.raises(LostError) as lost:
            row_in(Answer(503, {"retry-after": sent}, b""))
        assert lost.value.retry_after == seconds


@pytest.mark.parametrize("body", [b"", b"{", b"\xff"])
def test_a_row_that_broke_off_is_a_lost_answer(body: bytes) -> None:
    with pytest.raises(LostError):
        row_in(Answer(200, {}, body))


def batch(*parts: bytes) -> Answer:
    inside = b"".join(b"--c\r\nContent-Type: application/http\r\n\r\n" + part + b"\r\n" for part in parts)
    return Answer(202, {}, b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" + inside + b"--c--\r\n--b--\r\n")


MADE = b'HTTP/1.1 204 No Content\r\nETag: W/"1"\r\n\r\n'


def test_a_batch_is_made_when_every_change_is_told_of() -> None:
    check_written(batch(MADE, MADE), 2)

    for told in (batch(MADE), batch(), batch(MADE, MADE, MADE), Answer(202, {}, b"--b")):
        with pytest.raises(LostError):
            check_written(told, 2)


def test_a_refused_batch_says_which_change_was_refused() -> None:
    part = b"HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\n\r\n" + refusal(
        "EntityAlreadyExists", "1:It is there."
    )

    with pytest.raises(RefusedError) as refused:
        check_written(batch(part), 3)

    assert (refused.value.code, refused.value.index) == ("EntityAlreadyExists", 1)


def test_a_batch_refused_as_a_whole_is_judged_like_any_answer() -> None:
    with pytest.raises(LostError):
        check_written(Answer(503, {}, b""), 2)
    with pytest.raises(ValueError, match="too large"):
        check_written(Answer(413, {}, b""), 2)


def test_one_change_is_made_when_the_answer_says_so() -> None:
    made = Answer(204, {}, b"")

    check_written(made, 1)
    with pytest.raises(RefusedError):
        check_written(replace(made, status=412, body=refusal("UpdateConditionNotSatisfied")), 1)
