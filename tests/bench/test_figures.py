"""The benchmark's arithmetic: percentiles, what one request cost, and the usual round of several."""

import pytest

from bench.driving.job import Result
from bench.verdict.figures import Figures, figures, percentile, usual


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (1, 1), (50, 50), (95, 95), (99, 99), (100, 100)])
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(percent: int, value: int) -> None:
    hundred = [float(number) for number in range(100, 0, -1)]

    assert percentile(hundred, percent) == value


def test_a_percentile_of_few_values_is_one_of_them() -> None:
    assert percentile([3.0], 50) == 3.0
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0
    assert percentile([1.0, 2.0, 3.0], 99) == 3.0


def test_a_round_says_what_each_request_took_and_cost() -> None:
    round_ = figures(Result(2.0, [0.010, 0.020, 0.030, 0.040]), app_seconds=0.008, storage_seconds=0.004, others=0.1)

    assert round_ == Figures(per_second=2.0, p50=20.0, p95=40.0, p99=40.0, app_cpu=2.0, storage_cpu=1.0, others=0.1)
    assert round_.cpu == 3.0


def test_the_usual_round_is_the_median_of_each_figure_by_itself() -> None:
    rounds = [
        Figures(100.0, 1.0, 5.0, 9.0, 3.0, 0.3),
        Figures(300.0, 3.0, 4.0, 7.0, 1.0, 0.1),
        Figures(200.0, 2.0, 6.0, 8.0, 2.0, 0.2),
    ]

    assert usual(rounds) == Figures(200.0, 2.0, 5.0, 8.0, 2.0, 0.2)
