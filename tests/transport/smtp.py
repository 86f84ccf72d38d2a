"""A mail server that takes mail, or refuses it, says "later", is slow, or takes it and loses its answer (RFC 5321 §4.2)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN: Final = "250 Taken"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a mail. Say which by one of the functions below."""

    says: str = TAKEN
    keeps: bool = False
    hangs_up: bool = False
    delay: float = 0.0
    knows_nobody: bool = False


def refused() -> Fault:
    """Refuse it for good."""
    return Fault("554 5.7.1 Refused")


def later() -> Fault:
    """Say that it may be tried again."""
    return Fault("451 4.3.0 Later")


def nobody_here() -> Fault:
    """Refuse the address, and repeat it, as servers do."""
    return Fault(knows_nobody=True)


def cut_before() -> Fault:
    """Break the connection, and keep nothing."""
    return Fault(hangs_up=True)


def cut_after() -> Fault:
    """Keep it, and break the connection before anybody is told."""
    return Fault(keeps=True, hangs_up=True)


def slow(seconds: float) -> Fault:
    """Wait, then keep it and say so."""
    return Fault(keeps=True, delay=seconds)


@dataclass
class Server:
    """Where it is, and the mail it has."""

    url: str = ""
    mails: list[Message] = field(default_factory=list)
    tries: int = 0
    fault: Fault | None = None

    def plan(self, fault: Fault) -> None:
        """Let every mail meet a fault, until `heal`."""
        self.fault = fault

    def heal(self) -> None:
        """Take everything again."""
        self.fault = None

    async def handle_RCPT(  # noqa: N802 - its name there
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take an address, unless nobody is known."""
        if self.fault is not None and self.fault.knows_nobody:
            return f"550 5.1.1 <{address}> is nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name there
        """Do with a mail what was planned."""
        self.tries += 1
        fault = self.fault or Fault(keeps=True)
        await asyncio.sleep(fault.delay)
        if fault.keeps:
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content))
        if fault.hangs_up and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return fault.says


@asynccontextmanager
async def smtp() -> AsyncIterator[Server]:
    """Run one on this loop, on a port of its own."""
    loop = asyncio.get_running_loop()
    made = Server()
    listening = await loop.create_server(lambda: SMTP(made, hostname="localhost", loop=loop), "127.0.0.1", 0)
    made.url = f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        listening.close()
        listening.abort_clients()
