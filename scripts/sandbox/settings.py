"""The town's six settings: asked for by environment or flag, recorded with the clock in
`town.json`.

The first use of a data folder records them; from then on the recorded ones count, and an
environment that says otherwise stops the run. The clock lies in the same file, replaced in one
rename.
"""

import json
import os
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from pathlib import Path


class SandboxError(Exception):
    """Something a person has to set or correct; the message says what and where."""


@dataclass(frozen=True)
class Settings:
    """What a town is a pure function of, together with the clock."""

    seed: int = 1
    people: int = 7_400
    days: int = 548
    today: date = date(2026, 1, 31)
    places: int = 1
    noise: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what no town can be built from."""
        if self.people < 1 or self.days < 30 or self.places < 1 or self.noise < 0:
            raise SandboxError("a town needs people >= 1, days >= 30, places >= 1 and noise >= 0")

    @property
    def start(self) -> date:
        """The first day of the history."""
        return self.today - timedelta(days=self.days)

    @classmethod
    def asked(cls) -> dict[str, str]:
        """The settings that the environment names, as text: `SANDBOX_SEED`, `SANDBOX_PEOPLE`
        ..."""
        named = {one.name: os.environ.get(f"SANDBOX_{one.name.upper()}") for one in fields(cls)}
        return {name: value for name, value in named.items() if value}

    @classmethod
    def from_environment(cls, **flags: str | None) -> "Settings":
        """Defaults, overlaid by the environment, overlaid by flags that are not None."""
        given = {
            **cls.asked(),
            **{name: value for name, value in flags.items() if value is not None},
        }
        return cls.parse(given)

    @classmethod
    def parse(cls, given: dict[str, str]) -> "Settings":
        """Settings from text values; what is missing keeps its default."""
        text = {**cls().as_text(), **given}
        try:
            return cls(
                seed=int(text["seed"]),
                people=int(text["people"]),
                days=int(text["days"]),
                today=date.fromisoformat(text["today"]),
                places=int(text["places"]),
                noise=float(text["noise"]),
            )
        except ValueError as wrong:
            raise SandboxError(f"a SANDBOX_ setting cannot be read: {wrong}") from wrong

    def as_text(self) -> dict[str, str]:
        """The settings as they are recorded."""
        return {name: str(value) for name, value in asdict(self).items()}


def town_file(data_dir: Path) -> Path:
    """Where settings and clock of a data folder's town are recorded."""
    return data_dir / "sandbox" / "town.json"


def read(data_dir: Path) -> tuple[Settings, date] | None:
    """Recorded settings and clock; None if there is no town.

    Raises SandboxError where the environment contradicts what is recorded.
    """
    file = town_file(data_dir)
    if not file.exists():
        return None
    recorded = json.loads(file.read_text())
    settings = Settings.parse(recorded["settings"])
    for name, value in Settings.asked().items():
        if getattr(Settings.parse({name: value}), name) != getattr(settings, name):
            raise SandboxError(
                f"the town in {file.parent} was built with {name} {getattr(settings, name)}, but "
                f"SANDBOX_{name.upper()} is {value}: unset it, or run `basin sandbox reset` for a "
                "new town"
            )
    return settings, date.fromisoformat(recorded["clock"])


def write(data_dir: Path, settings: Settings, clock: date) -> None:
    """Record settings and clock in one rename: whoever reads sees the old file or the new one."""
    file = town_file(data_dir)
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f"town.json.{os.getpid()}")
    text = json.dumps({"clock": clock.isoformat(), "settings": settings.as_text()}, indent=1)
    temporary.write_text(text + "\n")
    os.replace(temporary, file)
