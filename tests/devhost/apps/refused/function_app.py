"""An app with everything in it that the worker library takes and production would refuse, hide or mangle."""

import functools

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def plain(handler):
    def wrapper(req: func.HttpRequest) -> func.HttpResponse:
        return handler(req)

    return wrapper


def wrapped(handler):
    @functools.wraps(handler)
    def wrapper(*arguments, **named):
        return handler(*arguments, **named)

    return wrapper


def awaiting(handler):
    async def wrapper(req: func.HttpRequest) -> func.HttpResponse:
        return await handler(req)

    return wrapper


@app.function_name("fine")
@app.route("fine")
@awaiting
async def fine(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("fine")


@app.function_name("closed_over")
@app.route("closed_over")
@plain
async def closed_over(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("never awaited")


@app.function_name("wrapped_around")
@app.route("wrapped_around")
@wrapped
async def wrapped_around(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("never awaited")


@app.route("text")
async def text(req: func.HttpRequest) -> str:
    return "text"


@app.route("admin/keys")
async def keys(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("never")


@app.route("runtime-of/{name}")
async def films(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("never")


@app.function_name("get_item")
@app.route("items/{id}", methods=["GET"])
async def get_item(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("item")


@app.function_name("search")
@app.route("items/search", methods=["GET"])
async def search(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("never")


@app.function_name("twin")
@app.route("pair", methods=["GET"])
async def twin(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("one")


@app.function_name("Twin")
@app.route("PAIR")
async def other_twin(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("other")


@app.route("underscores", trigger_arg_name="my__req")
async def underscores(my__req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("never")


@app.timer_trigger(schedule="01:00:00", arg_name="timer")
async def span(timer: func.TimerRequest) -> None: ...


@app.timer_trigger(schedule="0 0 0 30 2 *", arg_name="timer")
async def february(timer: func.TimerRequest) -> None: ...


@app.timer_trigger(schedule="%FIXTURE_UNSET%", arg_name="timer")
async def unset(timer: func.TimerRequest) -> None: ...


@app.queue_trigger(queue_name="Letters", arg_name="message", connection="FIXTURE_ELSEWHERE")
async def letters(message: func.QueueMessage) -> None: ...
