"""The first answer to somebody who waits: exactly one arrives, also where a line breaks.

    tried --line broke--> tried once more --"answered already"--> it had arrived
                                          --line broke---------> nobody knows, until the next one

Rule: what may have arrived is remembered with the interaction, so that what follows is shown
behind it and is not lost as a second first answer.  Discord takes only one, so trying twice is
safe; an interaction that somebody else answered is left alone.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

import aiohttp
import discord

from adapters.discord.client_faults import ALREADY_ANSWERED, kind_of

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

_LOST: Final = "the first answer may have arrived"
_THERE: Final = "the first answer has arrived"
_MISREAD = (AttributeError, LookupError, TypeError, ValueError)
_LIMITED, _BROKEN = 429, 500


def answered(to: Interaction) -> bool:
    """Tell whether somebody was answered for the first time, as far as is known."""
    return to.response.is_done() or _THERE in to.extras


def thinks(to: Interaction) -> bool:
    """Tell whether "thinking …" is what they were answered, or may have been."""
    thinking = discord.InteractionResponseType.deferred_channel_message
    return to.response.type is thinking or bool(to.extras.get(_LOST))


async def answer_first(
    to: Interaction, call: Callable[[], Awaitable[object]], *, thinking: bool = False
) -> bool:
    """Answer for the first time; tell whether it is shown, or another one of ours was before.

    Raises:
        discord.DiscordException | OSError | aiohttp.ClientError: If it could not be shown, or
            nobody knows.
    """
    before = _LOST in to.extras
    try:
        await call()
    except Exception as error:
        if _is_second(error) and before:
            to.extras[_THERE] = True
            return False
        if not _may_have_arrived(to, error):
            raise
        to.extras.setdefault(_LOST, thinking)
        log.warning("a first answer is given again", extra={"error": kind_of(error)})
        return await _once_more(to, call, before=before)
    to.extras.pop(_LOST, None)
    return True


async def _once_more(
    to: Interaction, call: Callable[[], Awaitable[object]], *, before: bool
) -> bool:
    # discord.py takes any answer with a good status for Discord's.
    to.response._response_type = None  # noqa: SLF001
    try:
        await call()
    except Exception as error:
        if _is_second(error):
            to.extras[_THERE] = True
            return not before
        if isinstance(error, _MISREAD) and _may_have_arrived(to, error):
            to.response._response_type = None  # noqa: SLF001
            raise discord.DiscordException from error
        raise
    to.extras.pop(_LOST, None)
    return True


def _is_second(error: Exception) -> bool:
    return isinstance(error, discord.HTTPException) and error.code == ALREADY_ANSWERED


def _may_have_arrived(to: Interaction, error: Exception) -> bool:
    """Tell whether a line broke, or what came is not from Discord itself."""
    if isinstance(error, TimeoutError):
        return False
    if isinstance(error, discord.HTTPException):
        # discord.py has tried what is broken over there several times already.
        return not error.code and error.status != _LIMITED and error.status < _BROKEN
    if isinstance(error, aiohttp.ClientError | OSError | json.JSONDecodeError):
        return True
    return isinstance(error, _MISREAD) and to.response.is_done()
