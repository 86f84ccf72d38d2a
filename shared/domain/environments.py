"""Which world we are in: production is never mistaken for anything else (invariant 12)."""

from typing import Literal, get_args

type Environment = Literal["development", "test", "staging", "production"]

ENVIRONMENTS: tuple[str, ...] = get_args(Environment.__value__)
