"""Where caught mails lie: one file each, named by the time it came, so that a restart finds them in order."""

from dataclasses import dataclass
from pathlib import Path

from devhost.mail import message
from devhost.mail.message import ID, Mail
from devhost.vault.storage import write_whole


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The folder of the mails."""

    folder: Path

    def keep(self, content: bytes, *, sender: str, recipients: list[str], now: int) -> str:
        """Keep a mail and say under which id."""
        same_moment = sum(1 for _ in self.folder.glob(f"{now:013d}-*.eml"))
        identifier = f"{now:013d}-{same_moment:04d}"
        write_whole(self._path(identifier), message.sealed_in_envelope(content, sender=sender, recipients=recipients))
        return identifier

    def all(self) -> list[Mail]:
        """All mails, the newest first."""
        names = sorted((path.stem for path in self.folder.glob("*.eml") if ID.fullmatch(path.stem)), reverse=True)
        return [mail for name in names if (mail := self.find(name)) is not None]

    def find(self, identifier: str) -> Mail | None:
        """Find one mail."""
        content = self.source(identifier)
        return None if content is None else message.read(identifier, content)

    def source(self, identifier: str) -> bytes | None:
        """Find one mail as it came, with its envelope."""
        if not ID.fullmatch(identifier):
            return None
        try:
            return self._path(identifier).read_bytes()
        except FileNotFoundError:
            return None

    def empty(self) -> None:
        """Throw all mails away."""
        for path in self.folder.glob("*.eml"):
            path.unlink(missing_ok=True)

    def _path(self, identifier: str) -> Path:
        return self.folder / f"{identifier}.eml"
