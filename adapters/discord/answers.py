"""A reply in Discord's own way: for the eyes of whoever asked, and in the place where they did.

    command, menu   messages only they see, or a form's window
    button          the same; nothing to say leaves everything as it is
    form            the next page's button, what is wrong with a way back, or what the engine says
    said            in the direct message, also for what was said in a thread

Rule: what happened is committed already.  What cannot be shown is logged by its code, and never
undoes or repeats anything.  A window cannot follow anything else, so one that came too late
becomes a message with a button.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import aiohttp
import discord

from adapters.discord import carried, forms, layout
from adapters.discord.answers_first import answer_first, answered, thinks
from adapters.discord.client_faults import ALREADY_ANSWERED, UNKNOWN_INTERACTION, kind_of
from adapters.discord.drafts import Drafts, Kept, opener_of, window_id
from adapters.discord.elsewhere import taken_along
from adapters.discord.files import BYTES_MOST, Page, reply_pages
from adapters.discord.interactions import Asked
from adapters.discord.layout import NOBODY
from adapters.discord.render import render
from bot.inbound import MessageEdited, MessageSaid
from bot.messages import (
    BUTTON_LABEL_LIMIT,
    SUMMARY_LIMIT,
    Block,
    Bullets,
    Button,
    Buttons,
    Form,
    Message,
    Paragraph,
    Quote,
    Reply,
    Said,
    Words,
)
from bot.pictures import Image
from bot.ports.outside import Draw

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

SORRY = "That did not work just now; nothing is lost, please try again in a minute."
TOO_LATE = "It took too long to open."
A_MOMENT = "This takes a moment longer than usual; the answer follows here."
ONLY_YOU = "I answer for your eyes only: type /coach, or press here."
DONE = "Done."
UNSHOWN = "It is done, but I cannot show you the answer."
PARTLY = "It is done, but some of the answer may be missing here."
LOST = (
    "I do not have the beginning of this form any more: it was too long to stand in a message, "
    "or the form has changed since. Nothing was sent."
)
OVER = "This form is not open any more: it was sent, or I had to let it go after a while."

_GONE = {ALREADY_ANSWERED, UNKNOWN_INTERACTION}
"""Nobody waits for an answer any more."""
_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)


def sorry(again: str = "") -> Reply:
    """Return what somebody is told when we could not do it; `again` is a button's action."""
    return Reply((_notice(SORRY, *_button("Try again", again)),))


