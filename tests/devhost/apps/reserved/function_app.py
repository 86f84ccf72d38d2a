"""A route in the host's own territory."""

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("administrators")
async def administrators(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("never")
