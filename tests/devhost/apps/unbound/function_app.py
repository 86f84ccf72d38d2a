"""A function with an argument that no binding fills: a route parameter, as beginners write it."""

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route("items/{id}")
async def item(req: func.HttpRequest, id: str) -> func.HttpResponse:
    return func.HttpResponse(id)
