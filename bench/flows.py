"""Every flow over keep-alive connections, beside npm oidc-provider on the same Azurite: speed, CPU, calls to storage.

In turns (ours, peer, ours, peer …), and of several rounds the median of each figure. First each flow is run once through a
relay that counts the calls to storage; those rounds are not timed.
"""

import argparse
import platform
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from bench.driving.flows import FLOWS, Flow
from bench.stage.counter import CallCounter
from bench.stage.measure import Load, count_calls, measure
from bench.stage.providers import Running, start_providers
from bench.stage.stores import Stores, start_stores
from bench.verdict.comparison import Measured
from bench.verdict.figures import Figures, usual
from bench.verdict.report import report
from devhost.command.terminal import bar, say
from devhost.services.children import Children
from devhost.services.ports import choose_base
from devhost.services.state import CHECKOUT, State

INTERRUPTED = 130
COUNTED = 8
"""Steps of each connection in a round that only counts calls."""

type Each[T] = dict[tuple[str, str], T]
"""Something for each flow and provider, by their names."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for."""

    flows: tuple[Flow, ...]
    load: Load
    rounds: int


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
    ports, accounts = choose_base(), wish.load.connections
    with Children(cwd=CHECKOUT, logs=state.logs) as children:
        stores = start_stores(children, ports, state, accounts)
        with Children(cwd=CHECKOUT, logs=state.logs / "counted") as apps:
            calls = _count(wish, apps, stores)
        with Children(cwd=CHECKOUT, logs=state.logs / "timed") as apps:
            running = start_providers(apps, stores, accounts=accounts, prefix="timed")
            figures = _time(wish, apps, stores, running)
            said = [line for one in running for line in one.child.last if not line.startswith("READY")]
    measured = {at: Measured(usual(rounds), calls[at]) for at, rounds in figures.items()}
    conditions = (
        f"{wish.load.connections} connections, {wish.load.requests} requests a round, median of {wish.rounds} rounds; "
        f"one process each, no TLS; {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )
    return report(wish.flows, measured, conditions=[conditions, *said])


def _count(wish: Wish, children: Children, stores: Stores) -> Each[float]:
    load = Load(wish.load.connections, wish.load.connections * COUNTED)
    port = stores.ports.smtp
    with CallCounter(port, stores.ports.table) as counter, bar("Counting calls") as progress:
        running = start_providers(children, stores, accounts=load.connections, prefix="counted", tables=port)
        turns = _turns(wish, running)
        calls: Each[float] = {}
        for at, (flow, one) in enumerate(turns):
            calls[flow.name, one.provider.name] = count_calls(children, counter, one, flow, load)
            progress(at + 1, len(turns))
        return calls


def _time(wish: Wish, children: Children, stores: Stores, running: tuple[Running, Running]) -> Each[list[Figures]]:
    figures: Each[list[Figures]] = {}
    turns = [turn for flow in wish.flows for _ in range(wish.rounds) for turn in _turns_of(flow, running)]
    with bar("Measuring") as progress:
        for at, (flow, one) in enumerate(turns):
            measured = measure(children, stores, one, flow, wish.load)
            figures.setdefault((flow.name, one.provider.name), []).append(measured)
            progress(at + 1, len(turns))
    return figures


def _turns(wish: Wish, running: tuple[Running, Running]) -> list[tuple[Flow, Running]]:
    return [turn for flow in wish.flows for turn in _turns_of(flow, running)]


def _turns_of(flow: Flow, running: tuple[Running, Running]) -> list[tuple[Flow, Running]]:
    ours, peer = running
    return [(flow, ours), (flow, peer)] if flow.at_peer else [(flow, ours)]


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
