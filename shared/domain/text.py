"""When two texts are the same text: Unicode NFC, and e-mail addresses in the one form that finds their account.

An address is *compared* in its canonical form and *sent to* as it was typed when it was registered, never as typed just
now: letters that fold together (long s and s) must not redirect mail (RFC 5321 §4.5.3.1, RFC 6531 §3.3, RFC 5891).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from shared.domain.errors import InvalidRequest
from shared.domain.ids import is_id

MAX_EMAIL: Final = 254
_MAX_LOCAL_OCTETS: Final = 64
# RFC 5322 atext, and by RFC 6531 anything beyond ASCII. Quoted local parts, comments and address literals are refused.
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_FALSE_AT: Final = frozenset("\uff20\ufe6b")  # fullwidth and small commercial at: drawn as @, and folded to it by IDNA
_CLIENT_ID: Final = re.compile(r"[\x20-\x7e]{1,64}")


@dataclass(frozen=True, slots=True)
class Email:
    """An address: `canonical` is compared and hashed; mail goes to `typed`, with the local part as it was written."""

    canonical: str
    typed: str

    def __repr__(self) -> str:
        return "Email(…)"  # a log line that shows this object must not show the person


def nfc(text: str) -> str:
    """Bring a text into the form in which it is stored, compared and hashed."""
    return unicodedata.normalize("NFC", text)


def parse_email(text: str) -> Email:
    """Read an address as a person types it. Raises InvalidRequest, and never says which address it was."""
    if len(text) > 2 * MAX_EMAIL:
        raise InvalidRequest("an e-mail address is too long")
    normal = nfc(text.strip(" \t\r\n"))
    if len(normal) > MAX_EMAIL or any(map(_forbidden, normal)):
        raise InvalidRequest("an e-mail address is too long or has a character that is not allowed")
    local, at, domain = normal.rpartition("@")
    if not at or len(local.encode()) > _MAX_LOCAL_OCTETS or _LOCAL.fullmatch(local) is None:
        raise InvalidRequest("an e-mail address has no local part as we accept it")
    folded = nfc(unicodedata.normalize("NFD", local).casefold())  # Unicode D145, canonical caseless matching
    a_label = _a_label(domain)
    return Email(canonical=f"{folded}@{a_label}", typed=f"{local}@{a_label}")


def is_client_id(text: str) -> bool:
    """Say whether a text may name a client: 1 to 64 of RFC 6749's VSCHAR (appendix A.1), never an account's id.

    A client that acts for itself is its own `sub`, which must not be taken for a person's (RFC 9700 §4.15).
    """
    return _CLIENT_ID.fullmatch(text) is not None and not is_id("acc", text)


def _forbidden(character: str) -> bool:
    # Control, format, surrogate, private, unassigned; line, paragraph and space separators.
    return character in _FALSE_AT or unicodedata.category(character)[0] in "CZ"


def _a_label(domain: str) -> str:
    import idna  # noqa: PLC0415 - late: 16 ms of start that only an address needs

    try:
        ascii_form = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii").lower().removesuffix(".")
    except (idna.IDNAError, UnicodeError) as wrong:
        raise InvalidRequest("an e-mail address has no such domain") from wrong
    if "." not in ascii_form:
        raise InvalidRequest("an e-mail address has a domain of one label")
    return ascii_form
