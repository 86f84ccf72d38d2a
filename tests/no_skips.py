"""A test that is left out, or expected to fail, fails: nobody reads a list of skipped tests."""

from collections.abc import Generator

import pytest

FAILURE = "skipped and expected-to-fail tests are not accepted here: "


def refuse[R: (pytest.TestReport, pytest.CollectReport)](report: R) -> R:
    """Turn a report of a test that did not really pass or fail into a failure."""
    if report.skipped or hasattr(report, "wasxfail"):
        why = getattr(report, "wasxfail", "") or str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = FAILURE + why
        # While it is there, pytest counts the report as expected.
        vars(report).pop("wasxfail", None)
    return report


# First and last to look, so that no other plugin marks the report after us.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refuse((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return refuse((yield))
