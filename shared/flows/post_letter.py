"""Put a letter's slip into the queue: once ahead of the change it tells of, and again when the change is made.

The first is for a crash between the two: it waits until the change is surely made or surely not, and then finds the letter in
the account, or nothing to do. The second is for promptness. Whichever comes later finds the letter sent.
"""

from shared.domain.canonical import canonical
from shared.domain.errors import Unavailable
from shared.domain.letters import POSTED_AHEAD, Letter, Slip
from shared.domain.times import Millis
from shared.ports import App


async def post_ahead(app: App, letter: Letter) -> None:
    """Leave word before the change. A queue that is away does not keep a thief's family alive: the letter only waits."""
    await _post(app, letter, delay=POSTED_AHEAD)


async def post_now(app: App, letter: Letter) -> None:
    """Have it sent now. When the queue is away, the word that was left ahead has it sent a minute later."""
    await _post(app, letter, delay=0)


async def _post(app: App, letter: Letter, *, delay: Millis) -> None:
    slip = Slip(letter.account_id, letter.letter_id)
    try:
        ring = await app.keys.ring()
        await app.post.put(ring.seal("mail", canonical(slip.carried())), delay=delay)
    except Unavailable as away:
        app.log("letter not posted", letter=letter.letter_id, detail=away.detail)
