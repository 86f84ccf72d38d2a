"""The issuer and the places under it (OIDC Discovery §4.1, RFC 8414 §3.1)."""

import pytest

from shared.domain.issuer import ISSUER_PLACES, Issuer, oauth_metadata_route, route


@pytest.mark.parametrize(
    ("url", "path", "origin", "secure"),
    [
        ("https://id.example", "", "https://id.example", True),
        ("https://id.example/id", "/id", "https://id.example", True),
        ("https://id.example:8443/a/b", "/a/b", "https://id.example:8443", True),
        ("http://localhost:7071/id", "/id", "http://localhost:7071", False),
    ],
)
def test_path_origin_and_security_follow_from_the_url(url: str, path: str, origin: str, secure: bool) -> None:  # noqa: FBT001 - a column of the table
    issuer = Issuer(url)

    assert (issuer.path, issuer.origin, issuer.secure) == (path, origin, secure)


def test_a_place_is_the_issuer_a_slash_and_its_name() -> None:
    assert Issuer("https://id.example").at("token") == "https://id.example/token"
    assert Issuer("https://id.example/id").at("token") == "https://id.example/id/token"


def test_a_route_has_no_leading_slash_with_or_without_a_path() -> None:
    assert route("", "token") == "token"
    assert route("/id", "token") == "id/token"


def test_a_route_and_its_announcement_are_the_same_place() -> None:
    for url in ("https://id.example", "https://id.example/id"):
        issuer = Issuer(url)
        for place in ISSUER_PLACES.values():
            assert issuer.at(place) == f"{issuer.origin}/{route(issuer.path, place)}"


def test_line_56_the_well_known_part_goes_between_host_and_path() -> None:
    assert oauth_metadata_route("") == ".well-known/oauth-authorization-server"
    assert oauth_metadata_route("/id") == ".well-known/oauth-authorization-server/id"
