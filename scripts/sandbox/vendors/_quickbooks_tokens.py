"""Intuit's OAuth 2.0 tokens: an access token for an hour, and a refresh token that changes whenever
it is used.

A token says in itself which connection it belongs to, its number in that and when it was given; the
town's clock says how old it is. What it cannot say, whether a newer one was used already, is
remembered in a file of the town's data folder, or for as long as the process lives. The town's own
key stands for somebody who connects the company by hand: it is always taken, and begins a new
connection.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.sandbox.chance import Chance
from scripts.sandbox.vendors.base import KEY

DAY = 86_400
ACCESS_SECONDS, REFRESH_SECONDS, GRACE_SECONDS = 3_600, 100 * DAY, DAY


@dataclass
class Connection:
    """The newest refresh token, when it was given, and the one before with the time it was
    replaced."""

    newest: int = 0
    given: int = 0
    previous: int | None = None
    replaced: int = 0


class Tokens:
    """The tokens of one town at an instant."""

    def __init__(self, chance: Chance, now: int) -> None:
        """Nobody has connected yet."""
        self.chance, self.now = chance, now
        self.home: Path | None = None
        self._remembered: dict[str, Connection] = {}

    def exchange(self, refresh_token: str) -> tuple[str, str] | None:
        """A new refresh token and an access token; None for one that is no longer taken.

        The token before the newest is taken for a day, until the newest has been used.
        """
        connections = self._read()
        if refresh_token == KEY:
            name, number = str(len(connections) + 1), 0
            connections[name] = Connection(given=self.now)
        else:
            found = self._known("RT1", refresh_token)
            if found is None or found[0] not in connections:
                return None
            name, number, _ = found
        one = connections[name]
        if number == one.newest:
            if self.now - one.given > REFRESH_SECONDS:
                return None
            one.previous, one.replaced = number, self.now
        elif number != one.previous or self.now - one.replaced > GRACE_SECONDS:
            return None
        one.newest, one.given = one.newest + 1, self.now
        self._write(connections)
        return self._made("RT1", name, one.newest), self._made("AT1", name, one.newest)

    def admits(self, access_token: str) -> bool:
        """Whether an access token was given less than an hour ago."""
        found = self._known("AT1", access_token)
        return found is not None and 0 <= self.now - found[2] < ACCESS_SECONDS

    def _made(self, kind: str, name: str, number: int, given: int | None = None) -> str:
        given = self.now if given is None else given
        seal = self.chance.bits("quickbooks token", kind, name, number, given)
        return f"{kind}-{name}-{number}-{given}-{seal:016x}"

    def _known(self, kind: str, token: str) -> tuple[str, int, int] | None:
        """Connection, number and time of a token that was made here; None for any other."""
        parts = token.split("-")
        if len(parts) != 5 or not (parts[2].isdigit() and parts[3].isdigit()):
            return None
        name, number, given = parts[1], int(parts[2]), int(parts[3])
        return (name, number, given) if token == self._made(kind, name, number, given) else None

    def _read(self) -> dict[str, Connection]:
        if self.home is None or not self._file(self.home).exists():
            return self._remembered
        found = json.loads(self._file(self.home).read_text())
        return {name: Connection(**one) for name, one in found.items()}

    def _write(self, connections: dict[str, Connection]) -> None:
        if self.home is None:
            return
        file = self._file(self.home)
        temporary = file.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps({name: asdict(one) for name, one in connections.items()}))
        os.replace(temporary, file)

    @staticmethod
    def _file(home: Path) -> Path:
        return home / "sandbox" / "quickbooks_tokens.json"
