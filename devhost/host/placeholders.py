"""`%SETTING%` in a binding: the host puts the app setting in its place (INameResolver), and refuses one that is not set."""

import re
from collections.abc import Mapping

_SETTING = re.compile(r"%([^%]+)%")


class UnsetError(ValueError):
    """A binding names an app setting that is not there."""


def resolved(text: str, values: Mapping[str, str]) -> str:
    """Put the settings in. Raises UnsetError."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise UnsetError(f"there is no app setting {found[1]}")
        return values[found[1]]

    return _SETTING.sub(value, text)
