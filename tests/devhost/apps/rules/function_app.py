"""An app with one function for each rule of the host that a request can show."""

import json
import os

import azure.functions as func

SETTING_AT_IMPORT = os.environ.get("FIXTURE_SETTING", "")
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def _seen(req: func.HttpRequest) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.params),
        "route_params": dict(req.route_params),
        "body": req.get_body().decode("latin-1"),
        "setting": SETTING_AT_IMPORT,
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


@app.route("echo")
async def echo(req: func.HttpRequest) -> func.HttpResponse:
    return _seen(req)


@app.route("posted", methods=["POST"])
async def posted(req: func.HttpRequest) -> func.HttpResponse:
    return _seen(req)


@app.route("readable", methods=["GET"])
async def readable(req: func.HttpRequest) -> func.HttpResponse:
    return _seen(req)


@app.function_name("a_literal")
@app.route("items/special", methods=["GET"])
async def a_literal(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("a_literal")


@app.function_name("item")
@app.route("items/{id}", methods=["GET"])
async def item(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("item " + req.route_params["id"])


@app.function_name("thing")
@app.route("things/{id:int}/{part?}", methods=["GET"])
async def thing(req: func.HttpRequest) -> func.HttpResponse:
    return _seen(req)


@app.route("files/{*rest}", methods=["GET"])
async def files(req: func.HttpRequest) -> func.HttpResponse:
    return _seen(req)


@app.route("sync_echo")
def sync_echo(req: func.HttpRequest) -> func.HttpResponse:
    return _seen(req)


@app.route("raises")
async def raises(req: func.HttpRequest) -> func.HttpResponse:
    raise RuntimeError("a secret only the developer may see")


@app.route("none")
async def none(req: func.HttpRequest):
    return None


@app.route("plain")
async def plain(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("plain", status_code=201)


@app.route("text")
async def text(req: func.HttpRequest):
    return req.get_body().decode()


@app.route("doubled")
async def doubled(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("doubled")
    response.headers.add("Link", "<1>")
    response.headers.add("Link", "<2>")
    response.headers.add("Date", "never")
    response.headers.add("Content-Length", "3")
    return response


@app.route("unsendable")
async def unsendable(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("x", headers={"X-Name": "caf\u00e9"})


@app.route("status/{code}")
async def status(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("body", status_code=int(req.route_params["code"]))


@app.route("cookies", methods=["POST"])
async def cookies(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("cookies")
    for line in req.get_json():
        response.headers.add("Set-Cookie", line)
    return response


@app.route("keyed", auth_level=func.AuthLevel.FUNCTION)
async def keyed(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("keyed")


@app.route("mastered", auth_level=func.AuthLevel.ADMIN)
async def mastered(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("mastered")


@app.route("off", auth_level=func.AuthLevel.FUNCTION)
async def off(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("off")


@app.route("slow")
async def slow(req: func.HttpRequest) -> func.HttpResponse:
    import asyncio

    print("slow began", flush=True)
    await asyncio.sleep(60)
    return func.HttpResponse("late")


@app.route("stuck")
def stuck(req: func.HttpRequest) -> func.HttpResponse:
    import time

    print("stuck began", flush=True)
    time.sleep(60)
    return func.HttpResponse("late")
