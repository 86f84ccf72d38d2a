"""Storage that stayed, beside a vault whose keys are gone: as after a theft of the one, or the loss of the other."""

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from dataclasses import dataclass

from devhost.services import azurite, node, programs
from devhost.services.children import Children
from devhost.services.ports import Ports, choose_base
from devhost.services.settings import app_settings
from devhost.services.state import CHECKOUT, State
from shared import app as assembly
from shared.crypto.local_credential import LocalCredential
from shared.crypto.randomness import random_bytes
from shared.crypto.vault import KeyVault
from shared.domain.issuer import Issuer
from shared.flows.open_profile import open_profile
from shared.storage.tables import Tables


@dataclass(frozen=True)
class Robbed:
    """Where both run, and the settings of an app that is to run on them."""

    ports: Ports
    children: Children
    settings: dict[str, str]

    @property
    def issuer(self) -> str:
        return self.settings["SLUIS_ISSUER"]

    def start_app(self) -> None:
        app = self.children.start(programs.app(self.ports, self.settings, None, lambda _line: None))
        self.children.wait_ready(app)

    def name_of(self, account: str, *, with_new_keys: bool = False) -> str:
        """Open a profile as `userinfo` does."""
        # On a thread of its own: on this one Playwright's loop is running.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._name_of(account, with_new_keys=with_new_keys)).result()

    async def _name_of(self, account: str, *, with_new_keys: bool) -> str:
        issuer = Issuer(self.issuer)
        async with aclosing(self._vault()) as vault, aclosing(Tables(self.settings["SLUIS_STORAGE"])) as shelf:
            if with_new_keys:
                await vault.create_missing(assembly.now())
            app = assembly.assemble(
                shelf, vault, post=assembly.post(), mailer=assembly.mailer(), environment="development", issuer=issuer
            )
            person = await app.accounts.person(account)
            assert person is not None
            return str(open_profile(await vault.ring(), person)["name"])

    def _vault(self) -> KeyVault:
        url, token, ca = (self.settings[f"SLUIS_VAULT_{name}"] for name in ("URL", "TOKEN", "CA"))
        return KeyVault(url, LocalCredential(token), "development", now=assembly.now, random=random_bytes, ca=ca)


@contextmanager
def robbed(state: State) -> Iterator[Robbed]:
    """Start storage on what is there, and the vault without it."""
    ports = choose_base()
    state.vault.rename(state.folder / "moved away")
    with Children(cwd=CHECKOUT, logs=state.logs) as children:
        packages = node.prepare(State().node, children, lambda _done, _total: None)
        emulator = children.start(azurite.program(packages, ports, state.azurite))
        children.wait_ready(emulator, children.start(programs.vault(ports, state.vault)))
        shutil.copyfile(state.vault / "vault-ca.pem", state.vault_ca)
        yield Robbed(ports, children, app_settings(ports, state))
