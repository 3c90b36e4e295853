"""What becomes of an answer that is changed, taken back, late, or given in private."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.ids import DeliveryKey
from bot.inbound import Author
from bot.ports.outgoing import Edit, Mark, Post
from bot.services.reports import UNDELIVERED
from tests.services.clubs import CHANNEL, Club, a_club
from tests.services.towns import on


def _marks(club: Club) -> list[tuple[str, str]]:
    acts = [each.act for each in club.town.sent]
    return [(act.message, act.emoji) for act in acts if isinstance(act, Mark)]


def _requests_shown(club: Club, who: str) -> list[str]:
    """Return what a reviewer's request says, at first and after each change."""
    key = club.reviews("ana")[who].post
    receipt = club.receipt(key)
    sent = [each for each in club.town.sent if each.to == who]
    first = [each.words for each in sent if each.receipt == receipt]
    return first + [
        each.words for each in sent if isinstance(each.act, Edit) and each.act.of == key
    ]


def test_an_edit_before_the_first_review_is_what_reviewers_read_and_judge() -> None:
    club = a_club()
    message = club.answered("ana", "We met.")

    club.edit(message, "We met and agreed.")

    assert "We met and agreed." in _requests_shown(club, "bo")[-1]
    club.rate("ana", "bo", "4️⃣")
    assert club.answer("ana").read == "We met and agreed."


def test_an_edit_after_the_first_review_changes_nothing_that_is_read() -> None:
    club = a_club()
    message = club.answered("ana", "We met.")
    club.rate("ana", "bo", "4️⃣")
    before = _requests_shown(club, "cy")

    club.edit(message, "We met and agreed.")

    assert _requests_shown(club, "cy") == before
    assert club.answer("ana").read == "We met."
    assert club.text("ana") == "We met and agreed."


def test_once_no_rating_stands_reviewers_read_what_the_author_made_of_it() -> None:
    club = a_club()
    message = club.answered("ana", "We met.")
    club.rate("ana", "bo", "4️⃣")
    club.town.wait(minutes=1)
    club.edit(message, "We met and agreed.")

    club.rate("ana", "bo", "4️⃣", on=False)

    assert club.answer("ana").read is None
    assert "We met and agreed." in _requests_shown(club, "cy")[-1]


def test_the_author_hears_once_that_an_edit_came_after_the_first_review() -> None:
    club = a_club()
    message = club.answered("ana", "We met.")
    club.edit(message, "We met twice.")
    club.rate("ana", "bo", "4️⃣")
    before = len(club.told("ana"))

    for text in ("We met three times.", "We met four times."):
        club.town.wait(minutes=1)
        club.edit(message, text)

    assert len(club.told("ana")) == before + 1


def test_deleting_an_answer_withdraws_it_and_frees_its_reviewers() -> None:
    club = a_club()
    message = club.answered()
    posts = [review.post for review in club.reviews("ana").values()]

    club.delete(message)

    assert club.answer("ana").status == "withdrawn"
    assert {r.status for r in club.reviews("ana").values()} == {"withdrawn"}
    assert club.owed("bo") == club.owed("cy") == ()
    changed = [each.act.of for each in club.town.sent if isinstance(each.act, Edit) and each.to]
    assert sorted(changed) == sorted(posts)


def test_deleting_one_of_two_parts_leaves_the_other() -> None:
    club = a_club()
    first = club.say("ana", "First.")
    club.town.wait(minutes=2)
    club.say("ana", "Second.")

    club.delete(first)
    club.town.wait(minutes=11)

    assert club.text("ana") == "Second."
    assert club.answer("ana").status == "in_review"


def test_a_fresh_answer_after_a_deletion_is_reviewed_by_those_who_had_not_judged() -> None:
    club = a_club()
    club.delete(club.answered("ana", "Too hasty."))
    club.town.wait(hours=1)

    club.answered("ana", "On reflection.")

    assert sorted(club.asked("ana")) == ["bo", "cy"]
    club.reviewed()
    assert club.answer("ana").status == "done"
    assert club.answer("ana").read == "On reflection."


def test_a_fresh_answer_after_a_result_gets_a_result_of_its_own() -> None:
    club = a_club("ana bo cy dora eli")
    message = club.answered("ana", "At first.")
    club.reviewed()
    club.delete(message)

    club.answered("ana", "At second.")
    club.reviewed()
    # One result on a day leaves the rest of it to requests.
    club.town.wait(hours=23)

    assert len(club.told("ana", "result")) == 2
    assert club.answer("ana").read == "At second."


