"""One host on the fixture app of rules, for all tests that only send it requests."""

import json
from collections.abc import Iterator

import pytest

from tests.devhost.host.hosted import APPS, Hosted, hosting

KEYS = {"master": "m-1", "host": ["h-1"], "functions": {"keyed": ["k-1"], "off": ["o-1"]}}


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    folder = tmp_path_factory.mktemp("host")
    keys, settings = folder / "keys.json", folder / "settings.json"
    keys.write_text(json.dumps(KEYS))
    values = {
        "FIXTURE_SETTING": "from the file",
        "AzureWebJobs.off.Disabled": "true",
        "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT": "2000",
    }
    settings.write_text(json.dumps({"IsEncrypted": False, "Values": values}))
    with hosting(APPS / "rules", "--keys", str(keys), "--settings", str(settings), "--verbose") as hosted:
        yield hosted
