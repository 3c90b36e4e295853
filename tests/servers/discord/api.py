"""The table of routes: the name of each call, and what does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.servers.discord import callbacks, messages, places, reactions, towns
from tests.servers.discord.changes import Changes
from tests.servers.discord.commands import Commands
from tests.servers.discord.desk import Desk
from tests.servers.discord.doors import Body, Call, Route
from tests.servers.discord.errors import Json
from tests.servers.discord.messages import Nonces

_CHANNEL = "/channels/{channel}"
_MESSAGES = _CHANNEL + "/messages"
_MESSAGE = _MESSAGES + "/{message}"
_EMOJI = _MESSAGE + "/reactions/{emoji}"
_GUILD = "/guilds/{guild}"
_APP = "/applications/{app}"
_TOKEN = "/webhooks/{app}/{token}"


def routes(world: Changes, commands: Commands, desk: Desk, nonces: Nonces) -> list[Route]:
    """Return every route below /api/v10."""

    def on(do: Callable[[Changes, Call], Any]) -> Body:
        return lambda call: do(world, call)

    return [
        Route("GET", "/users/@me", "me", on(towns.me)),
        Route("GET", "/users/@me/guilds", "guilds", on(towns.guilds)),
        Route("POST", "/users/@me/channels", "open_dm", on(places.open_dm)),
        Route("GET", "/users/{user}", "user", on(towns.user)),
        Route(
            "GET", "/oauth2/applications/@me", "token_application", on(towns.application_of_token)
        ),
        Route("GET", "/applications/@me", "application", on(towns.application)),
        *_messages(on, lambda call: messages.create(world, nonces, call)),
        *_places(on),
        Route("GET", _GUILD, "guild", on(towns.guild)),
        Route("GET", _GUILD + "/channels", "guild_channels", on(towns.channels)),
        Route("GET", _GUILD + "/roles", "roles", on(towns.roles)),
        Route("GET", _GUILD + "/members", "members", on(towns.members)),
        Route("GET", _GUILD + "/members/{user}", "member", on(towns.member)),
        Route("GET", _GUILD + "/threads/active", "active_threads", on(towns.active_threads)),
        *_commands(commands, _APP + "/commands"),
        *_commands(commands, _APP + _GUILD + "/commands"),
        *_answers(desk),
    ]


def _messages(on: Callable[[Callable[[Changes, Call], Any]], Body], create: Body) -> list[Route]:
    return [
        Route("POST", _MESSAGES, "create_message", create),
        Route("GET", _MESSAGES, "history", on(messages.history)),
        Route("GET", _MESSAGES + "/pins", "pins", on(messages.pinned)),
        Route("GET", _MESSAGE, "message", on(messages.get)),
        Route("PATCH", _MESSAGE, "edit_message", on(messages.update)),
        Route("DELETE", _MESSAGE, "delete_message", on(messages.delete)),
        Route("POST", _CHANNEL + "/typing", "typing", on(messages.typing)),
        Route("PUT", _EMOJI + "/@me", "add_reaction", on(reactions.add)),
        Route("DELETE", _EMOJI + "/@me", "remove_own_reaction", on(reactions.remove_own)),
        Route("DELETE", _EMOJI + "/{user}", "remove_reaction", on(reactions.remove)),
        Route("DELETE", _EMOJI, "clear_reaction", on(reactions.clear)),
        Route("DELETE", _MESSAGE + "/reactions", "clear_reactions", on(reactions.clear)),
        Route("GET", _EMOJI, "reactions", on(reactions.users)),
    ]


def _places(on: Callable[[Callable[[Changes, Call], Any]], Body]) -> list[Route]:
    threads = _CHANNEL + "/threads"
    mine = _CHANNEL + "/users/@me/threads/archived/private"
    member = _CHANNEL + "/thread-members"
    archived = "archived_threads"
    return [
        Route("GET", _CHANNEL, "channel", on(places.channel)),
        Route("PATCH", _CHANNEL, "edit_channel", on(places.change_channel)),
        Route("DELETE", _CHANNEL, "delete_channel", on(places.delete_channel)),
        Route("POST", _MESSAGE + "/threads", "create_thread", on(places.thread_on_message)),
        Route("POST", threads, "create_post", on(places.thread)),
        Route("GET", threads + "/archived/public", archived, on(places.archived_threads)),
        Route("GET", threads + "/archived/private", archived, on(places.archived_threads)),
        Route("GET", mine, archived, on(places.archived_threads)),
        Route("PUT", member + "/@me", "join_thread", on(places.join_thread)),
        Route("PUT", member + "/{user}", "add_thread_member", on(places.join_thread)),
        Route("DELETE", member + "/@me", "leave_thread", on(places.leave_thread)),
        Route("DELETE", member + "/{user}", "remove_thread_member", on(places.leave_thread)),
        Route("GET", member, "thread_members", on(places.thread_members)),
    ]


def _commands(commands: Commands, path: str) -> list[Route]:
    return [
        Route("PUT", path, "replace_commands", commands.replace),
        Route("GET", path, "commands", commands.listed),
        Route("POST", path, "create_command", commands.create),
        Route("DELETE", path + "/{command}", "delete_command", commands.delete),
    ]


def _answers(desk: Desk) -> list[Route]:
    def on(do: Callable[[Desk, Call], Json | None]) -> Body:
        return lambda call: do(desk, call)

    callback = "/interactions/{interaction}/{token}/callback"
    message = _TOKEN + "/messages/{message}"

    def gone(call: Call) -> None:
        callbacks.delete(desk, call)

    return [
        Route("POST", callback, "answer", on(callbacks.answer), open=True),
        Route("POST", _TOKEN, "follow_up", on(callbacks.follow), open=True),
        Route("GET", message, "get_answer", on(callbacks.get), open=True),
        Route("PATCH", message, "edit_answer", on(callbacks.edit), open=True),
        Route("DELETE", message, "delete_answer", gone, open=True),
    ]
