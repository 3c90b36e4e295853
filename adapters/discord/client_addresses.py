"""Where Discord is: the public one, a proxy, or a server for tests.

discord.py keeps these addresses for the whole process and offers no setting for them.
Rule: while anybody uses one pair of addresses, nobody can use another, so nothing meant for a
test server or a proxy ever reaches the public Discord; not when a session is resumed either, for
which Discord names an address of its own, nor after that failed, which goes to the default one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.client_faults import DiscordConnectionError


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base of the REST API with its version, and the gateway; empty for the public ones."""

    api_url: str = ""
    gateway_url: str = ""


class _Fixed:
    """The address at which a connection is taken up again: the one that was set, whatever comes."""

    def __get__(self, socket: object, kind: object = None) -> yarl.URL:
        return DiscordWebSocket.DEFAULT_GATEWAY

    def __set__(self, socket: object, told: yarl.URL) -> None:
        """Leave it: a proxy that passes everything on passes on Discord's own address, too."""


@dataclass
class _InUse:
    users: int = 0
    now: Addresses = Addresses()


_in_use = _InUse()


@contextmanager
def pointed(addresses: Addresses) -> Iterator[None]:
    """Use these addresses while entered.

    Raises:
        DiscordConnectionError: If others are in use in this process.
    """
    if _in_use.users and _in_use.now != addresses:
        raise DiscordConnectionError(
            "DISCORD_API_URL", "another Discord is in use in this process", "Run two processes"
        )
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    _in_use.users, _in_use.now = _in_use.users + 1, addresses
    Route.BASE = addresses.api_url.rstrip("/") or before[0]
    if addresses.gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(addresses.gateway_url)
        DiscordWebSocket.gateway = _Fixed()  # type: ignore[assignment]
    try:
        yield
    finally:
        _in_use.users -= 1
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
        if not _in_use.users and addresses.gateway_url:
            del DiscordWebSocket.gateway
