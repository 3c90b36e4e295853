"""Results: scored with all ratings of the cohort, told once, mirrored at the end of the week."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.calibration import Calibration
from bot.ids import UserId
from bot.messages import Message
from bot.ports.outgoing import Edit, Post
from bot.services import results, scores
from bot.services.desk import Desk
from content.schema import ModelAnswer
from tests.fakes import MemoryStore, MemoryWork
from tests.services.clubs import Club, a_club
from tests.services.towns import ZONE, Sent


def _desk(club: Club) -> Desk:
    store, coach = club.town.store, club.town.coach
    assert isinstance(store, MemoryStore)
    work = MemoryWork(store.tables)
    return Desk(work, club.town.now, coach.guides, coach.new_id, coach.rng, ZONE)


def _changes_of_results(club: Club, who: str) -> list[Sent]:
    sent = club.town.sent
    return [s for s in sent if isinstance(s.act, Edit) and s.topic == "result" and s.to == who]


def _words(message: Message) -> str:
    return repr(message.blocks)


def _told(club: Club, who: str) -> str:
    act = club.town.told(UserId(who), "result")[-1].act
    assert isinstance(act, Post)
    return _words(act.message)


def test_a_result_says_how_many_voices_it_has_and_how_sure_it_is() -> None:
    club = a_club()
    club.answered()

    club.reviewed("ana", "4️⃣")

    told = _told(club, "ana")
    assert "from 2 reviews" in told
    assert "Two voices: " in told
    assert "give or take" in told
    assert "Ratings are few so far" in told


def test_every_rating_that_stands_counts_once_by_ids_and_those_taken_back_do_not() -> None:
    club = a_club()
    message = club.answered()
    club.reviewed("ana", "4️⃣")
    answer = club.answer("ana").id

    before = scores.fit(_desk(club), club.cohort)
    club.delete(message)
    after = scores.fit(_desk(club), club.cohort)

    assert set(before.scores) == {answer}
    assert set(before.reviewers) == {"bo", "cy"}
    assert (dict(after.scores), dict(after.reviewers)) == ({}, {})


def test_what_others_rate_meanwhile_does_not_change_a_result_that_was_told() -> None:
    club = a_club()
    club.answered("ana")
    club.reviewed("ana", "4️⃣")
    club.answered("bo")

    club.reviewed("bo", "1️⃣")

    assert _changes_of_results(club, "ana") == []


def test_a_change_of_its_own_reviews_corrects_a_result() -> None:
    club = a_club()
    club.answered("ana")
    club.reviewed("ana", "4️⃣")

    club.rate("ana", "bo", "1️⃣")
    club.town.wait(minutes=1)

    (changed,) = _changes_of_results(club, "ana")
    assert "2.6 of 5" in changed.words


def test_ratings_of_model_answers_say_what_reviewers_are_like_and_are_no_answers() -> None:
    club = a_club()
    club.answered()
    club.reviewed("ana", "4️⃣")
    desk = _desk(club)
    scored = {"clarity": 5, "motivation": 4, "ownership": 4}
    model = ModelAnswer(club.prompt.question, "strong", "Because.", scored, "Clear.", {}, ())
    guide = replace(desk.guide(club.cohort), model_answers=(model,))
    desk = replace(desk, guides={guide.key: guide})
    before = scores.fit(desk, club.cohort)

    desk.work.calibrations.save(_rated(club, model.key, desk.now))
    desk.work.calibrations.save(_rated(club, "gone-from-the-guide", desk.now))
    after = scores.fit(desk, club.cohort)

    assert set(after.scores) == set(before.scores)
    assert after.reviewers[UserId("bo")].n == before.reviewers[UserId("bo")].n + 1


def _rated(club: Club, model: str, at: datetime) -> Calibration:
    return Calibration(
        club.cohort.id, club.workspace, UserId("bo"), model, {"clarity": 5, "motivation": 4}, at
    )


def test_the_mirror_names_what_was_missed_most_and_where_for_the_author_alone() -> None:
    club = a_club()
    since = club.town.now
    club.answered("ana")
    club.reviewed("ana", "2️⃣")
    desk = _desk(club)

    seen = results.mirror(desk, club.cohort, UserId("ana"), since)

    assert seen is not None
    words = repr(seen)
    assert desk.guide(club.cohort).question(club.prompt.question).prompt in words
    assert "clarity" in words
    assert not any(name in words.replace("'", " ").split() for name in ("bo", "cy", "ana"))
    assert results.mirror(desk, club.cohort, UserId("bo"), since) is None
    assert results.mirror(desk, club.cohort, UserId("ana"), desk.now) is None


def test_the_mirror_comes_with_ones_own_line_in_one_message() -> None:
    club = a_club()
    club.answered("ana")
    club.reviewed("ana", "2️⃣")
    before = len(club.told("ana"))

    club.town.until(club.town.now.replace(day=11, hour=17))

    lines = [s for s in club.town.told(UserId("ana"))[before:] if "Your week" in s.summary]
    assert len(lines) == 1
    assert "Your mirror" in lines[0].words
    for sent in club.town.told(UserId("bo")):
        assert "Your mirror" not in sent.words
