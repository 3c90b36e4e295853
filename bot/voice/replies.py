"""What a person who asked gets at once, for their eyes only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.cadence import Occurrence
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.errors import CoachError, NotAMember
from bot.messages import (
    Block,
    Bullets,
    Channel,
    Code,
    Direct,
    Message,
    Paragraph,
    Place,
    Quote,
)
from bot.voice import posts, words
from bot.voice.words import command, note, paragraph, row, strong, text
from content.schema import Guide


def refused(error: CoachError) -> Message:
    """Say a refusal word for word, with a button that would cure it."""
    if isinstance(error, NotAMember) and error.cohort is not None:
        said = Paragraph(words.marked(str(error)))
        return words.remark(str(error), said, row(("Join", f"join:{error.cohort}")))
    return words.remark(str(error))


def hello() -> Message:
    """Greet somebody back, and tell a newcomer what this is."""
    return words.remark(
        "Hello! I help you prepare for interviews",
        paragraph(
            "Hello! I help you prepare for interviews: in a channel with a question on each "
            "posting day and reviews by peers, or alone with me. ",
            command("help"),
            " lists what you can say.",
        ),
        row(("My overview", "say:me"), ("Practise", "say:practice"), ("Help", "say:help")),
    )


def welcome() -> Message:
    """Answer thanks."""
    return words.remark("You are welcome!")


def noted() -> Message:
    """Answer a word that asks for nothing, where silence would look like a fault."""
    return words.remark("Good!")


def sorry(reference: str) -> Message:
    """Apologise for a fault of ours."""
    return words.remark(
        "Something went wrong on my side, and I am sorry. Nothing was lost. "
        f"(Reference {reference})"
    )


def set_up(cohort: Cohort, guide: Guide, ahead: Sequence[Occurrence]) -> Message:
    """Confirm a new cohort and show what it will do next."""
    return words.remark(
        f"Set up: {guide.title}",
        paragraph(
            f"Done: a cohort for {guide.title}, from {words.full_day(cohort.plan.start)}. "
            f"Posting days: {words.days(cohort.plan.days)} ({cohort.plan.zone} time). I have "
            "invited the channel. Next:"
        ),
        posts.upcoming(cohort, ahead),
        note(
            "You are its organiser: ",
            command("settings"),
            " changes how it runs. Say ",
            command("join"),
            " to take part as well.",
        ),
        row(("Join", f"join:{cohort.id}"), ("Settings", f"settings:{cohort.id}")),
    )


def answered(*, again: bool, judged: bool = False) -> Message:
    """Confirm a private answer; `judged` if a reviewer has judged an earlier version."""
    if judged:
        return words.remark(
            "Your change is kept, but it comes after the first review: reviewers judge the "
            "version before it."
        )
    if again:
        return words.remark("Changed. Your reviewers read the new version.")
    return words.remark(
        "Got it. Peers review it without learning whose it is, and I tell you what they saw. "
        "Until then you can change it with the same button."
    )


def hint_to_join(cohort: Cohort) -> Message:
    """Tell somebody who answers without being a member, once."""
    return words.remark(
        "Join, and your answers get reviewed",
        paragraph(
            "You are not in the cohort of ",
            Channel(cohort.channel),
            " yet, so nobody reviews what you wrote there. Join first, then answer.",
        ),
        row(("Join", f"join:{cohort.id}")),
    )


def joined(
    member: Member,
    guide: Guide,
    cohort: Cohort,
    ahead: Sequence[Occurrence],
    open_question: str | None,
) -> Message:
    """Welcome: what this is, what comes, how to stop."""
    blocks: list[Block] = [
        paragraph(
            f"You are in: we prepare for {guide.title}, with one question on each posting day."
        ),
        Bullets(
            (
                text("Answer the questions I post in the channel, each in its thread."),
                text("In private I send you peers' answers to review, and what they saw in yours."),
                words.marked("`away` gives you a break, `leave` ends it, `help` lists the rest."),
            )
        ),
    ]
    if open_question:
        blocks.append(paragraph("Open now, in the channel: ", words.asked(open_question)))
    if ahead:
        blocks += [paragraph("Next:"), posts.upcoming(cohort, ahead[:1])]
    else:
        blocks.append(paragraph("Nothing is planned right now; the channel hears when we go on."))
    buttons = row(("My overview", "say:me"), ("Help", "say:help"))
    return words.remark("You are in", *blocks, *_track(member, guide), buttons)


def already_in() -> Message:
    """Tell that nothing changed."""
    said = "You are in this cohort already. Say `today` to see what is open."
    return words.remark(said, Paragraph(words.marked(said)), row(("Today", "say:today")))


def on_track(name: str) -> Message:
    """Confirm a location track."""
    return words.remark(f"Your track is {name}: its questions come to you as a bonus.")


def left() -> Message:
    """Confirm leaving."""
    return words.remark(
        "You have left: I ask you nothing any more. `join` brings you back, "
        "`forgetme` deletes what you wrote."
    )


def away(back_on: date, last: date) -> Message:
    """Confirm an absence in words, so that a misread date is seen."""
    return words.remark(
        f"You are away through {words.day(last)}, and back on {words.full_day(back_on)}. "
        "Until then I ask you nothing, and your streak is safe. `back` ends it earlier."
    )


def back() -> Message:
    """Confirm the end of an absence."""
    return words.remark("Good to have you here. The next question is yours, too.")


def paused() -> Message:
    """Confirm a pause."""
    return words.remark("Paused. I post nothing until `resume`; reviews under way go on.")


def resumed(cohort: Cohort, ahead: Sequence[Occurrence]) -> Message:
    """Confirm the end of a pause."""
    return words.remark("We go on", paragraph("We go on. Next:"), posts.upcoming(cohort, ahead))


def moved(cohort: Cohort, what: str, ahead: Sequence[Occurrence]) -> Message:
    """Confirm a change of the plan and show what comes next."""
    return words.remark(what, paragraph(what, " Next:"), posts.upcoming(cohort, ahead))


def undelivered(place: Place, reason: str) -> Message:
    """Tell an organiser that a message did not arrive."""
    where = "a direct message" if isinstance(place, Direct) else "a post in the channel"
    return words.remark(
        "Something could not be delivered",
        paragraph(
            f"I could not deliver {where} (",
            Code(reason),
            "). Everything else goes on. Whoever runs me finds the cure in the log, and with ",
            command("loopmates doctor"),
            ".",
        ),
        note("There may be more such messages; I write at most once a day."),
    )


def not_invited(cohort: Cohort, reason: str) -> Message:
    """Tell an organiser that the invitation to their new cohort did not reach its channel."""
    return words.remark(
        "The invitation to your cohort did not reach its channel",
        paragraph(
            "I could not post the invitation to your cohort in its channel (",
            Code(reason),
            "). Most likely I am not in that channel: invite me there, then press the button.",
        ),
        row(("Post the invitation", f"invite:{cohort.id}")),
    )


def invited() -> Message:
    """Confirm that the invitation is on its way again."""
    return words.remark("The invitation is on its way. If it fails again, I tell you.")


def unchanged(what: str) -> Message:
    """Tell that a command found nothing to change."""
    return words.remark(what)


def my_data(parts: Sequence[tuple[str, str]]) -> Message:
    """Give everything stored about somebody, part by part."""
    if not parts:
        return words.remark("I keep nothing about you.")
    blocks: list[Block] = [paragraph("Everything I keep about you:")]
    for title, body in parts:
        blocks += [paragraph(strong(title)), Quote(body)]
    blocks.append(note("Delete it all with ", command("forgetme"), "."))
    return words.remark("Your data", *blocks)


def sure() -> Message:
    """Ask before forgetting somebody."""
    return words.remark(
        "Shall I forget you?",
        paragraph(
            "I would delete your answers, your practice, your comments and your name, in every "
            "cohort here. Scores you gave stay, without your name. There is no way back."
        ),
        row(("Forget me", "forgetme")),
    )


def forgotten() -> Message:
    """Confirm."""
    return words.remark("Done. I know nothing about you any more. Good luck with your interview!")


def _track(member: Member, guide: Guide) -> tuple[Block, ...]:
    """Tell what a member's track brings, or which tracks there are."""
    known = {location.key: location.name for location in guide.locations}
    if member.track in known:
        return (
            note(f"Your track is {known[member.track]}: its questions come to you as a bonus."),
        )
    ways = [span for key in known for span in (" or ", command(f"join {key}"))]
    if not ways:
        return ()
    return (note("Interviewing for a location? ", *ways[1:], " adds its questions."),)
