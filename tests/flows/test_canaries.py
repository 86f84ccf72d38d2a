"""Nothing readable at rest: after every flow no row, key or event says who somebody is (invariant 8)."""

import asyncio
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator

import pytest

from shared.domain.answers import Ask
from shared.domain.errors import InvalidGrant
from shared.domain.text import parse_email
from shared.flows.agree import agree
from shared.flows.register import NewAccount, register_account
from shared.flows.tell_userinfo import tell_userinfo
from tests.flows.worlds import APP_ON_A_DESK, a_quick_world, form_of, signed_in
from tests.twin.shelf import MemoryShelf
from tests.world import SECRET, SEED, VERIFIER, World, code_in

EMAIL = "canary.Person@canary.example"
NAME = "Canary Q. Personname"
PASSWORD = "canary password of nobody"
NETWORK = "203.0.113.0/24"
CANARIES = (
    EMAIL,
    EMAIL.lower(),
    "canary.example",
    NAME,
    "Personname",
    PASSWORD,
    NETWORK,
    "203.0.113",
    SECRET,
    VERIFIER,
)

SHORT = 10
"""Less of it in base64 may stand anywhere by chance."""


async def _everything_happened() -> World:
    """Let one person go through every flow, and strangers knock."""
    world = await a_quick_world(decoys=True)
    person = NewAccount(parse_email(EMAIL), PASSWORD, {"name": NAME, "email_verified": True})
    await register_account(world.app, person, actor=SEED)
    await world.sign_in(EMAIL, "canary password, wrong", NETWORK)
    came = await signed_in(world, NETWORK, email=EMAIL, password=PASSWORD, login_hint=EMAIL)
    code = code_in(came.outcome)
    tokens = await world.redeem(code)
    await tell_userinfo(world.app, access_token=tokens.access_token)
    with pytest.raises(InvalidGrant):
        await world.redeem(code)
    asked = await world.ask(session_cookie=came.cookie, client=APP_ON_A_DESK)
    assert isinstance(asked, Ask)
    form = await form_of(world, asked)
    await agree(world.app, form, allowed=True, session_cookie=came.cookie, request_id="req_test")
    await asyncio.gather(*(world.sign_in(f"{number}{EMAIL}", PASSWORD, NETWORK) for number in range(8)))
    for _ in range(6):
        await world.sign_in(EMAIL, "wrong", NETWORK)
    return world


def _stored(shelf: MemoryShelf) -> Iterator[str]:
    for table, partitions in shelf._tables.items():
        for partition, rows in partitions.items():
            for row in rows.values():
                fields = {
                    name: one.decode("latin-1") if isinstance(one, bytes) else one for name, one in row.fields.items()
                }
                yield json.dumps([table, partition, row.row, fields])


def _in_base64(canary: str) -> Iterator[str]:
    """Give what of it is always spelled the same, wherever it lies among the groups of three bytes."""
    for shift in range(3):
        whole = canary.encode()[: len(canary) - (len(canary) + shift) % 3]
        for encode in (b64encode, urlsafe_b64encode):
            spelled = encode(b" " * shift + whole).decode()[4 if shift else 0 :]
            if len(spelled) > SHORT:
                yield spelled


def _found(canary: str, stored: str) -> bool:
    said = stored.lower()
    return (
        canary.lower() in said
        or canary.encode().hex() in said
        or any(spelled in stored for spelled in _in_base64(canary))
    )


async def test_invariant_8_no_row_names_a_person_or_holds_a_secret() -> None:
    world = await _everything_happened()
    assert isinstance(world.shelf, MemoryShelf)
    stored = "\n".join(_stored(world.shelf))

    assert [canary for canary in CANARIES if _found(canary, stored)] == []
    assert "consent.given" in stored


@pytest.mark.parametrize("before", ["", "x", "xx", "xxx"])
def test_the_search_would_find_a_name_however_it_is_spelled(before: str) -> None:
    said = f"{before}{NAME} and more"

    for spelled in (said.upper(), said.encode().hex(), b64encode(said.encode()).decode()):
        assert _found(NAME, spelled)
    assert not _found(NAME, b64encode(b"somebody else altogether").decode())
