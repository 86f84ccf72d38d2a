"""An account as its one deciding row says it: status, ends, and what was revoked (`0-state`).

Revocation is one row: every use of a sealed value or token reads it and nothing else, so ending a session, a grant or
everything is one write that holds at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from shared.domain.lifetimes import REVOCATION_KEPT
from shared.domain.times import Millis

type AccountStatus = Literal["active", "disabled"]

REVOKED_LIMIT: Final = 200
"""How many single revocations are remembered before the oldest are folded into `revoked_before`."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """A session or grant that was ended before its time: when it began, and when it would have ended by itself."""

    began: Millis
    ends: Millis


@dataclass(frozen=True, slots=True)
class Account:
    """The `0-state` row. `profile` and `password` are sealed with the person's own data key."""

    account_id: str
    profile: str
    password: str
    status: AccountStatus = "active"
    revoked_before: Millis = 0
    last_began: Millis = 0
    revoked: Mapping[str, Revoked] = field(default_factory=dict)
    cleared: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a session, code or token comes from; every sealed value and JWT carries it."""

    account_id: str
    session_id: str
    grant_id: str | None
    began: Millis
    offline: bool = False
    """Whether it outlives its session (`offline_access`): then the session's end is not its own."""


def is_alive(account: Account | None, lineage: Lineage) -> bool:
    """Say whether what comes from there still counts."""
    return account is not None and account.status == "active" and not is_over(account, lineage)


def is_over(account: Account, lineage: Lineage) -> bool:
    """Say whether what comes from there was ended for good, whatever the account's status is now or will be."""
    if lineage.began <= account.revoked_before or (lineage.grant_id or "") in account.revoked:
        return True
    return not lineage.offline and lineage.session_id in account.revoked


def next_began(account: Account, now: Millis) -> Millis:
    """Give the `began` of a new session: always later than any before it and than anything revoked.

    Clocks of two instances differ, so order is kept by the row and not by the clock.
    """
    return max(now, account.last_began + 1, account.revoked_before + 1)


@dataclass(frozen=True, slots=True)
class Revocation:
    """The state after something was revoked. `folded`: older entries had to be merged into `revoked_before`."""

    account: Account
    folded: bool


def revoke(account: Account, revoked_id: str, revoked: Revoked, now: Millis) -> Revocation:
    """End one session or grant. Entries that have outlived what they revoke leave the set on the way."""
    kept = {one: entry for one, entry in account.revoked.items() if now < entry.ends + REVOCATION_KEPT}
    if revoked_id in kept:
        # Ended a second time: what was known to live longer is remembered for longer.
        revoked = max(kept[revoked_id], revoked, key=lambda entry: entry.ends)
    kept[revoked_id] = revoked
    if len(kept) <= REVOKED_LIMIT:
        return Revocation(replace(account, revoked=kept), folded=False)
    # Ending a little more than asked is safe; forgetting a revocation is not.
    oldest = min(kept, key=lambda one: kept[one].began)
    fold = max(account.revoked_before, kept[oldest].began)
    remaining = {one: entry for one, entry in kept.items() if entry.began > fold}
    return Revocation(replace(account, revoked=remaining, revoked_before=fold), folded=True)
