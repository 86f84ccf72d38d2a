"""`python -m bench.driving JOB`: do what comes before, say READY, wait until the gate opens, and time the rest.

The gate is the end of standard input (devhost/services/children.py); the last line printed is the result, as JSON.
"""

import asyncio
import json
import sys
import time
from itertools import cycle

from bench.driving.connection import Connection
from bench.driving.flows import FLOWS
from bench.driving.job import Job, Result
from bench.driving.providers import PROVIDERS
from bench.driving.visitor import Visitor


def main() -> None:
    """Do one job."""
    job = Job(**json.loads(sys.argv[1]))
    print(json.dumps(asyncio.run(_drive(job)).said()))


async def _drive(job: Job) -> Result:
    provider, flow = PROVIDERS[job.provider], FLOWS[job.flow]
    shares = [job.accounts[at :: job.connections] for at in range(job.connections)]
    visitors = [Visitor(Connection(job.port), cycle(share)) for share in shares]
    each = -(-job.requests // job.connections)
    kept = await asyncio.gather(*(flow.before(provider, visitor, each) for visitor in visitors))
    print("READY", job.flow, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    taken: list[float] = []

    async def go(visitor: Visitor, held: list[str]) -> None:
        for _ in range(each):
            began = time.perf_counter()
            await flow.step(provider, visitor, held)
            taken.append(time.perf_counter() - began)

    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*map(go, visitors, kept))
    seconds, used = time.perf_counter() - began, time.process_time() - used
    for visitor in visitors:
        visitor.connection.close()
    return Result(seconds, taken, used)


if __name__ == "__main__":
    main()
