"""Who may still be paired today, so that nobody reviews whoever reviews them.

Two members are one pair, and on one day only one of them reviews the other.  In a small cohort
an early choice can use up the pairs that a later answer needs: `completable` looks ahead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.ids import UserId

Pair = tuple[UserId, UserId]
"""Who was asked today to review whose answer: (reviewer, author)."""


@dataclass(frozen=True, slots=True)
class Day:
    """What was asked of a cohort today, as reviewers are chosen for an answer of `author`.

    `members` are the others who may be asked; `waiting` those of them whose answer of today has
    no reviewers yet, or may still come.
    """

    author: UserId
    asked: frozenset[Pair] = frozenset()
    members: frozenset[UserId] = frozenset()
    waiting: frozenset[UserId] = frozenset()

    def allows(self, reviewers: Collection[UserId], each: int) -> bool:
        """Tell whether all others can still get `each` reviewers if the author gets these."""
        used = self.asked | {(reviewer, self.author) for reviewer in reviewers}
        return completable(used, self.members | {self.author}, self.waiting, each)


def completable(
    used: Collection[Pair], members: Collection[UserId], waiting: Iterable[UserId], each: int
) -> bool:
    """Tell whether every author who waits can be given `each` reviewers from pairs still free."""
    free = {
        author: [
            other
            for other in sorted(members)
            if other != author and not {(author, other), (other, author)} & set(used)
        ]
        for author in sorted(waiting)
    }
    taken: dict[frozenset[UserId], UserId] = {}
    return all(_placed(author, free, taken, set()) for author in free for _ in range(each))


def _placed(
    author: UserId,
    free: dict[UserId, list[UserId]],
    taken: dict[frozenset[UserId], UserId],
    tried: set[frozenset[UserId]],
) -> bool:
    """Give an author one more pair, moving others to further ones where need be."""
    for other in free[author]:
        pair = frozenset((author, other))
        if pair in tried or taken.get(pair) == author:
            continue
        tried.add(pair)
        holder = taken.get(pair)
        if holder is None or _placed(holder, free, taken, tried):
            taken[pair] = author
            return True
    return False
