"""Delivery to Discord: posts, edits and marks, each done once however often it is asked for.

Discord knows a message by its nonce for some minutes, so asking again soon is harmless; a post
carries its key as well (see `search_marks`), so that it is found later and by other processes:
upon `Unknown`, delivery looks (`find`) before it asks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import discord

from adapters.discord.calls import Calls, Line
from adapters.discord.calls_answers import NO_EMOJI
from adapters.discord.emojis import reaction_of
from adapters.discord.people import People
from adapters.discord.people_present import Present
from adapters.discord.places import Places, checked_id
from adapters.discord.places_private import Privately
from adapters.discord.receive_ours import DIRECT
from adapters.discord.search import Search
from adapters.discord.seeds import Seeds, Wait
from adapters.discord.send_edits import Edits
from adapters.discord.send_parts import Showing
from adapters.discord.send_posts import Posts
from adapters.discord.threads import Threads
from adapters.discord.threads_history import MESSAGE, History
from bot.ids import ChannelId, PostKey, UserId, WorkspaceId
from bot.messages import Message, Place
from bot.ports.outgoing import Receipt
from bot.ports.outside import Clock, Draw
from bot.ports.platforms import Refused, SeenMessage, SeenReaction

PLATFORM = "discord"
NO_SERVER = "0"
"""In place of a server's id where there is none; Discord gives no such id to any."""


class DiscordCourier:
    """One server.  See bot.ports.Courier."""

    def __init__(
        self,
        line: Line,
        guild: str,
        wait: Wait,
        workspace: WorkspaceId | None = None,
        draw: Draw | None = None,
    ) -> None:
        self.workspace = workspace or workspace_id(guild)
        self.calls = Calls(line, self.workspace)
        self.directory = People(self.calls, guild, line.clock)
        self.seeds = Seeds(self.workspace, self._react, wait, line.seeding)
        self._places = Places(self.calls, guild)
        privately = Privately(self.calls, self._places, self.directory, line.clock)
        showing = Showing(self.calls, self._places, wait, draw)
        history = History(self.calls)
        search = Search(self.calls, history, guild)
        self._posts = Posts(self._places, privately, showing, search)
        self._edits = Edits(self._places, showing, search, history)
        self._threads = Threads(self.calls, self._places, self.directory, history)
        self._present = Present(self.calls, self._places)

    async def close(self) -> None:
        """Stop what goes on in the background."""
        await self.seeds.close()

    # --- posts, edits and marks --------------------------------------------------------------

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        """See bot.ports.Courier."""
        receipt = await self._posts.post(place, message, key, thread)
        self.seeds.add(receipt, message.taps)
        return receipt

    async def find(
        self, place: Place, key: PostKey, since: datetime, thread: Receipt | None
    ) -> Receipt | None:
        """See bot.ports.Courier."""
        return await self._posts.find(place, key, since, thread)

    async def edit(self, at: Receipt, message: Message) -> None:
        """See bot.ports.Courier."""
        await self._edits.edit(at, message)

    async def mark(self, at: Receipt, emoji: str, *, on: bool) -> None:
        """See bot.ports.Courier."""
        sign = reaction_of(emoji)
        if sign is None:
            raise Refused(NO_EMOJI)
        home = await self._places.home(at)
        ids = {"channel_id": checked_id(home), "message_id": checked_id(at.message), "emoji": sign}
        path = MESSAGE + "/reactions/{emoji}/@me"
        try:
            await self._places.awake(
                home, lambda: self.calls.call("PUT" if on else "DELETE", path, ids)
            )
        except Refused as error:
            if on or error.reason != NO_EMOJI:
                raise

    async def _react(self, at: Receipt, emoji: str) -> None:
        await self.mark(at, emoji, on=True)

    # --- what is there -----------------------------------------------------------------------

    async def thread(self, root: Receipt) -> Sequence[SeenMessage]:
        """See bot.ports.Courier."""
        return await self._threads.thread(root)

    async def since(self, post: Receipt) -> Sequence[SeenMessage]:
        """See bot.ports.Courier."""
        return await self._threads.since(post)

    async def reactions(self, at: Receipt) -> Sequence[SeenReaction]:
        """See bot.ports.Courier."""
        return await self._threads.reactions(at)

    async def people(self, channel: ChannelId) -> Sequence[UserId]:
        """See bot.ports.Courier; refused without the privileged intent for members."""
        return await self._present.people(channel)


class DiscordCouriers:
    """The couriers of the servers that `client`, which is logged in, serves.

    See bot.ports.Couriers.  `serves` tells whether a server, by its id, is served by this
    process; without it the gateway's cache does: those the bot is in and this process's shards.
    Direct messages can be sent and read by every process, whichever hears of them.
    """

    def __init__(
        self,
        client: discord.Client,
        clock: Clock,
        wait: Wait,
        serves: Callable[[int], bool] | None = None,
        line: Line | None = None,
        draw: Draw | None = None,
    ) -> None:
        self._client = client
        self._draw = draw
        self.line = line or Line(client, clock)
        self._wait = wait
        self._serves = serves or (lambda guild: client.get_guild(guild) is not None)
        self._couriers: dict[WorkspaceId, DiscordCourier] = {}

    @property
    def platforms(self) -> frozenset[str]:
        """See bot.ports.Couriers; with shards, the servers that are theirs."""
        if getattr(self._client, "shard_ids", None) is None:
            return frozenset({PLATFORM})
        return frozenset({DIRECT, *(workspace_id(each.id) for each in self._client.guilds)})

    def of(self, workspace: WorkspaceId) -> DiscordCourier | None:
        """Return the courier of a server; `None` if this process does not serve it."""
        if workspace == DIRECT:
            return self._known(workspace, NO_SERVER)
        platform, _, guild = workspace.partition(":")
        if platform != PLATFORM or not (guild.isascii() and guild.isdecimal()):
            return None
        if not self._serves(int(guild)):
            return None
        return self._known(workspace, guild)

    def lost(self, workspace: WorkspaceId) -> bool:
        """Tell whether the bot was removed from a server that this process would serve.

        One that has an outage is not lost; while there is no session, nothing is.
        """
        guild = workspace.partition(":")[2]
        if workspace == DIRECT or not guild.isdecimal() or not self._client.is_ready():
            return False
        count, ids = self._client.shard_count or 1, getattr(self._client, "shard_ids", None)
        ours = ids is None or (int(guild) >> 22) % count in ids
        return ours and not self._serves(int(guild))

    def _known(self, workspace: WorkspaceId, guild: str) -> DiscordCourier:
        if workspace not in self._couriers:
            self._couriers[workspace] = DiscordCourier(
                self.line, guild, self._wait, workspace, self._draw
            )
        return self._couriers[workspace]

    def __iter__(self) -> Iterator[DiscordCourier]:
        return iter(tuple(self._couriers.values()))

    async def close(self) -> None:
        """Stop what goes on in the background."""
        for courier in self:
            await courier.close()


def workspace_id(guild: str | int) -> WorkspaceId:
    """Return what we call a server of Discord's."""
    return WorkspaceId(f"{PLATFORM}:{guild}")
