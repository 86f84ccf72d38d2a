"""The benchmark command: it lists what there is, and says so when asked for what there is not."""

import pytest

from bench.__main__ import USAGE, main, names


def test_every_benchmark_says_what_it_measures() -> None:
    assert "cold" in names()
    assert all(names().values())


def test_the_benchmarks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0

    assert "cold         How much CPU a cold start pays" in capsys.readouterr().out


@pytest.mark.parametrize("named", [["flows"], []])
def test_without_a_name_it_is_the_flows_that_run(named: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*named, "--rounds", "0"])

    assert "./dev bench flows: error: connections, requests and rounds are 1 or more" in capsys.readouterr().err


def test_a_name_that_is_not_there_is_told_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["warm"]) == USAGE

    assert "There is no benchmark 'warm'; there are: cold, flows, scale" in capsys.readouterr().err
