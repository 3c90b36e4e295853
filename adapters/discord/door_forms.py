"""Forms that are sent: page after page, until the engine takes them.

Rule: what somebody typed is kept until the engine has it; where it cannot be, they are told, with
their own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adapters.discord import forms
from adapters.discord.answers import SORRY, Answers, Interaction
from adapters.discord.door_asking import Asking
from adapters.discord.drafts import Drafts, Kept, window_of
from adapters.discord.interactions import Asked, sent


class Forms:
    """Takes what people fill in."""

    def __init__(self, drafts: Drafts, answers: Answers, asking: Asking) -> None:
        self.drafts = drafts
        self._answers = answers
        self._asking = asking

    async def go_on(self, to: Interaction, what: Asked, draft: str, action: str) -> None:
        """Open the next page of a draft."""
        kept = self.drafts.find(draft, what.by.id)
        if kept is None or kept.draft.complete:
            return await self._answers.lost(to, action, {})
        return await self._answers.open(to, kept)

    async def take(self, to: Interaction, what: Asked) -> None:
        """Take a window that was sent: a page, or the last of a form."""
        window, typed = window_of(what.custom_id), forms.read(what.data)
        kept = self.drafts.find(window.id, what.by.id) if window else None
        action = window.action if window else what.custom_id
        if kept is None or window is None:
            if not action or (window is not None and window.pages > 1):
                return await self._answers.lost(to, action, typed)
            return await self._submit(to, what, action, typed, None)
        kept = self._filled(kept, window.page, what)
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
