"""Serves what is measured, on a port of its own; without that port nothing is measured.

Rule: Slack's requests come from the whole world, so these figures are never on their port.  What
measures takes a tenth of a second to load, and is loaded only when somebody wants it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.measuring import Meter
from app.settings import Settings
from bot.ports.outside import Clock
from bot.ports.work import Store

log = logging.getLogger(__name__)

SETTING = "LOOPMATES_METRICS_PORT"
MEDIA = "text/plain; version=0.0.4; charset=utf-8"


@asynccontextmanager
async def metering(settings: Settings, store: Store, clock: Clock) -> AsyncIterator[Meter]:
    """Measure while entered, if the settings say so; `store` is asked for what stands in it.

    Raises:
        PortTakenError: If the port cannot be listened on.
    """
    port, host = settings.metrics_port, settings.metrics_host
    if port is None:
        yield Meter()
        return
    from adapters.slack.web import make_page, serve  # noqa: PLC0415
    from app.metrics import Metrics  # noqa: PLC0415

    metrics = Metrics(clock)
    page = make_page("/metrics", lambda: metrics.page(store), MEDIA)
    async with serve(page, port, host, SETTING) as listening:
        log.info("figures are served", extra={"path": f"http://{host}:{listening}/metrics"})
        watching = asyncio.create_task(metrics.watch_loop())
        try:
            yield metrics
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
