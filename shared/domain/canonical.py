"""One value, one spelling in bytes: what is hashed, signed or bound must never have two forms (RFC 8785).

Numbers are whole and below 2**53: the fractions of RFC 8785 §3.2.2.3 are refused, because no record of ours has one.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from shared.domain.errors import InvalidRequest, RequestTooLarge

type Json = bool | int | str | Sequence[Json] | Mapping[str, Json] | None

INTEGER_LIMIT: Final = 2**53
_INTEGER_DIGITS: Final = len(str(INTEGER_LIMIT)) + 1  # and a sign
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


def canonical(value: Json) -> bytes:
    """Spell a value in its only form. Raises ValueError for what has none: fractions, big integers, half characters."""
    return _ENCODER.encode(_ordered(value)).encode()


def _ordered(value: Json) -> Json:
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) >= INTEGER_LIMIT:
                raise ValueError("an integer of 2**53 or more has no canonical form")
            return value
        case list() | tuple():
            return [_ordered(each) for each in value]
        case Mapping():
            return {name: _ordered(value[name]) for name in sorted(value, key=_utf16)}
        case _:
            raise ValueError(f"a {type(value).__name__} has no canonical form")


def _utf16(name: object) -> bytes:
    if not isinstance(name, str):
        raise ValueError("only texts name things in canonical JSON")  # noqa: TRY004 - one kind of error for all of it
    # RFC 8785 §3.2.3 orders by UTF-16 code units, in which U+1F600 stands before U+FB33.
    return name.encode("utf-16-be")


def parse_json(text: bytes | str, max_bytes: int, max_depth: int) -> Json:
    """Read a stranger's JSON strictly: no doubled name, fraction, NaN or half character, nothing too long or deep."""
    plain = _decoded(text, max_bytes)
    _refuse_deep(plain, max_depth)
    try:
        value: Json = json.loads(
            plain,
            object_pairs_hook=_distinct,
            parse_int=_bounded,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
        if "\\u" in plain:
            _ENCODER.encode(value).encode()  # an escaped half character (a lone surrogate) fails here
    except (ValueError, RecursionError) as wrong:
        raise InvalidRequest("not JSON as we accept it") from wrong
    return value


def _decoded(text: bytes | str, max_bytes: int) -> str:
    if len(text) > max_bytes:
        raise RequestTooLarge("JSON over the limit")
    try:
        raw = text.encode() if isinstance(text, str) else text
        plain = text if isinstance(text, str) else text.decode()
    except UnicodeError as wrong:
        raise InvalidRequest("JSON is not UTF-8") from wrong
    if len(raw) > max_bytes:
        raise RequestTooLarge("JSON over the limit")
    return plain


def _refuse_deep(plain: str, max_depth: int) -> None:
    # Counted before parsing: the parser recurses, and a stranger's brackets must not choose how far.
    if plain.count("[") + plain.count("{") <= max_depth:
        return
    depth = 0
    for found in _BRACKETS.finditer(plain):
        first = found[0][0]
        depth += (first in "[{") - (first in "]}")
        if depth > max_depth:
            raise InvalidRequest("JSON is nested too deep")


def _distinct(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidRequest("JSON names one thing twice")
    return found


def _bounded(digits: str) -> int:
    if len(digits) > _INTEGER_DIGITS or abs(int(digits)) >= INTEGER_LIMIT:
        raise InvalidRequest("JSON has an integer of 2**53 or more")
    return int(digits)


def _refuse_number(_: str) -> NoReturn:
    raise InvalidRequest("JSON has a number that is not whole")
