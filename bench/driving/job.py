"""What the driver is told, and what it tells: the two lines of JSON between it and the benchmark."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """Which flow of which provider, how often, over how many connections, and as whom."""

    provider: str
    flow: str
    port: int
    connections: int
    requests: int
    accounts: list[str]

    def told(self) -> dict[str, Any]:
        """Write it for the driver."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Result:
    """How long all of it took and each single step, and what CPU the driver itself used, in seconds."""

    seconds: float
    taken: list[float]
    driver_cpu: float = 0.0

    def said(self) -> dict[str, Any]:
        """Write it for the benchmark."""
        return asdict(self)
