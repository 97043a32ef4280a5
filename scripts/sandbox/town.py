"""A town in a data folder: its settings, its clock, its ledger, its truth.

`open_town` reads `town.json` or makes it from the environment, and simulates the ledger up to the
clock; nothing else about a town is stored but what programs told its systems (`journal.py`).
`advance` moves the clock in one rename: killed at any point it leaves the old day or the new one,
and a truth left behind by a kill is written again by whoever opens the town next.
"""

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from scripts.sandbox import ledger as ledgers
from scripts.sandbox import settings as recorded
from scripts.sandbox import truth
from scripts.sandbox.journal import received_dir
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.settings import SandboxError, Settings, town_file

__all__ = ["SandboxError", "Settings", "Town", "advance", "clock", "open_town", "reset"]


@dataclass(frozen=True)
class Town:
    """An opened town."""

    settings: Settings
    clock: date
    ledger: Ledger


def clock(data_dir: Path) -> date | None:
    """The day the town's clock stands on; None if there is no town."""
    found = recorded.read(data_dir)
    return found[1] if found else None


def open_town(data_dir: Path) -> Town:
    """The town of a data folder, made from the environment at first use.

    Raises SandboxError where the environment contradicts the recorded settings.
    """
    found = recorded.read(data_dir)
    if found is None:
        return _create(data_dir, Settings.from_environment())
    settings, day = found
    town = Town(settings, day, ledgers.build(settings, day))
    if not truth.is_current(data_dir, _marker(settings, day)):
        truth.install(data_dir, truth.write(data_dir, town.ledger, _marker(settings, day)))
    return town


def advance(data_dir: Path, days: int = 1) -> date:
    """Move the clock by some days, write the truth of the new day, and give that day.

    Raises SandboxError for less than one day.
    """
    if days < 1:
        raise SandboxError(f"the town's clock moves forward only: {days} days asked")
    settings, day = recorded.read(data_dir) or _ask_for_town(data_dir)
    later = day + timedelta(days=days)
    made = truth.write(data_dir, ledgers.build(settings, later), _marker(settings, later))
    recorded.write(data_dir, settings, later)
    truth.install(data_dir, made)
    return later


def reset(data_dir: Path, settings: Settings | None = None) -> Town:
    """Forget the town and build a new one, by default as the environment says."""
    return _create(data_dir, settings or Settings.from_environment())


def _create(data_dir: Path, settings: Settings) -> Town:
    town = Town(settings, settings.today, ledgers.build(settings, settings.today))
    town_file(data_dir).parent.mkdir(parents=True, exist_ok=True)
    made = truth.write(data_dir, town.ledger, _marker(settings, town.clock))
    shutil.rmtree(received_dir(data_dir), ignore_errors=True)
    recorded.write(data_dir, settings, town.clock)
    truth.install(data_dir, made)
    return town


def _ask_for_town(data_dir: Path) -> tuple[Settings, date]:
    town = open_town(data_dir)
    return town.settings, town.clock


def _marker(settings: Settings, day: date) -> str:
    return f"{day.isoformat()} {sorted(settings.as_text().items())}"
