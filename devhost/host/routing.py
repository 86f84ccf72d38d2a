"""Which function answers a path: in the order of function names, the first match wins, as in the production host.

There is no rule that a literal beats a parameter. `items/search` in a function named `zsearch` loses to
`items/{id}` in `get_item`; a host that was kinder would hide that until production.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from devhost.host.constraints import sample
from devhost.host.functions import HttpFunction
from devhost.host.templates import Parameter, Template, compile_template

_RESERVED = ("admin", "runtime")
_FILLERS = ("x", "9")


@dataclass(frozen=True, slots=True)
class Match:
    """The function that answers, and what its route captured."""

    function: HttpFunction
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Route:
    """A function under its compiled template."""

    function: HttpFunction
    template: Template

    def takes(self, method: str) -> bool:
        """Say whether the method is among the function's; a function without methods takes all."""
        return not self.function.methods or method.upper() in self.function.methods


@dataclass(frozen=True, slots=True)
class RouteTable:
    """All routes, in the order in which they are tried."""

    routes: tuple[Route, ...]

    def find(self, method: str, path: str) -> Match | None:
        """Return the first match. A wrong method is no match, so it ends as 404 (host issue 10098)."""
        for route in self.routes:
            if not route.takes(method):
                continue
            values = route.template.match(path)
            if values is not None:
                return Match(route.function, values)
        return None

    def hidden(self) -> list[str]:
        """Return a sentence for every route some of whose paths an earlier one takes away.

        An earlier one that is a special case of it (`items/search` before `items/{id}`, anything before `{*rest}`) takes
        only what is its own.
        """
        return [
            f"{late.function.name} ({late.function.route}) is hidden by {early.function.name} "
            f"({early.function.route}): functions are tried in the order of their names"
            for position, late in enumerate(self.routes)
            for early in self.routes[:position]
            if _share_a_method(early.function, late.function)
            and not _are_the_same(early.function, late.function)
            and _takes_from(early.template, late.template)
        ]


def build_table(functions: Iterable[HttpFunction], *, prefix: str) -> tuple[RouteTable, list[str]]:
    """Sort by function name (ordinal, ignoring case), and say what the host would not load."""
    routes: list[Route] = []
    problems: list[str] = []
    for function in sorted(functions, key=lambda function: function.name.upper()):
        try:
            routes.append(Route(function, _template(function, prefix)))
        except ValueError as reason:
            problems.append(f"function {function.name}: the route '{function.route}' {reason}")
    for position, late in enumerate(routes):
        problems += [
            f"functions {late.function.name} and {early.function.name} have the same route and methods"
            for early in routes[:position]
            if _are_the_same(early.function, late.function)
        ]
    return RouteTable(tuple(routes)), problems


def _are_the_same(one: HttpFunction, other: HttpFunction) -> bool:
    return one.route.strip("/").lower() == other.route.strip("/").lower() and _share_a_method(one, other)


def _takes_from(early: Template, late: Template) -> bool:
    both = any(early.match(path) is not None for path in [*_paths(late), *_paths(late, guided_by=early)])
    return both and not (_is_within(early, late) and not _is_within(late, early))


def _is_within(one: Template, other: Template) -> bool:
    return all(other.match(path) is not None for path in _paths(one))


def _template(function: HttpFunction, prefix: str) -> Template:
    if function.route.lstrip("/").lower().startswith(_RESERVED):
        raise ValueError("conflicts with one of the host's own")
    try:
        return compile_template(f"{prefix}/{function.route}" if prefix else function.route)
    except ValueError as reason:
        raise ValueError(f"is not valid: {reason}") from reason


def _share_a_method(one: HttpFunction, other: HttpFunction) -> bool:
    return not one.methods or not other.methods or bool(one.methods & other.methods)


def _paths(template: Template, *, guided_by: Template | None = None) -> list[str]:
    """Give paths that it takes: its parameters filled in several ways, and all that may be absent left out.

    Where the other route has a literal, a parameter is filled with that: so a path is found that both take.
    """
    needed = sum(not _may_be_absent(segment) for segment in template.segments)
    paths = []
    for filler in _FILLERS:
        filled = [_filled(template, place, filler, guided_by) for place in range(len(template.segments))]
        paths += ["/" + "/".join(filled), "/" + "/".join(filled[:needed])]
    return [path for path in paths if template.match(path) is not None]


def _filled(template: Template, place: int, filler: str, guided_by: Template | None) -> str:
    segment, first = template.segments[place], template.segments[place][0]
    guide = guided_by.segments[place:] if guided_by is not None else ()
    if isinstance(first, Parameter) and first.catch_all:
        return "/".join(part for one in guide for part in one if isinstance(part, str)) or f"{filler}/{filler}/{filler}"
    if guide and len(segment) == len(guide[0]) == 1 and isinstance(guide[0][0], str) and isinstance(first, Parameter):
        return guide[0][0]
    return "".join(
        sample([spec for spec, _ in part.checks], filler) if isinstance(part, Parameter) else part for part in segment
    )


def _may_be_absent(segment: tuple[str | Parameter, ...]) -> bool:
    return len(segment) == 1 and isinstance(segment[0], Parameter) and segment[0].may_be_absent
