"""The cold-start benchmark: it reads traces rightly, judges by the limit, and says whose part is whose."""

import pytest

from bench.cold import LIMIT, Import, Spread, cpu_seconds, imports, measure, verdict

TRACE = """\
import time: self [us] | cumulative | imported package
import time:       100 |        100 | site
import time:      3000 |       3000 |     werkzeug.http
import time:      1000 |       4000 |   azure.functions
import time:       200 |        200 |     shared.app
import time:        50 |        250 |   functions.token
import time:        10 |       4260 | function_app
a line of something else
"""


def spreads(ours: float) -> dict[str, Spread]:
    return {
        "pass": Spread((0.02, 0.02)),
        "import azure.functions": Spread((0.18, 0.19)),
        "import function_app": Spread((ours, ours)),
    }


def test_a_trace_names_each_import_under_our_module_and_who_asked_for_it() -> None:
    assert set(imports(TRACE, "function_app")) == {
        Import("werkzeug.http", 0.003, "azure.functions"),
        Import("azure.functions", 0.001, "azure.functions"),
        Import("shared.app", 0.0002, "functions.token"),
        Import("functions.token", 0.00005, "functions.token"),
        Import("function_app", 0.00001, "function_app"),
    }


def test_the_limit_itself_is_within_and_a_millisecond_more_is_over() -> None:
    assert "within the limit of 0.25 s" in verdict(spreads(LIMIT), busy=False)
    assert "OVER the limit" in verdict(spreads(LIMIT + 0.001), busy=False)


def test_the_verdict_tells_the_interpreter_the_library_and_ours_apart() -> None:
    said = verdict(spreads(0.225), busy=False)

    assert "0.020 the interpreter" in said
    assert "0.165 azure.functions" in said
    assert "0.040 our own" in said


def test_a_busy_machine_is_told_where_it_may_be_to_blame() -> None:
    assert "busy" not in verdict(spreads(0.3), busy=False)
    assert "busy" in verdict(spreads(0.3), busy=True)
    assert "busy" not in verdict(spreads(0.2), busy=True)


def test_a_program_is_run_as_often_as_asked_and_its_cpu_counted() -> None:
    measured = measure(("pass",), 2)["pass"]

    assert len(measured.seconds) == 2
    assert measured.least > 0


def test_a_program_that_fails_is_not_a_measurement() -> None:
    with pytest.raises(RuntimeError, match="`raise SystemExit\\(3\\)` failed"):
        cpu_seconds("raise SystemExit(3)")
