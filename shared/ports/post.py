"""What the flows need to tell people something: a queue of letters, and where mail leaves the house."""

from typing import Protocol

from shared.domain.letters import Mail
from shared.domain.times import Millis


class Post(Protocol):
    """The queue of letters to be sent."""

    async def put(self, message: str, *, delay: Millis) -> None:
        """Leave a message, to be seen after a while. Raises Unavailable; then it may lie there all the same."""
        ...


class Mailer(Protocol):
    """Where mail leaves the house."""

    async def send(self, mail: Mail) -> None:
        """Hand a mail over. Raises Unavailable; then it may have left all the same."""
        ...
