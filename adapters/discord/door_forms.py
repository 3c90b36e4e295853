"""Forms that are sent: page after page, until the engine takes them.

    memory has the draft                 --> go on
    the message before it carries it     --> ask the engine for the form, put back what was given
    neither                              --> say so, with what was typed last

Rule: what somebody typed is kept until the engine has it; where it cannot be, they are told, with
their own words.  What comes back from a message is a draft only if all of it is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.discord import carried, forms
from adapters.discord.answers import SORRY, Answers, Interaction
from adapters.discord.answers_first import answered
from adapters.discord.door_asking import Answer, Asking
from adapters.discord.drafts import Drafts, Kept, Onward, Window, onward_of, opener_of, window_of
from adapters.discord.forms import Draft
from adapters.discord.interactions import Asked, pressed, sent
from adapters.discord.receive import DIRECT, workspace_of
from adapters.discord.render import Json, walk
from bot.ids import DeliveryKey
from bot.messages import Form


class Forms:
    """Takes what people fill in."""

    def __init__(self, drafts: Drafts, answers: Answers, asking: Asking) -> None:
        self.drafts = drafts
        self._answers = answers
        self._asking = asking

    async def go_on(self, to: Interaction, what: Asked, onward: Onward) -> None:
        """Open the next page of a draft."""
        kept = self._find(what, onward.id, onward.action)
        if kept is None and onward.digest and _carrier(to):
            kept = await self._restored(to, what, onward, {})
            if kept is None:
                return None
        if kept is None or kept.draft.complete:
            return await self._answers.lost(to, onward.action, {})
        if answered(to):
            # It took too long for a window.
            return await self._answers.go_on(to, kept, wrong=bool(kept.draft.problems))
        if not await self._answers.open(to, kept) and answered(to):
            await self._answers.go_on(to, kept, wrong=bool(kept.draft.problems))
        return None

    async def take(self, to: Interaction, what: Asked) -> None:
        """Take a window that was sent: a page, or the last of a form."""
        window, typed = window_of(what.custom_id), forms.read(what.data)
        if window is None:
            return await self._submit(to, what, what.custom_id, typed, None)
        kept = self._find(what, window.id, window.action)
        if kept is None and not window.action:
            return await self._answers.lost(to, "", typed)
        if kept is None and window.pages == 1:
            return await self._submit(to, what, window.action, typed, None)
        kept = kept or await self._reopened(to, what, window, typed)
        return None if kept is None else await self._page(to, what, kept, window.page)

    def _find(self, what: Asked, id_: str, action: str) -> Kept | None:
        kept = self.drafts.find(id_, what.by.id, action)
        if kept is None or what.workspace in {DIRECT, kept.workspace}:
            return kept
        # Nothing of one server is any good in another, whatever a changed client sends.
        return None

    async def _page(self, to: Interaction, what: Asked, kept: Kept, page: int) -> None:
        kept = self._filled(kept, page, what)
        if not kept.draft.complete:
            return await self._answers.go_on(to, kept)
        what = replace(what, workspace=kept.workspace)
        given = forms.fields(kept.draft)
        return await self._submit(to, what, kept.draft.form.action, given, kept)

    def _filled(self, kept: Kept, page: int, what: Asked) -> Kept:
        # An older window may still be open beside the newest one.
        here = min(page, len(forms.pages(kept.draft.form)) - 1)
        draft = forms.filled(replace(kept.draft, number=here), what.data)
        return self.drafts.keep(draft, kept.user, kept.workspace, kept.id)

    async def _submit(
        self,
        to: Interaction,
        what: Asked,
        action: str,
        given: Mapping[str, str],
        kept: Kept | None,
    ) -> None:
        fields = {name: words for name, words in given.items() if words.strip()}
        event = sent(what, action, fields)
        answer = await self._asking.answered(to, what, event, window=False)
        errors = answer.reply.errors if answer.reply else (("", SORRY),)
        if errors and kept is None and answer.reply is not None:
            kept = await self._retyped(to, answer.what, action)
        if errors and kept is not None:
            await self._answers.refuse(to, kept, errors)
        elif errors:
            await self._answers.refuse_lost(to, action, errors, fields)
        elif kept is not None:
            self.drafts.drop(kept.id)
        if answer.reply is not None:
            rest = replace(answer.reply, errors=())
            if not errors or rest.messages or rest.form:
                await self._answers.show(to, answer.what, rest)

    # --- what memory does not have ------------------------------------------------------------

    async def _reopened(
        self, to: Interaction, what: Asked, window: Window, typed: Mapping[str, str]
    ) -> Kept | None:
        """Return the draft that a page belongs to; `None` if somebody was told that it is gone."""
        buttons = (onward_of(str(one.get("custom_id", ""))) for one in walk(_carrier(to)))
        found = (
            one for one in buttons if one and (one.id, one.action) == (window.id, window.action)
        )
        onward = next(found, None)
        if onward is not None and onward.digest:
            return await self._restored(to, what, onward, typed)
        if window.page == 0:
            answer = await self._form(to, what, window.action)
            form = _form_of(answer, window.action)
            if form is None:
                await self._closed(to, answer, window.action, typed)
                return None
            if len(forms.pages(form)) == window.pages:
                return self._keep(forms.begin(form), answer.what, window.id)
        await self._answers.lost(to, window.action, typed)
        return None

    async def _restored(
        self, to: Interaction, what: Asked, onward: Onward, typed: Mapping[str, str]
    ) -> Kept | None:
        """Return the draft that a message carries; `None` if somebody was told that it is gone."""
        if what.workspace == DIRECT and onward.where:
            what = replace(what, workspace=workspace_of(onward.where))
        answer = await self._form(to, what, onward.action, window=not typed)
        form = _form_of(answer, onward.action)
        if form is None:
            await self._closed(to, answer, onward.action, typed)
            return None
        draft = carried.restored(form, onward.page, _carrier(to))
        where = answer.what.workspace
        if draft is None or carried.digest(draft, what.by.id, where) != onward.digest:
            await self._answers.lost(to, onward.action, typed)
            return None
        return self._keep(draft, answer.what, onward.id)

    async def _retyped(self, to: Interaction, what: Asked, action: str) -> Kept | None:
        """Return a draft of what was typed into a form of one page; `None` if there is no form."""
        form = _form_of(await self._form(to, what, action), action) if opener_of(action) else None
        if form is None or len(forms.pages(form)) > 1:
            return None
        return self._keep(forms.filled(forms.begin(form), what.data), what, "")

    async def _form(
        self, to: Interaction, what: Asked, action: str, *, window: bool = False
    ) -> Answer:
        # What is sent with the same interaction must not look like this once more.
        asks = replace(pressed(what, opener_of(action)), key=DeliveryKey(f"{what.key}:form"))
        return await self._asking.answered(to, what, asks, window=window)

    async def _closed(
        self, to: Interaction, answer: Answer, action: str, typed: Mapping[str, str]
    ) -> None:
        """Say why there is no form any more, and show what was typed."""
        reply = answer.reply
        if reply is None:
            # The way here still stands above.
            return await self._answers.refuse_lost(to, "", (("", SORRY),), typed)
        if reply.messages:
            await self._answers.show(to, answer.what, replace(reply, form=None))
        if typed or not reply.messages:
            await self._answers.lost(to, action, typed)
        return None

    def _keep(self, draft: Draft, what: Asked, id_: str) -> Kept:
        return self.drafts.keep(draft, what.by.id, what.workspace, id_)


def _form_of(answer: Answer, action: str) -> Form | None:
    form = answer.reply.form if answer.reply else None
    return form if form is not None and form.action == action else None


def _carrier(to: Interaction) -> list[Json]:
    """Return the components of the message that a window or a button came from, if it is ours."""
    if to.message is None or not to.message.flags.ephemeral:
        return []
    components: list[Any] = [component.to_dict() for component in to.message.components]
    return components
