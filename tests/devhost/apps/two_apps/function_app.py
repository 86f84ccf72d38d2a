"""Two apps in one module."""

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

other = func.FunctionApp()


@app.route("one")
async def one(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("one")
