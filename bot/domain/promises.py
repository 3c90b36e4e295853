"""What an author is promised while an answer is on its way: all its reviews, by when.

The promise is the end of the leases that are open now.  If somebody does not keep theirs others
are asked, and the promise is a later one; what comes at last is the result, with what there is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain import guarantee
from bot.domain.cohorts import Rules
from bot.domain.guarantee import Case


def promised_at(
    case: Case, rules: Rules, considerate: Callable[[datetime], datetime]
) -> datetime | None:
    """Return by when all reviews of an answer are promised; `None` where nothing can be."""
    if case.answer.status == "collecting":
        begins = considerate(guarantee.collected_at(case, rules))
        return considerate(begins + rules.lease)
    if case.answer.status != "in_review" or case.answer.stage >= guarantee.SELF_REVIEW:
        return None
    missing = rules.reviewers - sum(review.status == "rated" for review in case.reviews)
    due = sorted(review.due_at for review in case.reviews if review.status == "asked")
    return due[missing - 1] if 0 < missing <= len(due) else None
