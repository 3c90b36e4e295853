"""A real small disk under a database: full, and read-only.  Needs the right to mount one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.database.connect import open_store
from adapters.database.errors import DatabaseUnusable
from adapters.database.files import is_sound
from adapters.database.looking import standing
from adapters.database.store import DatabaseStore
from tests.factories import ANA, COHORT, a_member, a_message, an_answer

SIZE = 4 * 1024 * 1024


def mount(folder: Path, *how: str) -> bool:
    """Tell whether a file system could be mounted so."""
    done = subprocess.run(["mount", *how, str(folder)], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return the folder of a disk of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mounted = mount(folder, "-t", "tmpfs", "-o", f"size={SIZE}", "none")
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("nobody may mount a disk here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave no byte of a disk free."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


def keep(store: DatabaseStore, text: str) -> None:
    answer = an_answer(heard=(a_message(text=text),))
    store.call(lambda work: work.answers.save(answer))


def kept(store: DatabaseStore) -> str:
    found = store.call(lambda work: work.answers.get(an_answer().workspace, an_answer().id))
    assert found
    return found.heard[0].text


def test_a_full_disk_is_told_keeps_what_was_committed_and_works_on_when_there_is_room(
    disk: Path,
) -> None:
    with open_store(f"sqlite:///{disk}/loopmates.db") as store:
        keep(store, "before")
        filler = fill(disk)
        for _ in range(3):
            with pytest.raises(DatabaseUnusable, match=r"the disk is full.*Make room"):
                keep(store, "x" * 200_000)
            assert kept(store) == "before"

        filler.unlink()
        keep(store, "after")

        assert kept(store) == "after"
    assert is_sound(disk / "loopmates.db")


def test_a_disk_that_became_read_only_is_told_and_works_on_when_it_is_not(disk: Path) -> None:
    with open_store(f"sqlite:///{disk}/loopmates.db") as store:
        keep(store, "before")
    assert mount(disk, "-o", "remount,ro")

    with pytest.raises(DatabaseUnusable, match=r"Read-only.*let this user write"):
        open_store(f"sqlite:///{disk}/loopmates.db")
    # A log beside the file is needed even to read it.
    with pytest.raises(DatabaseUnusable, match="cannot be opened"):
        standing(f"sqlite:///{disk}/loopmates.db")

    assert mount(disk, "-o", "remount,rw")
    with open_store(f"sqlite:///{disk}/loopmates.db") as store:
        assert kept(store) == "before"
        keep(store, "after")


def test_a_new_database_on_a_full_disk_is_refused_with_its_cure_and_made_when_there_is_room(
    disk: Path,
) -> None:
    filler = fill(disk)

    with pytest.raises(DatabaseUnusable, match=r"disk|room"):
        open_store(f"sqlite:///{disk}/loopmates.db")

    filler.unlink()
    with open_store(f"sqlite:///{disk}/loopmates.db") as store:
        store.call(lambda work: work.members.save(a_member()))
        assert store.call(lambda work: work.members.get(COHORT, ANA)) is not None
