"""Which workspace somebody's direct message belongs to, on a platform that does not say.

    the post it is about > the practice under way > a cohort of theirs > one they organise > none

On Discord a direct message is between two people; the servers they share are not told.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.ids import ChannelId, MessageId, UserId, WorkspaceId
from bot.ports.work import Work


def nowhere(platform: str) -> WorkspaceId:
    """Return the workspace of those who belong to none: they can practise alone there."""
    return WorkspaceId(f"{platform}:direct")


def of(
    work: Work, platform: str, user: UserId, channel: ChannelId, message: MessageId | None
) -> WorkspaceId:
    """Return the workspace."""
    candidates = [*work.members.homes(platform, user), nowhere(platform)]
    for workspace in candidates:
        if message is not None and work.outbox.posted(workspace, channel, message):
            return workspace
    return next(_likely(work, platform, user, candidates))


def _likely(
    work: Work, platform: str, user: UserId, candidates: list[WorkspaceId]
) -> Iterator[WorkspaceId]:
    for workspace in candidates:
        if work.practices.open_of(workspace, user) is not None:
            yield workspace
    for workspace in candidates:
        if any(cohort.status != "ended" for cohort in work.cohorts.of(workspace, user)):
            yield workspace
    yield from work.cohorts.homes(platform, user)
    yield from candidates
