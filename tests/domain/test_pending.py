"""A sign-in under way: bound to one browser, one step, and an hour (login CSRF)."""

from dataclasses import replace

import pytest

from shared.domain.errors import StaleForm, Tampered
from shared.domain.pending import Pending, binding_of, check
from tests.domain.made import NOON, asked, judged

COOKIE = "AAAAAAAAAAAAAAAAAAAAAA"
PENDING = Pending(
    request=judged(asked(prompt="login consent", max_age="60"), hinted_subject="acc_x"),
    step="sign_in",
    binding=binding_of(COOKIE),
    ends=NOON,
    session_id="ses_1",
)


def test_a_flow_comes_out_of_its_seal_as_it_went_in() -> None:
    assert Pending.of(PENDING.carried()) == PENDING


@pytest.mark.parametrize("change", [{"request": {"client_id": "site"}}, {"request": None}, {"sid": None}])
def test_a_flow_of_another_release_s_shape_is_refused_and_is_no_fault_of_ours(change: dict[str, object]) -> None:
    shape = {name: value for name, value in (PENDING.carried() | change).items() if value is not None or name != "sid"}

    with pytest.raises(Tampered):
        Pending.of(shape)
    with pytest.raises(Tampered):
        Pending.of([shape])


def test_the_browser_s_cookie_itself_is_not_in_the_flow() -> None:
    assert COOKIE not in str(PENDING.carried())


def test_the_same_browser_at_the_same_step_in_time_goes_on() -> None:
    check(PENDING, step="sign_in", flow_cookie=COOKIE, now=NOON - 1)


def test_at_the_very_moment_of_its_end_a_form_is_stale() -> None:
    with pytest.raises(StaleForm, match="expired"):
        check(PENDING, step="sign_in", flow_cookie=COOKIE, now=NOON)


@pytest.mark.parametrize("cookie", ["", "BAAAAAAAAAAAAAAAAAAAAA", COOKIE + "A", "é", binding_of(COOKIE)])
def test_another_browser_s_form_is_stale(cookie: str) -> None:
    with pytest.raises(StaleForm, match="another browser"):
        check(PENDING, step="sign_in", flow_cookie=cookie, now=NOON - 1)


def test_a_browser_without_a_cookie_is_not_one_whose_cookie_is_empty() -> None:
    unbound = replace(PENDING, binding=binding_of(""))

    with pytest.raises(StaleForm, match="another browser"):
        check(unbound, step="sign_in", flow_cookie="", now=NOON - 1)


def test_a_form_of_another_step_is_stale() -> None:
    with pytest.raises(StaleForm, match="another step"):
        check(PENDING, step="confirm", flow_cookie=COOKIE, now=NOON - 1)
