"""Model answers: who may rate them, what is kept, and what nobody but the one person learns."""

from __future__ import annotations

import pytest

from bot.domain.calibration import Calibration, alias
from bot.domain.reviews import Review, Sheet
from bot.ids import AnswerId, ChannelId, PostKey, ReviewId, UserId
from bot.messages import Bullets, Form, Message, Paragraph, Quote, Reply, plain
from bot.ports.outgoing import Post
from bot.ports.work import Work
from content.schema import Guide
from tests.content.guides import modelled
from tests.services.clubs import OLGA, Club, a_club, buttons
from tests.services.towns import Town, on

GUIDE = modelled("mini")
TALK = {"clarity": "3", "motivation": "3", "ownership": "3"}


def club_with(guide: Guide = GUIDE) -> Club:
    return a_club(town=Town(guide=guide))


def shown(reply: Reply) -> Message:
    (message,) = reply.messages
    return message


def words(message: Message) -> str:
    texts = [block.text for block in message.blocks if isinstance(block, Paragraph)]
    items = [i for block in message.blocks if isinstance(block, Bullets) for i in block.items]
    return " ".join(plain(text) for text in (*texts, *items))


def actions(message: Message) -> list[str]:
    return [button.action for button in buttons(message)]


def rate(club: Club, who: str, **scores: str) -> Message:
    """Let somebody rate whatever comes next, and return what they are told."""
    (action,) = actions(shown(club.command(who, "bar")))
    return shown(club.submit(who, action, **(scores or TALK)))


def kept(club: Club, who: str) -> tuple[Calibration, ...]:
    return club.town.call(lambda work: work.calibrations.of(club.cohort.id, UserId(who)))


def test_the_focus_post_invites_and_its_button_shows_an_answer_in_private() -> None:
    club = club_with()
    sent = len(club.town.sent)
    (invitation,) = invitations(club)

    reply = club.press("ana", invitation)

    quotes = [block.text for block in shown(reply).blocks if isinstance(block, Quote)]
    assert quotes[0] in {answer.text for answer in GUIDE.model_answers[:3]}
    assert len(club.town.sent) == sent, "nothing is posted"


def invitations(club: Club) -> list[str]:
    """Return what the buttons under the focus posts do."""
    acts = [each.act for each in club.town.posted("focus")]
    return [b.action for act in acts if isinstance(act, Post) for b in buttons(act.message)]


def test_a_guide_without_model_answers_does_not_invite_and_the_command_says_so() -> None:
    club = a_club()

    assert invitations(club) == []
    assert "no model answers" in words(shown(club.command("ana", "bar")))
    assert actions(shown(club.command("ana", "bar"))) == []


def test_every_phase_invites_anew_and_has_its_own_answers() -> None:
    club = club_with()
    first = rate(club, "ana")
    club.town.wait(days=7)

    message = shown(club.command("ana", "bar"))

    assert "mistake" in words(first)
    assert "chat" in words(message)
    assert invitations(club) == [f"bar:{club.cohort.id}"] * 2


def test_nothing_tells_how_strong_an_answer_is_before_it_is_rated() -> None:
    club = club_with()

    message = shown(club.command("ana", "bar"))
    (action,) = actions(message)
    form = club.press("ana", action).form

    assert isinstance(form, Form)
    for telling in ("weak", "solid", "strong", "mistake:"):
        assert telling not in action
        assert telling not in form.action
    assert all(not field.value for field in form.fields)
    assert not any(each.why in repr((message, form)) for each in GUIDE.model_answers)


def test_after_a_rating_one_is_told_at_once_how_near_and_why() -> None:
    club = club_with()
    ana = UserId("ana")
    weak = f"model:{club.cohort.id}:{alias(club.cohort.id, ana, 'mistake:weak')}"

    told = shown(club.submit("ana", weak, clarity="4", motivation="3", ownership="1"))

    assert "you 4, the guide 2; 2 points more" in words(told)
    assert "you 1, the guide 1; the same" in words(told)
    assert "Nobody learns what happened." in words(told)
    assert "Only we." in words(told)
    assert "The candidate stayed vague." in words(told)
    (one,) = kept(club, "ana")
    assert (one.model, one.scores) == (
        "mistake:weak", {"clarity": 4, "motivation": 3, "ownership": 1},
    )  # fmt: skip


def test_after_the_third_one_hears_how_strict_one_is_and_never_in_public() -> None:
    club = club_with()
    sent = len(club.town.sent)

    first, second, third = (rate(club, "ana", **dict.fromkeys(TALK, "5")) for _ in range(3))

    assert not any("All three for Talk" in words(each) for each in (first, second))
    assert "All three for Talk: on average you are about 2 points more generous" in words(third)
    assert actions(first) == [f"bar:{club.cohort.id}"]
    assert actions(third) == [f"bar:{club.cohort.id}:again"]
    assert {each.model for each in kept(club, "ana")} == {
        "mistake:weak", "mistake:solid", "mistake:strong",
    }  # fmt: skip
    assert len(club.town.sent) == sent
    assert "all model answers of this phase" in words(shown(club.command("ana", "bar")))


