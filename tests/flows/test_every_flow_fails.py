"""No flow is left out of the faults: each public one is walked by a road, or stands here with the reason why not."""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType

from devhost.services.state import CHECKOUT
from tests.flows.roads import ROADS
from tests.flows.scenes import scene_in
from tests.flows.worlds import a_quick_world
from tests.world import EMAIL

FLOWS = CHECKOUT / "shared" / "flows"
TOOL = sys.monitoring.PROFILER_ID

# Only ever shorter, unless a flow is added that writes nothing.
NOT_ON_A_ROAD = {
    "audit.audit_account": "reads only",
    "pending_form.take_up": "asks storage for nothing but a client, which is remembered",
    "sweep_spent.sweep_spent": "in the name of nobody: fails at every call in test_sweep_spent.py",
    "prepare.prepare_decoys": "257 calls: fails at chosen ones in test_failing_storage.py",
}


def public_flows() -> set[str]:
    """Name every public function that can wait for something and is given the app."""
    return {
        f"{path.stem}.{node.name}"
        for path in FLOWS.glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_") and node.args.args[0].arg == "app"
    }


@contextmanager
def noting_what_runs() -> Iterator[set[str]]:
    ran: set[str] = set()

    def note(code: CodeType, _offset: int) -> object:
        if Path(code.co_filename).parent == FLOWS:
            ran.add(f"{Path(code.co_filename).stem}.{code.co_qualname}")
        return sys.monitoring.DISABLE

    sys.monitoring.use_tool_id(TOOL, "what runs")
    sys.monitoring.register_callback(TOOL, sys.monitoring.events.PY_START, note)
    sys.monitoring.set_events(TOOL, sys.monitoring.events.PY_START)
    sys.monitoring.restart_events()
    try:
        yield ran
    finally:
        sys.monitoring.set_events(TOOL, sys.monitoring.events.NO_EVENTS)
        sys.monitoring.free_tool_id(TOOL)


async def test_every_flow_is_walked_by_a_road_or_stands_in_the_list_with_its_reason() -> None:
    scenes = {name: await scene_in(await a_quick_world(), EMAIL) for name in ROADS}
    with noting_what_runs() as ran:
        for name, road in ROADS.items():
            await road.begin(scenes[name])
            await road.walk(scenes[name])

    assert public_flows() - ran == set(NOT_ON_A_ROAD)
