"""Slack's side of a running coach: who it is there, what it says there and how it hears.

    bot tokens --find out--> workspaces --> couriers (out), doors (in: Socket Mode or web)

Rule: a token that can never work stops the start with its cure when there is no other; while
others work it is logged, and they go on.  A Slack that cannot be reached is waited for.

In Socket Mode nothing listens on a port unless `PORT` is set or the role `web` was asked for: then
`/healthz` and `/readyz` are served there, as a platform that starts containers asks for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from adapters.slack.calls import CURES
from adapters.slack.door import Handle, Installed, make_app
from adapters.slack.send import SlackCourier, SlackCouriers
from adapters.slack.socket import SlackConnectionError, SocketDoor
from adapters.slack.underway import Underway
from adapters.slack.web import Ready, make_web, serve
from adapters.slack.workspaces import Workspace, client_for, find_out
from app import roles
from app.outside import Outside
from app.readiness import Heard
from app.settings import Settings
from bot.ports.platforms import SendError

log = logging.getLogger(__name__)

BOT_TOKENS = "SLACK_BOT_TOKEN"
APP_TOKENS = "SLACK_APP_TOKEN"
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=2)
GREETING = timedelta(seconds=10)
"""How long a start waits for Slack's greeting; a later one is settled by itself."""
SHOWING = timedelta(seconds=2)
"""How long replies may still be shown at a stop."""

OnHello = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SlackSide:
    """Slack, connected for speaking; `open_doors` connects it for hearing."""

    settings: Settings
    session: aiohttp.ClientSession
    outside: Outside
    couriers: SlackCouriers

    @property
    def installed(self) -> dict[str, Installed]:
        """Where the app is installed, by team."""
        return {
            courier.workspace.team: Installed(
                courier.workspace, courier.calls, courier.directory, courier.uploads
            )
            for courier in self.couriers
        }


@asynccontextmanager
async def connected(settings: Settings, outside: Outside) -> AsyncIterator[SlackSide]:
    """Find out which workspaces the tokens are for, and be able to speak there.

    Raises:
        SlackConnectionError: If none of the tokens works.
    """
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        workspaces = await _workspaces(settings, session, outside)
        url, clock, wait = settings.slack_api_url, outside.clock, outside.wait
        couriers = SlackCouriers(
            *(
                SlackCourier(
                    each, client_for(each.token, url, session), clock, wait, draw=outside.draw
                )
                for each in workspaces
            )
        )
        stack.push_async_callback(couriers.close)
        yield SlackSide(settings, session, outside, couriers)


@asynccontextmanager
async def open_doors(
    side: SlackSide, handle: Handle, on_hello: OnHello, ready: Ready, heard: list[Heard]
) -> AsyncIterator[int | None]:
    """Hear what happens in Slack while entered; yield the web port, `None` if there is none.

    In Socket Mode it waits a while for Slack's greetings; `on_hello` is called after each of them.
    What it is heard by is added to `heard`; the web page asks whether this process is `ready`.

    Raises:
        SlackConnectionError: If no app-level token works.
        PortTakenError: If the web port cannot be listened on.
    """
    settings, underway = side.settings, Underway()
    secrets = [each.get_secret_value() for each in settings.slack_signing_secrets]
    client = client_for("", settings.slack_api_url, side.session)
    app = make_app(
        side.installed,
        handle,
        side.outside.clock,
        underway,
        client=client,
        signing_secrets=secrets,
        app_of_secret=_app_of_secret(side, secrets),
    )
    web = make_web(app if roles.hears_by_web(settings) else None, ready)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(underway.finish, SHOWING)
        port = None
        if roles.has_page(settings):
            port = await stack.enter_async_context(serve(web, settings.port))
        if settings.slack_app_tokens and roles.SLACK in roles.of(settings):
            clock, wait = side.outside.clock, side.outside.wait
            await _connect(
                stack,
                settings,
                lambda token, place, hello: SocketDoor(app, token, hello, clock, wait, place=place),
                on_hello,
                heard,
            )
        yield port


