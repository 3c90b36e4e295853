"""Which workspace somebody's direct message belongs to, on a platform that does not say.

    the post it is about > the practice under way > a cohort of theirs > one they organise > none

On Discord a direct message is between two people; the servers they share are not told.  Who is in
no cohort may practise from a server all the same, and goes on with that in the direct message.
Where they or the coach are no more is passed over, unless it is about a post there.
"""

from __future__ import annotations

from collections.abc import Container

from bot.ids import ChannelId, MessageId, UserId, WorkspaceId
from bot.ports.work import Work


def nowhere(platform: str) -> WorkspaceId:
    """Return the workspace of those who belong to none: they can practise alone there."""
    return WorkspaceId(f"{platform}:direct")


def personal(workspace: WorkspaceId) -> tuple[WorkspaceId, ...]:
    """Return where somebody's own things may be who is in a workspace: there, and nowhere yet.

    Who practises alone before joining anything does it nowhere.
    """
    platform = workspace.partition(":")[0]
    return tuple(dict.fromkeys((workspace, nowhere(platform))))


def of(
    work: Work,
    platform: str,
    user: UserId,
    channel: ChannelId,
    message: MessageId | None,
    without: Container[WorkspaceId] = (),
) -> WorkspaceId:
    """Return the workspace; one of `without` only if it is about a post there."""
    known = [*work.members.homes(platform, user), nowhere(platform)]
    practising = work.practices.homes(platform, user)
    if message is not None:
        for workspace in dict.fromkeys([*known, *practising, *work.cohorts.homes(platform, user)]):
            if work.outbox.posted(workspace, channel, message):
                return workspace
    left = [workspace for workspace in known if workspace not in without]
    for workspace in practising:
        if workspace not in without:
            return workspace
    for workspace in left:
        if any(cohort.status != "ended" for cohort in work.cohorts.of(workspace, user)):
            return workspace
    led = (each for each in work.cohorts.homes(platform, user) if each not in without)
    return next(led, None) or next(iter(left), nowhere(platform))
