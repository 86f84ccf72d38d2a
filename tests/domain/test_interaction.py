"""Whether a request is answered at once or the person is needed (OIDC Core §3.1.2.1, §3.1.2.6)."""

from dataclasses import replace

import pytest

from shared.domain.authorize_request import AuthorizeRequest
from shared.domain.errors import ConsentRequired, LoginRequired
from shared.domain.interaction import Answer, AskToAgree, AskToSignIn, after_sign_in, decide, is_stale
from shared.domain.sessions import Session
from shared.domain.times import MINUTE, SECOND
from tests.domain.made import ADA, BOB, NOON, SESSION_OF_ADA, asked, judged

REQUEST = judged(asked())


def decided(
    request: AuthorizeRequest,
    session: Session | None = SESSION_OF_ADA,
    *,
    asks_each_time: bool = False,
    now: int = NOON,
) -> Answer | AskToSignIn | AskToAgree:
    return decide(request, session, asks_each_time=asks_each_time, now=now)


def test_a_living_session_answers_at_once() -> None:
    assert decided(REQUEST) == Answer(SESSION_OF_ADA)
    assert decided(replace(REQUEST, prompt=("none",))) == Answer(SESSION_OF_ADA)


def test_without_a_session_the_person_signs_in() -> None:
    assert decided(REQUEST, None) == AskToSignIn()


def test_line_10_a_silent_request_without_a_session_is_refused_and_shows_nothing() -> None:
    with pytest.raises(LoginRequired):
        decided(replace(REQUEST, prompt=("none",)), None)


@pytest.mark.parametrize("prompt", [("login",), ("select_account",), ("login", "consent")])
def test_line_11_a_live_session_does_not_answer_when_the_person_is_to_sign_in_again(prompt: tuple[str, ...]) -> None:
    assert decided(replace(REQUEST, prompt=prompt)) == AskToSignIn()


def test_line_10_consent_is_asked_and_a_silent_request_for_it_is_refused() -> None:
    assert decided(replace(REQUEST, prompt=("consent",))) == AskToAgree(SESSION_OF_ADA)
    assert decided(REQUEST, asks_each_time=True) == AskToAgree(SESSION_OF_ADA)
    with pytest.raises(ConsentRequired):
        decided(replace(REQUEST, prompt=("none",)), asks_each_time=True)


def test_line_12_max_age_holds_to_the_very_millisecond() -> None:
    request = replace(REQUEST, max_age=600)
    session = replace(SESSION_OF_ADA, auth_time=NOON - 10 * MINUTE)

    assert decided(request, session, now=NOON) == Answer(session)
    assert decided(request, session, now=NOON + 1) == AskToSignIn()


def test_line_12_max_age_0_is_as_prompt_login() -> None:
    just_now = replace(SESSION_OF_ADA, auth_time=NOON)

    assert is_stale(replace(REQUEST, max_age=0), just_now, NOON)
    assert decided(replace(REQUEST, max_age=0), just_now) == AskToSignIn()
    assert not is_stale(replace(REQUEST, max_age=1), just_now, NOON + SECOND)


def test_without_max_age_a_session_is_never_stale() -> None:
    assert not is_stale(REQUEST, SESSION_OF_ADA, NOON + 10**12)


def test_line_12_a_silent_request_with_a_stale_sign_in_is_refused() -> None:
    with pytest.raises(LoginRequired):
        decided(replace(REQUEST, prompt=("none",), max_age=0))


def test_line_13_the_session_of_another_than_the_hint_names_does_not_answer() -> None:
    for_bob = replace(REQUEST, required_subject=BOB)

    assert decided(for_bob) == AskToSignIn()
    assert decided(replace(REQUEST, required_subject=ADA)) == Answer(SESSION_OF_ADA)
    with pytest.raises(LoginRequired):
        decided(replace(for_bob, prompt=("none",)))


def test_after_signing_in_the_answer_goes_out_whatever_max_age_or_prompt_login_said() -> None:
    request = replace(REQUEST, max_age=0, prompt=("login",))

    assert after_sign_in(request, SESSION_OF_ADA, asks_each_time=False) == Answer(SESSION_OF_ADA)


def test_after_signing_in_consent_is_still_asked() -> None:
    wants_consent = replace(REQUEST, prompt=("login", "consent"))

    assert after_sign_in(wants_consent, SESSION_OF_ADA, asks_each_time=False) == AskToAgree(SESSION_OF_ADA)
    assert after_sign_in(REQUEST, SESSION_OF_ADA, asks_each_time=True) == AskToAgree(SESSION_OF_ADA)


@pytest.mark.parametrize("somebody_else", [BOB, ""])
def test_line_13_who_signed_in_as_somebody_else_than_the_hint_names_is_not_passed_on(somebody_else: str) -> None:
    with pytest.raises(LoginRequired, match="somebody else"):
        after_sign_in(replace(REQUEST, required_subject=somebody_else), SESSION_OF_ADA, asks_each_time=False)
