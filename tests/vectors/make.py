"""Makes the golden vectors from fixed keys, salts and nonces: `python -m tests.vectors.make`, only for a new format."""

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

from argon2.low_level import Type, hash_secret

from shared.crypto.sealing import Binding, SealingKey, derive, fingerprint, to_text
from shared.crypto.signing import SigningKey, thumbprint, thumbprint_kid
from shared.domain import chains, families, ids, times
from shared.domain.canonical import Json, canonical
from shared.domain.events import Actor, Draft, Personal
from shared.domain.families import Family
from shared.domain.grants import Grant
from shared.domain.keys import DirectoryKind
from shared.domain.lifetimes import OFFLINE
from shared.domain.text import parse_email
from tests.crypto.rings import NOON, RINGS_KEYS, a_ring, counted

FOLDER = Path(__file__).parent
ACCOUNT = "acc_00041061050r3gg28a1c60t3gf"
ORGANISATION = "org_7zzzzzzzzzzzzzzzzzzzzzzzzz"
CLAIMS: Final[Mapping[str, Json]] = {
    "iss": "https://id.example/id",
    "sub": ACCOUNT,
    "aud": "shop",
    "iat": 1_900_000_000,
    "exp": 1_900_000_300,
}


def vector_files() -> dict[str, Any]:
    """Give every generated file's content by its name."""
    return {
        "ids.json": spelled_ids(),
        "times.json": moments(),
        "canonical.json": canonical_bytes(),
        "text.json": addresses(),
        "chains.json": chain_of_three(),
        "sealing.json": sealed_values(),
        "ring.json": ring_values(),
        "refresh.json": refresh_tokens(),
        "signing.json": signatures(),
        "passwords.json": passwords(),
    }


def spelled_ids() -> list[dict[str, str]]:
    entropies = [bytes(16), bytes(range(16)), b"\xff" * 16]
    made = [{"entropy": each.hex(), "id": ids.new_id("acc", each)} for each in entropies]
    return [*made, {"entropy": bytes(range(32)).hex(), "id": ids.crockford(bytes(range(32)))}]


def moments() -> dict[str, Any]:
    instants = [0, 1, 951_782_399_999, NOON, 253_402_300_799_999]
    days = ["2026-01-30", "2026-01-31", "2028-01-31", "2026-03-31", "2026-12-31", "2026-11-15"]
    names = {"rfc3339": times.rfc3339, "date": times.calendar_date, "hour": times.hour, "minute": times.minute}
    return {
        "instants": [{"millis": each, **{name: spell(each) for name, spell in names.items()}} for each in instants],
        "months": [{"day": day, "month_later": times.one_month_later(day)} for day in days],
    }


def canonical_bytes() -> list[dict[str, str]]:
    """Spell RFC 8785 §3.2.2 (its strings and literals) and §3.2.3 (its order), and our own edges."""
    texts = [
        r'{"string": "\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}',
        r'{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh"}',
        r'{"\ufb33": 1, "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "O"}',
        '{"b": {"z": [], "a": {}}, "a": [9007199254740991, -9007199254740991, 0]}',
        '"\\u007f\\u2028"',
    ]
    return [{"json": text, "bytes": canonical(json.loads(text)).hex()} for text in texts]


def addresses() -> list[dict[str, str]]:
    given = [
        "Anna@Example.test",
        " anna@example.test. ",
        "Jürgen.Müller@MÜNCHEN.example",
        "Ju\u0308rgen.Mu\u0308ller@xn--mnchen-3ya.example",
        "STRASSE@straße.example",
        "Straße@example.test",
        "\u212aelvin@example.test",
        "o'neil+news@example.co.test",
    ]
    read = [(each, parse_email(each)) for each in given]
    return [{"given": each, "canonical": email.canonical, "typed": email.typed} for each, email in read]


DRAFTS: Final = (
    Draft(
        name="account.created",
        actor=Actor("seed", "demo"),
        via="seed",
        thing=ACCOUNT,
        after={
            "email": Personal("anna@example.test", ACCOUNT),
            "list": [Personal("ø", ORGANISATION), 1],
            "a/b~c": Personal(value=True, subject=ACCOUNT),
        },
    ),
    Draft(
        name="sign_in.refused",
        actor=Actor("person", ACCOUNT),
        via="sign_in",
        thing=ACCOUNT,
        origin={"network": Personal("192.0.2.0/24", ACCOUNT)},
        outcome="refused",
        reason="password.wrong",
        request="req_00000000000000000000000000",
        policy="3",
    ),
    Draft(
        name="chain.closed",
        actor=Actor("system", "keeper"),
        via="leave",
        thing=ACCOUNT,
        organisation=ORGANISATION,
        before={"seq": 2},
    ),
)


def chain_of_three() -> dict[str, Any]:
    """Chain three events with salts of 01 01 …, 02 02 …, and on."""
    chain = chains.account_chain(ACCOUNT)
    head, events = chains.genesis(chain), []
    salts = (bytes([number]) * chains.SALT_BYTES for number in count(1))
    for number, draft in enumerate(DRAFTS):
        event_id = ids.new_id("evt", number.to_bytes(16))
        appended = chains.append(head, draft, event_id=event_id, at=NOON + number, salts=salts)
        head = appended.head
        events.append(_told(appended))
    return {"chain": chain, "genesis": chains.genesis(chain).hash.hex(), "events": events, "closed": head.closed}


