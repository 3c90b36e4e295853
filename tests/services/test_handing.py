"""Handing back, asking for more, asking why, naming mentors; and what a question's close does."""

from __future__ import annotations

import pytest

from bot.domain.handing import RETURNS
from bot.ids import UserId
from bot.messages import Reply
from tests.services.clubs import OLGA, Club, a_club
from tests.services.towns import on

CROWD = "ana bo cy dora eli fay gus"


def said(reply: Reply) -> str:
    return " ".join(message.summary for message in reply.messages)


def one_answer(people: str = CROWD, how: str = "reviewers=1") -> Club:
    """Return a club in which ana's answer is with its reviewers."""
    club = a_club(people, how)
    club.answered("ana")
    return club


def hand_back(club: Club, because: str = "busy") -> str:
    """Let whoever is asked for a review of ana's answer pass it on; return who."""
    (who,) = club.asked("ana")
    club.press(who, f"pass:{club.reviews('ana')[who].id}:{because}")
    return who


def send_back(club: Club, fault: str = "blank") -> str:
    """Let whoever is asked for a review of ana's answer return it; return who."""
    (who,) = club.asked("ana")
    club.submit(who, f"return:{club.reviews('ana')[who].id}", because=fault)
    return who


@pytest.mark.parametrize("because", ["busy", "conflict"])
def test_who_passes_a_review_on_is_replaced_at_once_by_somebody_else(because: str) -> None:
    club = one_answer()

    who = hand_back(club, because)

    (instead,) = club.asked("ana")
    passed = club.reviews("ana")[who]
    assert instead != who
    assert (passed.status, passed.because) == ("passed", because)
    assert club.owed(who) == ()
    assert len(club.told(instead, "review_request")) == 1


def test_passing_on_twice_and_passing_on_what_was_given_is_refused() -> None:
    club = one_answer()
    who = hand_back(club)
    again = club.press(who, f"pass:{club.reviews('ana')[who].id}:busy")
    (other,) = club.asked("ana")
    club.rate("ana", other, "4️⃣")

    late = club.press(other, f"pass:{club.reviews('ana')[other].id}:busy")

    assert "already" in said(again)
    assert "already" in said(late)
    assert club.reviews("ana")[other].status == "rated"


def test_who_says_not_now_is_asked_for_nothing_more_today_but_first_tomorrow() -> None:
    club = one_answer("ana bo cy dora eli fay gus hal")
    who = hand_back(club)
    others = [name for name in club.people if name not in ("ana", who)]
    for author in others[:3]:
        club.answered(author)
    assert not any(who in club.reviews(author) for author in others[:3])

    club.town.until(on(8, "10:00"))

    assert club.owed(who)


def test_passing_on_is_no_lapse_and_no_load() -> None:
    club = one_answer()
    who = hand_back(club)

    loads = club.town.call(lambda work: work.reviews.loads(club.cohort.id, on(1)))

    (theirs,) = [load for load in loads if load.user == who]
    assert (theirs.open, theirs.recent, theirs.lapses) == (0, 0, 0)


def test_one_who_knows_the_author_may_be_asked_for_other_answers_the_same_day() -> None:
    club = one_answer("ana bo cy dora eli")
    who = hand_back(club, "conflict")
    asked = []
    for author in [name for name in club.people if name not in ("ana", who)]:
        club.answered(author)
        asked += club.asked(author)

    assert who in asked


def test_two_returns_leave_an_answer_in_review_and_the_third_takes_it_out() -> None:
    club = one_answer()
    for _ in range(RETURNS - 1):
        send_back(club)
    assert club.answer("ana").status == "in_review"

    send_back(club, "off-topic")

    assert club.answer("ana").status == "withdrawn"
    assert club.asked("ana") == []
    assert [line for line in club.told("ana") if "without reviews" in line]
    assert [line for line in club.told(OLGA) if "returned an answer" in line]


def test_nobody_learns_who_returned_an_answer() -> None:
    club = one_answer()
    who = {send_back(club) for _ in range(RETURNS)}

    told = " ".join(repr(each.act) for each in club.town.told(UserId("ana")))

    assert len(who) == RETURNS
    assert not any(f"'{name}'" in told for name in who)


def test_a_returned_answer_can_be_given_again_and_is_reviewed_as_a_new_one() -> None:
    club = a_club(CROWD, "reviewers=1")
    message = club.answered("ana", "Nothing.")
    for _ in range(RETURNS):
        send_back(club)

    club.edit(message, "Much better.")
    club.town.wait(minutes=11)

    assert club.answer("ana").status == "in_review"
    (reviewer,) = club.asked("ana")
    send_back(club)
    assert club.answer("ana").status == "in_review"
    assert reviewer not in club.asked("ana")


def test_a_fault_that_is_none_is_refused_at_its_field() -> None:
    club = one_answer()
    (who,) = club.asked("ana")

    reply = club.submit(who, f"return:{club.reviews('ana')[who].id}", because="ugly")

    assert [field for field, _ in reply.errors] == ["because"]
    assert club.reviews("ana")[who].status == "asked"


