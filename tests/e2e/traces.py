"""Look for words in files as bytes, in every spelling a program might have given them by accident."""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
_SPELL = {"standard": base64.b64encode, "for addresses": base64.urlsafe_b64encode}


def spellings(word: str) -> Iterator[bytes]:
    """Give the bytes to look for: Unicode's forms, hexadecimal, percent-encoding, and base64 wherever it begins."""
    yield quote(word, safe="").encode()
    yield quote_plus(word).encode()
    for encoding in _ENCODINGS:
        raw = word.encode(encoding)
        yield raw
        yield raw.hex().encode()
        for spell in _SPELL.values():
            for shift in range(3):
                # Only what the neighbours' bits do not reach into: the same whatever stands before and after.
                first, end = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
                yield spell(bytes(shift) + raw)[first:end]


def traces(folder: Path, words: Iterable[str]) -> list[str]:
    """Say which files hold any of the words, in whatever case the letters are."""
    sought = {(word, spelled, spelled.lower()) for word in words for spelled in spellings(word)}
    found = set()
    for file in (one for one in folder.rglob("*") if one.is_file()):
        content = file.read_bytes()
        lowered = content.lower()
        found |= {f"{word} in {file.relative_to(folder)}" for word, _, small in sought if small in lowered}
    return sorted(found)
