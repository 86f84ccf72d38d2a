"""An HTTP request as a function sees it: what the host folds, drops, adds and strips on the way in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote_plus, unquote_to_bytes

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_SLASH = re.compile("(%2F)", re.IGNORECASE)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[A-Za-z0-9._~%!$&'()*+,;=-]*(:\d*)?|\[[0-9A-Fa-f:.]+\](:\d*)?")
_LONGEST_LINE, _LARGEST_HEADERS, _MOST_HEADERS = 8_192, 32_768, 100


class BadRequestError(Exception):
    """The host answers by itself, with an empty body."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered {status} by the host")
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """What goes to the worker."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    route_params: Mapping[str, str]
    body: bytes


def check_size(target: bytes, raw_headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Refuse what Kestrel refuses before any function sees it (its default limits)."""
    if len(target) > _LONGEST_LINE:
        raise BadRequestError(414)
    sizes = [len(name) + len(value) for name, value in raw_headers]
    if len(sizes) > _MOST_HEADERS or sum(sizes) > _LARGEST_HEADERS:
        raise BadRequestError(431)


def check_host(raw_headers: Iterable[tuple[bytes, bytes]], *, version: str) -> None:
    """Refuse a request that names no host or several, as Kestrel does (RFC 9112 §3.2); HTTP/1.0 had none."""
    if version != "1.0" and [name.lower() for name, _ in raw_headers].count(b"host") != 1:
        raise BadRequestError(400)


def fold_headers(raw_headers: Iterable[tuple[bytes, bytes]], *, client: tuple[str, int] | None) -> dict[str, str]:
    """Lower-case the names, join repeated values, and do what Azure's front end does."""
    folded: dict[str, str] = {}
    for raw_name, raw_value in raw_headers:
        name = raw_name.decode("latin-1").lower()
        # Only the platform may speak for a signed-in principal (Easy Auth).
        if not name.startswith("x-ms-client-principal"):
            folded[name] = _joined(folded.get(name, ""), _text(raw_value))
    if client is not None:
        address, port = client
        hop = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        sent = folded.get("x-forwarded-for")
        folded["x-forwarded-for"] = f"{sent}, {hop}" if sent else hop
    if "disguised-host" in folded:
        folded["host"] = folded["disguised-host"]
    if not _HOST.fullmatch(folded.get("host", "")):
        raise BadRequestError(400)
    return folded


def fold_query(raw_query: bytes) -> dict[str, str]:
    """Read the query: repeated keys joined (names ignore case), keys that end up empty dropped."""
    names: dict[str, str] = {}
    values: dict[str, str] = {}
    for pair in raw_query.decode("latin-1").split("&"):
        if not pair:
            continue
        key, _, value = pair.partition("=")
        name = names.setdefault(_unescaped(key).lower(), _unescaped(key))
        values[name] = _joined(values.get(name, ""), _unescaped(value))
    return {name: value for name, value in values.items() if value}


def decode_path(raw_path: bytes) -> str:
    """Decode as Kestrel does: everything but %2F, then dot segments resolved. A NUL is refused."""
    text = raw_path.decode("latin-1")
    if not text.startswith("/"):
        absolute = re.fullmatch(r"https?://[^/]*(/.*)?", text, re.IGNORECASE)
        text = (absolute.group(1) or "/") if absolute else text
    path = _ESCAPES.sub(lambda run: "".join(_decoded(piece) for piece in _SLASH.split(run.group())), text)
    if "\0" in path:
        raise BadRequestError(400)
    return _without_dots(path) if "/." in path else path


def url_of(headers: Mapping[str, str], *, scheme: str, path: str, raw_query: bytes) -> str:
    """Build `req.url`: the path re-encoded, the query exactly as it came."""
    scheme = headers.get("x-forwarded-proto", scheme)
    secure = "https" if scheme.lower() == "https" else "http"
    encoded = quote(_LONE_PERCENT.sub("%25", path), safe="/%!$&'()*+,;=:@")
    query = "?" + raw_query.decode("latin-1") if raw_query else ""
    return f"{secure}://{headers.get('host', '')}{encoded}{query}"


def content_length(headers: Mapping[str, str], *, largest: int) -> int:
    """Return how much body to forward: a chunked body arrives empty (host issue 4926), a large one is refused."""
    stated = headers.get("content-length", "")
    if not stated.isdecimal() or "transfer-encoding" in headers:
        return 0
    if int(stated) > largest:
        raise BadRequestError(413)
    return int(stated)


def _joined(before: str, value: str) -> str:
    """Join like StringValues.ToString: with a comma, empty values skipped."""
    return f"{before},{value}" if before and value else before or value


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequestError(400) from None


def _unescaped(text: str) -> str:
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        return text


def _decoded(escapes: str) -> str:
    if _SLASH.fullmatch(escapes):
        return escapes
    try:
        return unquote_to_bytes(escapes).decode("utf-8")
    except UnicodeDecodeError:
        return escapes


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    ends_in_dots = segments[-1] in (".", "..")
    return "/" + "/".join(kept) + ("/" if ends_in_dots and kept else "")
