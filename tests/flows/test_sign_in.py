"""The first road through all rooms: sign in, code, tokens, userinfo, on the in-memory shelf."""

import pytest

from shared.domain.answers import Ask, ToClient
from shared.domain.errors import InvalidGrant, InvalidToken
from shared.flows.audit import audit_account
from shared.flows.tell_userinfo import tell_userinfo
from tests.world import a_world, code_in


async def test_a_person_signs_in_and_the_site_learns_who_it_is() -> None:
    world = await a_world(decoys=False)

    tokens = await world.redeem(await world.code())
    claims = await tell_userinfo(world.app, access_token=tokens.access_token)

    assert claims == {"sub": world.account_id, "name": "Ada Lovelace"}


async def test_a_living_session_answers_silently() -> None:
    world = await a_world(decoys=False)
    signed_in = await world.sign_in()
    assert signed_in is not None

    assert isinstance(await world.ask(session_cookie=signed_in.cookie, prompt="none"), ToClient)
    assert isinstance(await world.ask(session_cookie=signed_in.cookie, prompt="login"), Ask)


async def test_a_second_use_of_a_code_ends_what_the_first_gave() -> None:
    world = await a_world(decoys=False)
    code = await world.code()
    tokens = await world.redeem(code)

    with pytest.raises(InvalidGrant, match="before"):
        await world.redeem(code)
    with pytest.raises(InvalidToken, match="ended"):
        await tell_userinfo(world.app, access_token=tokens.access_token)


async def test_a_wrong_password_and_an_unknown_address_are_refused_alike() -> None:
    world = await a_world()

    assert await world.sign_in(password="wrong") is None
    assert await world.sign_in(email="nobody@demo.example") is None


async def test_the_sixth_wrong_answer_is_not_looked_at() -> None:
    world = await a_world(decoys=False)
    for _ in range(5):
        assert await world.sign_in(password="wrong") is None

    assert await world.sign_in() is None
    world.clock.pass_by(60_000)
    assert await world.sign_in() is not None


async def test_every_change_has_its_event_and_the_chain_is_whole() -> None:
    world = await a_world(decoys=False)
    await world.sign_in(password="wrong")
    signed_in = await world.sign_in()
    assert signed_in is not None
    told: list[str] = []

    verdict = await audit_account(world.app, world.account_id, show=lambda event: told.append(event.name))

    assert told == ["account.created", "sign_in.refused", "sign_in.refusals_counted", "session.began"]
    assert repr(verdict) == "Whole(count=4)"
    assert code_in(signed_in.outcome)


@pytest.mark.parametrize("odd", ["\x01", '"', "\u00e9", "\U0001f600"])
async def test_line_9_the_longest_state_and_nonce_that_are_let_in_go_all_the_way(odd: str) -> None:
    world = await a_world(decoys=False)
    longest = odd * (2048 // len(odd.encode()))

    code = await world.code(nonce=odd * (4096 // len(odd.encode())), state="")
    tokens = await world.redeem(code)

    assert tokens.id_token is not None
    assert await world.code(nonce=longest, state=longest)
