"""The parameters of one request, exactly as they were sent: order, doubles and empty values kept (RFC 6749 §3.1)."""

import re
from dataclasses import dataclass
from typing import Final

from shared.domain.errors import InvalidRequest

_WORD: Final = re.compile(r"[a-z_]{1,32}")


@dataclass(frozen=True, slots=True)
class Parameters:
    """Name and value pairs in the order of arrival.

    An empty value counts as absent, as RFC 6749 §3.1 demands; a name sent twice is refused by whoever reads it.
    """

    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """Give the value of `name`, or None when it is absent or empty. Raises InvalidRequest when it came twice."""
        values = [value for given, value in self.pairs if given == name]
        if len(values) > 1:
            raise InvalidRequest(f"{name} was sent more than once")
        return values[0] if values and values[0] else None

    def need(self, name: str) -> str:
        """Give the value of `name`. Raises InvalidRequest when it is absent, empty or doubled."""
        value = self.get(name)
        if value is None:
            raise InvalidRequest(f"{name} is missing")
        return value

    def first(self, name: str) -> str | None:
        """Give the first value of `name` even when it is doubled: for carrying `state` back with the refusal."""
        return next((value for given, value in self.pairs if given == name and value), None)

    def doubled(self) -> str | None:
        """Name a parameter that was sent more than once, or None. A name that is no word of a protocol stays unsaid."""
        seen: set[str] = set()
        for name, _ in self.pairs:
            if name in seen:
                # What we say is logged, and a stranger's "name" may be an address, a password, or as long as a body.
                return name if _WORD.fullmatch(name) else "a parameter"
            seen.add(name)
        return None
