"""What the server, the faults and the truth need to know of a system, and nothing about any one of
them."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Account, Payment, Person

KEY = os.environ.get("SANDBOX_KEY") or "sandbox-only-not-a-secret"
Row = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A request below a vendor's base path, at `root`; header names are lower-case.

    `body` is the JSON or the form that was sent, None where there was none or it could not be read.
    """

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    root: str
    body: Any = None


@dataclass
class Answer:
    """An answer: `body` is JSON, text where it is a string, a file where it is bytes."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """What a system shows of one person.

    `contexts` are cards, and what was bought or owned.
    """

    record_key: str
    source: str
    person: Person
    origin: str
    name: str | None
    email: str | None
    phone: str | None
    birth: str | None = None
    contexts: frozenset[str] = frozenset()


class Vendor(ABC):
    """One system over the ledger.

    `rows` is the list inside an answer that holds records, `account_path` what every address goes
    on with below the system's own path, `home` the data folder, for a system that has to remember
    something; without one it forgets with the process.
    """

    name: ClassVar[str]
    base_path: ClassVar[str]
    rows: ClassVar[str]
    account_path: ClassVar[str] = ""
    home: Path | None = None

    @abstractmethod
    def __init__(self, ledger: Ledger) -> None:
        """A view of a ledger as of its clock."""

    @classmethod
    def key_file(cls, root: str) -> str | None:
        """What it gives out as its key for a server at `root`, where that is more than a word."""
        return None

    @property
    @abstractmethod
    def tables(self) -> dict[str, list[Row]]:
        """The rows of every list as the system shows them now."""

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """Answer as the vendor would."""

    @abstractmethod
    def refusal(self, status: int) -> Any:
        """The body of an error answer, in the vendor's own form."""

    def refused(self, request: Request, status: int, headers: dict[str, str]) -> Answer:
        """An error answer to a request."""
        return Answer(status, self.refusal(status), headers)

    def rows_of(self, body: Any) -> list[Row] | None:
        """The list of records inside an answer, None where it holds none."""
        found = body.get(self.rows) if isinstance(body, dict) else None
        return found if isinstance(found, list) else None

    @abstractmethod
    def is_later_page(self, request: Request) -> bool:
        """Whether a request asks for another page than the first."""

    @abstractmethod
    def expired_cursor(self) -> Answer:
        """What the vendor says to a cursor that it no longer knows."""

    def deliver(self, data_dir: Path) -> None:
        """Lay what the system would have posted to a receiver where that would have put it.

        Nothing by default: most systems are only asked.
        """
        return

    def received(self) -> list[Row]:
        """What programs told the system, in order; nothing for one that is only asked."""
        return []

    def holds(self) -> Row:
        """What stands of that which programs told it: sorted, without instants of any clock."""
        return {}

    @abstractmethod
    def records(self) -> list[Record]:
        """Every record of a person that the system shows or names."""

    @abstractmethod
    def keys(self) -> dict[str, str]:
        """Account keys and `payment:<key>` of the ledger -> record keys."""

    def payment_keys(self) -> dict[str, str]:
        """Ledger payments -> payment keys; empty for a system that takes no money."""
        return {}

    def refund_keys(self) -> dict[str, str]:
        """The ledger's refunds -> source keys; empty for a system that takes no money."""
        return {}

    def line_keys(self) -> dict[str, str]:
        """The ledger's lines of baskets -> line keys; empty for a system that sells none."""
        return {}

    def events(self) -> Iterator[tuple[str, str, datetime, str]]:
        """(person, type, instant, source key) of what only this system sees."""
        return iter(())

    def consents(self) -> Iterator[tuple[str, str, str, int, bool]]:
        """(contact point, channel, state, since, said by the person) of each change."""
        return iter(())

    def fee(self, payment: Payment) -> int:
        """What the system kept of a payment, in cents."""
        return 0


def page_size(asked: int) -> int:
    """The size of a page: as asked, or at most what SANDBOX_PAGE_CAP says."""
    cap = os.environ.get("SANDBOX_PAGE_CAP", "")
    return min(asked, int(cap)) if cap.isdigit() and int(cap) else asked


def shown(account: Account, column: str, otherwise: str | None) -> str | None:
    """What a case wants an account to show, else what the system shows by itself."""
    return account.shows.get(column, otherwise)
