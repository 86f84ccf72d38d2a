"""Which world we are in: production is never mistaken for anything else (invariant 12)."""

from typing import Literal, get_args

type Environment = Literal["development", "test", "staging", "production"]

ENVIRONMENTS: tuple[Environment, ...] = get_args(Environment.__value__)


def is_local(environment: Environment) -> bool:
    """Say whether this is a developer's machine or an automatic test, where other programs stand beside us."""
    return environment in {"development", "test"}
