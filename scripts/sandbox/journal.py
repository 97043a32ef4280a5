"""What a system of the town was told, one JSON object a line, on the disk before it answers.

The file only grows. A line that a kill cut off was never answered: it is ignored, and taken away by
whoever writes next. Servers of one data folder share the file: each reads what the others added
before it looks or writes, and only one writes at a time. Without a file the journal lasts as long
as its process.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from scripts.sandbox import moments

Entry = dict[str, Any]


def received_dir(data_dir: Path) -> Path:
    """Where a data folder's town keeps what its systems were told."""
    return data_dir / "sandbox" / "received"


def open_journal(data_dir: Path | None, vendor: str) -> "Journal":
    """The journal of one system of a data folder's town; without a folder one in memory."""
    return Journal(data_dir and received_dir(data_dir) / f"{vendor}.jsonl")


def told_at(entry: Entry) -> int:
    """The instant from which an entry counts: the last second of its day."""
    return moments.end_of(date.fromisoformat(entry["day"])) - 1


class Journal:
    """Entries in the order in which they were written: `day`, `call`, `what`, `outcome`."""

    def __init__(self, file: Path | None = None) -> None:
        """A journal in a file that need not exist yet, or in memory."""
        self.file = file
        self.entries: list[Entry] = []
        self._read = 0

    def news(self) -> list[Entry]:
        """Entries that other processes added since the last look."""
        if self.file is None or not self.file.exists() or self.file.stat().st_size == self._read:
            return []
        with self.file.open("rb") as stream:
            stream.seek(self._read)
            whole, _, _ = stream.read().rpartition(b"\n")
        if not whole:
            return []
        self._read += len(whole) + 1
        found = [json.loads(line) for line in whole.split(b"\n")]
        self.entries += found
        return found

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes for as long as the block runs; look for `news` in it first."""
        if self.file is None:
            yield
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def add(self, entry: Entry) -> None:
        """Put an entry on the disk; only `alone`, and after `news`."""
        self.entries.append(entry)
        if self.file is None:
            return
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self.file.open("ab") as stream:
            stream.truncate(self._read)
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
        self._read += len(line)
