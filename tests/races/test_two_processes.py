"""Crowds in two processes of their own, clocks together or 2 seconds apart, on one storage (invariants 1, 2, 4, 5)."""

import pytest

from shared.domain.answers import Ask
from shared.domain.text import parse_email
from shared.domain.times import SECOND
from tests.flows.worlds import signed_in
from tests.races.apps import chain_of, requests_of
from tests.races.conftest import Crowds
from tests.races.history import UNUSED, assert_answered_in_order, assert_two_processes_answered, explained, once
from tests.world import code_in

pytestmark = pytest.mark.slow

together_and_apart = pytest.mark.parametrize("apart", [0, 2 * SECOND], ids=["together", "2 seconds apart"])


@together_and_apart
async def test_invariant_1_of_fifty_sign_ups_of_one_address_in_two_processes_one_gets_an_account(
    crowds: Crowds, apart: int
) -> None:
    history = await crowds.race("register", "wanted@demo.example", apart=apart)

    assert_two_processes_answered(history)
    assert explained(history, UNUSED, once)
    app = crowds.world.app
    ring = await app.keys.ring()
    entry = await app.directory.entry(ring.directory_hash("email", parse_email("wanted@demo.example").canonical))
    assert entry.account_id is not None
    assert [event.name for event in await chain_of(app, entry.account_id)] == ["account.created"]


@together_and_apart
async def test_invariant_4_of_fifty_redemptions_of_one_code_in_two_processes_one_succeeds(
    crowds: Crowds, apart: int
) -> None:
    code = code_in((await signed_in(crowds.world)).outcome)

    history = await crowds.race("redeem", code, apart=apart)

    assert_two_processes_answered(history)
    assert explained(history, UNUSED, once)
    events = await chain_of(crowds.world.app, crowds.world.account_id)
    assert [event.name for event in events].count("grant.revoked") == 1


@together_and_apart
async def test_invariant_2_fifty_right_answers_at_once_in_two_processes_all_land_in_order_without_a_gap(
    crowds: Crowds, apart: int
) -> None:
    asked = await crowds.world.ask()
    assert isinstance(asked, Ask)

    history = await crowds.race("sign in", asked.flow, apart=apart)

    assert_two_processes_answered(history)
    assert {told.said for told in history} == {"yes"}
    events = await chain_of(crowds.world.app, crowds.world.account_id)
    began = requests_of(events, "session.began")
    assert_answered_in_order(history, began)
    assert len(began) == 50
