"""The figures of one round, and the usual round of several."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import ceil
from statistics import median

from bench.driving.job import Result


@dataclass(frozen=True, slots=True)
class Figures:
    """Requests per second, times in milliseconds, and CPU milliseconds for each request.

    `others`: the part of all CPUs, 0 to 1, that programs took which have nothing to do with the benchmark.
    """

    per_second: float
    p50: float
    p95: float
    p99: float
    app_cpu: float
    storage_cpu: float
    others: float = 0.0

    @property
    def cpu(self) -> float:
        """Both together: work that is moved to storage is work."""
        return self.app_cpu + self.storage_cpu


def percentile(values: Sequence[float], percent: int) -> float:
    """Give the value that so many percent do not exceed (nearest rank)."""
    return sorted(values)[max(ceil(len(values) * percent / 100), 1) - 1]


def figures(result: Result, *, app_seconds: float, storage_seconds: float, others: float = 0.0) -> Figures:
    """Read one round."""
    count = len(result.taken)
    p50, p95, p99 = (percentile(result.taken, percent) * 1000 for percent in (50, 95, 99))
    per_request = 1000 / count
    return Figures(
        count / result.seconds, p50, p95, p99, app_seconds * per_request, storage_seconds * per_request, others
    )


def usual(rounds: Sequence[Figures]) -> Figures:
    """Give the median of each figure."""
    return Figures(*(median(column) for column in zip(*map(astuple, rounds), strict=True)))
