"""Which function answers ([src] WebFunctionsManager, WebJobsRouter; the issues of the host where named)."""

import pytest

from devhost.host.functions import AppRefusedError, HttpFunction, Indexed, Level, http_functions
from devhost.host.routing import build_table


def a_function(name: str, route: str, *methods: str) -> HttpFunction:
    return HttpFunction(name, name, "req", route, frozenset(methods), Level.ANONYMOUS)


def indexed(name: str, binding: str = "req") -> Indexed:
    return Indexed(name, name, (f'{{"type": "httpTrigger", "name": "{binding}", "authLevel": "ANONYMOUS"}}',))


SEARCH, ITEM = a_function("zsearch", "items/search", "GET"), a_function("get_item", "items/{id}", "GET")


@pytest.mark.parametrize(
    ("functions", "method", "path", "winner"),
    [
        ([SEARCH, ITEM], "GET", "/items/search", "get_item"),  # [src] by name, not by how exact the route is
        ([ITEM, SEARCH], "GET", "/items/search", "get_item"),  # [src] nor by the order of declaration
        ([a_function("b", "{x}"), a_function("A", "{y}")], "GET", "/1", "A"),  # [src] ignoring case
        ([a_function("a_b", "{x}"), a_function("ab", "{y}")], "GET", "/1", "ab"),  # [src] ordinal: B before _
        ([a_function("a", "x", "POST")], "GET", "/x", None),  # issue 10098: no 405
        ([a_function("a", "x", "GET")], "HEAD", "/x", None),  # issue 11625: HEAD is not GET
        ([a_function("a", "x", "GET")], "OPTIONS", "/x", None),  # [src] no automatic OPTIONS
        ([a_function("a", "x")], "PURGE", "/x", "a"),  # [src] no methods: all of them
        ([a_function("a", "x", "GET"), a_function("b", "x", "POST")], "POST", "/x", "b"),
        ([a_function("a", "{n:int}"), a_function("b", "{n}")], "GET", "/x", "b"),  # [src] a failed constraint goes on
    ],
)
def test_the_first_route_by_function_name_wins(
    functions: list[HttpFunction], method: str, path: str, winner: str | None
) -> None:
    match = build_table(functions, prefix="").find(method, path)

    assert (match and match.function.name) == winner


@pytest.mark.parametrize(("prefix", "path"), [("api", "/api/x"), ("", "/x"), ("a/b", "/a/b/x")])
def test_the_prefix_stands_before_every_route(prefix: str, path: str) -> None:
    assert build_table([a_function("f", "x")], prefix=prefix).find("GET", path) is not None


@pytest.mark.parametrize("route", ["admin", "admin/x", "administrators/x", "Runtime/x", "/admin"])
def test_a_route_in_the_hosts_own_territory_is_refused(route: str) -> None:
    with pytest.raises(AppRefusedError, match="conflicts"):  # issues 1781, 7634, 3460
        build_table([a_function("f", route)], prefix="api")


def test_the_same_route_and_method_twice_is_refused() -> None:
    with pytest.raises(AppRefusedError, match="same route"):  # [src]
        build_table([a_function("f", "x", "GET"), a_function("g", "X")], prefix="")


def test_a_route_with_a_bad_template_names_the_function() -> None:
    with pytest.raises(AppRefusedError, match=r"f: the route .* is not valid"):
        build_table([a_function("f", "{n:integer}")], prefix="")


def test_a_hidden_route_is_reported() -> None:
    table = build_table([SEARCH, ITEM], prefix="api")

    assert table.hidden() == ["zsearch (items/search) is hidden by get_item (items/{id})"]


def test_a_literal_before_a_parameter_is_not_reported() -> None:
    table = build_table([a_function("a", "items/search"), a_function("b", "items/{id}")], prefix="")

    assert table.hidden() == []


def test_the_route_is_the_functions_name_where_none_is_given() -> None:
    functions, _ = http_functions([indexed("token")])

    assert functions[0].route == "token"


@pytest.mark.parametrize("name", ["1st", "host", "a b", "a" * 129])
def test_a_function_name_the_host_refuses_is_refused(name: str) -> None:
    with pytest.raises(AppRefusedError, match="not a valid function name"):  # [src]
        http_functions([indexed(name)])


def test_a_binding_name_with_two_underscores_is_refused() -> None:
    http_functions([indexed("f", "my_req")])  # issue 10764: one is fine

    with pytest.raises(AppRefusedError, match="not a valid binding name"):
        http_functions([indexed("f", "my__req")])
