"""Pictures for couriers: drawn in a thread, one after the other, and never an error."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import Any, cast

from adapters.pictures.drawing import Pictures
from bot.pictures import Image, Picture, Theme
from tests.pictures.samples import board, progress


class Watched(Pictures):
    """Tells in which threads it draws, and how many pictures at most at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[int] = []
        self.most = self._now = 0

    def draw(self, picture: Picture, theme: Theme = "light") -> Image:
        self._now += 1
        self.most = max(self.most, self._now)
        self.threads.append(threading.get_ident())
        image = super().draw(picture, theme)
        self._now -= 1
        return image


async def test_it_draws_what_is_drawn_at_once_too():
    assert await Pictures().aside(progress()) == Pictures().draw(progress())


async def test_it_draws_in_another_thread_and_one_picture_at_a_time():
    watched = Watched()

    await asyncio.gather(*(watched.aside(board()) for _ in range(3)))

    assert threading.get_ident() not in watched.threads
    assert (len(watched.threads), watched.most) == (3, 1)


async def test_what_cannot_be_drawn_is_none_and_the_log_names_nobody(caplog):
    (row, *_) = board().rows
    broken = replace(row, name="Ana Žižková", points=cast("Any", None))

    image = await Pictures().aside(replace(board(), rows=(broken,)))

    assert image is None
    (told,) = caplog.records
    assert (vars(told)["kind"], vars(told)["error"]) == ("leaderboard", "AttributeError")
    assert "Ana" not in repr(vars(told))
    assert told.exc_info is None
