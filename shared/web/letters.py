"""Letters in words: the person's language, plain text, nothing that anybody could have put there to be clicked."""

from collections.abc import Mapping
from typing import Any

from shared.domain.issuer import Issuer
from shared.domain.letters import Letter, Mail
from shared.domain.times import rfc3339
from shared.flows.send_letter import Words
from shared.web.locales import choose_locale, text


def words_of(issuer: Issuer) -> Words:
    """Give what puts letters into words, for the people of this issuer."""

    def words(letter: Letter, profile: Mapping[str, Any], client_name: str) -> Mail:
        locale = choose_locale(str(profile.get("locale") or ""), "")
        day, _, time = rfc3339(letter.at).partition("T")
        said = {"client_name": _plain(client_name), "day": day, "time": time[:5], "issuer": issuer.url}
        return Mail(
            to=str(profile["email"]),
            subject=text(locale, f"mail.{letter.name}.subject", **said),
            text=text(locale, f"mail.{letter.name}.text", **said),
            message_id=f"<{letter.letter_id}@{issuer.host}>",
        )

    return words


def _plain(name: str) -> str:
    """Keep a name on its line: a header ends where a line does."""
    return "".join(character if character.isprintable() else " " for character in name)