def test_a_fresh_answer_carries_nothing_over_from_the_one_before() -> None:
    club = a_club("ana bo cy dora eli")
    message = club.answered("ana", "At first.")
    club.rate("ana", club.asked("ana")[0], "4️⃣")
    club.town.wait(minutes=1)
    club.edit(message, "At first, changed.")
    assert club.answer("ana").edited
    club.delete(message)
    club.town.wait(hours=1)

    club.answered("ana", "At second.")

    fresh = club.answer("ana")
    assert (fresh.edited, fresh.self_score, fresh.result_at) == (False, None, None)
    assert (fresh.read, fresh.stage, fresh.status) == (None, 0, "in_review")


def test_a_late_answer_is_marked_as_late_and_reviewed() -> None:
    club = a_club()
    monday = club.prompt
    club.town.until(on(8, "09:30"))

    message = club.say("ana", "Better late than never.", monday)
    club.town.wait(minutes=11)

    assert _marks(club) == [(message, "⏰")]
    assert club.answer("ana", monday).late
    assert club.answer("ana", monday).status == "in_review"


def test_an_answer_begun_at_the_very_end_is_in_time() -> None:
    club = a_club()
    monday = club.prompt
    club.town.until(monday.closes_at - timedelta(seconds=1))

    message = club.say("ana", "Just in time.", monday)
    club.town.wait(minutes=11)

    assert _marks(club) == [(message, "✅")]


def test_every_message_that_counts_is_marked_and_no_other() -> None:
    club = a_club()
    parts = [club.say("ana", "One.")]
    club.town.wait(minutes=9)
    parts.append(club.say("ana", "Two."))
    club.town.wait(minutes=30)
    club.say("ana", "Thanks, all!")

    assert _marks(club) == [(part, "✅") for part in parts]
    assert club.text("ana") == "One.\n\nTwo."


def test_an_answer_by_form_is_reviewed_without_its_author_even_where_authors_are_shown() -> None:
    club = a_club(how="authors=shown")

    club.submit("ana", f"answer:{club.prompt.id}", text="Between us.")
    club.town.wait(minutes=1)

    shown = [_requests_shown(club, name)[-1] for name in club.asked("ana")]
    assert len(shown) == 2
    assert all("Between us." in words for words in shown)
    assert not any("ana" in words for words in shown)


def test_an_answer_in_the_thread_names_its_author_where_authors_are_shown() -> None:
    club = a_club(how="authors=shown")

    club.answered()

    assert all("ana" in _requests_shown(club, name)[-1] for name in club.asked("ana"))


def test_authors_are_hidden_unless_told_otherwise() -> None:
    club = a_club()

    club.answered()

    assert not any("ana" in _requests_shown(club, name)[-1] for name in club.asked("ana"))


def test_an_empty_private_answer_is_sent_back_with_what_is_wrong() -> None:
    club = a_club()

    reply = club.submit("ana", f"answer:{club.prompt.id}", text="  ")

    assert [name for name, _ in reply.errors] == ["text"]
    assert club.answer_if_any("ana") is None


def test_a_second_private_answer_replaces_the_first_until_it_is_judged() -> None:
    club = a_club()
    club.submit("ana", f"answer:{club.prompt.id}", text="Once.")
    club.town.wait(minutes=5)

    club.submit("ana", f"answer:{club.prompt.id}", text="Twice.")

    assert club.text("ana") == "Twice."
    assert all("Twice." in _requests_shown(club, name)[-1] for name in club.asked("ana"))


def test_who_answered_in_the_thread_cannot_answer_in_private_as_well() -> None:
    club = a_club()
    club.say("ana", "In the open.")

    club.submit("ana", f"answer:{club.prompt.id}", text="In private.")

    assert club.text("ana") == "In the open."
    assert not club.answer("ana").private


def test_a_change_within_the_same_tick_of_the_clock_still_wins() -> None:
    club = a_club()
    message = club.say("ana", "Zebra.")

    club.edit(message, "Aardvark.")

    assert club.text("ana") == "Aardvark."


def test_a_mark_that_cannot_be_put_is_nobodys_business() -> None:
    club = a_club()
    message = club.say("ana", "Gone at once.")
    mark = next(each.act for each in club.town.sent if isinstance(each.act, Mark))

    assert mark == Mark(CHANNEL, message, "✅")
    assert UNDELIVERED not in {
        kind for kind, _, _ in club.town.call(lambda work: work.ledger.of(club.cohort.id))
    }


def test_a_new_name_is_used_from_the_next_message_on() -> None:
    club = a_club()
    club.say("ana", "Hello.")
    event = club.town.log[-1]

    club.town.take(replace(event, key=DeliveryKey("again"), by=Author(event.by.id, "Ana Lucía")))

    assert club.the_member("ana").name == "Ana Lucía"


def test_a_post_is_one_message_whatever_follows() -> None:
    club = a_club()
    club.answered()
    club.reviewed()

    posts = [each.receipt for each in club.town.sent if isinstance(each.act, Post)]

    assert len(posts) == len(set(posts))
