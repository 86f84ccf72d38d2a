"""Two functions of one name."""

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.function_name("same")
@app.route("one")
async def one(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("one")


@app.function_name("same")
@app.route("two")
async def two(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("two")
