"""Catching: an SMTP server that takes every mail for everybody and passes none on."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiosmtpd.smtp import SMTP, Envelope, Session

from devhost.mail.mailbox import Mailbox

LARGEST_MAIL = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Catcher:
    """What the SMTP library calls with each mail."""

    mailbox: Mailbox
    now: Callable[[], int]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name there
        """Keep the mail; only then say that it was taken."""
        content = envelope.content or b""
        self.mailbox.keep(
            content.encode() if isinstance(content, str) else content,
            sender=envelope.mail_from or "",
            recipients=envelope.rcpt_tos,
            now=self.now(),
        )
        return "250 Kept"


@asynccontextmanager
async def catching(catcher: Catcher, sockets: Sequence[socket.socket]) -> AsyncIterator[None]:
    """Catch mails on `sockets` for as long as this context is open."""
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(
            catcher,
            hostname="localhost",
            ident="mail catcher",
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST_MAIL,
            loop=loop,
        )

    servers = [await loop.create_server(session, sock=one) for one in sockets]
    try:
        yield
    finally:
        for server in servers:
            server.close()
            server.abort_clients()
