"""Which function answers a path: in the order of function names, the first match wins, as in the production host.

There is no rule that a literal beats a parameter. `items/search` in a function named `zsearch` loses to
`items/{id}` in `get_item`; a host that was kinder would hide that until production.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from devhost.host.constraints import sample
from devhost.host.functions import AppRefusedError, HttpFunction
from devhost.host.templates import Parameter, Template, compile_template

_RESERVED = ("admin", "runtime")


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
        """Return a sentence for every route that an earlier one hides, wholly or in part."""
        return [
            f"{late.function.name} ({late.function.route}) is hidden by {early.function.name} ({early.function.route})"
            for position, late in enumerate(self.routes)
            for early in self.routes[:position]
            if _share_a_method(early.function, late.function)
            and early.template.match(_sample_path(late.template)) is not None
        ]


def build_table(functions: Iterable[HttpFunction], *, prefix: str) -> RouteTable:
    """Sort by function name (ordinal, ignoring case) and refuse what the host would not load."""
    ordered = sorted(functions, key=lambda function: function.name.upper())
    routes = [Route(function, _template(function, prefix)) for function in ordered]
    for position, late in enumerate(routes):
        for early in routes[:position]:
            same = early.function.route.lower() == late.function.route.lower()
            if same and _share_a_method(early.function, late.function):
                raise AppRefusedError(f"{late.function.name} and {early.function.name} have the same route and methods")
    return RouteTable(tuple(routes))


def _template(function: HttpFunction, prefix: str) -> Template:
    if function.route.lstrip("/").lower().startswith(_RESERVED):
        raise AppRefusedError(f"{function.name}: the route '{function.route}' conflicts with one of the host's own")
    try:
        return compile_template(f"{prefix}/{function.route}" if prefix else function.route)
    except ValueError as reason:
        raise AppRefusedError(f"{function.name}: the route '{function.route}' is not valid: {reason}") from reason


def _share_a_method(one: HttpFunction, other: HttpFunction) -> bool:
    return not one.methods or not other.methods or bool(one.methods & other.methods)


def _sample_path(template: Template) -> str:
    pieces = []
    for segment in template.segments:
        parts = [sample([spec for spec, _ in p.checks]) if isinstance(p, Parameter) else p for p in segment]
        pieces.append("".join(parts))
    return "/" + "/".join(pieces)
