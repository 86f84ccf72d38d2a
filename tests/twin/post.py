"""The queue of letters and the way out for mail, in memory: what was left there, in order."""

from shared.domain.letters import Mail
from shared.domain.times import Millis


class MemoryPost:
    """A Post that keeps its messages: (message, delay)."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, Millis]] = []

    async def put(self, message: str, *, delay: Millis) -> None:
        self.messages.append((message, delay))


class MemoryMailer:
    """A Mailer that keeps what it was given."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.mails.append(mail)
