"""Who is asked to review what, what counts as a rating, and what the author is told."""

from __future__ import annotations

from collections import Counter

from bot.domain import reviews
from bot.domain.prompts import Prompt
from bot.domain.reviews import Review, Tap
from bot.ids import PostKey, UserId
from bot.messages import Direct
from bot.ports.outgoing import Edit
from tests.services.clubs import OLGA, SCORES, Club, a_club
from tests.services.towns import on


def _result_edits(club: Club) -> list[str]:
    """Return what a result was changed to, each time it was."""
    return [
        each.act.message.summary
        for each in club.town.sent
        if isinstance(each.act, Edit) and each.topic == "result"
    ]


def test_nobody_is_ever_asked_to_review_their_own_answer() -> None:
    club = a_club("ana bo cy dora")
    for day in (7, 8, 9, 10, 11):
        club.town.until(on(day, "10:00"))
        for who in club.people:
            club.say(who, f"Answer of {who}.")
    club.town.until(on(18))

    found = [review for prompt in club.prompts() for review in _all_reviews(club, prompt)]

    assert len(found) >= 40
    assert all(review.author != review.reviewer for review in found)


def _all_reviews(club: Club, prompt: Prompt) -> list[Review]:
    answers = club.town.call(lambda work: work.answers.to(prompt.id))
    return [r for a in answers for r in club.reviews(a.author, prompt).values()]


def test_work_is_shared_evenly_when_everybody_does_theirs() -> None:
    club = a_club("ana bo cy dora eli fay")

    for day in (7, 8, 9, 10, 11):
        club.town.until(on(day, "10:00"))
        for who in club.people:
            club.say(who, f"Answer of {who}.")
        club.town.wait(minutes=11)
        for who in club.people:
            club.reviewed(who)

    given = Counter(r.reviewer for p in club.prompts() for r in _all_reviews(club, p))
    assert set(given.values()) <= {9, 10, 11}


def test_two_are_asked_and_their_two_ratings_make_the_result() -> None:
    club = a_club("ana bo cy dora")
    club.answered()

    assert len(club.asked("ana")) == 2
    club.reviewed()

    assert club.answer("ana").status == "done"
    assert len(club.told("ana", "result")) == 1


def test_a_rating_by_reaction_is_undone_when_the_reaction_is_removed() -> None:
    club = a_club()
    club.answered()
    club.rate("ana", "bo", "4️⃣")
    assert club.reviews("ana")["bo"].status == "rated"
    club.town.wait(minutes=1)

    club.rate("ana", "bo", "4️⃣", on=False)

    assert club.reviews("ana")["bo"].status == "asked"
    assert club.reviews("ana")["bo"].rated_at is None


def test_reactions_of_authors_bots_and_strangers_never_count() -> None:
    club = a_club("ana bo cy dora")
    club.answered()
    post = club.reviews("ana")["bo" if "bo" in club.asked("ana") else "cy"]

    club.tap("ana", post.post, "5️⃣")
    club.tap("stranger", post.post, "5️⃣")
    club.tap(next(n for n in club.people if n not in ("ana", post.reviewer)), post.post, "5️⃣")
    club.tap(post.reviewer, post.post, "5️⃣", bot=True)

    assert [r.taps for r in club.reviews("ana").values()] == [(), ()]


def test_other_emoji_are_no_rating() -> None:
    club = a_club()
    club.answered()

    club.rate("ana", "bo", "🎉")
    club.rate("ana", "bo", "💬")

    assert club.reviews("ana")["bo"].status == "asked"


def test_a_form_rates_by_criterion_and_is_thanked_for() -> None:
    club = a_club()
    club.answered()
    review = club.reviews("ana")["bo"]

    reply = club.submit("bo", f"review:{review.id}", **SCORES, flags="vague", comment="More of it.")

    after = club.reviews("ana")["bo"]
    assert reply.messages
    assert after.status == "rated"
    assert after.sheet is not None
    assert after.sheet.flags == {"vague"}


def test_a_form_with_a_number_missing_or_an_unknown_flag_changes_nothing() -> None:
    club = a_club()
    club.answered()
    before = club.reviews("ana")["bo"]

    reply = club.submit("bo", f"review:{before.id}", clarity="6", motivation="3", flags="rude")

    assert {name for name, _ in reply.errors} == {"clarity", "ownership", "flags"}
    assert club.reviews("ana")["bo"] == before


def test_a_result_changes_with_ratings_that_come_or_go_after_it() -> None:
    club = a_club()
    club.answered()
    club.reviewed(emoji="4️⃣")
    assert len(club.told("ana", "result")) == 1

    club.town.wait(hours=1)
    club.rate("ana", "bo", "2️⃣")
    club.town.wait(minutes=10)

    edits = _result_edits(club)
    assert len(edits) == 1
    assert "3.0" in edits[0]
    assert len(club.told("ana", "result")) == 1


def test_a_rating_taken_back_after_the_result_leaves_no_review_owed() -> None:
    club = a_club()
    club.answered()
    club.reviewed()
    club.town.wait(hours=1)

    club.rate("ana", "bo", "4️⃣", on=False)

    assert club.owed("bo") == ()
    assert "from 1 review" in _result_edits(club)[-1]


