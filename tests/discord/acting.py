"""What people do in a local Discord, in the words of the script language.

They do only what Discord's own client offers; anything else is an `AssertionError`.  A command is
chosen with its options, whose values are what the script has typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from adapters.console.steps import Act, Block, Change, Move, Press, Remove, Say, Send, Tap, Use
from adapters.discord.commands import MENUS, OPTIONS, Option
from tests.discord.towns import channel_of, path_of
from tests.discord.watching import Watcher
from tests.servers.discord.components import BOXES, SELECT
from tests.servers.discord.desk import Interaction
from tests.servers.discord.filling import Value, inputs
from tests.servers.discord.interactions import Guild
from tests.servers.discord.state import DM, FORUM, PRIVATE_THREAD, Channel, Message
from tests.stages.lines import filled_in, written_out
from tests.stages.playing import user_of
from tests.stages.sights import Place

Options = Mapping[str, str | int | bool]

_MENTION = re.compile(r"@(\w+)")
_MENU: Final = {meaning: shown for shown, meaning in MENUS.items()}
_WHOLE, _YES_NO, _PERSON = 4, 5, 6


class People:
    """Everybody in one server; the watcher knows how messages are called."""

    def __init__(self, guild: Guild, watcher: Watcher) -> None:
        self._guild, self._world, self._watcher = guild, guild.world, watcher

    async def do(self, act: Act) -> Interaction | None:
        """Do it; return what became of it where somebody waits for an answer."""
        user, guild = user_of(act.who), self._guild
        match act:
            case Say():
                return await self._say(user, act)
            case Press():
                return await self._press(user, act)
            case Send():
                return await guild.submit(user, self._values(user, act))
            case Use():
                return await guild.context_menu(user, *self._find(act.on), _MENU[act.name])
            case Tap():
                (guild.react if act.added else guild.unreact)(user, *self._find(act.on), act.emoji)
            case Change():
                guild.edit(user, *self._find(act.on), self._typed(act.text))
            case Remove():
                guild.delete(*self._find(act.on))
            case Move():
                self._move(user, act)
            case Block():
                (guild.close_dms if act.on else guild.open_dms)(user)
        return None

    # --- words ----------------------------------------------------------------------------

    async def _say(self, user: str, act: Say) -> Interaction | None:
        channel, reply_to = self._place(user, act.where)
        if act.text.startswith("/"):
            assert act.text.startswith("/coach "), f"there is no command {act.text}"
            name, *words = act.text.removeprefix("/coach ").split()
            options = self._picked(name, options_of(name, words))
            return await self._guild.command(user, channel.id, path_of(name), **options)
        text = self._typed(act.text)
        if channel.kind == FORUM:
            message = self._guild.post(user, channel.id, text.split("\n")[0], text)
            self._watcher.names.give(act.who, (message, message))
            return None
        said = self._guild.say(user, channel.id, text, reply_to=reply_to, files=act.files)
        self._watcher.names.give(act.who, (channel.id, said))
        return None

    def _picked(self, command: str, given: Options) -> Options:
        """Return the options with the ids of those who are picked in them."""
        people = [each.name for each in OPTIONS.get(command, ()) if each.kind == _PERSON]
        picked = {
            one: self._world.id_of(user_of(str(given[one]).removeprefix("@")))
            for one in people
            if one in given
        }
        return {**given, **picked}

    def _place(self, user: str, where: str) -> tuple[Channel, str | None]:
        """Return where somebody writes, and the message that they reply to, if any."""
        if where == "coach":
            return self._world.channels[self._guild.dm(user)], None
        if where.startswith("#"):
            town = self._guild.town.name
            named = {
                f"#{self._world.channel(at).name}": at for at in (channel_of(town), f"F-{town}")
            }
            return self._world.channel(named[where]), None
        channel, message = self._find(where)
        if message in self._world.channels:
            return self._world.channels[message], None
        return self._world.channels[channel], message

    def _typed(self, text: str) -> str:
        return _MENTION.sub(self._mention, written_out(text))

    def _mention(self, match: re.Match[str]) -> str:
        if match[1] == "coach":
            return f"<@{self._world.me}>"
        user = self._world.id_of(user_of(match[1]))
        return f"<@{user}>" if user in self._world.users else match[0]

    # --- buttons and forms ------------------------------------------------------------------

    async def _press(self, user: str, act: Press) -> Interaction | None:
        if self._guild.modal(user) is not None and not act.on:
            assert act.button == "Cancel", f"a form has no button {act.button}"
            self._guild.dismiss(user)
            return None
        for message in self._visible(user, act.on):
            for action, label in message.buttons.items():
                if label == act.button:
                    return await self._guild.press(user, message.channel, message.id, action)
        raise AssertionError(f"{act.who} sees no button {act.button}")

    def _visible(self, user: str, label: str) -> Iterator[Message]:
        """Yield the messages somebody sees, newest first; with a label, that one alone."""
        if label:
            yield self._guild.message(*self._find(label))
            return
        who = self._world.id_of(user)
        every = [*self._guild.ephemerals(user)]
        for place in self._world.channels.values():
            own = who in place.members or place.kind not in (DM, PRIVATE_THREAD)
            every += place.messages.values() if own else ()
        yield from sorted(every, key=lambda message: int(message.id), reverse=True)

    def _values(self, user: str, act: Send) -> dict[str, Value]:
        window = self._guild.modal(user)
        assert window is not None, f"{act.who} sees no form"
        several = {
            name
            for name, each in inputs(window).items()
            if each["type"] == BOXES or (each["type"] == SELECT and each.get("max_values", 1) > 1)
        }
        return filled_in(act.fields, several)

    def _move(self, user: str, act: Move) -> None:
        # Whoever is in a server is in its channels.
        if act.enters:
            self._guild.join(user, act.who, display=act.who)
        else:
            self._guild.leave(user)

    def _find(self, label: str) -> Place:
        return self._watcher.names.find(label)


def options_of(command: str, words: Sequence[str]) -> Options:
    """Return the options with which a command says these words."""
    given: dict[str, str | int | bool] = {}
    rest: list[str] = []
    options = OPTIONS.get(command, ())
    for word in words:
        found = next((each for each in options if _names(each, word)), None)
        if found is None:
            rest.append(word)
        else:
            said = word.removeprefix(found.says.removesuffix("{}"))
            given[found.name] = found.kind == _YES_NO or _value(found, said)
    if rest:
        # What has a name and a value is not meant for the option that takes any words.
        takes = [each for each in options if each.is_free and "=" not in "".join(rest)]
        open_ = next(iter(takes), None)
        assert open_ is not None, f"/coach {command} has no option for “{' '.join(rest)}”"
        given[open_.name] = _value(open_, " ".join(rest))
    return given


def _names(option: Option, word: str) -> bool:
    if option.kind == _YES_NO:
        return word == option.says
    prefix = option.says.removesuffix("{}")
    return not option.is_free and word.startswith(prefix)


def _value(option: Option, said: str) -> str | int:
    if option.kind != _WHOLE:
        return said
    assert said.isdecimal(), f"{option.name} is a number"
    return int(said)
