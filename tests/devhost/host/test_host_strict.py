"""The start-up check: one app with every mistake is refused once, with a sentence for each, and nothing is served.

Sources: [src] read in the host's source · [ran] tried on the worker library · [mem] unconfirmed · a number is an issue of
the repository `azure-functions-host` (host).
"""

import pytest

from devhost.host.functions import AppRefusedError, Indexed
from devhost.host.settings import Settings
from devhost.host.strict import examined
from tests.devhost.host.hosted import APPS, refused

REFUSED = [
    ("host 1781, 7634, 3460", "function keys: the route 'admin/keys' conflicts with one of the host's own"),
    ("[src] compares the text's beginning", "function films: the route 'runtime-of/{name}' conflicts with one of"),
    ("[src] by name", "search (items/search) is hidden by get_item (items/{id}): functions are tried in the order"),
    ("[src]", "functions Twin and twin have the same route and methods"),
    ("[mem] names ignore case", "2 functions have the name 'twin', which production does not tell apart by case"),
    ("host 10764", "function underscores: 'my__req' is not a valid binding name"),
    ("[ran] a 500 'type coroutine'", "function closed_over: an async function in a decorator that is not async itself"),
    ("[ran] the same", "function wrapped_around: an async function in a decorator that is not async itself"),
    ("[src] HttpBinding", "function text: it returns str, which production may take for a response object"),
    ("[mem] dedicated plans only", "function span: its trigger is refused: a time span runs on dedicated plans only"),
    ("[src] never fires", "function february: its trigger is refused: it never comes"),
    ("[src] INameResolver", "function unset: its trigger is refused: there is no app setting FIXTURE_UNSET"),
    ("the service's rule for names", "function letters: 'Letters' is not a valid queue name"),
    ("[src] IConfiguration", "function letters: there is no app setting FIXTURE_ELSEWHERE for its connection"),
    ("Core Tools", "there is no app setting AzureWebJobsStorage, which every trigger but HTTP needs"),
]
HTTP = '{"type": "httpTrigger", "name": "req", "authLevel": "ANONYMOUS"}'


@pytest.mark.slow
def test_an_app_is_refused_with_a_sentence_for_every_mistake_in_it() -> None:
    code, said = refused(APPS / "refused", AzureWebJobsStorage="")
    lines = said.splitlines()

    assert code == 1
    assert [(source, start) for source, start in REFUSED if not any(line.startswith(start) for line in lines)] == []
    assert len(lines) == len(REFUSED)


@pytest.mark.parametrize("name", ["1st", "host", "a b", "a" * 129])
def test_a_function_name_the_host_refuses_is_refused(name: str) -> None:
    with pytest.raises(AppRefusedError, match="is not a valid function name"):  # [src]
        examined([Indexed(name, "1", (HTTP,))], Settings("", {}))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "AzureWebJobsStorage"),
        ({"AzureWebJobsStorage": "x"}, None),
        ({"Storage": "x"}, None),
    ],
)
def test_a_timer_needs_the_hosts_own_storage(values: dict[str, str], said: str | None) -> None:
    timer = '{"type": "timerTrigger", "name": "timer", "schedule": "0 0 3 * * *"}'
    indexed = [Indexed("nightly", "1", (timer,))]

    if said is None:
        examined(indexed, Settings("", values))
        return
    with pytest.raises(AppRefusedError, match=said):
        examined(indexed, Settings("", values))
