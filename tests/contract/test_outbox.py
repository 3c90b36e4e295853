"""What is put into the outbox, and what is known of it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ids import ChannelId, MessageId, PostKey, UserId
from bot.messages import (
    Bullets,
    Button,
    Buttons,
    Channel,
    Code,
    Direct,
    Heading,
    InChannel,
    InThread,
    Mention,
    Message,
    Moment,
    Note,
    Paragraph,
    Quote,
    Said,
    Table,
    Words,
)
from bot.ports.delivery import Claimed
from bot.ports.outgoing import Act, Edit, Mark, Outgoing, Post, Posted, Receipt
from tests.contract.conftest import AnyStore
from tests.factories import (
    ANA,
    BO,
    CHANNEL,
    COHORT,
    ELSEWHERE,
    NOW,
    WORKSPACE,
    a_post,
    after,
    words,
)
from tests.pictures.samples import AWKWARD, board, progress

LEASE = timedelta(minutes=1)
RECEIPT = Receipt(CHANNEL, MessageId("m1"))

EVERYTHING = Message(
    topic="review_request",
    summary="Everything a message can say",
    blocks=(
        Heading("Heading “ü” 😀"),
        Paragraph(
            (
                Words("bold", bold=True),
                Said("<!channel> \0 \\ \" '"),
                Mention(ANA, "Ana"),
                Channel(ChannelId("C1")),
                Moment(after(microseconds=1), "Asia/Kathmandu", "time"),
                Code("practice"),
            )
        ),
        Bullets(((Words("a"),), (Words("b"), Said("c"))), "check"),
        Quote("long\n\nwords"),
        Note(()),
        Table(("a", "b"), (("1", "2"), ("3", "4"))),
        Buttons((Button("Stop", "stop:1", "danger"), Button("Go", "go:1"))),
    ),
    taps=("1️⃣", "🧭"),
    question="q",
    member=BO,
)
ACTS: Sequence[Act] = [
    Post(replace(EVERYTHING, picture=board(AWKWARD, more=3, note="“ü” 😀"))),
    Edit(PostKey("root"), replace(EVERYTHING, picture=progress())),
    Mark(CHANNEL, MessageId("m9"), "👀", on=False),
]


def put(store: AnyStore, *posts: Outgoing) -> None:
    store.call(lambda work: [work.outbox.put(post) for post in posts])


def claim(store: AnyStore, limit: int = 10, **given: float) -> tuple[Claimed, ...]:
    return store.call(lambda work: work.relay.claim(after(**given), LEASE, limit))


def claim_one(store: AnyStore, **given: float) -> Claimed:
    (claimed,) = claim(store, 10, **given)
    return claimed


def send(store: AnyStore, claimed: Claimed, receipt: Receipt | None = RECEIPT) -> bool:
    return store.call(lambda work: work.relay.sent(claimed, receipt, NOW))


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.kind)
@pytest.mark.parametrize(
    "place", [InChannel(CHANNEL), InThread(CHANNEL, PostKey("root")), Direct(ANA)],
    ids=lambda place: place.kind,
)  # fmt: skip
def test_what_is_put_is_claimed_as_it_was_put(
    store: AnyStore, act: Act, place: InChannel | InThread | Direct
) -> None:
    night = (after(hours=3), after(hours=12))
    outgoing = a_post(place=place, act=act, subject="prompt:1", cohort=COHORT, night=night)
    put(store, a_post("root"))
    send(store, claim_one(store))

    put(store, outgoing)

    (claimed,) = claim(store)
    assert claimed.outgoing == outgoing
    assert claimed.thread == (RECEIPT if place.kind == "thread" else None)
    assert claimed.target == (RECEIPT if act.kind == "edit" else None)


def test_a_key_put_twice_keeps_the_first(store: AnyStore) -> None:
    put(store, a_post("key"), a_post("key", place=Direct(ANA)))

    assert [claimed.outgoing for claimed in claim(store)] == [a_post("key")]


def test_a_key_that_was_sent_is_still_known(store: AnyStore) -> None:
    put(store, a_post())
    send(store, claim_one(store))

    put(store, a_post())

    assert claim(store) == ()


def test_a_post_is_kept_only_if_the_transaction_is(store: AnyStore) -> None:
    def fail(work: object) -> None:
        work.outbox.put(a_post())  # type: ignore[attr-defined]
        raise LookupError

    with pytest.raises(LookupError):
        store.call(fail)

    assert claim(store) == ()


def test_where_a_post_arrived_is_known_once_it_has(store: AnyStore) -> None:
    put(store, a_post())
    assert store.call(lambda work: work.outbox.receipt(PostKey("post-1"))) is None
    (claimed,) = claim(store)
    assert store.call(lambda work: work.outbox.receipt(PostKey("post-1"))) is None

    send(store, claimed)

    assert store.call(lambda work: work.outbox.receipt(PostKey("post-1"))) == RECEIPT
    assert store.call(lambda work: work.outbox.receipt(PostKey("unknown"))) is None


def test_a_platform_message_tells_which_post_it_is(store: AnyStore) -> None:
    put(store, a_post(subject="prompt:1"))
    (claimed,) = claim(store)
    store.call(lambda work: work.relay.sent(claimed, RECEIPT, after(seconds=1)))

    posted = store.call(lambda work: work.outbox.posted(WORKSPACE, CHANNEL, RECEIPT.message))

    assert posted == Posted(PostKey("post-1"), "prompt:1", RECEIPT, after(seconds=1))


def test_a_platform_message_of_another_workspace_or_channel_is_no_post(store: AnyStore) -> None:
    put(store, a_post())
    send(store, claim_one(store))

    other = ChannelId("other")
    message = RECEIPT.message
    assert store.call(lambda work: work.outbox.posted(ELSEWHERE, CHANNEL, message)) is None
    assert store.call(lambda work: work.outbox.posted(WORKSPACE, other, message)) is None
    assert store.call(lambda work: work.outbox.posted(WORKSPACE, CHANNEL, MessageId("2"))) is None


def test_an_edit_of_a_post_is_not_taken_for_the_post(store: AnyStore) -> None:
    put(store, a_post("root", subject="prompt:1"))
    send(store, claim_one(store))
    put(store, a_post("edit", act=Edit(PostKey("root"), words("new"))))
    send(store, claim_one(store))

    posted = store.call(lambda work: work.outbox.posted(WORKSPACE, CHANNEL, RECEIPT.message))

    assert posted is not None
    assert posted.key == "root"


def test_a_post_nobody_has_tried_to_send_can_be_taken_back(store: AnyStore) -> None:
    put(store, a_post("first"), a_post("second"))

    assert store.call(lambda work: work.outbox.retract(PostKey("first")))

    assert [claimed.outgoing.key for claimed in claim(store)] == ["second"]


@pytest.mark.parametrize("state", ["leased", "unsure", "tried", "sent", "dead", "unknown", "gone"])
def test_any_other_post_cannot_be_taken_back(store: AnyStore, state: str) -> None:
    key = PostKey("other" if state == "unknown" else "post-1")
    put(store, a_post())
    if state == "gone":
        store.call(lambda work: work.outbox.retract(key))
    elif state != "unknown":
        _bring(store, claim_one(store), state)

    assert not store.call(lambda work: work.outbox.retract(key))


def _bring(store: AnyStore, claimed: Claimed, state: str) -> None:
    if state in ("unsure", "tried"):
        unsure = state == "unsure"
        store.call(lambda work: work.relay.retry(claimed, NOW, "oh", unsure=unsure))
    elif state == "sent":
        send(store, claimed)
    elif state == "dead":
        store.call(lambda work: work.relay.dead(claimed, "oh", NOW))


def test_a_post_that_was_held_back_untried_can_still_be_taken_back(store: AnyStore) -> None:
    put(store, a_post())
    (claimed,) = claim(store)
    store.call(lambda work: work.relay.hold(claimed, after(hours=1)))

    assert store.call(lambda work: work.outbox.retract(PostKey("post-1")))


def test_the_key_of_a_post_taken_back_is_not_used_again(store: AnyStore) -> None:
    put(store, a_post())
    store.call(lambda work: work.outbox.retract(PostKey("post-1")))

    put(store, a_post())

    assert claim(store) == ()


def test_users_and_channels_of_the_same_name_have_lanes_of_their_own(store: AnyStore) -> None:
    put(store, a_post("a", place=Direct(UserId("x"))), a_post("b", place=InChannel(ChannelId("x"))))

    assert len(claim(store)) == 2
