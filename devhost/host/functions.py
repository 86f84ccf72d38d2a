"""What an app declares about its functions, as the worker library reports it, and what the host refuses."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_FUNCTION_NAME = re.compile(r"[a-z][a-z0-9_-]{0,127}", re.IGNORECASE)
# Since host 4.1038: single underscores inside; before that none at all (host issue 10764).
_BINDING_NAME = re.compile(r"\$return|[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")


class AppRefusedError(Exception):
    """The app cannot be served; the text is for the developer at the terminal."""


class Level(StrEnum):
    """Who may call a function (the binding's `authLevel`)."""

    ANONYMOUS = "ANONYMOUS"
    FUNCTION = "FUNCTION"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class Indexed:
    """One function as the worker library indexed it."""

    name: str
    function_id: str
    raw_bindings: tuple[str, ...]

    def bindings(self) -> list[dict[str, Any]]:
        """Return the bindings as the host reads them: JSON objects."""
        return [json.loads(raw) for raw in self.raw_bindings]


@dataclass(frozen=True, slots=True)
class HttpFunction:
    """A function behind HTTP; no `methods` means all of them."""

    name: str
    function_id: str
    argument: str
    route: str
    methods: frozenset[str]
    level: Level


def http_functions(indexed: Iterable[Indexed]) -> tuple[list[HttpFunction], list[str]]:
    """Return the HTTP functions, and the names of the others, which this host does not run yet."""
    http: list[HttpFunction] = []
    others: list[str] = []
    for function in indexed:
        _check_names(function)
        trigger = next((b for b in function.bindings() if b["type"].lower() == "httptrigger"), None)
        if trigger is None:
            others.append(function.name)
        else:
            http.append(_http_function(function, trigger))
    return http, others


def _http_function(function: Indexed, trigger: dict[str, Any]) -> HttpFunction:
    route = trigger.get("route")
    return HttpFunction(
        name=function.name,
        function_id=function.function_id,
        argument=trigger["name"],
        route=function.name if route is None else route,
        methods=frozenset(method.upper() for method in trigger.get("methods") or ()),
        level=Level(trigger.get("authLevel", Level.FUNCTION).upper()),
    )


def _check_names(function: Indexed) -> None:
    if not _FUNCTION_NAME.fullmatch(function.name) or function.name.lower() == "host":
        raise AppRefusedError(f"'{function.name}' is not a valid function name: a letter, then letters, digits, _ or -")
    for binding in function.bindings():
        if not _BINDING_NAME.fullmatch(binding["name"]):
            raise AppRefusedError(f"function {function.name}: '{binding['name']}' is not a valid binding name")
