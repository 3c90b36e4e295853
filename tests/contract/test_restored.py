"""A backup put back: what waited in it may have been sent since, and must not appear twice."""

from __future__ import annotations

from pathlib import Path

from adapters.database.backup import backup
from adapters.database.connect import open_store
from adapters.database.restoring import restore
from bot.ids import PostKey
from bot.messages import Direct, InThread
from bot.ports.outgoing import Mark
from tests.contract.test_outbox import RECEIPT, claim, claim_one, put, send
from tests.factories import BO, CHANNEL, NOW, a_post, after


def test_what_waited_in_a_backup_is_looked_for_before_it_is_sent(
    path: Path, tmp_path: Path
) -> None:
    url, kept = f"sqlite:///{path}", tmp_path / "kept.db"
    with open_store(url) as store:
        put(store, a_post("displayed since"))
        backup(url, kept)
        send(store, claim_one(store))

    restore(url, kept)

    with open_store(url) as store:
        claimed = claim_one(store, minutes=5)
    assert (claimed.outgoing.key, claimed.unsure, claimed.since) == ("displayed since", True, NOW)


def test_what_is_harmless_twice_needs_no_looking(path: Path, tmp_path: Path) -> None:
    url, kept = f"sqlite:///{path}", tmp_path / "kept.db"
    with open_store(url) as store:
        put(store, a_post("mark", act=Mark(CHANNEL, RECEIPT.message, "✅")))
        put(store, a_post("post", place=Direct(BO)))
        backup(url, kept)

    restore(url, kept)

    with open_store(url) as store:
        assert {each.outgoing.key: each.unsure for each in claim(store)} == {
            "mark": False,
            "post": True,
        }


def test_a_dead_letter_retried_after_a_restore_is_looked_for_first(
    path: Path, tmp_path: Path
) -> None:
    url, kept = f"sqlite:///{path}", tmp_path / "kept.db"
    with open_store(url) as store:
        put(store, a_post("root"), a_post("reply", place=InThread(CHANNEL, PostKey("root"))))
        root = claim_one(store)
        store.call(lambda work: work.relay.dead(root, "gone", NOW))
        assert claim(store) == ()
        backup(url, kept)

    restore(url, kept)

    with open_store(url) as store:
        store.call(lambda work: work.letters.retry(PostKey("reply"), after(minutes=5)))
        state = "SELECT state FROM outbox WHERE key = 'reply'"
        assert store.direct(lambda c: c.exec_driver_sql(state).scalar_one()) == "unsure"