class Answers:
    """Shows replies; `drafts` are the forms that people have open, `draw` draws pictures.

    A picture follows its words, so that the first answer never waits for it.
    """

    def __init__(self, drafts: Drafts, draw: Draw | None = None) -> None:
        self.drafts = drafts
        self._draw = draw

    async def show(self, to: Interaction, what: Asked, reply: Reply, again: str = "") -> None:
        """Show a reply.  `again` is the action of a button that asks for the same once more."""
        opened = False
        if reply.form is not None and not answered(to):
            kept = self.drafts.keep(forms.begin(reply.form), what.by.id, what.workspace)
            opened = await self.open(to, kept)
        if reply.form is not None and not opened and answered(to):
            await self._tell(to, [_offer(reply.form, again)])
        elif not (reply.form or reply.messages or reply.errors):
            await _quietly("nothing to say", lambda: _nothing(to, what))
        if reply.messages and not await self._tell(to, reply.messages):
            await _quietly("message", lambda: _send(to, lambda: {"content": PARTLY}))
        if reply.errors:
            await self._tell(to, [_problems(reply.errors)])
        for image in await self._pictures(reply.messages):
            await _quietly("picture", partial(_send, to, partial(layout.picture, image)))

    async def open(self, to: Interaction, kept: Kept) -> bool:
        """Open the window of a draft's next page; tell whether that worked."""
        window = layout.modal(forms.page(kept.draft, window_id(kept)))
        opened = False

        async def send() -> None:
            nonlocal opened
            opened = await answer_first(to, lambda: to.response.send_modal(window))

        await _quietly("window", send)
        return opened

    async def think(self, to: Interaction) -> None:
        """Say that the answer will come."""
        if not answered(to):
            await _quietly(
                "thinking",
                lambda: answer_first(
                    to, lambda: to.response.defer(ephemeral=True, thinking=True), thinking=True
                ),
            )

    async def tell(self, to: Interaction, message: Message) -> None:
        """Show one message."""
        await self._tell(to, [message])

    async def suggest(self, to: Interaction, choices: Sequence[tuple[str, str]]) -> None:
        """Suggest values for an option, each with its label."""
        shown = [discord.app_commands.Choice(name=label, value=value) for value, label in choices]
        await _quietly("suggestions", lambda: to.response.autocomplete(shown))

    # --- forms ----------------------------------------------------------------------------

    async def refuse(self, to: Interaction, kept: Kept, errors: Sequence[tuple[str, str]]) -> None:
        """Say what is wrong with a form, and keep what was typed."""
        wrong = forms.corrected(kept.draft, errors)
        kept = self.drafts.keep(wrong, kept.user, kept.workspace, kept.id)
        await self.go_on(to, kept, wrong=True)

    async def go_on(self, to: Interaction, kept: Kept, *, wrong: bool = False) -> None:
        """Show the way to the next page, with what was given so far; or back to what is `wrong`."""
        part = carried.way_on(kept, wrong=wrong, direct=to.guild_id is None)
        if part is None:
            await self._tell(to, [carried.bare_way_on(kept, wrong=wrong)])
        else:
            await _quietly("message", lambda: _told(to, Page(part)))

    async def lost(self, to: Interaction, action: str, typed: Mapping[str, str]) -> None:
        """Say that a form's draft is gone, with what was typed last, and how to open it again."""
        await self._tell(to, [_anew(LOST if typed else OVER, action, typed)])

    async def refuse_lost(
        self,
        to: Interaction,
        action: str,
        errors: Sequence[tuple[str, str]],
        typed: Mapping[str, str],
    ) -> None:
        """Say what is wrong with a form whose draft is gone; what was typed is shown."""
        said = " ".join(words for _, words in errors)
        await self._tell(to, [_anew(f"Nothing was sent yet. {said}", action, typed)])

    # --- without an interaction -----------------------------------------------------------

    async def say(
        self, client: discord.Client, event: MessageSaid | MessageEdited, reply: Reply, again: str
    ) -> None:
        """Answer what somebody wrote, in the direct message with them."""
        messages = [*reply.messages]
        if reply.form is not None:
            messages.append(_offer(reply.form, again, ""))
        if not event.direct:
            messages = [taken_along(each, event.workspace) for each in messages]

        async def post() -> None:
            place = client.get_partial_messageable(int(event.channel))
            to = place if event.direct else await client.create_dm(discord.Object(int(event.by.id)))
            # In a server files take a permission that who invited us earlier has not given.
            alone = isinstance(client.get_channel(int(event.channel)), discord.Thread)
            most = 0 if event.direct and alone else BYTES_MOST
            for number, page in enumerate(_pages(messages, most)):
                await to.send(
                    **layout.shown(page),
                    allowed_mentions=NOBODY,
                    nonce=f"{event.message}.{number}"[:25],
                )
            for number, image in enumerate(await self._pictures(messages) if most else ()):
                await to.send(
                    **layout.picture(image),
                    allowed_mentions=NOBODY,
                    nonce=f"{event.message}.i{number}"[:25],
                )

        await _quietly("direct message", post)

    async def point(self, client: discord.Client, event: MessageSaid) -> None:
        """Tell who spoke to us in front of everybody how to ask us, in the same place."""
        # Never a button that does what was asked for: anybody may press it.
        shown = _notice(ONLY_YOU, *_button("What I can do", "say:help"))

        async def post() -> None:
            await client.get_partial_messageable(int(event.channel)).send(
                view=layout.view(render(shown)[0]),
                allowed_mentions=NOBODY,
                nonce=f"{event.message}.p"[:25],
            )

        await _quietly("pointer", post)

    async def _pictures(self, messages: Sequence[Message]) -> list[Image]:
        """Return the pictures that can be drawn."""
        wanted = [each.picture for each in messages if each.picture is not None]
        drawn = [await self._draw(each) for each in wanted] if self._draw is not None else []
        return [image for image in drawn if image is not None]

    async def _tell(self, to: Interaction, messages: Sequence[Message]) -> bool:
        """Show what can be shown; tell whether whoever still waits has all of it."""
        missing = False
        for page in _pages(messages):
            failure = await _quietly("message", lambda page=page: _told(to, page))  # type: ignore[misc]
            if failure in _GONE:
                return True
            missing = missing or failure is not None
        return not missing


