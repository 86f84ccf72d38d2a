"""Where log lines go: one JSON object a line on the logger `sluis`, without personal data, secrets or stack in public."""

import json
import logging
from typing import Any

_LOGGER = logging.getLogger("sluis")


def report(
    message: str,
    *,
    level: int = logging.INFO,
    exception: BaseException | None = None,
    **said: Any,  # noqa: ANN401 - any JSON
) -> None:
    """Write a line; with its stack when something failed that should not have."""
    _LOGGER.log(level, json.dumps({"message": message, **said}, default=str), exc_info=exception)
