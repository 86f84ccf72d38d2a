"""Every flow over keep-alive connections, beside npm oidc-provider on the same Azurite: speed, CPU, calls to storage.

In turns (ours, peer, ours, peer …), and of several rounds the median of each figure. First each flow is run once through a
relay that counts the calls to storage; those rounds are not timed.
"""

import argparse
import os
import platform
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import FrameType

from bench.driving.flows import FLOWS, Flow
from bench.stage.counter import CallCounter
from bench.stage.measure import Load, count_calls, measure
from bench.stage.providers import Running, start_providers
from bench.stage.stores import Stores, start_stores
from bench.stage.sweeping import sweep
from bench.verdict.comparison import Measured
from bench.verdict.figures import Figures
from bench.verdict.report import report
from devhost.command.terminal import bar, say
from devhost.services.children import Children
from devhost.services.ports import choose_base
from devhost.services.state import CHECKOUT, State

INTERRUPTED = 130
COUNTED = 8
"""Steps of each connection in a round that only counts calls."""

ACCOUNTS = 8
"""Of each connection."""

PREFIX = "timed"
"""Of the peer's tables."""

VERSIONS = ("azure-functions-runtime ", "oidc-provider ")
"""How the lines begin in which the providers say what they are."""

type Each[T] = dict[tuple[str, str], T]
"""Something for each flow and provider, by their names."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for."""

    flows: tuple[Flow, ...]
    load: Load
    rounds: int

    @property
    def accounts(self) -> int:
        """How many of each kind sign in: so many that none gathers more sessions than a person has."""
        return self.load.connections * ACCOUNTS


def main(arguments: Sequence[str]) -> int:
    """Measure, print, judge."""
    wish = _wish(arguments)
    (CHECKOUT / ".local").mkdir(exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-", dir=CHECKOUT / ".local") as folder, _one_interrupt():
            return _run(wish, State(Path(folder)))
    except KeyboardInterrupt:
        say("Stopped; every child has ended.")
        return INTERRUPTED


@contextmanager
def _one_interrupt() -> Iterator[None]:
    """Turn the first Ctrl-C, or its like, into an end in order; a second one must not leave half of it running."""
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def once(_number: int, _frame: FrameType | None) -> None:
        for each in asked:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in asked:
        signal.signal(number, once)
    yield


def _run(wish: Wish, state: State) -> int:
    with Children(cwd=CHECKOUT, logs=state.logs) as children:
        stores = start_stores(children, choose_base(), state, wish.accounts)
        calls = _count(wish, stores)
        figures, said = _time(wish, stores)
    measured = {at: Measured(tuple(rounds[1:]), calls[at]) for at, rounds in figures.items()}
    conditions = (
        f"{wish.load.connections} connections, {wish.load.requests} requests a round, median of {wish.rounds} rounds; "
        f"one process each, no TLS; {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, "
        f"Python {platform.python_version()}"
    )
    others = [one.others for rounds in figures.values() for one in rounds]
    busy = f"other programs took {median(others):.0%} of the CPUs meanwhile, and {max(others):.0%} at most"
    return report(wish.flows, measured, conditions=[conditions, busy, *said])


def _count(wish: Wish, stores: Stores) -> Each[float]:
    load, port = Load(wish.load.connections, wish.load.connections * COUNTED), stores.ports.smtp
    calls: Each[float] = {}
    with CallCounter(port, stores.ports.table) as counter, Children(cwd=CHECKOUT, logs=stores.state.logs) as children:
        running = start_providers(children, stores, prefix="counted", tables=port)
        turns = [(flow, one) for flow in wish.flows for one in _turns(flow, running)]
        with bar("Counting calls") as progress:
            for at, (flow, one) in enumerate(turns):
                calls[flow.name, one.provider.name] = count_calls(children, stores, counter, one, flow, load)
                progress(at + 1, len(turns))
    return calls


def _time(wish: Wish, stores: Stores) -> tuple[Each[list[Figures]], list[str]]:
    figures: Each[list[Figures]] = {}
    with Children(cwd=CHECKOUT, logs=stores.state.logs) as children, bar("Measuring, rounds") as progress:
        running = start_providers(children, stores, prefix=PREFIX)
        turns = [(flow, one) for flow in wish.flows for one in _rounds(wish, flow, running)]
        for at, (flow, one) in enumerate(turns):
            sweep(stores.connection_string, PREFIX)
            measured = measure(children, stores, one, flow, wish.load)
            figures.setdefault((flow.name, one.provider.name), []).append(measured)
            progress(at + 1, len(turns))
        return figures, [line for one in running for line in one.child.last if line.startswith(VERSIONS)]


def _rounds(wish: Wish, flow: Flow, running: tuple[Running, Running]) -> list[Running]:
    """List whose turn it is, in order: one round more than asked for, because the first warms up."""
    return [one for _ in range(1 + wish.rounds) for one in _turns(flow, running)]


def _turns(flow: Flow, running: tuple[Running, Running]) -> tuple[Running, ...]:
    return running if flow.at_peer else running[:1]


def _wish(arguments: Sequence[str]) -> Wish:
    parser = argparse.ArgumentParser(prog="./dev bench flows", description=__doc__.partition("\n")[0])
    parser.add_argument("flows", nargs="*", metavar="FLOW", help=f"only these, of: {', '.join(FLOWS)}")
    parser.add_argument("--connections", type=int, default=16, help="how many at once (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=480, help="how many in a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="how many rounds each (default: %(default)s)")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.flows if name not in FLOWS]
    if unknown:
        parser.error(f"there is no flow {unknown[0]!r}")
    if min(asked.connections, asked.requests, asked.rounds) < 1:
        parser.error("connections, requests and rounds are 1 or more")
    chosen = tuple(flow for flow in FLOWS.values() if not asked.flows or flow.name in asked.flows)
    return Wish(chosen, Load(asked.connections, asked.requests), asked.rounds)