def test_only_the_first_rating_counts_and_a_later_one_is_called_practice() -> None:
    club = club_with()
    (action,) = actions(shown(club.command("ana", "bar")))
    club.submit("ana", action, **TALK)
    before = kept(club, "ana")

    again = shown(club.submit("ana", action, **dict.fromkeys(TALK, "1")))

    assert kept(club, "ana") == before
    assert "this time is practice" in repr(again)
    assert "All three for Talk" not in words(again)


def test_once_all_are_rated_any_can_be_rated_again_for_practice() -> None:
    club = club_with()
    for _ in range(3):
        rate(club, "ana")
    before = kept(club, "ana")

    (action,) = actions(shown(club.press("ana", f"bar:{club.cohort.id}:again")))
    told = shown(club.submit("ana", action, **dict.fromkeys(TALK, "2")))

    assert "this time is practice" in repr(told)
    assert kept(club, "ana") == before


@pytest.mark.parametrize("bad", ["", "0", "6", "4.5", "none", "1,2", "¹"])
def test_a_form_with_anything_but_1_to_5_is_refused_field_by_field(bad: str) -> None:
    club = club_with()
    (action,) = actions(shown(club.command("ana", "bar")))

    reply = club.submit("ana", action, clarity=bad, motivation="3", nonsense="5")

    assert [field for field, _ in reply.errors] == ["clarity", "ownership"]
    assert kept(club, "ana") == ()


@pytest.mark.parametrize("who", ["zoe", "cy", OLGA, "dan"])
def test_strangers_those_who_left_and_those_of_other_cohorts_are_refused(who: str) -> None:
    club = club_with()
    other = Club(club.town, "dan", channel=ChannelId("#other"))
    other.start()
    club.command("cy", "leave yes")
    cohort = club.cohort.id
    forged = f"model:{cohort}:{alias(cohort, UserId(who), 'mistake:weak')}"

    replies = [
        club.press(who, f"bar:{cohort}"),
        club.press(who, f"bar:{cohort}:again"),
        club.press(who, forged),
        club.submit(who, forged, **TALK),
    ]

    assert all(reply.form is None for reply in replies)
    assert not any(isinstance(b, Quote) for reply in replies for b in shown(reply).blocks)
    assert kept(club, who) == ()


@pytest.mark.parametrize("what", ["", ":", ":x", ":mistake:weak", ":bo"])
def test_a_name_that_is_not_ones_own_opens_nothing(what: str) -> None:
    club = club_with()
    cohort = club.cohort.id
    name = f":{alias(cohort, UserId('bo'), 'mistake:weak')}" if what == ":bo" else what

    opened = club.press("ana", f"model:{cohort}{name}")
    sent = club.submit("ana", f"model:{cohort}{name}", **TALK)

    assert opened.form is None
    assert kept(club, "ana") == ()
    assert not any("guide" in words(message) for message in sent.messages)


def test_ratings_are_in_ones_data_and_nameless_once_one_is_forgotten() -> None:
    club = club_with()
    rate(club, "ana")

    data = repr(club.command("ana", "mydata"))
    club.command("ana", "forgetme yes")

    assert "Model answers you rated" in data
    assert "mistake:" in data
    assert kept(club, "ana") == ()
    # What was given says how others' answers are to be scored; whose it was is gone.
    (given,) = club.town.call(lambda work: work.calibrations.of(club.cohort.id))
    assert "ana" not in given.user


def test_whoever_has_rated_enough_is_told_their_leaning_in_private_and_nowhere_else() -> None:
    club = club_with()
    reviewed(club, "ana", 19)
    before = words(shown(club.command("ana", "progress")))
    reviewed(club, "ana", 20)

    after = words(shown(club.command("ana", "progress")))
    club.town.until(on(11, "18:00"))

    assert "You as a reviewer" not in before
    assert "You as a reviewer: going by 20 ratings" in after
    telling = [each for each in club.town.sent if "You as a reviewer" in each.words]
    assert [each.to for each in telling] == ["ana"]


def reviewed(club: Club, who: str, many: int) -> None:
    """Let it be that somebody has reviewed so many answers by form, each like the other."""
    cohort, now = club.cohort, club.town.now
    scores = dict.fromkeys(TALK, 4)
    given = [
        Review(
            id=ReviewId(f"r{number}"), workspace=cohort.workspace, cohort=cohort.id,
            answer=AnswerId(f"a{number}"), author=UserId("bo"), reviewer=UserId(who),
            asked_at=now, due_at=now, post=PostKey(f"post{number}"), status="rated",
            sheet=Sheet(scores, at=now), rated_at=now,
        )
        for number in range(many)
    ]  # fmt: skip

    def keep(work: Work) -> None:
        for review in given:
            work.reviews.save(review)

    club.town.call(keep)
