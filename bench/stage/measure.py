"""Measure one flow of one provider once: the driver in a process of its own, and the CPU each process says it used."""

import json
import os
import sys
import time
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
    before = _spent(running, stores)
    result = _result(children, driver)
    app, storage, everything, passed = (now - then for now, then in zip(_spent(running, stores), before, strict=True))
    others = max(everything - app - storage - result.driver_cpu, 0.0) / (passed * (os.cpu_count() or 1))
    return figures(result, app_seconds=app, storage_seconds=storage, others=others)


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


def _spent(running: Running, stores: Stores) -> tuple[float, ...]:
    """Give the CPU seconds that the provider, Azurite and all programs together have used so far, and the time."""
    whole = psutil.cpu_times()
    everything = sum(whole) - whole.idle - getattr(whole, "iowait", 0.0)
    return *(_cpu(child) for child in (running.child, stores.azurite)), everything, time.monotonic()


def _cpu(child: Child) -> float:
    used = psutil.Process(child.process.pid).cpu_times()
    return used.user + used.system
