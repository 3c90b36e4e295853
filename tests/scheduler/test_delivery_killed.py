"""A kill between any two steps of delivery leaves each post exactly once, in order.

The process is killed before, within and after every transaction and every call to the
platform, also after the platform accepted and before its answer came; a fresh process takes
over when the lease has ended, and may be killed as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from bot.ports.outgoing import Outgoing
from bot.ports.platforms import TryLater, Unknown
from tests.scheduler.fakes import (
    GENERAL,
    RANDOM,
    Fault,
    Scene,
    edited,
    marked,
    raising,
    replied,
    said,
    whispered,
)
from tests.scheduler.mortality import Fuse, MortalCourier, MortalStore, mortal

pytestmark = pytest.mark.usefixtures("silence")

BUSY_DAY = (
    said("a"),
    said("x", RANDOM),
    replied("b", "a"),
    whispered("d"),
    edited("e", "a", "a, better"),
    marked("m"),
    said("c"),
    said("y", RANDOM),
    whispered("f"),
)
SHOWN = {
    "general": ["a, better", "b", "c"],
    "random": ["x", "y"],
    "@ana": ["d", "f"],
}
QUIET_DAY = (said("a"), replied("b", "a"), whispered("d"))
MORE_THAN_ENOUGH = 500


async def live(scene: Scene, fuse: Fuse, *, stepwise: bool = False) -> bool:
    """Run one process until nothing is claimable; tell whether it lived that long."""
    delivery = scene.relay(MortalStore(scene.store, fuse), MortalCourier(scene.platform, fuse))
    with mortal():
        if stepwise:
            while await delivery.step(limit=2):
                pass
        else:
            await delivery.drain()
    return not fuse.burnt


async def take_over(scene: Scene) -> None:
    """Let the lease end and a fresh process do what is left."""
    scene.delivery = scene.relay()
    await scene.live_on()


def day(posts: Sequence[Outgoing]) -> Scene:
    scene = Scene()
    scene.store.put(*posts)
    return scene


def check(scene: Scene, shown: dict[str, list[str]]) -> None:
    keys = [each.key for each in scene.platform.shown]
    assert len(keys) == len(set(keys))
    assert {lane: scene.platform.texts(lane) for lane in shown} == shown
    assert set(scene.store.states().values()) == {"sent"}


async def kill_everywhere(
    posts: Sequence[Outgoing],
    shown: dict[str, list[str]],
    prepare: Callable[[Scene], None] = lambda _: None,
    *,
    stepwise: bool = False,
) -> int:
    for steps in range(MORE_THAN_ENOUGH):
        scene = day(posts)
        prepare(scene)
        lived = await live(scene, Fuse(steps), stepwise=stepwise)
        await take_over(scene)
        check(scene, shown)
        if lived:
            return steps
    raise AssertionError("the process never lived to the end")


@pytest.mark.parametrize("stepwise", [False, True])
async def test_a_kill_between_any_two_steps_leaves_each_post_exactly_once(stepwise: bool) -> None:
    steps = await kill_everywhere(BUSY_DAY, SHOWN, stepwise=stepwise)

    assert steps > 3 * len(BUSY_DAY)


@pytest.mark.parametrize(
    "fault",
    [
        raising(Unknown("reset")),
        raising(TryLater("busy")),
        raising(TryLater("rate", timedelta(seconds=5), workspace=True)),
        raising(RuntimeError("odd")),
    ],
)
async def test_a_kill_while_the_platform_is_failing_leaves_each_post_exactly_once(
    fault: Fault,
) -> None:
    def failing(scene: Scene) -> None:
        scene.platform.fails("post", fault)
        scene.platform.fails("edit", fault)
        scene.platform.fails("find", fault)

    await kill_everywhere(BUSY_DAY, SHOWN, failing)


async def test_a_kill_after_lost_answers_leaves_each_post_exactly_once() -> None:
    def losing(scene: Scene) -> None:
        scene.platform.loses("post", *[raising(Unknown("reset"))] * 4)
        scene.platform.loses("mark", raising(Unknown("reset")))

    await kill_everywhere(BUSY_DAY, SHOWN, losing)


async def test_a_second_kill_while_recovering_leaves_each_post_exactly_once() -> None:
    shown = {"general": ["a", "b"], "@ana": ["d"]}
    runs = 0
    for first in range(MORE_THAN_ENOUGH):
        lived_first = False
        for second in range(MORE_THAN_ENOUGH):
            scene = day(QUIET_DAY)
            lived_first = await live(scene, Fuse(first))
            scene.clock.pass_(timedelta(minutes=2))
            lived_second = await live(scene, Fuse(second))
            await take_over(scene)
            check(scene, shown)
            runs += 1
            if lived_second:
                break
        if lived_first:
            break

    assert runs > 100


async def test_a_kill_around_a_death_tells_the_organiser_exactly_once() -> None:
    for steps in range(MORE_THAN_ENOUGH):
        scene = day((said("a"), said("b")))
        # A channel that is gone refuses every time; only the first post is ever meant for it.
        scene.platform.gone = {"a"}
        lived = await live(scene, Fuse(steps))
        await take_over(scene)
        assert scene.store.states() == {"a": "dead", "b": "sent", "dead-a": "sent"}
        assert scene.platform.texts("organisers") == ["dead-a"]
        assert scene.platform.texts(GENERAL) == ["b"]
        if lived:
            return
    raise AssertionError("the process never lived to the end")
