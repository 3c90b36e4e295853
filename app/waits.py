"""How a start can be broken off, and how long an end may take.

Rule: the process can be told to stop at any moment, and then ends within ten seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Return what comes of `work`; cancel it and return `None` if `stop` is set before."""
    task, told = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, told):
            each.cancel()
        await asyncio.gather(task, told, return_exceptions=True)


@asynccontextmanager
async def left_within(
    patience: timedelta, context: AbstractAsyncContextManager[T]
) -> AsyncIterator[T]:
    """Enter `context`, and spend no more than `patience` on leaving it."""
    inner = AsyncExitStack()
    value = await inner.enter_async_context(context)
    try:
        yield value
    finally:
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await inner.aclose()
        except TimeoutError:
            log.warning(
                "what came in was still under way at stop",
                extra={"seconds": patience.total_seconds()},
            )


async def beside(stack: AsyncExitStack, work: Coroutine[None, None, None]) -> None:
    """Run `work` beside everything else until the stack is left."""
    task = asyncio.create_task(work)

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)


async def within(patience: timedelta, ending: Callable[[], Awaitable[None]]) -> None:
    """Await an end, but no longer than `patience`: what is durable needs no orderly one."""
    try:
        async with asyncio.timeout(patience.total_seconds()):
            await ending()
    except TimeoutError:
        log.warning(
            "the database was still at work at stop", extra={"seconds": patience.total_seconds()}
        )
