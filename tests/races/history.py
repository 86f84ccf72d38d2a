"""What many at once were told, by which process and when; and whether one at a time could have been told the same.

The check is that of linearizability (Herlihy and Wing 1990), searched as Wing and Gong did: some order must explain all
answers, in which whoever was answered before another asked comes first.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

LEAST_ANSWERS = 10


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: from which process, when it was asked for and when it came, in seconds of one monotonic clock."""

    pid: int
    asked: float
    came: float
    said: str
    request: str = ""
    """The id by which the events of the request are found."""


type Model[S: Hashable] = Callable[[S, str], Iterable[S]]
"""What may be said in a state: the states it may lead to, none when nobody could be told this now."""


UNUSED = "unused"


def once(state: str, said: str) -> Iterable[str]:
    """Model what can be used once, UNUSED at first: the first is told `yes`, all others `no`."""
    return ["used"] if said == ("yes" if state == UNUSED else "no") else []


def explained[S: Hashable](history: Sequence[Told], first: S, model: Model[S]) -> bool:
    """Say whether callers one after another could have been told all this."""
    seen = set()
    open_ends = [(first, frozenset(range(len(history))))]
    while open_ends:
        state, left = open_ends.pop()
        if not left:
            return True
        if (state, left) not in seen:
            seen.add((state, left))
            firsts = _firsts(history, left)
            open_ends += [(after, left - {one}) for one in firsts for after in model(state, history[one].said)]
    return False


def _firsts(history: Sequence[Told], left: frozenset[int]) -> Iterable[int]:
    """Give those before whose question nobody was answered. Of several told the same, the first answered will do."""
    ends = min(history[one].came for one in left)
    could = sorted((one for one in left if history[one].asked <= ends), key=lambda one: -history[one].came)
    return {history[one].said: one for one in could}.values()


def answers_by_process(history: Iterable[Told]) -> Counter[int]:
    """Count the answers of each process."""
    return Counter(told.pid for told in history)


def assert_two_processes_answered(history: Iterable[Told]) -> None:
    """Hold a race to having been one: two processes, each with its share of the answers."""
    counted = answers_by_process(history)
    assert len(counted) == 2, counted
    assert min(counted.values()) >= LEAST_ANSWERS, counted


def assert_answered_in_order(history: Iterable[Told], happened: Sequence[str]) -> None:
    """Hold a chain to what its callers saw: none stands after one who asked when it was answered."""
    place = {request: number for number, request in enumerate(happened)}
    by_place = sorted(history, key=lambda told: place[told.request])
    latest_question = float("-inf")
    for told in by_place:
        assert told.came >= latest_question, f"{told} was answered before somebody asked who stands before it"
        latest_question = max(latest_question, told.asked)
