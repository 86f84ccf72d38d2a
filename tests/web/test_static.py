"""The static files: found by name only, with an ETag that is the content's."""

import re
import xml.etree.ElementTree as ET
from hashlib import sha256
from pathlib import Path

import pytest

from shared.web.static import static_file

FOLDER = Path(__file__).parents[2] / "shared/web/static"
NAMES = sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_every_file_in_the_folder_is_served_as_it_lies_there(name: str) -> None:
    found = static_file(name)

    assert found is not None
    assert found.content == (FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_the_etag_is_strong_and_follows_from_the_content(name: str) -> None:
    found = static_file(name)

    assert found is not None
    assert found.etag == f'"{sha256(found.content).hexdigest()}"'
    assert found.etag[1:].startswith(found.version)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("form-post.js", "text/javascript; charset=utf-8"),
        ("mark.svg", "image/svg+xml"),
    ],
)
def test_a_browser_that_may_not_guess_is_told_the_media_type(name: str, media_type: str) -> None:
    found = static_file(name)

    assert found is not None
    assert found.media_type == media_type


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../static.py",
        "../locales/en.json",
        "..%2fstatic.py",
        "..\\static.py",
        "./page.css",
        "/page.css",
        "page.css/",
        "PAGE.CSS",
        "page.css\0",
        str(FOLDER / "page.css"),
    ],
)
def test_nothing_but_the_plain_name_of_a_file_finds_anything(name: str) -> None:
    assert static_file(name) is None


def test_the_mark_is_a_drawing_and_nothing_that_runs() -> None:
    mark = FOLDER / "mark.svg"

    tags = {element.tag.rpartition("}")[2] for element in ET.parse(mark).iter()}  # noqa: S314  our own file

    assert tags <= {"svg", "rect", "path"}


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith(".svg")])
def test_no_file_asks_another_host_for_anything(name: str) -> None:
    written = (FOLDER / name).read_text("utf-8")

    assert re.search(r"//[a-z0-9-]+\.|@import|url\(|fetch\(|import\(", written) is None
