"""`--seed N`: what the tests leave to chance comes again. Each run draws its own seed and says it; so does a failing test."""

from collections.abc import Generator
from random import SystemRandom
from typing import Any, cast

import pytest

_LARGEST = 999_999_999


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, default=None, help="repeat what an earlier run left to chance")


def pytest_configure(config: pytest.Config) -> None:
    # Drawn once: the workers of pytest-xdist are told it.
    told = getattr(config, "workerinput", {}).get("seed")
    if told is not None:
        config.option.seed = told
    if config.option.seed is None:
        config.option.seed = SystemRandom().randrange(_LARGEST)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist the seed of the run."""
    node.workerinput["seed"] = seed_of(node.config)


def pytest_report_header(config: pytest.Config) -> str:
    return f"seed: {seed_of(config)} (`./dev test --seed {seed_of(config)}` repeats it)"


def seed_of(config: pytest.Config) -> int:
    return cast("int", config.option.seed)


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    """Give the seed of this run, for a test whose outcome may hang on it."""
    return seed_of(pytestconfig)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and "seed" in getattr(item, "fixturenames", ()):
        report.sections.append(("seed", f"./dev test --seed {seed_of(item.config)} '{item.nodeid}'"))
    return report