async def _told(to: Interaction, page: Page) -> None:
    try:
        await _send(to, lambda: layout.shown(page))
    except discord.HTTPException as error:
        if error.status != 400 or error.code == ALREADY_ANSWERED:
            raise
        # Discord does not take it; whoever waits has to be told something.
        log.warning("a reply was refused", extra={"act": "message", "error": kind_of(error)})
        await _send(to, lambda: {"content": UNSHOWN})


async def _send(to: Interaction, what: Callable[[], dict[str, Any]]) -> None:
    async def first() -> None:
        # Made for each try: a file that was read once is at its end.
        await to.response.send_message(**what(), ephemeral=True, allowed_mentions=NOBODY)

    if not answered(to) and await answer_first(to, first):
        return
    await to.followup.send(**what(), ephemeral=True, allowed_mentions=NOBODY, wait=True)


async def _nothing(to: Interaction, what: Asked) -> None:
    if not answered(to) and await answer_first(to, lambda: _noted(to, what)):
        return
    if thinks(to):
        await to.delete_original_response()


async def _noted(to: Interaction, what: Asked) -> None:
    if what.message and what.kind in {"button", "form"}:
        await to.response.defer()
    else:
        await to.response.send_message(DONE, ephemeral=True, allowed_mentions=NOBODY)


async def _quietly(act: str, call: Callable[[], Awaitable[object]]) -> int | None:
    """Do what may come too late or be refused; return why not, by Discord's code or 0."""
    try:
        await call()
    except _FAILURES as error:
        code = error.code if isinstance(error, discord.HTTPException) else 0
        log.log(
            logging.INFO if code in _GONE else logging.WARNING,
            "a reply could not be shown",
            extra={"act": act, "error": kind_of(error)},
        )
        return code
    return None


# --- messages ----------------------------------------------------------------------------


def _pages(messages: Sequence[Message], most: int = BYTES_MOST) -> list[Page]:
    return [page for message in messages for page in reply_pages(message, most)]


def _offer(form: Form, again: str, why: str = TOO_LATE) -> Message:
    """Return a message instead of a form that cannot be opened now."""
    opener = again or opener_of(form.action)
    said = why or "There is a form for that."
    return _notice(said, *_button(f"Open “{form.title}”"[:BUTTON_LABEL_LIMIT], opener))


def _problems(errors: Sequence[tuple[str, str]]) -> Message:
    return Message(
        "notice",
        "That cannot be used as it is.",
        (
            Paragraph((Words("That cannot be used as it is."),)),
            Bullets(tuple((Said(words),) for _, words in errors)),
        ),
    )


def _anew(said: str, action: str, typed: Mapping[str, str]) -> Message:
    """Return what is said of a form that has to be opened anew, with what was typed at length."""
    kept = [words for words in typed.values() if len(words) > 40]
    quoted: list[Block] = [Quote(words) for words in kept]
    if quoted:
        quoted.insert(0, Paragraph((Words("What you wrote:"),)))
    rows = [Buttons(_button("Open it anew", opener_of(action)))] if opener_of(action) else []
    return Message("notice", said[:SUMMARY_LIMIT], (Paragraph((Words(said),)), *quoted, *rows))


def _button(label: str, action: str) -> tuple[Button, ...]:
    return (Button(label, action, "primary"),) if action else ()


def _notice(text: str, *buttons: Button) -> Message:
    rows = (Buttons(buttons),) if buttons else ()
    return Message("notice", text, (Paragraph((Words(text),)), *rows))
