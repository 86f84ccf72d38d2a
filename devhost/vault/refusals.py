"""What the vault says when it refuses, in the service's own status, code and words, so that our handling of it is real.

Sources: answers of the service as recorded by Microsoft's own client tests and quoted in public issues.
"""


class Refused(Exception):
    """The vault does not do what was asked; a name may be in `message`, a value never is."""

    def __init__(self, status: int, code: str, message: str, inner: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner


def missing_token() -> Refused:
    """Ask who calls."""
    return Refused(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")


def wrong_token() -> Refused:
    """Refuse a token that is not ours."""
    return Refused(
        401, "Unauthorized", "AKV10032: Invalid issuer: the token is not the one this double was started with."
    )


def missing_api_version() -> Refused:
    """Ask which version of the API is meant."""
    return Refused(400, "BadParameter", "api-version must be specified.")


def unknown_api_version(version: str) -> Refused:
    """Refuse a version of the API that there is not."""
    return Refused(400, "BadParameter", f"The specified version ({version}) is not recognized.")


def invalid_name(name: str) -> Refused:
    """Refuse a name that no secret can have."""
    return Refused(400, "BadParameter", f"The request URI contains an invalid name: {name}")


def bad_property(name: str) -> Refused:
    """Refuse a property that is missing, of another type, too long or too many."""
    return Refused(400, "BadParameter", f"Property {name} has invalid value")


def bad_body() -> Refused:
    """Refuse a body that is no JSON object."""
    return Refused(400, "BadParameter", "The request body is not a JSON object of a known shape.")


def body_too_large() -> Refused:
    """Refuse what is larger than any secret with any tags can be."""
    return Refused(413, "RequestEntityTooLarge", "The request body is too large.")


def bad_page() -> Refused:
    """Refuse a page that nobody was sent to."""
    return Refused(400, "BadParameter", "maxresults must be from 1 to 25, and $skiptoken one that a page gave.")


def no_such_secret(name: str) -> Refused:
    """Say that no secret, or no version of it, has this name."""
    return Refused(
        404,
        "SecretNotFound",
        f"A secret with (name/id) {name} was not found in this key vault. If you recently deleted this secret you may"
        " be able to recover it using the correct recovery command.",
    )


def no_such_deleted_secret(name: str) -> Refused:
    """Say that no deleted secret has this name, or that its days are over."""
    return Refused(404, "SecretNotFound", f"Deleted Secret not found: {name}")


def disabled() -> Refused:
    """Keep the value of a disabled version to ourselves."""
    return Refused(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled")


def name_is_taken(name: str) -> Refused:
    """Keep the name for the deleted secret that can still come back."""
    return Refused(
        409,
        "Conflict",
        f"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state,"
        " the secret can only be recovered or purged.",
        "ObjectIsDeletedButRecoverable",
    )


def purge_is_protected() -> Refused:
    """Destroy nothing before its days are over."""
    return Refused(
        403,
        "Forbidden",
        'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will'
        " automatically purge it after the retention period has passed.",
        "ForbiddenByPolicy",
    )


def not_allowed(method: str) -> Refused:
    """Say that there is such a thing, but that this cannot be done to it."""
    return Refused(405, "BadParameter", f"Method {method} is not allowed on this resource.")


def not_spoken() -> Refused:
    """Say that this double plays no other part of Key Vault."""
    return Refused(404, "NotFound", "This double speaks Key Vault's secrets, without backup and restore.")
