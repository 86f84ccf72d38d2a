"""The pages people see: sign-in, consent, errors, and the page that posts an answer to a client.

Plain HTML that works without script and under a policy that allows no inline style or script.
"""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shared.web.locales import NAMES, Locale, sentence, sentences, text
from shared.web.static import static_file

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

type PageName = Literal["sign_in", "confirm", "error", "form_post", "home", "sign_out", "told"]

_FOLDER = Path(__file__).with_name("templates")
# What a page does without. Anything else a template asks for and does not get is an error, not a blank.
_LEFT_OUT: dict[str, object] = {"email": "", "hint": None, "languages": {}, "person": "", "problem": None}


class Pages:
    """The templates, and the path of the issuer below which their static files lie."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")

    def render(self, page: PageName, locale: Locale, **context: object) -> str:
        """Write a page in a language. Every value is escaped; `context` is listed at the head of each template."""
        written = (
            _LEFT_OUT
            | context
            | {
                "asset": self._asset,
                "locale": locale,
                "names": NAMES,
                "known": sentences(locale).__contains__,
                "say": _say(locale),
                "text": partial(text, locale),
            }
        )
        return _templates().get_template(f"{page}.html").render(written)

    def _asset(self, name: str) -> str:
        """Return the address of a static file; it changes with the content, so that no browser keeps an old one."""
        found = static_file(name)
        if found is None:
            raise LookupError(f"no static file {name}")
        return f"{self._base}/static/{name}?v={found.version}"


def _say(locale: Locale) -> Callable[..., "Markup"]:
    """Return `text` for the body of a page: each value stands in its own element.

    A name that reads from right to left, or that ends in a control character, then cannot turn the words around it.
    """
    from markupsafe import Markup, escape  # noqa: PLC0415 - with the templates: only requests for a page pay for it

    value = Markup("<bdi>{}</bdi>")

    def say(key: str, **values: object) -> "Markup":
        return escape(sentence(locale, key)).format(**{name: value.format(one) for name, one in values.items()})

    return say


@cache
def _templates() -> "Environment":
    from jinja2 import (  # noqa: PLC0415 - a cold start that answers a token request does without templates
        Environment,
        FileSystemLoader,
        StrictUndefined,
    )

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
