"""Measure one flow of one provider once: the driver in a process of its own, and the CPU each process says it used."""

import json
import sys
from dataclasses import dataclass

import psutil

from bench.driving.flows import Flow
from bench.driving.job import Job, Result
from bench.stage import seed
from bench.stage.counter import CallCounter
from bench.stage.providers import Running
from bench.stage.stores import Stores
from bench.verdict.figures import Figures, figures
from devhost.services.children import Child, Children, Program


@dataclass(frozen=True, slots=True)
class Load:
    """How many at once, and how many in all."""

    connections: int
    requests: int


def measure(children: Children, stores: Stores, running: Running, flow: Flow, load: Load) -> Figures:
    """Drive a flow, and say how fast it was and what it cost."""
    driver = _ready(children, stores, running, flow, load)
    before = _cpu(running.child), _cpu(stores.azurite)
    result = _result(children, driver)
    after = _cpu(running.child), _cpu(stores.azurite)
    used = [now - then for now, then in zip(after, before, strict=True)]
    return figures(result, app_seconds=used[0], storage_seconds=used[1])


def count_calls(
    children: Children, stores: Stores, counter: CallCounter, running: Running, flow: Flow, load: Load
) -> float:
    """Drive a flow, and say how many calls to storage a request made."""
    driver = _ready(children, stores, running, flow, load)
    before = counter.seen.total()
    result = _result(children, driver)
    return (counter.seen.total() - before) / len(result.taken)


def _ready(children: Children, stores: Stores, running: Running, flow: Flow, load: Load) -> Child:
    accounts = seed.addresses(stores.accounts, cheap=flow.cheap_accounts)
    job = Job(running.provider.name, flow.name, running.port, load.connections, load.requests, accounts)
    command = (sys.executable, "-m", "bench.driving", json.dumps(job.told()))
    driver = children.start(Program("driver", command, gated=True))
    children.wait_ready(driver)
    return driver


def _result(children: Children, driver: Child) -> Result:
    children.finish(driver)
    if driver.process.returncode != 0:
        raise RuntimeError(driver.epitaph())
    return Result(**json.loads(driver.last[-1]))


def _cpu(child: Child) -> float:
    """Give the CPU seconds, user and system together, of a process."""
    used = psutil.Process(child.process.pid).cpu_times()
    return used.user + used.system
