"""Where mail leaves the house: SMTP (RFC 5321), one connection a mail, nothing of it in a log."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from shared.domain.errors import Unavailable
from shared.domain.letters import Mail
from shared.domain.times import SECOND, Millis

_SECONDS = 10.0


class NoMailer:
    """Stands where no mail server is set up yet: what is to be told stays in the account, and its message is put aside."""

    async def send(self, mail: Mail) -> None:
        """Raise Unavailable."""
        del mail
        raise Unavailable("no mail server is set up in this environment")


class SmtpMailer:
    """A Mailer that hands mail to one server. `server` is `smtp://host:port`, `sender` the address it comes from."""

    def __init__(self, server: str, *, sender: str, now: Callable[[], Millis], seconds: float = _SECONDS) -> None:
        self._server = server
        self._sender = sender
        self._now = now
        self._seconds = seconds

    async def send(self, mail: Mail) -> None:
        """Hand a mail over. Raises Unavailable; then it may have left all the same."""
        import aiosmtplib  # noqa: PLC0415 - late: only whoever sends a letter pays for it

        parts = urlsplit(self._server)
        try:
            await aiosmtplib.send(
                self._message(mail),
                hostname=parts.hostname,
                port=parts.port,
                timeout=self._seconds,
                start_tls=False,
            )
        except (aiosmtplib.SMTPException, OSError) as gone:
            # Neither its words nor itself as a cause: servers repeat the address, and the worker logs every cause.
            raise Unavailable(f"the mail server did not take it: {type(gone).__name__}") from None

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(datetime.fromtimestamp(self._now() / SECOND, UTC))
        message["Message-ID"] = mail.message_id
        # Written by a program: no holiday notices back (RFC 3834 §5).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message