def _told(appended: chains.Appended) -> dict[str, Any]:
    event = appended.event
    secrets = [
        {
            "path": each.path,
            "subject": each.subject,
            "salt": each.salt.hex(),
            "value": each.value,
            "content": each.content().decode(),
        }
        for each in appended.secrets
    ]
    return {"seq": event.seq, "canonical": event.canonical.decode(), "hash": event.hash.hex(), "secrets": secrets}


def sealed_values() -> list[dict[str, Any]]:
    key = bytes(range(32))
    bindings = [
        Binding("production", "code"),
        Binding("test", "data-key", ACCOUNT),
        Binding("production", "personal", ACCOUNT, "account", "profile", 1),
        Binding("production", "personal", ORGANISATION, "event", 'evt_"/\\/é', 2),
    ]
    contents = [b"", bytes(32), "Zoë de Vries".encode(), b"x" * 100]
    return [_sealed(key, binding, content) for binding, content in zip(bindings, contents, strict=True)]


def _sealed(key: bytes, binding: Binding, content: bytes) -> dict[str, Any]:
    spice = bytes(range(len(content), len(content) + 28))
    return {
        "key": key.hex(),
        "kid": fingerprint(key),
        "binding": list(binding),
        "salt_and_nonce": spice.hex(),
        "content": content.hex(),
        "value_key": derive(key, salt=spice[:16], info=canonical(list(binding[:2]))).hex(),
        "sealed": SealingKey(key).seal(binding, content, spice=spice),
    }


def ring_values() -> dict[str, Any]:
    """Make what a whole ring makes, with 00 01 02 … in the place of randomness."""
    ring = a_ring(random=counted())
    data_key, wrapped = ring.new_data_key(ACCOUNT)
    argon = passwords()[0]["argon"]
    peppered = ring.pepper(argon)
    values: tuple[tuple[DirectoryKind, str], ...] = (
        ("email", "anna@example.test"),
        ("client", "shop"),
        ("network", "192.0.2.0/24"),
    )
    return {
        "wrapped_data_key": wrapped,
        "argon": argon,
        "peppered": peppered,
        "password_at_rest": data_key.seal(kind="account", field="password", v=1, content=peppered.encode()),
        "code": ring.seal("code", b'{"cod":1}'),
        "directory": [{"kind": kind, "value": each, "hash": ring.directory_hash(kind, each)} for kind, each in values],
    }


def refresh_tokens() -> dict[str, Any]:
    """Make a family, its first three generations, and what each is made of."""
    ring = a_ring(random=counted())
    grant = Grant(
        grant_id="grt_00041061050r3gg28a1c60t3gf", client_id="shop", account_id=ACCOUNT,
        session_id="ses_00041061050r3gg28a1c60t3gf", began=NOON, auth_time=NOON, amr=("pwd",),
        scope=("openid", "offline_access"), ends=NOON + OFFLINE,
    )  # fmt: skip
    family = Family(grant)
    content = canonical(family.carried())
    sealed = ring.seal("refresh", content)
    generation = families.first(family, sealed, now=NOON)
    made = []
    for used_at in (NOON + 1_000, NOON + 2_000, NOON + 3_000):
        mac = ring.mac(sealed, generation.said)
        made.append({"generation": generation.number, "idle_ends": generation.idle_ends, "mac": mac, "used_at": used_at,
                     "token": generation.token(mac)})  # fmt: skip
        generation = families.after(generation, family, used_at=used_at)
    return {"family": content.decode(), "sealed": sealed, "tokens": made}


def signatures() -> dict[str, Any]:
    """Take RFC 7638 §3.1's own key, and sign with ours. ES256 draws a number: its token is kept, not made again."""
    rsa_3_1 = RINGS_KEYS["rfc7638"]
    return {
        "rfc7638": {"jwk": rsa_3_1, "thumbprint": to_text(thumbprint(rsa_3_1)), "kid": thumbprint_kid(rsa_3_1)},
        "jwks": a_ring().jwks(),
        "claims": CLAIMS,
        "RS256": a_ring().sign("RS256", "JWT", CLAIMS),
        "ES256": _kept_es256(),
    }


def passwords() -> list[dict[str, str]]:
    salt = bytes(range(16))
    typed = {"correct horse battery staple": b"correct horse battery staple", "Zoe\u0308": "Zoë".encode()}
    return [
        {"password": each, "salt": salt.hex(), "argon": hash_secret(nfc, salt, 2, 19_456, 1, 32, Type.ID).decode()}
        for each, nfc in typed.items()
    ]


def written(content: Any) -> str:
    """Give a file's text."""
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"


def _kept_es256() -> str:
    file = FOLDER / "signing.json"
    if file.exists():
        return str(json.loads(file.read_text())["ES256"])
    return SigningKey.from_pem("ES256", RINGS_KEYS["signing-es256"]).sign("at+jwt", CLAIMS)


if __name__ == "__main__":
    for name, content in vector_files().items():
        (FOLDER / name).write_text(written(content))
