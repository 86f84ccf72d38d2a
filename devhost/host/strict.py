"""The start-up check: what production would refuse, hide or mangle is said at once, all of it, and nothing is served.

Production loads what it can and logs the rest; a function that is quietly missing is found by a customer.
"""

import inspect
import re
import typing
from collections import Counter
from collections.abc import Iterator
from typing import Any

from devhost.host.functions import AppRefusedError, Declared, Indexed, QueueFunction, declared
from devhost.host.routing import RouteTable, build_table
from devhost.host.settings import Settings

_FUNCTION_NAME = re.compile(r"[a-z][a-z0-9_-]{0,127}", re.IGNORECASE)
# Since host 4.1038: single underscores inside; before that none at all (host issue 10764).
_BINDING_NAME = re.compile(r"\$return|[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
_QUEUE_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")


def examined(indexed: list[Indexed], settings: Settings) -> tuple[Declared, RouteTable]:
    """Give the app's functions and routes. Raises AppRefusedError with a line for every problem there is."""
    functions = declared(indexed, settings.values)
    table, of_routes = build_table(functions.http, prefix=settings.route_prefix)
    problems = [
        *_of_names(indexed),
        *functions.problems,
        *of_routes,
        *table.hidden(),
        *(problem for function in indexed for problem in _of_code(function)),
        *_of_storage(functions, settings),
    ]
    if problems:
        raise AppRefusedError("\n".join(problems))
    return functions, table


def _of_names(indexed: list[Indexed]) -> Iterator[str]:
    for function in indexed:
        if not _FUNCTION_NAME.fullmatch(function.name) or function.name.lower() == "host":
            yield f"'{function.name}' is not a valid function name: a letter, then letters, digits, _ or -"
        for binding in function.bindings():
            if not _BINDING_NAME.fullmatch(binding["name"]):
                yield f"function {function.name}: '{binding['name']}' is not a valid binding name"
    for name, count in Counter(function.name.lower() for function in indexed).items():
        if count > 1:
            yield f"{count} functions have the name '{name}', which production does not tell apart by case"


def _of_code(function: Indexed) -> Iterator[str]:
    if function.code is None:
        return
    if not inspect.iscoroutinefunction(function.code) and _hides_a_coroutine(function.code):
        yield f"function {function.name}: an async function in a decorator that is not async itself is never awaited"
    if function.kind() == "httptrigger" and _returns_text(function.code):
        yield (
            f"function {function.name}: it returns str, which production may take for a response object; "
            "return an HttpResponse"
        )


def _hides_a_coroutine(code: Any) -> bool:  # noqa: ANN401 - whatever an app calls a function
    """Say whether something synchronous stands around an async function: by `functools.wraps`, or as a closure."""
    cells = (cell.cell_contents for cell in getattr(code, "__closure__", None) or ())
    return any(inspect.iscoroutinefunction(one) for one in (inspect.unwrap(code), *cells))


def _returns_text(code: Any) -> bool:  # noqa: ANN401 - as above
    return typing.get_type_hints(code).get("return") is str


def _of_storage(functions: Declared, settings: Settings) -> Iterator[str]:
    if (functions.timers or functions.queues) and settings.connection("Storage") is None:
        yield "there is no app setting AzureWebJobsStorage, which every trigger but HTTP needs"
    for queue in functions.queues:
        yield from _of_queue(queue, settings)


def _of_queue(queue: QueueFunction, settings: Settings) -> Iterator[str]:
    if not _QUEUE_NAME.fullmatch(queue.queue):
        yield f"function {queue.name}: '{queue.queue}' is not a valid queue name"
    if queue.connection != "Storage" and settings.connection(queue.connection) is None:
        yield f"function {queue.name}: there is no app setting {queue.connection} for its connection"
