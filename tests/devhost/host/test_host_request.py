"""How a request is folded before a function sees it ([src] GrpcMessageConversionExtensions unless a row says more)."""

import pytest

from devhost.host.request import (
    BadRequestError,
    check_host,
    check_size,
    content_length,
    decode_path,
    fold_headers,
    fold_query,
    url_of,
)


@pytest.mark.parametrize(
    ("raw", "params"),
    [
        (b"", {}),
        (b"a=1", {"a": "1"}),
        (b"a=1&a=2", {"a": "1,2"}),  # repeated keys are joined
        (b"a=1&A=2", {"a": "1,2"}),  # names ignore case, the first spelling stays
        (b"a=", {}),  # worker issue 894: empty values are dropped
        (b"a", {}),
        (b"a=&a=1&a=", {"a": "1"}),  # StringValues.ToString skips empty ones
        (b"a=1&&b=2&", {"a": "1", "b": "2"}),
        (b"a=b=c", {"a": "b=c"}),
        (b"a=x+y%20z%2Bq", {"a": "x y z+q"}),
        (b"%61=1", {"a": "1"}),
        (b"a=%FF", {"a": "%FF"}),  # Uri.UnescapeDataString leaves what is no UTF-8
        (b"a=%C3%A9", {"a": "\u00e9"}),
    ],
)
def test_the_query_is_folded(raw: bytes, params: dict[str, str]) -> None:
    assert fold_query(raw) == params


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ([(b"X-A", b"1")], {"x-a": "1"}),
        ([(b"x-a", b"1"), (b"X-A", b"2")], {"x-a": "1,2"}),
        ([(b"x-a", b"")], {"x-a": ""}),
        ([(b"x-a", b""), (b"x-a", b"2")], {"x-a": "2"}),
        ([(b"cookie", b"a=1; b=%20")], {"cookie": "a=1; b=%20"}),  # the Cookie header is passed raw
        ([(b"x-ms-client-principal-id", b"me")], {}),  # Easy Auth's headers come from the platform only
        ([(b"X-MS-CLIENT-PRINCIPAL", b"me")], {}),
        ([(b"host", b"a"), (b"disguised-host", b"b")], {"host": "b", "disguised-host": "b"}),
        ([(b"x-a", "\u00e9".encode())], {"x-a": "\u00e9"}),
    ],
)
def test_headers_are_folded(sent: list[tuple[bytes, bytes]], seen: dict[str, str]) -> None:
    assert fold_headers(sent, client=None) == seen


@pytest.mark.parametrize(
    ("sent", "client", "seen"),
    [
        (None, ("127.0.0.1", 5), "127.0.0.1:5"),
        (None, ("::1", 5), "[::1]:5"),
        ("6.6.6.6", ("127.0.0.1", 5), "6.6.6.6, 127.0.0.1:5"),  # appended: trust only the last hop
    ],
)
def test_the_caller_is_appended_to_x_forwarded_for(sent: str | None, client: tuple[str, int], seen: str) -> None:
    headers = [(b"x-forwarded-for", sent.encode())] if sent else []

    assert fold_headers(headers, client=client)["x-forwarded-for"] == seen


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/a/b", "/a/b"),
        (b"/a%20b", "/a b"),
        (b"/a%2Fb%2fc", "/a%2Fb%2fc"),  # Kestrel keeps an encoded slash
        (b"/%41%2F%42", "/A%2FB"),
        (b"/a/../b", "/b"),
        (b"/a/%2e%2e/b/.", "/b/"),
        (b"/../../x", "/x"),
        (b"/..", "/"),
        (b"/.well-known/x", "/.well-known/x"),
        (b"/%FF", "/%FF"),
        (b"/%C3%A9", "/\u00e9"),
        (b"/%", "/%"),
        (b"http://elsewhere/x", "/x"),
        (b"http://elsewhere", "/"),
        (b"*", "*"),
    ],
)
def test_the_path_is_decoded_as_kestrel_does(raw: bytes, path: str) -> None:
    assert decode_path(raw) == path


@pytest.mark.parametrize(
    ("headers", "path", "query", "url"),
    [
        ({"host": "h:1"}, "/x", b"", "http://h:1/x"),
        ({"host": "h"}, "/x", b"a=&a=1&b", "http://h/x?a=&a=1&b"),  # what params lost is still here
        ({"host": "h"}, "/a b\u00e9%2F%", b"", "http://h/a%20b%C3%A9%2F%25"),
        ({"host": "h", "x-forwarded-proto": "https"}, "/x", b"", "https://h/x"),  # AppServiceHeaderFixupMiddleware
        ({"host": "h", "x-forwarded-proto": "https,http"}, "/x", b"", "http://h/x"),
        ({}, "/x", b"", "http:///x"),
    ],
)
def test_the_url_is_built_from_what_the_front_end_says(
    headers: dict[str, str], path: str, query: bytes, url: str
) -> None:
    assert url_of(headers, scheme="http", path=path, raw_query=query) == url


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ({}, 0),
        ({"content-length": "0"}, 0),
        ({"content-length": "10"}, 10),
        ({"transfer-encoding": "chunked"}, 0),  # host issue 4926, worker issue 574
        ({"transfer-encoding": "chunked", "content-length": "5"}, 0),
    ],
)
def test_a_body_is_forwarded_only_with_a_length(headers: dict[str, str], length: int) -> None:
    assert content_length(headers, largest=10) == length


def refused(status: int) -> pytest.RaisesExc[BadRequestError]:
    return pytest.RaisesExc(BadRequestError, check=lambda error: error.status == status)


def test_what_kestrel_refuses_is_refused_with_its_status() -> None:
    with refused(413):
        content_length({"content-length": "11"}, largest=10)
    with refused(414):
        check_size(b"/" * 8_193, [])
    with refused(431):
        check_size(b"/", [(b"x-a", b"y" * 32_768)])
    with refused(431):
        check_size(b"/", [(b"x-a", b"")] * 101)
    with refused(400):
        decode_path(b"/%00")
    with refused(400):
        fold_headers([(b"x-a", b"\xff")], client=None)
    with refused(400):
        fold_headers([(b"host", b"a/b")], client=None)


@pytest.mark.parametrize("sent", [[], [(b"Host", b"a"), (b"host", b"a")], [(b"x-host", b"a")]])
def test_a_request_that_names_no_host_or_several_is_refused(sent: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(BadRequestError) as refused:
        check_host(sent, version="1.1")

    assert refused.value.status == 400


def test_one_host_is_enough_and_http_1_0_needs_none() -> None:
    check_host([(b"HOST", b"a")], version="1.1")
    check_host([], version="1.0")
