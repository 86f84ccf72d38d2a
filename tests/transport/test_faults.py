"""The counting transport names what it carries, in Azure as well as on a developer's machine."""

import pytest
from azure.core.rest import HttpRequest

from tests.transport.faults import Call, describe

LOCAL = "http://127.0.0.1:10002/devstoreaccount1"
AZURE = "https://sluis.table.core.windows.net"


@pytest.mark.parametrize("account", [LOCAL, AZURE, "http://127.0.0.1:10002/backupaccount"])
@pytest.mark.parametrize(
    ("method", "path", "headers", "call"),
    [
        ("GET", "accounts(PartitionKey='acc_1',RowKey='0-state')", {}, Call("GET", "accounts", "get")),
        ("GET", "accounts(PartitionKey%3D'a%3D',RowKey%3D'b')", {}, Call("GET", "accounts", "get")),
        ("GET", "accounts()?$filter=RowKey%20ge%20'a'", {}, Call("GET", "accounts", "span")),
        ("POST", "spent", {}, Call("POST", "spent", "insert")),
        ("PUT", "journal(PartitionKey='a',RowKey='b')", {}, Call("PUT", "journal", "put")),
        ("PUT", "directory(PartitionKey='a',RowKey='b')", {"If-Match": "e"}, Call("PUT", "directory", "replace")),
        ("DELETE", "due(PartitionKey='a',RowKey='b')", {"If-Match": "e"}, Call("DELETE", "due", "remove")),
        ("PATCH", "due(PartitionKey='a',RowKey='b')", {}, Call("PATCH", "due", "other")),
    ],
)
def test_a_call_is_named_by_its_table_and_what_it_does(
    account: str, method: str, path: str, headers: dict[str, str], call: Call
) -> None:
    assert describe(HttpRequest(method, f"{account}/{path}", headers=headers)) == call


@pytest.mark.parametrize("account", [LOCAL, AZURE])
def test_a_batch_is_named_by_the_table_of_its_changes(account: str) -> None:
    body = (
        f"--changeset_1\r\n\r\nPOST {account}/accounts HTTP/1.1\r\nAccept: x\r\n\r\n{{}}\r\n"
        f"--changeset_1\r\n\r\nPUT {account}/accounts(PartitionKey='a',RowKey='b') HTTP/1.1\r\n\r\n{{}}\r\n"
    )

    assert describe(HttpRequest("POST", f"{account}/$batch", content=body.encode())) == Call(
        "POST", "accounts", "batch", 2
    )
