"""What posts show later: how many have answered, and whether a review was given."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.ids import PostKey, UserId
from bot.messages import Message
from bot.ports.outgoing import Edit
from bot.voice import posts
from tests.services.clubs import SCORES, Club, a_club

DONE = "Done, thank you"


def _changes(club: Club, post: PostKey) -> Iterator[Message]:
    for sent in club.town.sent:
        if isinstance(sent.act, Edit) and sent.act.of == post:
            yield sent.act.message


def _shown(club: Club) -> int:
    """Return how many answers the last question shows, a little later."""
    club.town.wait(seconds=5)
    *_, shown = _changes(club, club.prompt.post)
    cohort, prompt = club.cohort, club.prompt
    guide = club.town.coach.guides[cohort.guide]
    asked = guide.question(prompt.question)
    for answers in range(10):
        if posts.question(prompt, asked, guide, cohort, 10, answers=answers) == shown:
            return answers
    raise AssertionError("the question says something else")


def test_a_question_is_asked_without_a_count() -> None:
    club = a_club()

    assert list(_changes(club, club.prompt.post)) == []


def test_a_question_shows_how_many_have_answered() -> None:
    club = a_club()

    counts = []
    for who in ("ana", "bo", "cy"):
        club.say(who, f"Answer of {who}.")
        counts.append(_shown(club))

    assert counts == [1, 2, 3]


def test_those_who_answer_within_seconds_of_the_first_are_shown_together() -> None:
    club = a_club()
    club.say("ana", "First.")
    club.town.wait(seconds=4)
    club.say("bo", "Second.")

    before = list(_changes(club, club.prompt.post))
    club.town.wait(seconds=1)

    assert before == []
    assert len(list(_changes(club, club.prompt.post))) == 1
    assert _shown(club) == 2


def test_a_count_is_not_put_off_by_those_who_go_on_answering() -> None:
    club = a_club("ana bo cy")
    club.say("ana", "First.")
    club.town.wait(seconds=3)
    club.say("bo", "Second.")
    club.town.wait(seconds=3)
    club.say("cy", "Third.")

    assert len(list(_changes(club, club.prompt.post))) == 1
    assert _shown(club) == 3
    assert len(list(_changes(club, club.prompt.post))) == 2


def test_an_answer_of_many_parts_is_one_answer() -> None:
    club = a_club()
    message = club.say("ana", "First.")
    club.say("ana", "Second.")
    club.edit(message, "First, changed.")

    assert _shown(club) == 1
    assert len(list(_changes(club, club.prompt.post))) == 1


def test_an_answer_taken_back_counts_no_more_and_one_given_again_does() -> None:
    club = a_club()
    club.say("bo", "Of bo.")
    message = club.answered()

    club.delete(message)
    taken_back = _shown(club)
    club.answered("ana", "Again.")

    assert taken_back == 1
    assert _shown(club) == 2


def test_an_answer_in_private_counts_without_saying_whose() -> None:
    club = a_club()

    club.submit("ana", f"answer:{club.prompt.id}", text="Nobody else's business.")

    assert _shown(club) == 1
    *_, shown = _changes(club, club.prompt.post)
    assert "ana" not in repr(shown)
    assert "business" not in repr(shown)


def test_a_late_answer_counts() -> None:
    club = a_club()
    prompt = club.prompt
    club.town.wait(days=1)

    club.say("ana", "Rather late.", prompt)
    club.town.wait(seconds=5)

    assert len(list(_changes(club, prompt.post))) == 1


def test_an_answer_of_somebody_who_leaves_before_its_result_counts_no_more() -> None:
    club = a_club()
    club.answered()
    club.say("bo", "Of bo.")

    club.command("ana", "leave yes")

    assert _shown(club) == 1


def test_an_answer_with_its_result_counts_on_when_its_author_leaves() -> None:
    club = a_club()
    club.answered()
    club.reviewed()

    club.command("ana", "leave yes")

    assert _shown(club) == 1


@pytest.mark.parametrize("judged", [False, True])
def test_an_answer_of_somebody_forgotten_counts_no_more(judged: bool) -> None:
    club = a_club()
    club.answered()
    if judged:
        club.reviewed()

    club.command("ana", "forgetme yes")

    assert _shown(club) == 0


def test_what_a_guest_writes_counts_nothing() -> None:
    club = a_club()

    club.say("zoe", "Hello.")

    assert list(_changes(club, club.prompt.post)) == []


def test_what_was_answered_while_nobody_listened_is_counted_on_waking() -> None:
    club = a_club()
    club.town.sleep()
    club.say("ana", "Meanwhile.")
    club.say("bo", "Meanwhile, too.")

    club.town.wake()

    assert _shown(club) == 2


# --- a review given ---------------------------------------------------------------------------


def _request(club: Club, reviewer: str = "bo") -> list[bool]:
    """Return, for each change of a request, whether it says that the review was given."""
    post = club.reviews("ana")[reviewer].post
    return [DONE in message.summary for message in _changes(club, post)]


def _last(club: Club, reviewer: str) -> str:
    """Return what a request says after its last change."""
    *_, last = _changes(club, club.reviews("ana")[reviewer].post)
    return repr(last)


def test_a_request_says_when_it_is_done_and_asks_again_when_that_is_taken_back() -> None:
    club = a_club()
    club.answered()

    club.rate("ana", "bo", "4️⃣")
    given = _request(club)
    club.town.wait(minutes=1)
    club.rate("ana", "bo", "4️⃣", on=False)

    assert given == [True]
    assert _request(club) == [True, False]


def test_a_tap_that_changes_no_score_changes_no_message() -> None:
    club = a_club()
    club.answered()
    club.rate("ana", "bo", "4️⃣")

    for emoji in ("💬", "🔥", "🎉"):
        club.rate("ana", "bo", emoji)

    assert _request(club) == [True]


def test_another_score_is_shown_in_the_message_that_thanks() -> None:
    club = a_club()
    club.answered()
    club.rate("ana", "bo", "4️⃣")
    club.town.wait(minutes=1)

    club.rate("ana", "bo", "2️⃣")

    *_, last = _changes(club, club.reviews("ana")["bo"].post)
    assert _request(club) == [True, True]
    assert "2.0 of 5" in repr(last)


def test_a_review_by_form_is_done_as_well() -> None:
    club = a_club()
    club.answered()

    club.submit("bo", f"review:{club.reviews('ana')['bo'].id}", **SCORES)

    assert _request(club) == [True]


def test_what_one_reviewer_gives_changes_nothing_for_another() -> None:
    club = a_club()
    club.answered()

    club.rate("ana", "bo", "4️⃣")

    assert _request(club, "cy") == []


def test_what_one_reviewer_takes_back_changes_nothing_for_another() -> None:
    club = a_club()
    club.answered()
    club.rate("ana", "bo", "4️⃣")
    club.town.wait(minutes=1)

    club.rate("ana", "bo", "4️⃣", on=False)

    assert club.answer("ana").read is None
    assert _request(club, "cy") == []


def test_a_review_taken_back_lets_the_others_read_what_was_changed_meanwhile() -> None:
    club = a_club()
    message = club.answered()
    club.rate("ana", "bo", "4️⃣")
    club.edit(message, "Better words.")
    club.town.wait(minutes=1)

    club.rate("ana", "bo", "4️⃣", on=False)

    (shown,) = _changes(club, club.reviews("ana")["cy"].post)
    assert "Better words." in repr(shown)


def test_a_review_by_form_is_not_said_to_be_undone_by_taps() -> None:
    club = a_club()
    club.answered()
    for reviewer in ("bo", "cy"):
        club.rate("ana", reviewer, "4️⃣")
    club.submit("bo", f"review:{club.reviews('ana')['bo'].id}", **SCORES)
    club.rate("ana", "bo", "4️⃣", on=False)

    by_form, by_tap = (_last(club, who) for who in ("bo", "cy"))

    assert club.reviews("ana")["bo"].status == "rated"
    assert "taking them off undoes them" in by_tap
    assert "taking them off undoes them" not in by_form
    assert "sending the form again" in by_form


def test_a_late_review_taken_back_is_not_asked_for_by_a_day_that_is_past() -> None:
    club = a_club("ana bo cy di")
    club.answered()
    prompt, late = club.prompt, club.asked("ana")[0]
    post = club.reviews("ana")[late].post
    club.town.wait(hours=30)
    club.tap(late, post, "4️⃣")
    club.town.wait(minutes=1)

    club.tap(late, post, "4️⃣", on=False)

    *_, asked_again = _changes(club, post)
    assert club.reviews("ana", prompt)[late].status == "lapsed"
    assert "still counts" in repr(asked_again)
    assert "Moment" not in repr(asked_again)


def test_a_done_request_still_shows_the_text_that_was_judged() -> None:
    club = a_club()
    message = club.answered("ana", "What was judged.")
    club.rate("ana", "bo", "4️⃣")
    club.edit(message, "What came later.")
    club.town.wait(minutes=1)

    club.rate("ana", "bo", "5️⃣")

    *_, last = _changes(club, club.reviews("ana")["bo"].post)
    assert "What was judged." in repr(last)
    assert "What came later." not in repr(last)


def test_nobody_but_its_reviewer_is_shown_a_done_request() -> None:
    club = a_club()
    club.answered()
    post = club.reviews("ana")["bo"].post

    club.rate("ana", "bo", "4️⃣")

    told = {
        sent.to for sent in club.town.sent if isinstance(sent.act, Edit) and sent.act.of == post
    }
    assert told == {UserId("bo")}


def test_a_review_taken_back_after_the_result_is_neither_thanked_for_nor_asked_again() -> None:
    club = a_club()
    club.answered()
    club.reviewed()

    club.rate("ana", "bo", "4️⃣", on=False)

    *_, last = _changes(club, club.reviews("ana")["bo"].post)
    assert last.topic == "notice"
    assert not last.taps
