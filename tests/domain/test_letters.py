"""Letters: ids only, so that a queue and a log hold nothing about anybody."""

import pytest

from shared.domain.canonical import canonical, parse_json
from shared.domain.errors import Tampered
from shared.domain.letters import POSTED_AHEAD, Mail, Slip
from shared.domain.times import SECOND


def test_a_slip_comes_out_of_its_seal_as_it_went_in() -> None:
    slip = Slip("acc_1", "let_1")

    assert Slip.of(parse_json(canonical(slip.carried()), max_bytes=256, max_depth=2)) == slip


@pytest.mark.parametrize("shape", [None, [], ["acc_1"], ["acc_1", 5], ["a", "b", "c"], {"a": "b"}])
def test_a_slip_of_another_shape_is_refused(shape: object) -> None:
    with pytest.raises(Tampered):
        Slip.of(shape)


def test_a_mail_that_is_shown_in_a_log_line_shows_nobody() -> None:
    mail = Mail("ada@demo.example", "Dear Ada", "Your secret", "<let_1@id.example>")

    assert repr(mail) == "Mail(message_id='<let_1@id.example>')"


def test_what_is_posted_ahead_waits_longer_than_a_request_may_live() -> None:
    assert POSTED_AHEAD > 60 * SECOND
