"""How errors leave us: every one has its row, its page in every language, and nobody outside reads our own notes."""

import itertools
import json
from typing import Any

import azure.functions as func
import pytest

from shared.domain import errors
from shared.domain.errors import BadRedirectUri, IdentityError, InvalidGrant, MethodNotAllowed
from shared.domain.issuer import Issuer
from shared.ports import App
from shared.web.doors import GET_POST, Doors, Refuse
from shared.web.errors import BUG, WIRE, public, wire
from shared.web.exchange import Exchange
from shared.web.locales import LOCALES, sentences
from shared.web.refusals import refuse_with_page

DETAIL = "what-only-our-log-may-say"
STATUS_OF_A_BUG = 500
PAGES = {row.page for _, row in WIRE} | {BUG.page}


def all_kinds(kind: type[IdentityError] = IdentityError) -> list[type[IdentityError]]:
    children = [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]
    return [one for child in children for one in (child, *all_kinds(child))]


KINDS = all_kinds()
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def raised(kind: type[IdentityError]) -> IdentityError:
    return MethodNotAllowed((DETAIL,)) if kind is MethodNotAllowed else kind(DETAIL)


class Told:
    """What was logged."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def __call__(self, message: str, *, exception: BaseException | None = None, **said: Any) -> None:
        self.lines.append({"message": message, "stack": exception is not None, **said})


async def answered(
    door: str, error: Exception, *, accept: str = "text/html", told: Told | None = None
) -> func.HttpResponse:
    """Send a request to a door that fails with an error before it has done anything."""

    async def fails() -> App:
        raise error

    async def never(_exchange: Exchange, _app: App) -> func.HttpResponse:
        raise AssertionError("not reached")

    doors = Doors(fails, random=bytes, report=told or Told(), secure=lambda: True)
    draw: Refuse = refuse_with_page(lambda: (Issuer("https://id.example/id"), "production"))
    kinds = {"oauth": doors.oauth, "resource": doors.resource}
    wrap = doors.page(draw, methods=GET_POST) if door == "page" else kinds[door](methods=GET_POST)
    headers = {"accept": accept, "authorization": "Basic x"}
    return await wrap(never)(func.HttpRequest(method="GET", url="https://id.example/id/x", headers=headers, body=b""))


@EVERY_KIND
def test_every_error_has_a_row_of_its_own(kind: type[IdentityError]) -> None:
    assert [row for row, _ in WIRE].count(kind) == 1


def test_subclasses_stand_before_what_they_are_kinds_of() -> None:
    rows = [kind for kind, _ in WIRE]

    assert [(a, b) for a, b in itertools.combinations(rows, 2) if issubclass(b, a)] == []


@EVERY_KIND
def test_every_error_leaves_by_its_own_row(kind: type[IdentityError]) -> None:
    assert wire(raised(kind)) is dict(WIRE)[kind]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_page_has_its_words_in_every_language(locale: Any, page: str) -> None:
    assert {f"error.{page}.title", f"error.{page}.message"} <= sentences(locale).keys()


@EVERY_KIND
@pytest.mark.parametrize(
    ("door", "accept"), [("oauth", "*/*"), ("resource", "*/*"), ("page", "text/html"), ("page", "application/json")]
)
async def test_our_own_notes_reach_our_log_and_nobody_else(kind: type[IdentityError], door: str, accept: str) -> None:
    told = Told()
    answer = await answered(door, raised(kind), accept=accept, told=told)
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "allow"}

    assert answer.status_code == wire(raised(kind)).status
    assert DETAIL not in answer.get_body().decode()
    assert DETAIL not in str(headers)
    assert [DETAIL in str(line["detail"]) for line in told.lines] == [True]


@pytest.mark.parametrize("door", ["oauth", "resource", "page"])
async def test_a_bug_is_a_calm_500_without_its_words_and_is_logged_with_its_stack(door: str) -> None:
    told = Told()
    answer = await answered(door, RuntimeError(DETAIL), told=told)

    assert answer.status_code == STATUS_OF_A_BUG
    assert DETAIL not in answer.get_body().decode()
    assert "Traceback" not in answer.get_body().decode()
    assert [line["stack"] for line in told.lines] == [True]
    assert public(RuntimeError(DETAIL)) == "Something went wrong on our side."


@pytest.mark.parametrize(("door", "accept"), [("oauth", "*/*"), ("page", "text/html"), ("page", "application/json")])
async def test_every_refusal_names_the_request_and_is_not_kept(door: str, accept: str) -> None:
    answer = await answered(door, InvalidGrant(), accept=accept)

    assert answer.headers["X-Request-Id"].startswith("req_")
    assert answer.headers["X-Request-Id"] in answer.get_body().decode()
    assert answer.headers["Cache-Control"] == "no-store"


@EVERY_KIND
async def test_what_may_be_tried_again_says_when(kind: type[IdentityError]) -> None:
    answer = await answered("oauth", raised(kind))

    assert (answer.headers.get("Retry-After") is not None) == (answer.status_code == 503)


async def test_a_script_is_told_a_problem_by_rfc_9457() -> None:
    answer = await answered("page", BadRedirectUri(DETAIL, "https://site.example/"), accept="application/json")
    problem = json.loads(answer.get_body())

    assert answer.mimetype == "application/problem+json"
    assert set(problem) == {"type", "title", "status", "request_id"}
    assert (problem["type"], problem["status"]) == ("urn:sluis:problem:bad-redirect-uri", 400)


async def test_outside_development_nobody_is_told_which_address_is_registered() -> None:
    answer = await answered("page", BadRedirectUri(DETAIL, "https://site.example/registered"))

    assert "site.example" not in answer.get_body().decode()
