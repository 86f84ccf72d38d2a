"""Ours beside the peer: the ratios, the targets of issue 3, and that a peer which calls too often is no measure."""

import pytest

from bench.driving.flows import FLOWS
from bench.driving.providers import OURS, PEER
from bench.verdict.comparison import Measured, Ratio, is_fair, ratio
from bench.verdict.figures import Figures
from bench.verdict.report import report


def measured(per_second: float, cpu: float, calls: float = 2.0) -> Measured:
    return Measured((Figures(per_second, 1.0, 2.0, 3.0, cpu / 2, cpu / 2),), calls)


def both(name: str, ours: Measured, peer: Measured) -> dict[tuple[str, str], Measured]:
    return {(name, OURS.name): ours, (name, PEER.name): peer}


def test_the_ratio_is_of_requests_per_second_and_of_app_and_storage_together() -> None:
    ours = Measured((Figures(500.0, 1, 1, 1, app_cpu=1.0, storage_cpu=0.5),), 2.0)
    peer = Measured((Figures(200.0, 1, 1, 1, app_cpu=2.0, storage_cpu=4.0),), 8.0)

    assert ratio(ours, peer) == Ratio(faster=2.5, cpu=0.25)


def test_each_round_is_compared_with_the_one_beside_it() -> None:
    def rounds(*each: tuple[float, float]) -> Measured:
        return Measured(tuple(Figures(fast, 1, 1, 1, cpu, 0.0) for fast, cpu in each), 2.0)

    # In the second round something else took the machine: both were slow, the ratio stays.
    ours, peer = rounds((300, 1), (30, 10), (310, 1)), rounds((100, 4), (10, 40), (120, 3))

    assert ratio(ours, peer) == Ratio(faster=3.0, cpu=0.25)


@pytest.mark.parametrize(
    ("name", "faster", "cpu"),
    [
        ("exchange", 2.0, 0.5),
        ("refresh", 2.0, 0.5),
        ("introspection", 1.5, None),
        ("userinfo", 1.5, None),
        ("authorize-exchange", 2.0, None),
        ("client-credentials", None, None),
        ("sign-in", None, None),
    ],
)
def test_each_flow_has_the_target_it_was_given(name: str, faster: float | None, cpu: float | None) -> None:
    assert (FLOWS[name].faster, FLOWS[name].cpu) == (faster, cpu)


def test_a_target_that_is_just_met_is_met_and_a_little_less_is_missed() -> None:
    exchange = FLOWS["exchange"]

    assert Ratio(2.0, 0.5).keeps(exchange)
    assert not Ratio(1.99, 0.5).keeps(exchange)
    assert not Ratio(2.0, 0.51).keeps(exchange)
    assert Ratio(0.1, 9.0).keeps(FLOWS["client-credentials"])


@pytest.mark.parametrize(("calls", "fair"), [(8.0, True), (9.0, True), (9.04, True), (9.1, False), (14.0, False)])
def test_a_peer_that_calls_storage_more_often_than_it_must_is_no_measure(calls: float, fair: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_fair(calls) is fair


def test_without_a_fair_peer_no_ratio_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = both("exchange", measured(500, 1), measured(100, 9, calls=10.0))

    assert report([FLOWS["exchange"]], rows, conditions=[]) == 1
    printed = capsys.readouterr().out
    assert "no ratio would be fair" in printed
    assert "requests/s" not in printed


def test_what_was_measured_is_printed_with_its_ratio_and_judged(capsys: pytest.CaptureFixture[str]) -> None:
    exchange = FLOWS["exchange"]

    assert report([exchange], both("exchange", measured(500, 1), measured(100, 4)), conditions=["on this"]) == 0
    printed = capsys.readouterr().out
    assert "on this" in printed
    assert "5.0 x requests/s (≥ 2), 0.25 x CPU (≤ 0.5)" in printed
    assert "MISSED" not in printed

    assert report([exchange], both("exchange", measured(150, 1), measured(100, 4)), conditions=[]) == 1
    assert "MISSED" in capsys.readouterr().out
