"""Dead letters on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from adapters.database.connect import open_store
from app.cli import cli
from bot.messages import Direct
from bot.ports.outgoing import Outgoing, Post
from bot.ports.work import Work
from tests.factories import ANA, COHORT, NOW, a_post, after, words

CANARY = "my boss is mad"
LEASE = timedelta(minutes=1)


def ask(url: str, *command: str) -> Result:
    # A test never reads the settings of the folder it is run in.
    return CliRunner().invoke(cli, ["letters", *command], env={"DATABASE_URL": url})


def bury(work: Work, *posts: Outgoing) -> None:
    for post in posts:
        work.outbox.put(post)
    for claimed in work.relay.claim(NOW, LEASE, 9):
        work.relay.dead(claimed, "is_archived", after(minutes=1))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return where a dead letter is, with a post behind it that waits."""
    if request.param == "postgres":
        with request.getfixturevalue("server").database() as name:
            yield _filled(name)
        return
    yield _filled(f"sqlite:///{tmp_path}/loopmates.db")


def _filled(url: str) -> str:
    dead = a_post("k1", place=Direct(ANA), act=Post(words(CANARY)), cohort=COHORT)
    with open_store(url) as store:
        store.call(lambda work: bury(work, dead))
        store.call(lambda work: work.outbox.put(a_post("k2", place=Direct(ANA))))
    return url


def test_a_list_says_what_is_dead_where_and_why_but_no_words(url: str) -> None:
    result = ask(url, "list")

    assert result.exit_code == 0
    assert "k1" in result.output
    assert f"direct {ANA}" in result.output
    assert "is_archived" in result.output
    assert CANARY not in result.output
    assert "k2" not in result.output


def test_words_are_shown_only_if_asked_for(url: str) -> None:
    assert CANARY not in ask(url, "show", "k1").output
    assert CANARY in ask(url, "show", "k1", "--words").output


def test_a_letter_is_retried_before_what_waits_and_looked_for_first(url: str) -> None:
    result = ask(url, "retry", "k1")

    assert result.exit_code == 0
    assert "looked for first" in result.output
    with open_store(url) as store:
        claimed = store.call(lambda work: work.relay.claim(after(days=9999), LEASE, 9))
    assert [(each.outgoing.key, each.unsure) for each in claimed] == [("k1", True)]
    assert "no dead letters" in ask(url, "list").output


def test_what_was_sent_meanwhile_is_said(url: str) -> None:
    with open_store(url) as store:
        (claimed,) = store.call(lambda work: work.relay.claim(NOW, LEASE, 9))
        store.call(lambda work: work.relay.sent(claimed, None, NOW))

    assert "one later post was sent to the same place already" in ask(url, "show", "k1").output
    assert "it will stand below" in ask(url, "retry", "k1").output


def test_a_dropped_letter_is_gone_with_its_words(url: str) -> None:
    assert ask(url, "drop", "k1").exit_code == 0

    again = ask(url, "drop", "k1")
    assert again.exit_code == 1
    assert "There is no dead letter k1. Run `loopmates letters list`" in again.output
    assert "no dead letters" in ask(url, "list").output


def test_letters_are_read_beside_a_running_coach_and_changed_only_where_it_allows(
    url: str,
) -> None:
    shared = url.startswith("postgresql")
    with open_store(url):
        assert "k1" in ask(url, "list").output
        assert ask(url, "show", "k1").exit_code == 0
        retried = ask(url, "retry", "k1")

    assert retried.exit_code == (0 if shared else 1)
    if not shared:
        assert "is in use by process" in retried.output
        assert "Stop that one first" in retried.output


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    result = ask(f"sqlite:///{tmp_path}/none.db", "list")

    assert result.exit_code == 1
    assert not (tmp_path / "none.db").exists()
