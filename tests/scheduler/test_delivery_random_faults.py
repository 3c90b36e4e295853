"""Whatever a platform does, each post is shown exactly once and in the order of its lane."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports.outgoing import Outgoing
from bot.ports.platforms import TryLater, Unknown
from tests.examples import cases
from tests.scheduler.fakes import (
    GENERAL,
    RANDOM,
    Fault,
    Scene,
    fine,
    raising,
    replied,
    said,
    whispered,
)
from tests.scheduler.mortality import Fuse
from tests.scheduler.test_delivery_killed import live, take_over

pytestmark = pytest.mark.usefixtures("silence")

DELAYS = st.one_of(st.none(), st.integers(0, 4_000).map(lambda n: timedelta(seconds=n)))
BUSY = st.builds(TryLater, st.just("busy"), DELAYS, workspace=st.booleans())
FAULTS = st.one_of(
    st.just(fine),
    st.just(raising(Unknown("reset"))),
    st.just(raising(TimeoutError())),
    st.just(raising(RuntimeError("odd"))),
    BUSY.map(raising),
)
# What was accepted and then answered with an error is never known not to have arrived.
LOSSES = st.one_of(st.just(fine), st.just(raising(Unknown("reset"))), st.just(raising(OSError())))


async def yielding() -> None:
    """Let everybody else go first."""
    await asyncio.sleep(0)


@st.composite
def outboxes(draw: st.DrawFn) -> list[Outgoing]:
    """Draw posts to two channels, a thread and a direct message."""
    posts = [said("root")]
    for n, kind in enumerate(draw(st.lists(st.integers(0, 3), max_size=8))):
        key = f"p{n}"
        posts.append(
            (said(key), said(key, RANDOM), replied(key, "root"), whispered(key))[kind],
        )
    return posts


@cases(60)
@given(
    posts=outboxes(),
    before=st.lists(st.one_of(FAULTS, st.just(yielding)), max_size=4),
    after=st.lists(st.one_of(LOSSES, st.just(yielding)), max_size=7),
    find=st.lists(FAULTS, max_size=6),
    kills=st.lists(st.integers(0, 80), max_size=3),
    pause=st.integers(0, 7_200),
)
async def test_whatever_a_platform_does_each_post_is_shown_once_and_in_order(
    posts: list[Outgoing],
    before: list[Fault],
    after: list[Fault],
    find: list[Fault],
    kills: list[int],
    pause: int,
) -> None:
    scene = Scene()
    scene.store.put(*posts)
    scene.platform.fails("post", *before)
    scene.platform.loses("post", *after)
    scene.platform.fails("find", *find)

    for steps in kills:
        await live(scene, Fuse(steps))
        scene.clock.pass_(timedelta(seconds=pause))
    await take_over(scene)

    dead = {key for key, state in scene.store.states().items() if state == "dead"}
    assert dead <= ({key for key, _ in scene.deaths} | _replies_to(dead, posts))
    for lane in (GENERAL, RANDOM, "@ana"):
        due = [post.key for post in posts if _lane(post) == lane]
        shown = scene.platform.texts(lane)
        assert len(shown) == len(set(shown))
        assert [key for key in due if key in shown] == shown
        assert set(due) - dead <= set(shown)


def _lane(post: Outgoing) -> str:
    place = post.place
    return "@ana" if place.kind == "direct" else place.channel


def _replies_to(dead: set[str], posts: list[Outgoing]) -> set[str]:
    return {p.key for p in posts if p.place.kind == "thread" and p.place.of in dead}
