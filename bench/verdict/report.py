"""Print what was measured, and judge it."""

from collections.abc import Mapping, Sequence

from bench.driving.flows import FLOWS, Flow
from bench.driving.providers import OURS, PEER
from bench.verdict.comparison import MOST_CALLS, Measured, is_fair, ratio
from devhost.command.terminal import say

type Table = Mapping[tuple[str, str], Measured]

_HEAD = f"{'':<25}{'':<15}{'req/s':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'CPU app':>9}{'Azurite':>9}{'calls':>7}"
_UNITS = f"{'':<25}{'':<15}{'':>8}{'ms':>8}{'ms':>8}{'ms':>8}{'ms/req':>9}{'ms/req':>9}{'/req':>7}"


def report(flows: Sequence[Flow], measured: Table, *, conditions: Sequence[str]) -> int:
    """Print the table and the ratios. 0: every target that was measured is met, 1: not."""
    say("\n".join(["", *conditions, "", _HEAD, _UNITS]))
    for flow in flows:
        for provider in (OURS, PEER):
            one = measured.get((flow.name, provider.name))
            if one is not None:
                say(_row(flow.title if provider is OURS else "", provider.name, one))
    say()
    return _judge(flows, measured)


def _row(title: str, provider: str, one: Measured) -> str:
    f = one.figures
    speed = f"{f.per_second:>8.0f}{f.p50:>8.1f}{f.p95:>8.1f}{f.p99:>8.1f}"
    return f"{title:<25}{provider:<15}{speed}{f.app_cpu:>9.2f}{f.storage_cpu:>9.2f}{one.calls:>7.1f}"


def _judge(flows: Sequence[Flow], measured: Table) -> int:
    exchange = measured.get((FLOWS["exchange"].name, PEER.name))
    if exchange is not None and not is_fair(exchange.calls):
        say(
            f"The peer makes {exchange.calls:.1f} calls for an exchange, more than {MOST_CALLS}: no ratio would be fair."
        )
        return 1
    kept = True
    say(f"{OURS.name} beside {PEER.name} (CPU: app and Azurite together)")
    for flow in flows:
        ours, peer = (measured.get((flow.name, provider.name)) for provider in (OURS, PEER))
        if ours is not None and peer is not None:
            compared = ratio(ours, peer)
            say(f"  {flow.title:<25}{compared.said(flow)}")
            kept = kept and compared.keeps(flow)
    return 0 if kept else 1
