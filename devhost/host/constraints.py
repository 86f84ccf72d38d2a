"""The inline constraints of ASP.NET Core routes (`{id:int}`, `{name:alpha:minlength(2)}`): a failed one is a 404."""

import contextlib
import re
import uuid
from collections.abc import Callable
from datetime import datetime

type Check = Callable[[str], bool]

_NUMBER = re.compile(r"\s*[+-]?(\d+(,\d+)*)?\.?\d*(e[+-]?\d+)?\s*", re.IGNORECASE)
_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*")
_SAMPLES = {
    "int": "1",
    "long": "1",
    "bool": "true",
    "guid": str(uuid.UUID(int=0)),
    "decimal": "1",
    "double": "1",
    "float": "1",
    "datetime": "2026-01-01",
    "min": "9",
    "range": "9",
}


def constraint(spec: str) -> Check:
    """Turn `int` or `range(1,9)` into a check. Raises ValueError for one ASP.NET does not know."""
    name, _, rest = spec.partition("(")
    arguments = rest.removesuffix(")") if rest else None
    if arguments is None and name.lower() in _PLAIN:
        return _PLAIN[name.lower()]
    if arguments is not None and name.lower() in _WITH_ARGUMENTS:
        with contextlib.suppress(re.error, TypeError, ValueError):
            return _WITH_ARGUMENTS[name.lower()](arguments)
    raise ValueError(f"the constraint '{spec}' is not known")


def sample(specs: list[str], filler: str) -> str:
    """Return a value that likely passes, the filler where anything may: used to find routes that hide others."""
    names = [spec.partition("(")[0].lower() for spec in specs]
    return next((_SAMPLES[name] for name in names if name in _SAMPLES), filler)


def _whole(bits: int) -> Check:
    bound = 1 << (bits - 1)
    return lambda value: _INTEGER.fullmatch(value) is not None and -bound <= int(value) < bound


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None and any(character.isdigit() for character in value)


def _is_guid(value: str) -> bool:
    bare = value.strip()
    if bare[:1] + bare[-1:] in ("{}", "()"):
        bare = bare[1:-1]
    return re.fullmatch(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bare, re.IGNORECASE) is not None


def _is_datetime(value: str) -> bool:
    with contextlib.suppress(ValueError):
        datetime.fromisoformat(value.strip())
        return True
    for form in ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%d %b %Y", "%b %d %Y"):
        with contextlib.suppress(ValueError):
            datetime.strptime(value.strip(), form)  # noqa: DTZ007 - only asked whether it is a date
            return True
    return False


def _regex(pattern: str) -> Check:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda value: compiled.search(value) is not None


def _counted(check: Callable[..., Check]) -> Callable[[str], Check]:
    return lambda arguments: check(*[int(number) for number in arguments.split(",")])


def _between(low: int, high: int | None = None) -> Check:
    def check(value: str) -> bool:
        return _INTEGER.fullmatch(value) is not None and low <= int(value) and (high is None or int(value) <= high)

    return check


def _length(low: int, high: int | None = None) -> Check:
    return lambda value: low <= len(value) <= (low if high is None else high)


_PLAIN: dict[str, Check] = {
    "int": _whole(32),
    "long": _whole(64),
    "bool": lambda value: value.strip().lower() in ("true", "false"),
    "guid": _is_guid,
    "alpha": lambda value: re.fullmatch("[a-z]*", value, re.IGNORECASE) is not None,
    "datetime": _is_datetime,
    "decimal": _is_number,
    "double": _is_number,
    "float": _is_number,
    "required": lambda value: value != "",
}
_WITH_ARGUMENTS: dict[str, Callable[[str], Check]] = {
    "regex": _regex,
    "length": _counted(_length),
    "minlength": _counted(lambda low: lambda value: len(value) >= low),
    "maxlength": _counted(lambda high: lambda value: len(value) <= high),
    "min": _counted(_between),
    "max": _counted(lambda high: lambda value: _INTEGER.fullmatch(value) is not None and int(value) <= high),
    "range": _counted(_between),
}
