"""A request as it is let in: a doubled cookie is nobody's, and our own forms say everything once (RFC 6265 §5.4)."""

import azure.functions as func
import pytest

from shared.domain.errors import InvalidRequest
from shared.domain.issuer import Issuer
from shared.web.exchange import Exchange
from shared.web.posted import posted

ISSUER = Issuer("https://id.example/id")


def sent(body: str = "", media_type: str = "application/x-www-form-urlencoded", **headers: str) -> Exchange:
    request = func.HttpRequest(
        method="POST",
        url="https://id.example/id/sign-in",
        headers={"content-type": media_type, **headers},
        body=body.encode(),
    )
    return Exchange(request, "req_test")


def test_a_cookie_is_found_among_others_and_its_value_may_hold_an_equals_sign() -> None:
    assert sent(cookie="a=1; session=v1.x=; b=2").cookie("session") == "v1.x="


@pytest.mark.parametrize(
    "cookies", ["", "\x01", "\x01=\x02", "sessions=1", "session=mine; session=planted", "session=planted; session="]
)
def test_a_cookie_that_is_absent_or_came_twice_is_nobody_s(cookies: str) -> None:
    assert sent(cookie=cookies).cookie("session") == ""


@pytest.mark.parametrize("body", ["flow=a&flow=b", "flow=a&unknown=1&unknown=2", "flow=a&unknown=&unknown="])
def test_a_field_that_came_twice_is_refused_even_where_nobody_reads_it(body: str) -> None:
    with pytest.raises(InvalidRequest, match="more than once"):
        posted(sent(body), ISSUER)


@pytest.mark.parametrize("body", ['{"flow":1}', '{"flow":null}', '{"flow":["a"]}', '["a"]', '{"flow":"a","flow":"b"}'])
def test_json_from_a_page_is_an_object_of_texts(body: str) -> None:
    with pytest.raises(InvalidRequest):
        posted(sent(body, "application/json"), ISSUER)