def test_only_the_author_says_whether_a_review_was_helpful() -> None:
    club = a_club()
    club.answered()
    review = club.reviews("ana")["bo"]
    club.submit("bo", f"review:{review.id}", **SCORES, comment="More of it.")

    club.press("bo", f"helped:{review.id}")
    club.press("cy", f"helped:{review.id}")
    club.press("cy", f"helpful:{review.answer}")
    assert club.reviews("ana")["bo"].helpful is None
    club.press("ana", f"helped:{review.id}")

    assert club.reviews("ana")["bo"].helpful is True


def test_a_reviewer_is_reminded_once_then_somebody_else_is_asked() -> None:
    club = a_club("ana bo cy dora")
    monday = club.prompt
    club.answered()
    slow, quick = club.asked("ana")
    club.rate("ana", quick, "4️⃣")

    club.town.until(on(9, "12:00"))

    other = next(name for name in club.people if name not in ("ana", slow, quick))
    assert len(club.town.told(UserId(slow), "reminder")) == 1
    assert club.reviews("ana", monday)[slow].status == "lapsed"
    assert len(club.town.told(UserId(other), "reassigned")) == 1


def test_a_lapsed_review_counts_all_the_same_when_it_is_given() -> None:
    club = a_club("ana bo cy dora eli")
    monday = club.prompt
    club.answered()
    slow = club.asked("ana")[0]
    club.town.until(on(9, "12:00"))
    assert club.reviews("ana", monday)[slow].status == "lapsed"

    club.tap(slow, club.reviews("ana", monday)[slow].post, "5️⃣")

    assert club.reviews("ana", monday)[slow].status == "rated"


def test_nobody_waits_for_ever_when_nobody_reviews() -> None:
    club = a_club("ana bo cy")
    club.answered()

    club.town.until(on(14))

    assert club.answer("ana", club.prompts()[0]).status == "done"
    assert len(club.told("ana", "result")) == 1


def test_a_self_score_ends_the_waiting_and_stands_in_the_result() -> None:
    club = a_club("ana bo cy")
    monday = club.prompt
    club.answered()
    offer = until_self_review(club)

    club.tap("ana", offer, "3️⃣")
    club.tap("bo", offer, "5️⃣")

    assert club.answer("ana", monday).self_score == 3
    assert club.answer("ana", monday).status == "done"


def test_the_organiser_hears_of_missing_reviews_once_a_day_at_most() -> None:
    club = a_club("ana bo cy dora")
    for day in (7, 8, 9, 10, 11):
        club.town.until(on(day, "10:00"))
        for who in club.people:
            club.say(who, f"Answer of {who}.")
    club.town.until(on(20))

    lines = [s for s in club.town.told(UserId(OLGA)) if "waits for reviews" in s.words]
    days = Counter(each.at.date() for each in lines)

    assert len(days) >= 2
    assert set(days.values()) == {1}


def test_everything_asked_of_a_reviewer_is_theirs_to_see_in_today() -> None:
    club = a_club()
    club.answered()

    shown = repr(club.command("bo", "today"))

    assert "1 review" in shown


def until_self_review(club: Club) -> PostKey:
    """Let time pass until the author is offered to judge their own answer; return the post."""
    for _ in range(200):
        club.town.wait(hours=1)
        offers = [s for s in club.town.told(UserId("ana")) if s.subject.startswith("self:")]
        if offers:
            assert offers[0].place == Direct(UserId("ana"), near=club.channel)
            return club.key_of(offers[0])
    raise AssertionError("it was never offered")


def test_who_taps_no_number_is_told_at_once_that_it_is_missing() -> None:
    club = a_club()
    club.answered()
    post = club.reviews("ana")["bo"].post

    def request() -> str:
        edits = [e for e in club.town.sent if isinstance(e.act, Edit) and e.act.of == post]
        return edits[-1].words

    club.rate("ana", "bo", "💬")
    begun = request()
    club.rate("ana", "bo", "3️⃣")
    counts = request()
    club.town.wait(minutes=1)
    club.rate("ana", "bo", "3️⃣", on=False)
    again = request()
    club.rate("ana", "bo", "💬", on=False)
    nothing = request()

    assert "One tap is missing" in begun
    assert "Your review counts" in counts
    assert "One tap is missing" in again
    assert "Please review by" in nothing


def test_taps_that_a_moderator_clears_count_no_more_and_later_ones_do() -> None:
    club = a_club()
    club.answered()
    reviewer = min(club.reviews("ana"))
    club.rate("ana", reviewer, "4️⃣")
    club.town.wait(minutes=1)

    club.clear(club.reviews("ana")[reviewer].post)
    assert club.reviews("ana")[reviewer].status == "asked"

    club.town.wait(minutes=1)
    club.rate("ana", reviewer, "2️⃣")
    assert club.reviews("ana")[reviewer].status == "rated"


def test_a_tap_older_than_a_clearing_that_arrives_after_it_counts_no_more() -> None:
    club = a_club()
    club.answered()
    reviewer = min(club.reviews("ana"))
    review = club.reviews("ana")[reviewer]
    late = Tap("4️⃣", on=True, at=club.town.now)
    club.town.wait(minutes=1)
    club.clear(review.post)

    rubric = club.town.coach.guides[club.cohort.guide].rubric(club.prompt.question)
    after = reviews.tap(club.reviews("ana")[reviewer], late, rubric)

    assert reviews.rating(after, rubric) is None
