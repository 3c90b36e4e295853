"""What people in a workspace do, apart from pressing and filling in.

An act that Slack's own client would not offer is an `AssertionError`: the test is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.servers.slack import events
from tests.servers.slack.spaces import Space
from tests.servers.slack.state import Channel, Json, Person, Post
from tests.servers.slack.typing_in import rich, typed


class Acts(Space):
    """A workspace and its people."""

    # --- setting the scene: no events -----------------------------------------------------

    def add_user(
        self, user: str, name: str, *, display: str = "", tz: str = "UTC", bot: bool = False
    ) -> Person:
        """Add a person; `display` is the name others see, also the real name."""
        bot_id = f"B{user}" if bot else None
        real = display or name.title()
        self.people[user] = Person(user, self.id, name, display, real, tz, bot, bot_id=bot_id)
        return self.people[user]

    def add_channel(
        self,
        channel: str,
        name: str,
        members: Sequence[str] = (),
        *,
        bot: bool = True,
        private: bool = False,
    ) -> Channel:
        """Add a channel with members, the bot among them if `bot`."""
        everybody = [*members, *([self.bot_user] if bot else [])]
        unknown = set(everybody) - set(self.people)
        assert not unknown, f"no such users: {unknown}"
        self.channels[channel] = Channel(channel, name, private, members=everybody)
        return self.channels[channel]

    # --- messages -------------------------------------------------------------------------

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread: str | None = None,
        files: int = 0,
        broadcast: bool = False,
    ) -> str:
        """Write a message and return its ts.  `<@U1>`, `<#C1>`, `<!here>` are mentions."""
        place = self._inside(user, channel)
        assert not place.archived, f"{channel} is archived"
        assert text or files, "nothing to send"
        assert thread is None or thread in place.posts, f"no message {thread} in {channel}"
        root = place.posts[thread].root if thread else None
        post = Post(self.office.ts(), user, self.id, typed(text), thread_ts=root)
        post.client_msg_id = self.office.id("client-msg-")
        post.blocks = rich(text)
        post.files = [_file(self.office.id("F"), user) for _ in range(files)]
        post.broadcast = broadcast
        if broadcast:
            assert root, "only a reply can be sent to the channel too"
            post.subtype = "thread_broadcast"
        elif files:
            post.subtype = "file_share"
        return self.put(place, post).ts

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Edit one's own message."""
        place = self._inside(user, channel)
        post = place.posts[ts]
        assert post.user == user, f"{ts} is not by {user}"

        def change(post: Post) -> None:
            post.text, post.blocks = typed(text), rich(text)
            self.edited(post, user)

        self.revise(place, post, change)

    def unfurl(self, channel: str, ts: str) -> None:
        """Let Slack show a preview of a link: `message_changed`, but nobody edited."""

        def change(post: Post) -> None:
            post.attachments = [{"id": 1, "title": "A page", "from_url": "https://example.com"}]

        place = self.channels[channel]
        self.revise(place, place.posts[ts], change)

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message, as its author or an administrator may."""
        place = self.channels[channel]
        self.remove(place, place.posts[ts])

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """React with an emoji by its Slack name, custom ones too."""
        place = self._inside(user, channel)
        self.mark(place, place.posts[ts], user, name)

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        """Take one's reaction back."""
        place = self._inside(user, channel)
        self.unmark(place, place.posts[ts], user, name)

    # --- people and channels --------------------------------------------------------------

    def join(self, user: str, channel: str) -> None:
        """Join a channel."""
        self.person(user)
        place = self.channels[channel]
        assert user not in place.members, f"{user} is in {channel} already"
        self.enter(place, user)

    def leave(self, user: str, channel: str) -> None:
        """Leave a channel."""
        self.exit(self._inside(user, channel), user)

    def invite_bot(self, channel: str) -> None:
        """Add the bot to a channel."""
        self.join(self.bot_user, channel)

    def kick_bot(self, channel: str) -> None:
        """Remove the bot from a channel."""
        self.leave(self.bot_user, channel)

    def deactivate(self, user: str) -> None:
        """Close an account; like Slack, leave it listed in its channels."""
        self.person(user).deleted = True
        self.office.event(self, events.user_change(self.people[user], self.office.ts()))

    def reactivate(self, user: str) -> None:
        """Open a closed account again."""
        self.person(user).deleted = False
        self.office.event(self, events.user_change(self.people[user], self.office.ts()))

    def rename(self, user: str, name: str) -> None:
        """Change a display name."""
        person = self.person(user)
        person.display = person.real_name = name
        self.office.event(self, events.user_change(person, self.office.ts()))

    def archive(self, channel: str, by: str = "UADMIN") -> None:
        """Archive a channel."""
        place = self.channels[channel]
        place.archived = True
        self.emit(place, events.channel_event("archive", place, by, self.office.ts()))

    def unarchive(self, channel: str, by: str = "UADMIN") -> None:
        """Bring an archived channel back."""
        place = self.channels[channel]
        place.archived = False
        self.emit(place, events.channel_event("unarchive", place, by, self.office.ts()))

    def revoke(self, error: str = "token_revoked") -> None:
        """Uninstall the app: two events, then every call is refused with `error`."""
        tokens = {"oauth": [], "bot": [self.bot_user]}
        ts = self.office.ts()
        self.office.event(self, {"type": "tokens_revoked", "tokens": tokens, "event_ts": ts})
        self.office.event(self, {"type": "app_uninstalled", "event_ts": ts})
        self.refusal = error

    def reinstall(self) -> None:
        """Install the app again, with the same token."""
        self.refusal = None

    def _inside(self, user: str, channel: str) -> Channel:
        place = self.channels[channel]
        assert user in place.members, f"{user} is not in {channel}"
        assert not self.people[user].deleted, f"the account of {user} is closed"
        return place


def _file(file: str, user: str) -> Json:
    url = f"https://files.example/{file}"
    return {"id": file, "name": f"{file}.png", "mimetype": "image/png", "user": user, "url": url}
