"""Every address of the app, as it registers them: what is tried on all of them cannot forget one."""

from typing import Any, Final

import function_app

FILLED: Final = {"{name}": "page.css", "{*rest}": "nothing/here"}


def paths() -> dict[str, str]:
    """Give a path for each function, by its name."""
    # `get_functions` can be called once only in a process; the builders can be looked at as often as one likes.
    functions = [builder._function for builder in function_app.app._function_builders]
    doors = [(one.get_function_name(), one.get_trigger()) for one in functions]
    return {str(name): "/" + _filled(trigger) for name, trigger in doors if hasattr(trigger, "route")}


def _filled(trigger: Any) -> str:
    route = str(trigger.route)
    for parameter, value in FILLED.items():
        route = route.replace(parameter, value)
    assert "{" not in route
    return route
