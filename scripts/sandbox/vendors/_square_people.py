"""Square's customers and customer groups: Capitan's copies at the till.

Whoever joins an association that is copied to the till and has an e-mail becomes a customer there,
with the name, e-mail and phone that Capitan shows, and leaves the group again with the association;
the customer stays. No sale ever names one of them.
"""

from collections.abc import Iterator
from typing import Any

from scripts.sandbox import moments
from scripts.sandbox.circles import CIRCLES, Seat
from scripts.sandbox.errors import Errors
from scripts.sandbox.ledger import Ledger
from scripts.sandbox.model import Account
from scripts.sandbox.vendors._capitan_books import group_id
from scripts.sandbox.vendors._capitan_customers import Customers
from scripts.sandbox.vendors.base import Record

Row = dict[str, Any]
COPIED_AFTER = 600  # seconds after somebody was let in


def stamp(moment: int) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return f"{moments.utc(moment).isoformat()}.000Z"


class Copies:
    """Builds the customers and groups of one ledger, as of its clock."""

    def __init__(self, ledger: Ledger) -> None:
        """Who is or was in a group of the till."""
        self.ledger, self.chance = ledger, ledger.chance
        self.now = ledger.horizon - 1
        self.shown = Customers(ledger, Errors(ledger))
        self.seats: dict[str, list[Seat]] = {}
        self.accounts: dict[str, Account] = {}
        for seat in ledger.gym.seats:
            since = self._copied(seat) if seat.circle.is_in_till else None
            if since is not None and since <= self.now:
                self.seats.setdefault(seat.account.key, []).append(seat)
                self.accounts[seat.account.key] = seat.account

    def _copied(self, seat: Seat) -> int | None:
        """When somebody came into a group of the till; None for whom Capitan has no e-mail."""
        since = self.shown.email_since(seat.account)
        return None if since is None else max(since, seat.approved) + COPIED_AFTER

    def customer_id(self, account: Account) -> str:
        """The id of a customer."""
        return f"SBX{self.chance.token(23, 'square', 'customer', account.key).upper()}"

    def groups(self) -> list[Row]:
        """Every group, in the order of the associations."""
        made = stamp(moments.instant(self.ledger.settings.start, 9 * 3600 + 120))
        return [
            {"id": group_id(self.chance, one), "name": one.name, "created_at": made,
             "updated_at": made}
            for one in CIRCLES
            if one.is_in_till
        ]  # fmt: skip

    def customers(self) -> list[Row]:
        """Every customer, the oldest first."""
        rows = [self._customer(one) for one in self.accounts.values()]
        return sorted(rows, key=lambda row: (row["created_at"], row["id"]))

    def _customer(self, account: Account) -> Row:
        seats = self.seats[account.key]
        shown = self.shown.row(account)
        made = min(copied for seat in seats if (copied := self._copied(seat)))
        row: Row = {
            "id": self.customer_id(account),
            "created_at": stamp(made),
            "updated_at": stamp(max([made, *self._changes(account)])),
            "given_name": shown["first_name"],
            "family_name": shown["last_name"],
            "email_address": shown["email"],
            "phone_number": shown["telephone"],
            "preferences": {"email_unsubscribed": False},
            "creation_source": "THIRD_PARTY",
            "group_ids": sorted(
                str(group_id(self.chance, seat.circle)) for seat in seats if self._is_in(seat)
            ),
            "version": len(seats),
        }
        return {name: value for name, value in row.items() if value not in (None, "", [])}

    def _is_in(self, seat: Seat) -> bool:
        is_left = seat.left is not None and seat.left <= self.ledger.clock
        return not is_left and seat.account.exists(self.ledger.clock)

    def _changes(self, account: Account) -> Iterator[int]:
        """When groups, name or contact points of a customer may have changed, up to now."""
        days = [seat.left for seat in self.seats[account.key] if seat.left]
        days += [account.closed] if account.closed else []
        days += [account.filled_from] if account.filled_from else []
        for person in [account.person, *account.person.guardians[:1]]:
            days += [day for day, *_ in person.changes]
        yield from (copied for seat in self.seats[account.key] if (copied := self._copied(seat)))
        for day in days:
            if day <= self.ledger.clock:
                yield moments.instant(day, 5 * 3600)

    def records(self) -> Iterator[Record]:
        """Every customer as a record of the person behind it."""
        for account in self.accounts.values():
            row = self._customer(account)
            name = f"{row.get('given_name', '')} {row.get('family_name', '')}".strip() or None
            yield Record(
                f"square:customer:{row['id']}",
                "square",
                account.person,
                f"square:{account.key}",
                name,
                row.get("email_address"),
                row.get("phone_number"),
            )
