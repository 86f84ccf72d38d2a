"""Which function answers ([src] WebFunctionsManager, WebJobsRouter; the issues of the host where named)."""

import pytest

from devhost.host.functions import HttpFunction, Indexed, Level, declared
from devhost.host.routing import RouteTable, build_table


def a_function(name: str, route: str, *methods: str) -> HttpFunction:
    return HttpFunction(name, name, "req", route, frozenset(methods), Level.ANONYMOUS)


def table_of(*functions: HttpFunction, prefix: str = "") -> RouteTable:
    table, problems = build_table(functions, prefix=prefix)
    assert problems == []
    return table


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
    match = table_of(*functions).find(method, path)

    assert (match and match.function.name) == winner


@pytest.mark.parametrize(("prefix", "path"), [("api", "/api/x"), ("", "/x"), ("a/b", "/a/b/x")])
def test_the_prefix_stands_before_every_route(prefix: str, path: str) -> None:
    assert table_of(a_function("f", "x"), prefix=prefix).find("GET", path) is not None


@pytest.mark.parametrize("route", ["admin", "admin/x", "administrators/x", "Runtime/x", "/admin"])
def test_a_route_in_the_hosts_own_territory_is_refused(route: str) -> None:
    _, problems = build_table([a_function("f", route)], prefix="api")

    assert problems == [
        f"function f: the route '{route}' conflicts with one of the host's own"
    ]  # issues 1781, 7634, 3460


@pytest.mark.parametrize(("one", "other"), [("x", "X"), ("/x", "x/")])
def test_the_same_route_and_method_twice_is_refused(one: str, other: str) -> None:
    _, problems = build_table([a_function("f", one, "GET"), a_function("g", other)], prefix="")

    assert problems == ["functions g and f have the same route and methods"]  # [src]


def test_a_route_with_a_bad_template_names_the_function() -> None:
    _, problems = build_table([a_function("f", "{n:integer}"), a_function("g", "a//b")], prefix="")

    assert [problem.partition(" is not valid")[0] for problem in problems] == [
        "function f: the route '{n:integer}'",
        "function g: the route 'a//b'",
    ]


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("items/{id}", "items/search"),  # [src] no rule that a literal beats a parameter
        ("{*rest}", "healthz"),
        ("{x}", "{y}"),
        ("{x}", "{n:int}"),
        ("items/{id?}", "items"),
        ("{a}/b", "a/{b}"),  # who gets /a/b depends on nothing but the names
        ("files/{*rest}", "files/{name}.txt"),
        ("ITEMS/{id}", "items/Search"),  # [src] ignoring case
    ],
)
def test_a_route_that_loses_paths_to_an_earlier_one_is_hidden(early: str, late: str) -> None:
    table = table_of(a_function("a", early), a_function("b", late), prefix="api")

    assert [line.partition(": functions are")[0] for line in table.hidden()] == [f"b ({late}) is hidden by a ({early})"]


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("items/search", "items/{id}"),
        ("healthz", "{*rest}"),
        ("{n:int}", "{x}"),
        ("{page}", "{*rest}"),
        ("items", "items/{id?}"),
        ("{x:alpha}", "{y:minlength(1)}"),
        ("a/{x}", "b/{y}"),
        ("a/{x}", "a/{x}/c"),
        ("id/static/{name}", "{*rest}"),
    ],
)
def test_a_special_case_before_the_general_one_hides_nothing(early: str, late: str) -> None:
    table = table_of(a_function("a", early), a_function("b", late))

    assert table.hidden() == []


def test_routes_of_different_methods_hide_nothing() -> None:
    table = table_of(a_function("a", "items/{id}", "GET"), a_function("b", "items/search", "POST"))

    assert table.hidden() == []


def test_the_route_is_the_functions_name_where_none_is_given() -> None:
    found = declared([Indexed("token", "token", ('{"type": "httpTrigger", "name": "req"}',))], {})

    assert [function.route for function in found.http] == ["token"]
