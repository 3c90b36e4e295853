"""The console's memory: what was displayed is displayed again, wherever a process died."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console.grammar import read
from adapters.console.happenings import Happening, Opened, Posted, Wrote, from_line, to_line
from adapters.console.journal import Journal, JournalError
from adapters.console.receive import receive
from adapters.console.world import World
from bot.ids import ChannelId, MessageId, PostKey, UserId
from bot.messages import InChannel
from tests.console.fakes import QUESTION, START, theatre

PREP = ChannelId("#prep")


async def fill(path: Path) -> World:
    """Let a little of everything happen on a world with a journal."""
    journal = Journal(path)
    scene = theatre(journal)
    at = await scene.courier.post(InChannel(PREP), QUESTION, PostKey("k"), None)
    for text in (
        "bo in q1: one\n    two",
        "bo on q1: +4",
        "ana: /coach plan",
        "bo on bo1: edit: other",
        "cy leaves #prep",
        "cy blocks coach",
        "ana to coach: hi",
        "ana on ana1: delete",
    ):
        receive(scene.world, read(text), START)
    await scene.courier.edit(at, replace(QUESTION, summary="Later"))
    await scene.courier.mark(at, "✅", on=True)
    receive(scene.world, read("bo in q1: Zoë 👋"), START)
    journal.close()
    return scene.world


def state(world: World) -> list[object]:
    """Return all that anybody can see of a world."""
    shown = [world.get(MessageId(f"m{number:08d}")) for number in range(world.count + 1)]
    return [world.people, world.channels, world.blocked, world.count, world.latest, shown]


async def test_a_restarted_console_shows_what_was_displayed(tmp_path: Path) -> None:
    before = await fill(tmp_path / "journal")

    with closing(Journal(tmp_path / "journal")) as journal:
        assert state(World(journal)) == state(before)


async def test_a_journal_cut_at_any_byte_keeps_every_whole_line_and_goes_on(tmp_path: Path) -> None:
    await fill(tmp_path / "journal")
    content = (tmp_path / "journal").read_bytes()
    last_two = b"".join(content.splitlines(keepends=True)[-2:])
    torn = tmp_path / "torn"

    for size in range(len(content) - len(last_two), len(content) + 1):
        torn.write_bytes(content[:size])
        whole = content[:size].count(b"\n")
        with closing(Journal(torn)) as journal:
            assert len(journal.recover()) == whole
            journal.append(from_line(content.splitlines()[0]))
        with closing(Journal(torn)) as journal:
            assert len(journal.recover()) == whole + 1


async def test_a_post_of_a_killed_process_is_found_by_its_key(tmp_path: Path) -> None:
    await fill(tmp_path / "journal")

    with closing(Journal(tmp_path / "journal")) as journal:
        scene = theatre(journal, people=False)
        found = await scene.courier.find(InChannel(PREP), PostKey("k"), START, None)

    assert found is not None
    assert found.channel == PREP


async def test_setting_up_again_after_a_restart_brings_nobody_twice(tmp_path: Path) -> None:
    before = await fill(tmp_path / "journal")

    with closing(Journal(tmp_path / "journal")) as journal:
        assert theatre(journal).world.count == before.count


async def test_a_bad_line_is_a_fault_with_its_place_and_without_its_words(tmp_path: Path) -> None:
    await fill(tmp_path / "journal")
    lines = (tmp_path / "journal").read_bytes().splitlines(keepends=True)
    lines[4] = b'{"kind":"wrote","text":"my secret"}\n'
    (tmp_path / "journal").write_bytes(b"".join(lines))

    with pytest.raises(JournalError, match="line 5") as caught:
        World(Journal(tmp_path / "journal"))

    assert "secret" not in str(caught.value)
    assert caught.value.cure


def test_a_journal_in_no_folder_is_refused_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(tmp_path / "nowhere" / "journal")


@given(st.text(st.characters(codec="utf-8")))
def test_any_words_come_back_from_a_line_as_they_were(text: str) -> None:
    wrote: Happening = Wrote(
        at=START,
        message=MessageId("m1"),
        channel=PREP,
        thread=None,
        who=UserId("bo"),
        text=text,
    )

    line = to_line(wrote)

    assert from_line(line) == wrote
    assert b"\n" not in line


def test_a_post_comes_back_from_a_line_block_by_block() -> None:
    posted = Posted(
        at=START,
        message=MessageId("m1"),
        channel=PREP,
        thread=None,
        content=QUESTION,
        key=PostKey("k"),
    )

    assert from_line(to_line(posted)) == posted


def test_a_line_that_could_not_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "console.jsonl"
    journal = Journal(path)
    journal.append(Opened(at=START, channel=ChannelId("#prep")))
    whole = path.read_bytes()
    file = journal._file
    journal._file = _Full(file)  # type: ignore[assignment]

    with pytest.raises(OSError, match="No space"):
        journal.append(Opened(at=START, channel=ChannelId("#other")))

    assert path.read_bytes() == whole
    file.close()


class _Full:
    """A file on a disk that is full after a few bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.fileno = file.fileno
        self.truncate = file.truncate

    def write(self, data: bytes) -> int:
        self._file.write(data[:5])
        raise OSError(28, "No space left on device")
