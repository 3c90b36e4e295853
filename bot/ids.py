"""Names for things, one type each, so that they cannot be mixed up.

All are plain strings at run time.  Ids of ours are opaque; ids of the platform are
whatever Slack, Discord or the console calls a workspace, channel, user or message,
and mean something only together with their workspace.
"""

from __future__ import annotations

from typing import NewType

WorkspaceId = NewType("WorkspaceId", str)
"""`platform:id`, e.g. `console:local`; nothing of one workspace is ever seen in another."""

ChannelId = NewType("ChannelId", str)
"""A platform's channel."""

UserId = NewType("UserId", str)
"""A platform's user within one workspace."""

MessageId = NewType("MessageId", str)
"""A platform's message within its channel."""

CohortId = NewType("CohortId", str)
PromptId = NewType("PromptId", str)
AnswerId = NewType("AnswerId", str)
ReviewId = NewType("ReviewId", str)
PracticeId = NewType("PracticeId", str)

DeliveryKey = NewType("DeliveryKey", str)
"""What makes a second arrival of the same event recognisable."""

PostKey = NewType("PostKey", str)
"""Opaque key of one outgoing message: unique for ever, readable by anybody."""
