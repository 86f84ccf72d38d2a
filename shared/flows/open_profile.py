"""Open what a person told us of themselves, sealed with their own data key (OIDC Core §5.1)."""

from collections.abc import Mapping
from typing import Any

from shared.domain.canonical import parse_json
from shared.domain.errors import Tampered
from shared.domain.stored import Person
from shared.ports import Ring

_PROFILE_LIMIT = 32 * 1024


def open_profile(ring: Ring, person: Person) -> Mapping[str, Any]:
    """Give the standard claims of a person. Raises Tampered."""
    key = ring.unwrap(person.wrapped_key, person.account.account_id)
    opened = key.open(person.account.profile, kind="account", field="profile", v=1)
    profile = parse_json(opened, max_bytes=_PROFILE_LIMIT, max_depth=4)
    if not isinstance(profile, Mapping):
        raise Tampered("a profile is not an object")
    return profile
