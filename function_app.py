"""Registers every door of the setting `role` with the Functions host, and does nothing else."""

import azure.functions as func

from functions import authorize, discovery, elsewhere, sign_in, token, userinfo
from shared.settings_at_import import ROLE

FRONT = (discovery.bp, authorize.bp, sign_in.bp, token.bp, userinfo.bp, elsewhere.bp)
KEEPER: tuple[func.Blueprint, ...] = ()
BY_ROLE = {"front": FRONT, "keeper": KEEPER, "all": (*FRONT, *KEEPER)}

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for blueprint in BY_ROLE[ROLE]:
    app.register_functions(blueprint)
