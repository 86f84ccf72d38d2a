"""Ours beside the peer: the ratios, and whether what is promised is kept.

A peer that makes more calls than it must would flatter us: beyond the number that a plain adapter needs for an exchange
there is no ratio at all.
"""

from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.driving.flows import Flow
from bench.verdict.figures import Figures, usual

MOST_CALLS: Final = 9
"""What the peer may make for a code exchange, with one row per record."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A provider's rounds at one flow, and its calls to storage for each request."""

    rounds: tuple[Figures, ...]
    calls: float

    @property
    def figures(self) -> Figures:
        """The usual round."""
        return usual(self.rounds)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours to the peer's: so many times its requests per second, such a part of its CPU."""

    faster: float
    cpu: float

    def keeps(self, flow: Flow) -> bool:
        """Tell whether both targets of a flow, where it has them, are met."""
        fast_enough = flow.faster is None or self.faster >= flow.faster
        return fast_enough and (flow.cpu is None or self.cpu <= flow.cpu)

    def said(self, flow: Flow) -> str:
        """Write it beside what it should be."""
        parts = [f"{self.faster:.1f} x requests/s{_beside(flow.faster, '≥')}"]
        parts.append(f"{self.cpu:.2f} x CPU{_beside(flow.cpu, '≤')}")
        return ", ".join(parts) + ("" if self.keeps(flow) else "  MISSED")


def is_fair(calls_of_exchange: float) -> bool:
    """Tell whether the peer makes no more calls for an exchange than it must."""
    return round(calls_of_exchange, 1) <= MOST_CALLS


def ratio(ours: Measured, peer: Measured) -> Ratio:
    """Compare each round with the one beside it, and take the median: a machine that is slow for a while is so for both."""
    pairs = list(zip(ours.rounds, peer.rounds, strict=True))
    return Ratio(
        faster=median(one.per_second / other.per_second for one, other in pairs),
        cpu=median(one.cpu / other.cpu for one, other in pairs),
    )


def _beside(target: float | None, sign: str) -> str:
    return "" if target is None else f" ({sign} {target:g})"
