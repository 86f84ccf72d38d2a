"""Send a letter that a change left behind, and forget it: safe to be told twice, and to be killed half-way.

Sent and not yet forgotten, it is sent again under the same `Message-ID`: rather twice than never.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from shared.domain.canonical import parse_json
from shared.domain.letters import Letter, Mail, Slip
from shared.flows.open_profile import open_profile
from shared.ports import App

type Words = Callable[[Letter, Mapping[str, Any], str], Mail]
"""Puts a letter into words: for whom (the person's profile), and the name of the site it is about."""

_LONGEST_SLIP = 256


async def send_letter(app: App, message: str, *, words: Words) -> bool:
    """Send what a queued message names. False when there is nothing to send. Raises Unavailable, Tampered."""
    ring = await app.keys.ring(message)
    slip = Slip.of(parse_json(ring.open("mail", message), max_bytes=_LONGEST_SLIP, max_depth=2))
    letter, person = await asyncio.gather(
        app.accounts.letter(slip.account_id, slip.letter_id), app.accounts.person(slip.account_id)
    )
    if letter is None:
        return False
    if person is not None:
        site = await app.clients.find(letter.thing)
        mail = words(letter, open_profile(ring, person), site.client_name if site else letter.thing)
        await app.mailer.send(mail)
    await app.accounts.letter_sent(slip.account_id, slip.letter_id)
    return person is not None
