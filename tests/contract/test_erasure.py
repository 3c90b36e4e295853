"""Forgetting a person leaves nothing of theirs, and nobody else's figures change."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from bot.domain.reviews import Sheet
from bot.ids import MessageId, PostKey, UserId
from bot.messages import Direct, Mention, Note, Paragraph, Quote, Said, Table, Words
from bot.ports.outgoing import Edit, Mark, Post, Receipt
from bot.ports.storage import Due
from bot.ports.work import Work
from bot.voice import pictures
from tests.contract.conftest import AnyStore
from tests.contract.test_outbox import claim, claim_one, put, send
from tests.factories import (
    ANA,
    ANSWER,
    BO,
    CHANNEL,
    COHORT,
    CY,
    ELSEWHERE,
    NOW,
    PROMPT,
    WORKSPACE,
    a_card,
    a_cohort,
    a_member,
    a_message,
    a_post,
    a_practice,
    a_review,
    after,
    an_answer,
    words,
)
from tests.pictures.samples import board

ALIAS = UserId("forgotten-1")
SHEET = Sheet({"depth": 4}, frozenset({"vague"}), "what Ana thinks", NOW)


def _forget(store: AnyStore) -> None:
    store.call(lambda work: work.erasure.forget(WORKSPACE, ANA, ALIAS))


def _live(work: Work) -> None:
    """Let Ana lead, answer, review and practise, here and elsewhere."""
    work.cohorts.save(a_cohort(organisers=frozenset({ANA, BO})))
    for user in (ANA, BO, CY):
        work.members.save(a_member(user))
    work.members.save(a_member(ANA, cohort="elsewhere", workspace=ELSEWHERE))
    work.answers.save(an_answer(heard=(a_message("m1", "what Ana said"),), read="what Ana said"))
    work.answers.save(an_answer("bo's", author=BO, heard=(a_message("m2", "what Bo said"),)))
    rated = {"status": "rated", "rated_at": NOW, "sheet": SHEET}
    work.reviews.save(a_review("of ana", reviewer=BO, **rated))
    work.reviews.save(a_review("of ana, open", reviewer=CY))
    work.reviews.save(a_review("by ana", answer="bo's", author=BO, reviewer=ANA, **rated))
    work.reviews.save(a_review("by ana, open", answer="cy's", author=CY, reviewer=ANA))
    work.practices.save(a_practice(said=(("m3", "what Ana practised"),)))
    work.practices.save_card(a_card())
    for kind, subject in (("answer", ANSWER), ("practice", ANA), ("answer", "bo's")):
        work.agenda.set(Due(WORKSPACE, kind, subject, NOW))  # type: ignore[arg-type]


def test_answers_practices_cards_and_membership_are_gone(store: AnyStore) -> None:
    store.call(_live)

    _forget(store)

    assert store.call(lambda work: work.answers.get(WORKSPACE, ANSWER)) is None
    assert store.call(lambda work: work.answers.by(PROMPT, ANA)) is None
    message = MessageId("m1")
    assert store.call(lambda work: work.answers.with_message(WORKSPACE, CHANNEL, message)) is None
    assert store.call(lambda work: work.practices.of(WORKSPACE, ANA)) == ()
    assert store.call(lambda work: work.practices.cards(WORKSPACE, ANA)) == ()
    assert store.call(lambda work: work.members.get(COHORT, ANA)) is None


def test_what_others_wrote_stays(store: AnyStore) -> None:
    store.call(_live)

    _forget(store)

    answer = store.call(lambda work: work.answers.by(PROMPT, BO))
    assert answer is not None
    assert answer.heard[0].text == "what Bo said"
    members = store.call(lambda work: work.members.of(COHORT))
    assert [member.user for member in members] == [BO, CY]


def test_another_workspace_forgets_nothing(store: AnyStore) -> None:
    store.call(_live)

    _forget(store)

    member = store.call(lambda work: work.members.get("elsewhere", ANA))  # type: ignore[arg-type]
    assert member is not None
    assert member.name == "Ana"


def test_an_organiser_steps_down_and_no_alias_leads_in_their_place(store: AnyStore) -> None:
    store.call(_live)

    _forget(store)

    cohort = store.call(lambda work: work.cohorts.get(WORKSPACE, COHORT))
    assert cohort is not None
    assert cohort.organisers == {BO}


def test_ratings_of_others_stay_under_the_alias_without_their_words(store: AnyStore) -> None:
    store.call(_live)

    _forget(store)

    (review,) = store.call(lambda work: work.reviews.of("bo's"))  # type: ignore[arg-type]
    assert (review.author, review.reviewer, review.status) == (BO, ALIAS, "rated")
    assert review.sheet == replace(SHEET, comment="")


def test_of_a_form_no_field_with_words_stays_whatever_is_added_to_it(store: AnyStore) -> None:
    words: dict[str, Any] = {
        each.name: "In my own words." for each in fields(Sheet) if each.type == "str"
    }
    written = replace(SHEET, **words)

    def write(work: Work) -> None:
        _live(work)
        for review in work.reviews.rated_in(COHORT):
            work.reviews.save(replace(review, sheet=written))

    store.call(write)

    _forget(store)

    rated = store.call(lambda work: work.reviews.rated_in(COHORT))
    assert "comment" in words
    about_ana = [review for review in rated if ALIAS in (review.author, review.reviewer)]
    assert about_ana
    assert "In my own words." not in repr(about_ana)


def test_what_others_gave_still_counts_for_them_without_words(store: AnyStore) -> None:
    store.call(_live)

    _forget(store)

    rated = store.call(lambda work: work.reviews.rated_in(COHORT))
    mine = next(review for review in rated if review.reviewer == BO)
    assert (mine.author, mine.sheet) == (ALIAS, replace(SHEET, comment=""))


def test_nobody_is_asked_any_more_for_what_is_gone(store: AnyStore) -> None:
    store.call(_live)

    _forget(store)

    assert store.call(lambda work: work.reviews.open_for(WORKSPACE, CY)) == ()
    assert store.call(lambda work: work.reviews.by(COHORT, ANA)) == ()
    assert store.call(lambda work: work.reviews.open_for(WORKSPACE, ALIAS)) == ()


def test_only_what_concerns_others_stays_on_the_agenda(store: AnyStore) -> None:
    store.call(_live)

    _forget(store)

    due = store.call(lambda work: work.agenda.due(after(days=1), 9))
    assert [each.subject for each in due] == ["bo's"]


def test_what_waits_to_be_sent_to_them_is_never_sent(store: AnyStore) -> None:
    put(store, a_post("to ana", place=Direct(ANA)), a_post("to bo", place=Direct(BO)))

    _forget(store)

    assert [each.outgoing.key for each in claim(store)] == ["to bo"]


def test_a_message_being_sent_to_them_settles_nothing_any_more(store: AnyStore) -> None:
    put(store, a_post(place=Direct(ANA)))
    (claimed,) = claim(store)

    _forget(store)

    assert not send(store, claimed)
    assert store.call(lambda work: work.relay.next_at()) is None


def test_requests_to_review_them_are_never_sent(store: AnyStore) -> None:
    store.call(_live)
    put(store, a_post("ask cy", place=Direct(CY), subject="review:of ana, open"))

    _forget(store)

    assert claim(store) == ()


def test_messages_about_them_are_never_sent(store: AnyStore) -> None:
    put(store, a_post("about", act=Post(words("late again", member=ANA))), a_post("next"))

    _forget(store)

    assert [each.outgoing.key for each in claim(store)] == ["next"]


@pytest.mark.parametrize(
    "block",
    [
        Paragraph((Words("Top: "), Mention(ANA, "Ana"))),
        Note((Said("Ana"), Words(" leads"))),
        Table(("who", "points"), (("Ana", "7"), ("Bo", "5"))),
        Quote("what Ana said\n\nand more"),
    ],
    ids=lambda block: block.kind,
)
def test_messages_to_others_go_out_without_their_name_id_and_words(
    store: AnyStore, block: Paragraph | Note | Table | Quote
) -> None:
    store.call(_live)
    message = words(blocks=(block,), summary="Ana leads")
    put(store, a_post("root", place=Direct(CY)))
    send(store, claim_one(store))
    edit = Edit(PostKey("root"), message)
    put(store, a_post(act=Post(message)), a_post("edit", place=Direct(BO), act=edit))

    _forget(store)

    posts = claim(store)
    assert len(posts) == 2
    for claimed in posts:
        assert "Ana" not in repr(claimed.outgoing.act)
        assert ANA not in repr(claimed.outgoing.act)


def test_pictures_go_out_without_their_name(store: AnyStore) -> None:
    store.call(_live)
    drawn = board(("Ana", "Banana", "Bo"), note="Ana leads")
    message = replace(words("The board"), picture=drawn)
    put(store, a_post(act=Post(message)))

    _forget(store)

    act = claim_one(store).outgoing.act
    assert isinstance(act, Post)
    # A store may take the whole picture away.
    said = pictures.said(act.message.picture) if act.message.picture else ""
    assert "Ana" in pictures.said(drawn).replace("Banana", "")
    assert "Ana" not in said.replace("Banana", "")


def test_messages_that_have_nothing_to_do_with_them_stay_as_they_are(store: AnyStore) -> None:
    store.call(_live)
    posts = [
        a_post("1", act=Post(words("Banana, Anarchy"))),
        a_post("2", place=Direct(BO), act=Mark(CHANNEL, MessageId("m2"), "👀")),
        a_post("3", workspace=ELSEWHERE, act=Post(words("Ana"))),
    ]
    put(store, *posts)

    _forget(store)

    assert sorted(each.outgoing.key for each in claim(store)) == ["1", "2", "3"]
    assert posts[2] == a_post("3", workspace=ELSEWHERE, act=Post(words("Ana")))


def test_dead_letters_about_them_are_gone(store: AnyStore) -> None:
    put(store, a_post(place=Direct(ANA)))
    (claimed,) = claim(store)
    store.call(lambda work: work.relay.dead(claimed, "closed", NOW))

    _forget(store)

    assert store.call(lambda work: work.letters.dead(9)) == ()


def test_their_direct_messages_are_no_longer_known(store: AnyStore) -> None:
    receipt = Receipt("D-ana", MessageId("m1"))  # type: ignore[arg-type]
    put(store, a_post(place=Direct(ANA)))
    send(store, claim_one(store), receipt)

    _forget(store)

    found = store.call(lambda work: work.outbox.posted(WORKSPACE, receipt.channel, receipt.message))
    assert found is None
    assert store.call(lambda work: work.outbox.receipt(PostKey("post-1"))) is None


def test_what_is_said_after_forgetting_in_the_same_transaction_is_not_said_to_the_alias(
    store: AnyStore,
) -> None:
    def change(work: Work) -> None:
        # Whoever says two things in a lane takes numbers ahead for more.
        for key in ("before", "before, too"):
            work.outbox.put(a_post(key, place=Direct(ANA)))
        work.erasure.forget(WORKSPACE, ANA, ALIAS)
        work.outbox.put(a_post("after", place=Direct(ANA)))

    store.call(change)
    # It is in her own lane, where whoever forgets her again finds it.
    store.call(lambda work: work.erasure.forget(WORKSPACE, ANA, UserId("forgotten-2")))

    assert claim(store) == ()


def test_somebody_unknown_can_be_forgotten_and_anybody_twice(store: AnyStore) -> None:
    _forget(store)
    store.call(_live)
    _forget(store)
    store.call(lambda work: work.erasure.forget(WORKSPACE, ANA, UserId("forgotten-2")))

    assert store.call(lambda work: work.members.get(COHORT, ANA)) is None


def test_somebody_forgotten_can_come_back_as_if_they_were_new(store: AnyStore) -> None:
    store.call(_live)
    put(store, a_post("before", place=Direct(ANA)))
    _forget(store)

    store.call(_live)
    put(store, a_post("welcome", place=Direct(ANA)))

    assert [each.outgoing.key for each in claim(store)] == ["welcome"]
