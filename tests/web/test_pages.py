"""The pages: complete without script, nothing inline, nothing unescaped, nothing forgotten."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from shared.web.locales import LOCALES, Locale, text
from shared.web.pages import PageName, Pages
from shared.web.static import static_file

PAGES = Pages("/id")
HOSTILE = """<script>alert(1)</script>"'&"""

SIGN_IN: dict[str, object] = {"flow": "sealed", "action": "/id/sign-in", "client_name": "Shop"}
CONFIRM: dict[str, object] = SIGN_IN | {"scopes": ["openid", "email"], "person": "anna@example.org"}
ERROR: dict[str, object] = {
    "title_key": "error.not_found.title",
    "message_key": "error.not_found.message",
    "request_id": "req_1",
}
FORM_POST: dict[str, object] = {
    "action": "https://shop.example/callback",
    "fields": {"code": "c", "state": "s", "iss": "i"},
}
EVERY_PAGE: list[tuple[PageName, dict[str, object]]] = [
    ("sign_in", SIGN_IN),
    ("confirm", CONFIRM),
    ("error", ERROR),
    ("form_post", FORM_POST),
]


class Elements(HTMLParser):
    """The start tags of a page, as a browser would read them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == tag]

    def field(self, name: str) -> dict[str, str | None]:
        return next(attributes for attributes in self.all("input") if attributes["name"] == name)


def sign_in(**more: object) -> Elements:
    return Elements(PAGES.render("sign_in", "en", **(SIGN_IN | more)))


def test_the_sign_in_form_has_the_fields_that_others_rely_on() -> None:
    page = sign_in()

    assert page.all("form") == [{"method": "post", "action": "/id/sign-in"}]
    assert [field["name"] for field in page.all("input")] == ["flow", "email", "password"]
    assert page.field("flow")["value"] == "sealed"


def test_password_managers_recognise_both_fields() -> None:
    page = sign_in()

    assert page.field("email")["autocomplete"] == "username"
    assert page.field("email")["inputmode"] == "email"
    assert page.field("password")["autocomplete"] == "current-password"
    assert page.field("password")["type"] == "password"


def test_the_password_is_never_put_back_into_the_page() -> None:
    page = PAGES.render("sign_in", "en", **SIGN_IN, problem="sign_in.refused", password="correct horse")

    assert "correct horse" not in page
    assert "value" not in Elements(page).field("password")


def test_every_visible_field_has_a_label() -> None:
    page = sign_in()

    labelled = {label["for"] for label in page.all("label")}

    assert labelled == {field["id"] for field in page.all("input") if field["type"] != "hidden"}


def test_the_cursor_waits_in_the_first_empty_field() -> None:
    fresh, known = sign_in(), sign_in(email="anna@example.org")

    assert "autofocus" in fresh.field("email")
    assert "autofocus" not in fresh.field("password")
    assert "autofocus" in known.field("password")
    assert "autofocus" not in known.field("email")


def test_a_known_address_is_filled_in() -> None:
    assert sign_in(email="anna@example.org").field("email")["value"] == "anna@example.org"


def test_a_refusal_is_announced_and_belongs_to_both_fields() -> None:
    page = sign_in(problem="sign_in.refused")

    assert text("en", "sign_in.refused") in page.words
    assert {"class": "problem", "id": "problem", "role": "alert"} in page.all("p")
    for name in ("email", "password"):
        assert page.field(name)["aria-describedby"] == "problem"
        assert page.field(name)["aria-invalid"] == "true"


def test_a_problem_stands_in_the_title_where_screen_readers_begin() -> None:
    assert "<title>Error: Sign in · Sluis</title>" in PAGES.render(
        "sign_in", "en", **SIGN_IN, problem="sign_in.refused"
    )


def test_without_a_problem_nothing_is_announced() -> None:
    page = PAGES.render("sign_in", "en", **SIGN_IN)

    assert "alert" not in page
    assert "aria-describedby" not in page


def test_the_languages_are_links_when_given_and_absent_when_not() -> None:
    page = sign_in(languages={"en": "?ui_locales=en", "nl": "?ui_locales=nl"})

    assert page.all("a") == [
        {"href": "?ui_locales=en", "lang": "en", "hreflang": "en", "aria-current": "true"},
        {"href": "?ui_locales=nl", "lang": "nl", "hreflang": "nl"},
    ]
    assert sign_in().all("nav") == []


def test_consent_names_the_client_the_person_and_what_is_asked() -> None:
    page = Elements(PAGES.render("confirm", "en", **CONFIRM))

    assert "Shop would like to:" in page.words
    assert "anna@example.org" in page.words
    assert text("en", "scope.openid") in page.words
    assert text("en", "scope.email") in page.words
    assert text("en", "scope.phone") not in page.words


def test_consent_is_a_choice_between_two_buttons() -> None:
    page = Elements(PAGES.render("confirm", "en", **CONFIRM))

    assert [(button["name"], button["value"]) for button in page.all("button")] == [
        ("decision", "allow"),
        ("decision", "deny"),
    ]


def test_a_scope_without_words_of_its_own_is_shown_by_its_name() -> None:
    page = Elements(PAGES.render("confirm", "en", **(CONFIRM | {"scopes": ["invoices.read"]})))

    assert "use the permission “invoices.read”" in page.words


def test_an_error_shows_its_reference() -> None:
    assert "Reference req_1" in Elements(PAGES.render("error", "en", **ERROR)).words


def test_a_hint_is_shown_only_when_given() -> None:
    assert 'class="hint"' not in PAGES.render("error", "en", **ERROR)
    assert "nearest: &lt;b&gt;" in PAGES.render("error", "en", **ERROR, hint="nearest: <b>")


def test_the_form_post_page_carries_the_answer_and_a_button() -> None:
    page = Elements(PAGES.render("form_post", "en", **FORM_POST))

    assert page.all("form") == [{"method": "post", "action": "https://shop.example/callback"}]
    assert {field["name"]: field["value"] for field in page.all("input")} == FORM_POST["fields"]
    assert {field["type"] for field in page.all("input")} == {"hidden"}
    assert page.all("button") == [{"type": "submit"}]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("name", "context"), EVERY_PAGE)
def test_every_page_is_whole_in_every_language(name: PageName, context: dict[str, object], locale: Locale) -> None:
    page = Elements(PAGES.render(name, locale, **context))

    assert page.all("html") == [{"lang": locale, "dir": "ltr"}]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    assert {"name": "color-scheme", "content": "light dark"} in page.all("meta")


@pytest.mark.parametrize(("name", "context"), EVERY_PAGE)
def test_no_page_needs_a_policy_that_allows_inline_style_or_script(name: PageName, context: dict[str, object]) -> None:
    page = Elements(PAGES.render(name, "en", **context))

    assert page.all("style") == []
    assert all(script.get("src") for script in page.all("script"))
    assert [key for _, attributes in page.found for key in attributes if key == "style" or key.startswith("on")] == []
    assert "javascript:" not in "".join(str(attributes) for _, attributes in page.found)


@pytest.mark.parametrize("base", ["/id", "", "/deep/er", "/id/"])
@pytest.mark.parametrize(("name", "context"), EVERY_PAGE)
def test_every_asset_lies_below_the_issuer_and_exists(name: PageName, context: dict[str, object], base: str) -> None:
    page = Elements(Pages(base).render(name, "en", **context))
    sources = [link["href"] for link in page.all("link")] + [e["src"] for e in page.all("script") + page.all("img")]

    for source in sources:
        found = re.fullmatch(rf"{base.rstrip('/')}/static/([a-z.-]+)\?v=([0-9a-f]{{12}})", str(source))
        assert found, source
        file = static_file(found[1])
        assert file is not None
        assert file.version == found[2]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("name", "context"),
    [
        (
            "sign_in",
            dict.fromkeys(("flow", "action", "client_name", "email"), HOSTILE) | {"languages": {"en": HOSTILE}},
        ),
        ("confirm", dict.fromkeys(("flow", "action", "client_name", "person"), HOSTILE) | {"scopes": [HOSTILE]}),
        ("error", ERROR | {"hint": HOSTILE, "request_id": HOSTILE}),
        ("form_post", {"action": HOSTILE, "fields": {HOSTILE: HOSTILE}}),
    ],
)
def test_whatever_a_value_holds_it_stays_a_value(name: PageName, context: dict[str, object], locale: Locale) -> None:
    hostile, plain = PAGES.render(name, locale, **context), PAGES.render(name, locale, **_plain(context))

    tags = [tag for tag, _ in Elements(hostile).found]

    assert "<script>alert" not in hostile
    assert tags == [tag for tag, _ in Elements(plain).found]


def _plain(value: dict[str, object]) -> dict[str, object]:
    return {
        name: {"en": "x"}
        if isinstance(one, dict)
        else ["x"]
        if isinstance(one, list)
        else str(one).replace(HOSTILE, "x")
        for name, one in value.items()
    }


def test_a_name_that_turns_the_reading_direction_turns_only_itself() -> None:
    page = PAGES.render("sign_in", "en", **(SIGN_IN | {"client_name": "\u202epohS"}))

    assert "You are signing in to <bdi>\u202epohS</bdi>." in page


def test_a_value_with_braces_is_shown_as_it_is() -> None:
    page = PAGES.render("sign_in", "en", **(SIGN_IN | {"client_name": "{0.__class__} {{ 7 * 7 }}"}))

    assert "<bdi>{0.__class__} {{ 7 * 7 }}</bdi>" in page


@pytest.mark.parametrize(
    ("name", "context", "forgotten"),
    [
        (name, context, forgotten)
        for name, context in EVERY_PAGE
        for forgotten in context
        if forgotten not in {"title_key", "message_key", "person"}
    ],
)
def test_a_forgotten_value_is_an_error_and_not_a_gap(
    name: PageName, context: dict[str, object], forgotten: str
) -> None:
    with pytest.raises(UndefinedError, match=forgotten):
        PAGES.render(name, "en", **{key: value for key, value in context.items() if key != forgotten})


@pytest.mark.parametrize(("name", "context"), EVERY_PAGE)
def test_a_page_is_small(name: PageName, context: dict[str, object]) -> None:
    assert len(PAGES.render(name, "fr", **context).encode()) < 3_000


def test_a_cold_start_does_not_pay_for_templates() -> None:
    asked = (
        "import sys, shared.web.pages, shared.web.static; print('jinja2' in sys.modules, 'markupsafe' in sys.modules)"
    )

    answer = subprocess.run(
        [sys.executable, "-c", asked], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )

    assert answer.stdout.split() == ["False", "False"]
