"""A link to go on with: bound to the browser its flow began in, for a minute, and short enough to be an address."""

import pytest

from shared.domain.continuation import LONGEST_FLOW, Continuation, begin, check, fits
from shared.domain.errors import StaleForm, Tampered
from shared.domain.lifetimes import CONTINUE
from shared.domain.pending import Pending, binding_of
from tests.domain.made import NOON, SESSION_OF_ADA, asked, judged

COOKIE = "AAAAAAAAAAAAAAAAAAAAAA"
PENDING = Pending(judged(asked(prompt="consent")), "sign_in", binding_of(COOKIE), NOON)
WAITING = begin(PENDING, SESSION_OF_ADA)
ENDS = SESSION_OF_ADA.auth_time + CONTINUE


def test_it_carries_the_request_and_the_browser_of_the_flow_and_the_session_that_began() -> None:
    assert Continuation(PENDING.request, SESSION_OF_ADA, PENDING.binding, ENDS) == WAITING


def test_it_comes_out_of_its_seal_as_it_went_in() -> None:
    assert Continuation.of(WAITING.carried()) == WAITING


@pytest.mark.parametrize("left_out", ["request", "session", "binding", "ends"])
def test_the_shape_of_another_release_is_refused_and_is_no_fault_of_ours(left_out: str) -> None:
    shape = {name: value for name, value in WAITING.carried().items() if name != left_out}

    with pytest.raises(Tampered):
        Continuation.of(shape)
    with pytest.raises(Tampered):
        Continuation.of([shape])


def test_the_browser_s_cookie_itself_is_not_in_the_link() -> None:
    assert COOKIE not in str(WAITING.carried())


def test_the_same_browser_in_time_goes_on() -> None:
    check(WAITING, flow_cookie=COOKIE, now=ENDS - 1)


def test_at_the_very_moment_of_its_end_a_link_is_stale() -> None:
    with pytest.raises(StaleForm, match="expired"):
        check(WAITING, flow_cookie=COOKIE, now=ENDS)


@pytest.mark.parametrize("cookie", ["", "BAAAAAAAAAAAAAAAAAAAAA", COOKIE + "A", "é", PENDING.binding])
def test_another_browser_s_link_is_stale_in_time_or_not(cookie: str) -> None:
    for now in (NOON, ENDS):
        with pytest.raises(StaleForm, match="another browser"):
            check(WAITING, flow_cookie=cookie, now=now)


@pytest.mark.parametrize(("length", "short_enough"), [(LONGEST_FLOW, True), (LONGEST_FLOW + 1, False)])
def test_a_flow_fits_into_a_link_up_to_seven_kib(length: int, *, short_enough: bool) -> None:
    assert fits("v" * length) == short_enough
