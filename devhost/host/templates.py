"""Route templates as ASP.NET Core reads them: literals, parameters, defaults, catch-alls, constraints.

The production host hands every route to ASP.NET's `Route`, so the same text must match the same paths here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devhost.host.constraints import constraint

_OPEN, _CLOSE = "\ue000", "\ue001"  # stand for the escaped braces {{ and }} while a template is taken apart
_NAME = re.compile(r"[^/{}?*:=]+")

type Check = Callable[[str], bool]


class TemplateError(ValueError):
    """The route text is not a template ASP.NET would take."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `{name...}` of a template."""

    name: str
    checks: tuple[tuple[str, Check], ...]
    default: str | None
    optional: bool
    catch_all: bool

    @property
    def may_be_absent(self) -> bool:
        """Say whether a path may end before this parameter."""
        return self.optional or self.catch_all or self.default is not None


type Part = str | Parameter


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template: `match` gives the route values of a path, or None."""

    text: str
    segments: tuple[tuple[Part, ...], ...]
    pattern: re.Pattern[str]
    parameters: tuple[Parameter, ...]

    def match(self, path: str) -> Mapping[str, str] | None:
        """Return the values of the parameters, absent optional ones left out."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        values: dict[str, str] = {}
        for parameter, captured in zip(self.parameters, found.groups(), strict=True):
            value = captured or parameter.default
            if value is None:
                continue
            if not all(check(value) for _, check in parameter.checks):
                return None
            values[parameter.name] = value
        return values


def compile_template(text: str) -> Template:
    """Compile a route, the prefix already in front of it."""
    body = text.removeprefix("~/").removeprefix("/")
    if "//" in body:
        raise TemplateError("the separator '/' cannot appear twice in a row")
    segments = tuple(_segment(piece) for piece in _split(body.replace("{{", _OPEN).replace("}}", _CLOSE)))
    parameters = tuple(part for segment in segments for part in segment if isinstance(part, Parameter))
    names = [parameter.name.lower() for parameter in parameters]
    if len(set(names)) != len(names):
        raise TemplateError("a parameter name appears twice")
    if any(parameter.catch_all for parameter in parameters[:-1]):
        raise TemplateError("a catch-all can only be the last parameter")
    return Template(text, segments, re.compile(_pattern(segments), re.IGNORECASE | re.DOTALL), parameters)


def _split(text: str) -> list[str]:
    """Cut at the slashes outside braces; a regex constraint may hold some."""
    pieces, depth, current = [], 0, ""
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth not in (0, 1):
            raise TemplateError("braces do not match")
        if character == "/" and depth == 0:
            pieces.append(current)
            current = ""
        else:
            current += character
    if depth:
        raise TemplateError("a brace is not closed")
    return [*pieces, current] if current else pieces


def _segment(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    for piece in re.findall(r"\{[^}]*\}|[^{]+", text):
        if not piece.startswith("{"):
            if "?" in piece:
                raise TemplateError("a literal cannot hold '?'")
            parts.append(_unescape(piece))
        elif parts and isinstance(parts[-1], Parameter):
            raise TemplateError("two parameters must be separated by a literal")
        else:
            parts.append(_parameter(piece[1:-1]))
    if len(parts) > 1 and any(isinstance(part, Parameter) and part.catch_all for part in parts):
        raise TemplateError("a catch-all must be a whole segment")
    return tuple(parts)


def _unescape(text: str) -> str:
    return text.replace(_OPEN, "{").replace(_CLOSE, "}")


def _parameter(text: str) -> Parameter:
    catch_all = text.startswith("*")
    text = text.lstrip("*")
    optional = text.endswith("?")
    text = text.removesuffix("?")
    name = _NAME.match(text)
    if name is None:
        raise TemplateError(f"'{text}' is not a parameter name")
    constraints, default = _constraints_and_default(text[name.end() :])
    if optional and default is not None:
        raise TemplateError("an optional parameter cannot have a default")
    checks = tuple((spec, constraint(_unescape(spec))) for spec in constraints)
    return Parameter(name.group(), checks, default, optional, catch_all)


def _constraints_and_default(text: str) -> tuple[list[str], str | None]:
    """Read `:int:min(1)=5`; colons and equal signs inside parentheses belong to the constraint."""
    constraints: list[str] = []
    depth = 0
    for position, character in enumerate(text):
        if character == "=" and depth == 0:
            return constraints, _unescape(text[position + 1 :])
        if character == ":" and depth == 0:
            constraints.append("")
            continue
        depth += {"(": 1, ")": -1}.get(character, 0)
        if not constraints:
            raise TemplateError(f"'{text}' does not follow a parameter name")
        constraints[-1] += character
    return constraints, None


def _pattern(segments: tuple[tuple[Part, ...], ...]) -> str:
    """Build the expression from the right: what may be absent nests in what stands before it."""
    pattern, all_may_go, closing = "", True, "/?"
    for segment in reversed(segments):
        parameter = segment[0] if len(segment) == 1 and isinstance(segment[0], Parameter) else None
        if parameter is not None and parameter.catch_all:
            pattern, closing = "(?:/(.*))?", ""
            continue
        all_may_go = all_may_go and parameter is not None and parameter.may_be_absent
        piece = "/" + _segment_pattern(segment) + pattern
        pattern = f"(?:{piece})?" if all_may_go else piece
    return pattern + closing


def _segment_pattern(segment: tuple[Part, ...]) -> str:
    """Write one segment; groups are greedy because ASP.NET matches complex segments from the right."""
    pattern = ""
    for part in segment:
        if isinstance(part, str):
            pattern += re.escape(part)
        elif part.optional and pattern.endswith(r"\."):
            # {name}.{ext?}: the last dot goes with the extension, or both are absent
            pattern = pattern.removesuffix(r"\.").replace("+)", "+?)") + r"(?:\.([^/.]+))?"
        else:
            pattern += "([^/]+)"
    return pattern
