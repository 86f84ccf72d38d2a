"""The races in memory, each in twenty orders that a seed draws: `./dev test --seed N` runs the very same ones again."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Final

import pytest

from tests.flows import test_go_on, test_guessing, test_once, test_races, test_refresh, test_register
from tests.flows.worlds import prepare_once
from tests.seeded_loop import run_seeded

type Race = Callable[[], Coroutine[Any, Any, object]]

ORDERS: Final = 20
ALONE: Final[tuple[Race, ...]] = (
    test_go_on.test_invariant_4_of_fifty_openings_at_once_on_two_processes_one_succeeds,
    test_refresh.test_invariant_4_fifty_refreshes_at_once_give_one_successor,
    test_register.test_invariant_1_of_fifty_registrations_of_one_address_one_makes_an_account,
    test_register.test_of_twenty_organisations_at_once_one_gets_the_client_id,
    test_register.test_invariant_2_thirty_clients_at_once_leave_one_chain_without_a_gap,
    test_races.test_invariant_2_right_and_wrong_answers_at_once_leave_a_whole_chain,
    test_guessing.guessed_200_times_at_once,
)
BY_PROCESSES: Final[Mapping[str, Callable[[int], Coroutine[Any, Any, object]]]] = {
    "fifty redemptions": test_once.redeemed_fifty_times,
    "fifty sign-ins": test_races.test_invariant_2_fifty_sign_ins_at_once_leave_one_chain_without_a_gap,
}
RACES: Final[Mapping[str, Race]] = {
    **{getattr(race, "__name__", "").removeprefix("test_"): race for race in ALONE},
    **{
        f"{name} at once, processes: {processes}": partial(race, processes)
        for name, race in BY_PROCESSES.items()
        for processes in (1, 2)
    },
}


@pytest.fixture(scope="module", autouse=True)
def _prepared() -> None:
    asyncio.run(prepare_once())


@pytest.mark.parametrize("name", RACES)
def test_a_race_ends_well_in_every_order(name: str, seed: int) -> None:
    for order in range(ORDERS):
        run_seeded(f"{seed}/{order}", RACES[name])