def _app_of_secret(side: SlackSide, secrets: Sequence[str]) -> dict[str, str]:
    """Return whose the secrets are: they stand in the order of the apps of the bot tokens.

    Empty where that cannot be told, as when one of the tokens does not work now.
    """
    workspaces = [courier.workspace for courier in side.couriers]
    apps = dict.fromkeys(each.app for each in workspaces)
    complete = len(workspaces) == len(side.settings.slack_bot_tokens) and "" not in apps
    return dict(zip(secrets, apps, strict=True)) if complete and len(secrets) == len(apps) else {}


async def _connect(
    stack: AsyncExitStack,
    settings: Settings,
    make: Callable[[str, str, OnHello], SocketDoor],
    on_hello: OnHello,
    heard: list[Heard],
) -> None:
    """Open a door for every app-level token, and add it to `heard`.

    `make` makes one of a token, its place in the settings and what is called after a greeting.
    """
    tokens = [each.get_secret_value() for each in settings.slack_app_tokens]
    greetings: list[asyncio.Event] = []
    faults: list[SlackConnectionError] = []
    for number, token in enumerate(tokens, 1):
        place, greeting = _place(APP_TOKENS, number, len(tokens)), asyncio.Event()
        door = make(token, place, _noting(greeting, on_hello))
        try:
            heard.append(await stack.enter_async_context(door))
        except SlackConnectionError as error:
            faults.append(error)
        else:
            greetings.append(greeting)
    _tell(faults, all_of_them=not greetings, what="an app is not connected")
    await _greeted(greetings)


def _noting(greeting: asyncio.Event, on_hello: OnHello) -> OnHello:
    async def hello() -> None:
        greeting.set()
        await on_hello()

    return hello


async def _greeted(greetings: Sequence[asyncio.Event]) -> None:
    """Wait for the first greeting of each door: what happens before it is not heard."""
    try:
        async with asyncio.timeout(GREETING.total_seconds()):
            for greeting in greetings:
                await greeting.wait()
    except TimeoutError:
        log.warning("Slack has not greeted yet", extra={"seconds": GREETING.total_seconds()})


async def _workspaces(
    settings: Settings, session: aiohttp.ClientSession, outside: Outside
) -> list[Workspace]:
    tokens = [each.get_secret_value() for each in settings.slack_bot_tokens]
    found: dict[str, Workspace] = {}
    faults: list[SlackConnectionError] = []
    for number, token in enumerate(tokens, 1):
        try:
            workspace = await _find_out(token, settings, session, outside)
        except SlackConnectionError as error:
            place = _place(BOT_TOKENS, number, len(tokens))
            faults.append(SlackConnectionError(place, error.problem, error.cure))
        else:
            found[workspace.team] = workspace
            log.info("connected to a workspace", extra={"workspace": workspace.id})
    _tell(faults, all_of_them=not found, what="a workspace is not connected")
    return list(found.values())


def _tell(faults: Iterable[SlackConnectionError], *, all_of_them: bool, what: str) -> None:
    """Log what does not work; where nothing does, the first of it ends the start."""
    for fault in faults:
        if all_of_them:
            raise fault
        log.error(
            what, extra={"setting": fault.place, "problem": fault.problem, "cure": fault.cure}
        )


async def _find_out(
    token: str, settings: Settings, session: aiohttp.ClientSession, outside: Outside
) -> Workspace:
    wait = FIRST_WAIT
    while True:
        try:
            return await find_out(
                token, settings.slack_api_url, session, outside.clock, outside.wait
            )
        except SendError as error:
            reason = str(error)
            if reason in CURES and reason != "unreachable":
                problem = f"Slack does not take this bot token ({reason})"
                raise SlackConnectionError(
                    BOT_TOKENS, problem, CURES[reason].rstrip(".")
                ) from error
            log.warning("Slack cannot be reached yet", extra={"error": reason})
        await outside.wait(wait.total_seconds())
        wait = min(2 * wait, LONGEST_WAIT)


def _place(name: str, number: int, count: int) -> str:
    return name if count == 1 else f"{name}, number {number} of {count}"
