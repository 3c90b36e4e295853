"""What people do in a local Slack, in the words of the script language.

They do only what Slack's own client offers; anything else is an `AssertionError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapters.console.steps import Act, Block, Change, Move, Press, Remove, Say, Send, Tap, Use
from adapters.slack.emojis import name_of
from tests.servers.slack.interactions import Done, Team, Values
from tests.servers.slack.state import Json
from tests.slack.towns import CHANNEL
from tests.slack.watching import Watcher
from tests.stages.lines import filled_in, written_out
from tests.stages.playing import user_of

_ALSO = re.compile(r"\(also to #[\w-]+\) *")
_MENTION = re.compile(r"@(\w+)")
_EVERYBODY = {"channel", "here", "everyone"}
_SEVERAL = ("checkboxes", "multi_static_select")


class People:
    """Everybody in one workspace; the watcher knows how messages are called."""

    def __init__(self, team: Team, watcher: Watcher, zone: str) -> None:
        self._team, self._watcher, self._zone = team, watcher, zone

    async def do(self, act: Act) -> Done | None:
        """Do it; return what became of it where somebody waits for an answer."""
        user = user_of(act.who)
        match act:
            case Say():
                return await self._say(user, act)
            case Press():
                return await self._press(user, act)
            case Send():
                return await self._team.submit(user, self._values(user, act))
            case Use():
                return await self._team.shortcut(user, *self._find(act.on), act.name)
            case Tap():
                name = name_of(act.emoji)
                assert name is not None, f"there is no {act.emoji}"
                (self._team.react if act.added else self._team.unreact)(
                    user, *self._find(act.on), name
                )
            case Change():
                self._team.edit(user, *self._find(act.on), self._typed(act.text))
            case Remove():
                self._team.delete(*self._find(act.on))
            case Move():
                self._move(user, act)
            case Block():
                (self._team.deactivate if act.on else self._team.reactivate)(user)
        return None

    async def _say(self, user: str, act: Say) -> Done | None:
        channel, thread = self._place(user, act)
        if act.text.startswith("/coach"):
            assert thread is None, "there are no commands in threads"
            return await self._team.command(user, channel, act.text.removeprefix("/coach").strip())
        also = _ALSO.match(act.text)
        ts = self._team.say(
            user,
            channel,
            self._typed(act.text[also.end() if also else 0 :]),
            thread=thread,
            files=act.files,
            broadcast=also is not None,
        )
        self._watcher.names.give(act.who, (channel, ts))
        return None

    def _place(self, user: str, act: Say) -> tuple[str, str | None]:
        if act.where == "coach":
            return self._team.dm(user), None
        if act.where.startswith("#"):
            return CHANNEL, None
        channel, ts = self._find(act.where)
        return channel, self._team.channels[channel].posts[ts].root

    def _typed(self, text: str) -> str:
        return _MENTION.sub(self._mention, written_out(text))

    def _mention(self, match: re.Match[str]) -> str:
        name = match[1]
        if name in _EVERYBODY:
            return f"<!{name}>"
        user = self._team.bot_user if name == "coach" else user_of(name)
        return f"<@{user}>" if user in self._team.people else match[0]

    async def _press(self, user: str, act: Press) -> Done | None:
        if act.button == "Home" and not act.on:
            await self._team.open_home(user)
            return None
        window = self._team.modal(user)
        if window is not None and not act.on:
            if act.button in ("Close", "Cancel"):
                return await self._team.close(user)
            return await self._team.press_view(user, _action(window["blocks"], act.button))
        if act.on == "home":
            home = self._team.home(user)
            assert home is not None, "nothing is on the Home tab"
            return await self._team.press_home(user, _action(home["blocks"], act.button))
        for channel, ts, blocks in self._visible(user, act.on):
            if act.button in (label for label, _ in _buttons(blocks)):
                return await self._team.press(user, channel, ts, _action(blocks, act.button))
        raise AssertionError(f"{act.who} sees no button {act.button}")

    def _visible(self, user: str, label: str) -> list[tuple[str, str, list[Json]]]:
        """Return the messages somebody sees, newest first; with a label, that one alone."""
        if label:
            channel, ts = self._find(label)
            return [(channel, ts, self._team.channels[channel].posts[ts].blocks)]
        notes = [(place, note.ts, note.blocks) for place, note in self._team.ephemerals(user)]
        posts = [
            (channel.id, post.ts, post.blocks)
            for channel in self._team.channels.values()
            if user in channel.members
            for post in channel.posts.values()
        ]
        return sorted(notes + posts, key=lambda message: message[1], reverse=True)

    def _values(self, user: str, act: Send) -> Values:
        view = self._team.modal(user)
        assert view is not None, f"{act.who} sees no form"
        kinds = {
            b["block_id"]: b["element"]["type"] for b in view["blocks"] if b["type"] == "input"
        }
        several = {
            name for name, kind in kinds.items() if kind in ("checkboxes", "multi_static_select")
        }
        return filled_in(act.fields, several)

    def _move(self, user: str, act: Move) -> None:
        if user not in self._team.people:
            self._team.add_user(user, act.who, display=act.who, tz=self._zone)
        (self._team.join if act.enters else self._team.leave)(user, CHANNEL)

    def _find(self, label: str) -> tuple[str, str]:
        return self._watcher.names.find(label)


def _buttons(blocks: list[Json]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        for element in block["elements"] if block["type"] == "actions" else ():
            yield element["text"]["text"], element["action_id"]


def _action(blocks: list[Json], button: str) -> str:
    for label, action in _buttons(blocks):
        if label == button:
            return action
    raise AssertionError(
        f"there is no button {button}, only {[label for label, _ in _buttons(blocks)]}"
    )
