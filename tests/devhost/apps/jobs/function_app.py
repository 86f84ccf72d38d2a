"""An app that works without being asked: timers and queues, each saying what it was called with in a line of JSON."""

import asyncio
import json
import os

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def say(what: str, **said: object) -> None:
    print(what, json.dumps(said, default=str), flush=True)


def told(timer: func.TimerRequest) -> dict[str, object]:
    return {"past_due": timer.past_due, "status": timer.schedule_status, "schedule": timer.schedule, "pid": os.getpid()}


@app.timer_trigger(schedule="%FIXTURE_HOURLY%", arg_name="timer", run_on_startup=False)
async def hourly(timer: func.TimerRequest) -> None:
    say("hourly", **told(timer))


@app.timer_trigger(schedule="0 30 4 29 feb *", arg_name="timer", run_on_startup=True, use_monitor=False)
async def eager(timer: func.TimerRequest) -> None:
    say("eager", **told(timer))


@app.timer_trigger(schedule="0 0 3 1 1 *", arg_name="timer")
def failing(timer: func.TimerRequest) -> None:
    raise RuntimeError("a timer that fails")


@app.timer_trigger(schedule="* * * * * *", arg_name="timer")
async def resting(timer: func.TimerRequest) -> None:
    raise AssertionError("it is disabled")


@app.timer_trigger(schedule="0 0 5 1 1 *", arg_name="timer")
async def slow_timer(timer: func.TimerRequest) -> None:
    say("slow_timer")
    await asyncio.sleep(60)


@app.queue_trigger(queue_name="%FIXTURE_QUEUE%", arg_name="message", connection="AzureWebJobsStorage")
async def letter(message: func.QueueMessage) -> None:
    text = message.get_body().decode()
    say("letter", text=text, tries=message.dequeue_count, pid=os.getpid())
    if text.startswith("bad"):
        raise RuntimeError("a message that cannot be worked")
    await asyncio.sleep({"slow": 60, "short": 0.2}.get(text.partition(" ")[0], 0))
    say("metadata", id=message.id, inserted=message.insertion_time, expires=message.expiration_time,
        next=message.time_next_visible, receipt=bool(message.pop_receipt))


@app.queue_trigger(queue_name="%FIXTURE_QUEUE%-off", arg_name="message", connection="FIXTURE_STORAGE")
async def unread(message: func.QueueMessage) -> None:
    raise AssertionError("it is disabled")
