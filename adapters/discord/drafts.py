"""What people are filling in: kept in memory while it lasts, and told by the ids of what we show.

A window's id says which draft it belongs to, which page it is, and what its form is called; that
of the button that goes on says also where it belongs, and whether its message carries the draft:

    ~0/2.k3f9~review:abc                the first of two pages of draft k3f9 of the form review:abc
    ~go.k3f9.1.Xw2_a4Bc.8123~review:abc the button to the second, with the digest of what is
                                        carried, in a direct message about server 8123

Rule: memory only saves asking the engine for the form anew, and holds what no message can carry;
see `adapters.discord.carried`.  A draft is only its owner's.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adapters.discord.forms import Draft, pages
from bot.ids import UserId, WorkspaceId
from bot.messages import ACTION_LIMIT
from bot.ports.outside import Clock, NewId

LIFE: Final = timedelta(minutes=15)
"""Also how long Discord lets us answer what somebody did."""
MOST: Final = 1_000

_WINDOW = re.compile(r"~(?P<page>[0-9]{1,2})/(?P<pages>[0-9]{1,2})\.(?P<id>[\w-]{0,22})~", re.ASCII)
_ONWARD = re.compile(
    r"~go\.(?P<id>[\w-]{1,22})\.(?P<page>[0-9]{1,2})\.(?P<digest>[\w-]{0,8})\.(?P<where>\w{0,20})~",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it is kept."""

    id: str
    draft: Draft
    user: UserId
    workspace: WorkspaceId
    at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """What the id of a window says; `action` is its form's, "" if that was too long."""

    id: str
    page: int
    pages: int
    action: str


@dataclass(frozen=True, slots=True)
class Onward:
    """What the id of a button says that goes on with a form; `page` is the one it opens.

    `digest` is "" if its message carries nothing, `where` names a server in direct messages only.
    """

    id: str
    page: int
    digest: str
    where: str
    action: str


class Drafts:
    """The drafts of everybody; the oldest go when there are too many."""

    def __init__(self, clock: Clock, new_id: NewId, most: int = MOST) -> None:
        self._clock = clock
        self._new_id = new_id
        self._most = most
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, draft: Draft, user: UserId, workspace: WorkspaceId, id_: str = "") -> Kept:
        """Keep a draft, in the place of an older one with its id."""
        self._forget_old()
        kept = Kept(id_ or self._new_id()[:22], draft, user, workspace, self._clock())
        self._kept[kept.id] = kept
        self._kept.move_to_end(kept.id)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return kept

    def find(self, id_: str, user: UserId, action: str) -> Kept | None:
        """Return somebody's draft of the form with an action; any form's if that is "" ."""
        self._forget_old()
        kept = self._kept.get(id_)
        if kept is None or kept.user != user or action not in {"", kept.draft.form.action}:
            return None
        return kept

    def drop(self, id_: str) -> None:
        """Forget a draft that was sent."""
        self._kept.pop(id_, None)

    def _forget_old(self) -> None:
        now = self._clock()
        while self._kept:
            first = next(iter(self._kept.values()))
            if now - first.at <= LIFE:
                return
            del self._kept[first.id]


def window_id(kept: Kept) -> str:
    """Return the id of the window that shows a draft's next page."""
    draft = kept.draft
    return _with_action(f"~{draft.number}/{len(pages(draft.form))}.{kept.id}~", draft.form.action)


def onward_id(kept: Kept, digest: str = "", where: str = "") -> str:
    """Return the id of the button that opens a draft's next page; see `Onward`."""
    prefix = f"~go.{kept.id}.{kept.draft.number}.{digest}.{where}~"
    return _with_action(prefix, kept.draft.form.action)


def window_of(custom_id: str) -> Window | None:
    """Return what the id of a window says; `None` if it is not one of ours."""
    found = _WINDOW.match(custom_id)
    if found is None:
        return None
    action = custom_id[found.end() :]
    return Window(found["id"], int(found["page"]), int(found["pages"]), action)


def onward_of(custom_id: str) -> Onward | None:
    """Return what the id of a button says that goes on with a form; `None` for others."""
    found = _ONWARD.match(custom_id)
    if found is None:
        return None
    action = custom_id[found.end() :]
    return Onward(found["id"], int(found["page"]), found["digest"], found["where"], action)


def opener_of(action: str) -> str:
    """Return the action of a button that opens a form anew, by the form's; "" if there is none.

    A button that opens a form says the same as the form; one without a key is a command.
    """
    if not action:
        return ""
    opener = action if ":" in action else f"say:{action}"
    return opener if len(opener) <= ACTION_LIMIT else ""


def _with_action(prefix: str, action: str) -> str:
    # Without its action a form can still be sent while its draft is kept.
    return prefix + action if len(prefix) + len(action) <= ACTION_LIMIT else prefix