def test_at_night_who_hands_back_is_replaced_in_the_morning() -> None:
    club = one_answer()
    first = club.prompt
    club.town.until(on(7, "23:00"))

    who = hand_back(club)

    assert club.asked("ana") == []
    club.town.until(on(8, "09:00"))
    assert club.asked("ana", first) not in ([], [who])


# --- asking for more -----------------------------------------------------------------------------


def test_who_asks_for_a_review_gets_the_answer_with_the_fewest() -> None:
    club = a_club(CROWD, "reviewers=2")
    club.answered("ana")
    club.answered("bo")
    for reviewer in club.asked("ana"):
        club.rate("ana", reviewer, "4️⃣")
        break
    free = set(club.people) - {"ana", "bo", *club.reviews("ana"), *club.reviews("bo")}
    who = min(free)
    for reviewer in club.asked("bo"):
        club.press(reviewer, f"pass:{club.reviews('bo')[reviewer].id}:conflict")
        break

    club.command(who, "review")

    got = [author for author in ("ana", "bo") if who in club.reviews(author)]
    assert len(got) == 1
    assert club.reviews(got[0])[who].reason == "pull"
    assert club.told(who, "review_request")


def test_nobody_gets_their_own_answer_nor_one_they_have_seen() -> None:
    club = one_answer("ana bo cy")

    own = club.command("ana", "review")
    (reviewer,) = club.asked("ana")
    seen = club.command(reviewer, "review")

    assert "Nothing waits" in said(own)
    assert "Nothing waits" in said(seen)
    assert set(club.reviews("ana")) == {reviewer}


def test_who_has_five_reviews_open_gets_no_more() -> None:
    club = a_club("ana bo cy dora eli fay gus hal ivo", "reviewers=1")
    for author in club.people[1:]:
        club.say(author, "My answer.")
    club.town.wait(minutes=11)

    replies = [said(club.command("ana", "review")) for _ in range(8)]

    assert len(club.owed("ana")) == 5
    assert "5 reviews open" in replies[-1]


def test_why_somebody_was_asked_is_told_to_them_alone() -> None:
    club = one_answer()
    (who,) = club.asked("ana")
    action = f"why:{club.reviews('ana')[who].id}"

    mine, theirs = club.press(who, action), club.press("ana", action)

    assert club.reviews("ana")[who].reason != ""
    assert "Why you" in said(mine)
    assert "not yours" in said(theirs)


# --- mentors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["cy", "@cy", "<@cy>", "<@!CY>", "<@cy|Cy Twombly>", "@Cy Twombly"])
def test_a_mentor_can_be_named_in_any_way_a_platform_writes_it(who: str) -> None:
    club = a_club("ana bo")
    club.names["cy"] = "Cy Twombly"
    club.command("cy", "join")

    club.command(OLGA, f"mentor {who}")
    assert club.the_member("cy").mentor

    club.command(OLGA, f"mentor remove {who}")
    assert not club.the_member("cy").mentor


def test_a_name_that_two_members_share_names_nobody() -> None:
    club = a_club("ana")
    for name in ("bo", "cy"):
        club.names[name] = "Kim"
        club.command(name, "join")

    reply = club.command(OLGA, "mentor kim")

    assert "more than one" in said(reply)
    assert not any(club.the_member(name).mentor for name in ("bo", "cy"))


def test_a_mentor_is_asked_at_last_and_told_once_that_they_are_one() -> None:
    club = a_club("ana bo cy", "reviewers=1")
    club.command(OLGA, "mentor cy")
    club.command(OLGA, "mentor cy")
    club.answered("ana")
    assert club.asked("ana") == ["bo"]
    first = club.prompt

    club.town.until(on(8, "12:00"))

    assert club.asked("ana", first) == ["cy"]
    assert len([line for line in club.told("cy") if "mentor" in line]) == 1


# --- when a question closes ----------------------------------------------------------------------


def test_when_a_question_closes_whoever_came_back_is_asked_for_what_lacks_reviewers() -> None:
    club = a_club("ana bo cy")
    club.command("cy", "away 1 day")
    club.answered("ana")
    first = club.prompt
    assert club.asked("ana") == ["bo"]

    club.town.until(on(8, "09:05"))

    assert "cy" in club.reviews("ana", first)


def test_a_reason_that_there_is_not_hands_nothing_back() -> None:
    club = one_answer()
    (who,) = club.asked("ana")

    club.press(who, f"pass:{club.reviews('ana')[who].id}:bored")

    assert club.asked("ana") == [who]


def test_who_left_is_not_told_that_their_answer_came_back() -> None:
    club = one_answer()
    for _ in range(RETURNS - 1):
        send_back(club)
    told = len(club.told("ana"))
    (last,) = club.asked("ana")
    review = club.reviews("ana")[last].id

    club.command("ana", "leave yes")
    club.submit(last, f"return:{review}", because="blank")

    assert len(club.told("ana")) == told
