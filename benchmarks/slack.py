"""How soon Slack's events are acknowledged, and whether any is lost, under load.

`loopmates run` as it is in production, durable database included, and beside it an app made with
Bolt alone that only acknowledges; both over Socket Mode and over signed requests.  The Slack they
talk to is another process.  What is counted as kept stands in the database file afterwards.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import socket
import sqlite3
from pathlib import Path

from benchmarks.cohorts import answer, beside
from benchmarks.processes import processor_seconds, python, until, until_logged
from benchmarks.slack_cohorts import SECRET, Cohorts, cohorts
from benchmarks.slack_load import Timed, paced, percentile

RATE = 100
SECONDS = int(os.environ.get("BENCH_SECONDS", "30"))
TAPPED = 4
"""One event in so many is a reaction on a review request, the others are replies in threads."""
HALVES = {"socket": 0, "http": 1}


def measure() -> list[dict[str, object]]:
    """Return one row for each app and way."""
    return asyncio.run(beside(cohorts, HALVES, _coach, _bare))


async def _coach(there: Cohorts, database: Path, how: str) -> dict[str, object]:
    """Measure the coach, and count what it has kept."""
    env = _settings(there, how) | {"DATABASE_URL": f"sqlite:///{database}"}
    with python(["-m", "app", "run"], env, database.with_suffix(".log")) as process:
        # From here on everything runs side by side: hearing, deciding, sending.
        await until_logged(database.with_suffix(".log"), "platforms settled")
        started = processor_seconds(process.pid)
        row, said, tapped = await _load(there, how)
        row["cpu_s"] = round(processor_seconds(process.pid) - started, 1)
        process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, 20)
    answers, taps = _kept(database, said, tapped)
    row |= {"answers": f"{answers}/{len(said)}", "taps": f"{taps}/{len(tapped)}"}
    row["lost"] = len(said) - answers + len(tapped) - taps
    assert code == 0, f"the coach ended with {code}"
    return {"app": "loopmates", "way": how, **row}


async def _bare(there: Cohorts, how: str) -> dict[str, object]:
    """Measure Bolt alone."""
    opened = there.slack.sockets.opened
    env = _settings(there, how)
    with python(["-m", "benchmarks.slack_bare", how], env, None) as process:
        if how == "socket":
            await there.slack.until(lambda: there.slack.sockets.opened > opened)
        else:
            await _until_listening(int(env["PORT"]))
        started = processor_seconds(process.pid)
        row, _, _ = await _load(there, how)
        row["cpu_s"] = round(processor_seconds(process.pid) - started, 1)
    return {"app": "bare Bolt", "way": how, **row}


async def _load(
    there: Cohorts, how: str
) -> tuple[dict[str, object], set[str], set[tuple[str, str]]]:
    """Let people write and tap; return what was measured, the messages, and the taps."""
    writing, tapping = there.writing(HALVES[how]), there.tapping(HALVES[how])
    said: set[str] = set()
    tapped: set[tuple[str, str]] = set()

    def act(number: int) -> None:
        tap = next(tapping, None) if number % TAPPED == 0 else None
        if tap is None:
            user, channel, root = next(writing)
            said.add(there.team.say(user, channel, answer(), thread=root))
            return
        user, channel, ts, name = tap
        post = there.team.channels[channel].posts[ts]
        if user in post.reactions.get(name, []):
            there.team.unreact(user, channel, ts, name)  # the coach's turn is over
        else:
            there.team.react(user, channel, ts, name)
            tapped.add((ts, name))

    deliveries, calls = there.slack.deliveries, len(there.slack.calls)
    timed, before = Timed(deliveries.carrier, there.team.bot_user), len(deliveries.lost)
    deliveries.carrier = timed
    busy = os.getloadavg()[0]
    # The measure itself must not pause to look through a whole Slack.
    gc.collect()
    gc.freeze()
    try:
        behind = await paced(act, RATE, SECONDS)
        await there.slack.settled(60)
    finally:
        deliveries.carrier = timed.carrier
    row: dict[str, object] = {
        f"{name}_ms": round(percentile(timed.seconds, share) * 1000, 1)
        for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))
    }
    row |= {"acknowledged": len(timed.seconds), "own": timed.others, "repeated": timed.missed}
    row |= {"given_up": len(deliveries.lost) - before, "behind_ms": round(behind * 1000, 1)}
    row |= {"calls": len(there.slack.calls) - calls, "load_before": round(busy, 2)}
    return row, said, tapped


def _kept(database: Path, said: set[str], tapped: set[tuple[str, str]]) -> tuple[int, int]:
    """Count the messages that are part of an answer, and the taps that count in a review."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    heard = {message for (message,) in connection.execute("SELECT message FROM heard")}
    reviews = connection.execute(
        "SELECT outbox.receipt_message, reviews.taps FROM reviews "
        "JOIN outbox ON outbox.key = reviews.post"
    )
    emojis = {"four": "4️⃣", "three": "3️⃣", "two": "2️⃣"}
    taps = {(ts, name) for ts, text in reviews for name, e in emojis.items() if _holds(text, e)}
    connection.close()
    return len(said & heard), len(tapped & taps)


def _holds(text: str, emoji: str) -> bool:
    return emoji in json.dumps(json.loads(text), ensure_ascii=False)


def _settings(there: Cohorts, how: str) -> dict[str, str]:
    """Return the settings of an app, and let Slack deliver that way."""
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "SLACK_API_URL": there.slack.base_url}
    env["SLACK_BOT_TOKEN"] = there.team.bot_token
    if how == "socket":
        there.slack.events_over_socket()
        return env | {"SLACK_APP_TOKEN": there.slack.app_token}
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    there.slack.events_over_http(f"http://127.0.0.1:{port}/slack/events")
    return env | {"SLACK_SIGNING_SECRET": SECRET, "PORT": str(port)}


async def _until_listening(port: int) -> None:
    def listens() -> bool:
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", port)) == 0

    await until(listens)
