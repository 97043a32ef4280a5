"""Events on the disk before anybody is told that they are: one journal for each source of events.

keep() waits -> one write and one fsync for all that wait -> keep() returns
             -> segments, one writer each -> finished: read-only -> a copy in the bucket

A segment is locked while its process writes and made read-only when it is finished, so that nobody
appends to what another began and everybody can tell what a killed process left behind: the end of
such a file is cut to its last whole line, which loses nothing, because what was not yet written
whole was not acknowledged either. It deliberately knows neither vendors nor HTTP.
"""

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import BinaryIO
from uuid import uuid4

from scripts.stores import Store

SEGMENTS = "*/events/date=*/*Z-*.ndjson"  # what else lies there is not ours
LARGEST_SEGMENT = 64 * 1024 * 1024  # bytes; then a new one is begun


def clock() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


class Segment:
    """A new file of one day that only this process appends to, until it is finished."""

    def __init__(self, folder: Path, day: date) -> None:
        """Its name appears when it is locked, so that nobody takes it for a dead one."""
        self.day, self.size, self.is_sound = day, 0, True
        place = folder / f"date={day.isoformat()}"
        place.mkdir(parents=True, exist_ok=True)
        self.path = place / f"{clock():%Y%m%dT%H%M%SZ}-{uuid4().hex}.ndjson"
        beside = self.path.with_suffix(".new")
        self.file = os.open(beside, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX)
            beside.rename(self.path)
            for parent in [place, *place.parents][:5]:  # up to the data folder
                synchronise(parent)
        except OSError:
            os.close(self.file)
            raise

    def append(self, lines: bytes) -> None:
        """Write and wait until the disk has it.

        Raises OSError: after a write that failed the segment is as before, after anything else it
        is no longer sound.
        """
        self.is_sound = False
        left = memoryview(lines)
        try:
            while left:
                left = left[os.write(self.file, left) :]
        except OSError:
            os.ftruncate(self.file, self.size)
            self.is_sound = True
            raise
        os.fsync(self.file)
        self.size += len(lines)
        self.is_sound = True

    def finish(self) -> None:
        """Nothing comes any more; one that is not sound is left as by a killed process."""
        if not self.size:
            self.path.unlink()
        elif self.is_sound:
            os.fchmod(self.file, 0o444)
        os.close(self.file)


class Journal:
    """The events of one source; many callers wait for one write."""

    def __init__(self, folder: Path) -> None:
        """`folder` and its files are made when the first event comes."""
        self.folder = folder
        self.segment: Segment | None = None
        self.lock = Lock()
        self.waiting: list[tuple[date, bytes, asyncio.Future[None]]] = []
        self.work: asyncio.Task[None] | None = None

    async def keep(self, day: date, lines: bytes) -> None:
        """Return when the lines are on the disk.

        Raises OSError when they may not be.
        """
        done = asyncio.get_running_loop().create_future()
        self.waiting.append((day, lines, done))
        if self.work is None or self.work.done():
            self.work = asyncio.create_task(self._write_waiting())
        await done

    async def _write_waiting(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting, []
            failure: Exception | None = None
            try:
                await asyncio.to_thread(self._write, [(day, lines) for day, lines, _ in batch])
            except Exception as error:  # whatever it is, those who wait have to hear of it
                failure = error
            for _, _, done in batch:
                if done.cancelled():
                    continue
                if failure:
                    done.set_exception(failure)
                else:
                    done.set_result(None)

    def _write(self, entries: list[tuple[date, bytes]]) -> None:
        """Append entries to segments of their days, with one fsync for each day."""
        with self.lock:
            for day, group in groupby(entries, key=lambda entry: entry[0]):
                self._segment_of(day).append(b"".join(lines for _, lines in group))

    def _segment_of(self, day: date) -> Segment:
        one = self.segment
        if one and (one.day != day or one.size >= LARGEST_SEGMENT or not one.is_sound):
            self.segment = None
            one.finish()
        self.segment = self.segment or Segment(self.folder, day)
        return self.segment

    def finish(self) -> None:
        """Finish the open segment; the next event begins another."""
        with self.lock:
            one, self.segment = self.segment, None
            if one:
                one.finish()


def recover(root: Path) -> list[Path]:
    """Finish what dead processes left below `root`; the files whose end had to be cut."""
    cut = []
    for path in sorted(root.glob(SEGMENTS)):
        with unless_locked(path, is_finished=False) as file:
            if file is None:
                continue
            whole = sum(map(len, whole_lines(file)))
            if whole < os.fstat(file.fileno()).st_size:
                cut.append(path)
                file.truncate(whole)
                os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o444)
            if not whole:
                path.unlink()
    return cut


def whole_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines up to the first that is none: behind it everything is of the same broken write."""
    for line in file:
        try:
            json.loads(line if line.endswith(b"\n") else b"")
        except ValueError:
            return
        yield line


def copy(root: Path, store: Store) -> None:
    """Copy every finished segment once to the store, where it has the same path as below `root`.

    An empty file beside it says that the store has it. Raises what the store raises for the first
    copy that cannot be confirmed.
    """
    for path in sorted(root.glob(SEGMENTS)):
        copied = path.with_suffix(".copied")
        if not copied.exists():
            with unless_locked(path, is_finished=True) as file:
                if file:
                    store.put(path, str(path.relative_to(root)))
                    copied.touch()


@contextmanager
def unless_locked(path: Path, is_finished: bool) -> Iterator[BinaryIO | None]:
    """A segment that is finished, or that is not, and that nobody else works on; else None."""
    try:
        is_wanted = is_finished == (not path.stat().st_mode & 0o222)
        file = path.open("rb" if is_finished else "r+b") if is_wanted else None
    except FileNotFoundError:
        file = None
    if file is None:
        yield None
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield file if path.exists() else None


def synchronise(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
