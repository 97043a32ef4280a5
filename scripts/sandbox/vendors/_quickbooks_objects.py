"""QuickBooks' objects: the books' entries and accounts as the data service shows them.

Shapes are those of Intuit's schema (v3) and of answers recorded in 2026. Money is a number in
dollars, references are an id with a name, times carry Pacific time's offset whatever the company's.
"""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from scripts.sandbox import moments
from scripts.sandbox.books import Books
from scripts.sandbox.chart import (
    BY_NAME,
    CARD,
    CHART,
    CHECKING,
    ITEM_NUMBERS,
    METHODS,
    NUMBERS,
    PARTY_NUMBERS,
    PAYABLE,
    RECEIVABLE,
    TAX_PERCENT,
    UNDEPOSITED,
    BookAccount,
)
from scripts.sandbox.entries import Entry, EntryLine, State, state

Row = dict[str, Any]
PACIFIC = ZoneInfo("America/Los_Angeles")
USD = {"value": "USD", "name": "United States Dollar"}
ENTITIES = ("Account", "Purchase", "Bill", "Invoice", "SalesReceipt", "Deposit")
LINKED = {"BillPayment": "BillPaymentCheck"}


def stamp(moment: int) -> str:
    """An instant as the service writes it."""
    return datetime.fromtimestamp(moment, PACIFIC).isoformat()


def dollars(cents: int) -> float:
    """Cents as a number in dollars."""
    return cents / 100


def account_ref(name: str) -> Row:
    """A reference to an account by its full name."""
    return {"value": NUMBERS[name], "name": BY_NAME[name].full_name}


class Objects:
    """Builds every object of one town's books, as of its clock."""

    def __init__(self, books: Books) -> None:
        """Objects of some books."""
        self.books = books

    @cached_property
    def states(self) -> dict[str, State]:
        """What each entry is now."""
        return {one.key: state(one, self.books.horizon) for one in self.books.entries}

    def rows(self, entity: str) -> list[Row]:
        """All objects of one kind that are not deleted."""
        if entity == "Account":
            return [self.account(one) for one in CHART if one.is_listed(self._age)]
        build = getattr(self, f"_{entity.lower()}")
        return [self._common(one) | build(one) for one in self.books.standing(entity)]

    def gone(self, entity: str) -> list[Row]:
        """What change data capture tells of the deleted entries of a kind."""
        return [
            {
                "domain": "QBO",
                "status": "Deleted",
                "Id": str(one.number),
                "MetaData": {"LastUpdatedTime": stamp(one.deleted or 0)},
            }
            for one in self.books.entries
            if one.entity == entity and self.books.is_gone(one)
        ]

    # -- accounts ----------------------------------------------------------------------

    @property
    def _age(self) -> int:
        return (self.books.clock - self.books.day_0).days

    def _day(self, after: int) -> date:
        return self.books.day_0 + timedelta(days=after)

    @cached_property
    def _balances(self) -> dict[str, int]:
        """What lies in the accounts of the balance sheet, in cents; others show nothing."""
        found: dict[str, int] = {}

        def move(name: str, cents: int) -> None:
            found[name] = found.get(name, 0) + cents

        for one in self.books.entries:
            if self.books.is_gone(one):
                continue
            now = self.states[one.key]
            if one.entity == "Purchase":
                move(one.account, now.total if one.account == CARD else -now.total)
            elif one.entity == "BillPayment":
                move(CHECKING, -now.total)
                move(PAYABLE, -now.total)
            elif one.entity == "Bill":
                move(PAYABLE, now.total)
            elif one.entity == "Invoice":
                move(RECEIVABLE, now.total)
            elif one.entity == "SalesReceipt":
                move(UNDEPOSITED, now.total)
            elif one.entity == "Payment":
                move(UNDEPOSITED, now.total)
                move(RECEIVABLE, -now.total)
            elif one.entity == "Deposit":
                move(one.account, now.total)
                move(UNDEPOSITED, -sum(line.cents for line in one.lines if line.settles))
        return found

    def account(self, one: BookAccount) -> Row:
        """One account; one that was closed is listed as inactive."""
        opened = self._day(one.opens) if one.opens is not None else self.books.start
        created = updated = moments.instant(opened, 9 * 3_600)
        is_closed = one.is_closed(self._age)
        if is_closed and one.closes is not None:
            updated = moments.instant(self._day(one.closes), 10 * 3_600)
        balance = dollars(self._balances.get(one.name, 0))
        row: Row = {
            "Name": one.name,
            "SubAccount": one.parent is not None,
            "FullyQualifiedName": one.full_name,
            "Active": not is_closed,
            "Classification": one.classification,
            "AccountType": one.kind,
            "AccountSubType": one.detail,
            "CurrentBalance": balance,
            "CurrentBalanceWithSubAccounts": balance,
            "CurrencyRef": USD,
            **self._meta(NUMBERS[one.name], int(is_closed), created, updated),
        }
        if one.parent:
            row["ParentRef"] = {"value": NUMBERS[one.parent]}
        return row

    # -- entries -----------------------------------------------------------------------

    @staticmethod
    def _meta(code: str, version: int, created: int, updated: int) -> Row:
        return {
            "domain": "QBO",
            "sparse": False,
            "Id": code,
            "SyncToken": str(version),
            "MetaData": {"CreateTime": stamp(created), "LastUpdatedTime": stamp(updated)},
        }

    def _common(self, one: Entry) -> Row:
        now = self.states[one.key]
        row = self._meta(str(one.number), now.version, one.created, now.updated) | {
            "TxnDate": one.day.isoformat(),
            "CurrencyRef": USD,
            "TotalAmt": dollars(now.total),
        }
        if now.note:
            row["PrivateNote"] = now.note
        return row

    @staticmethod
    def _party(name: str | None, kind: str | None = None) -> Row:
        found = {"value": PARTY_NUMBERS[name or ""], "name": name or ""}
        return found | ({"type": kind} if kind else {})

    def _spent(self, one: Entry) -> list[Row]:
        return [self._expense_line(place, line)
                for place, line in enumerate(self.states[one.key].lines)]  # fmt: skip

    @staticmethod
    def _expense_line(place: int, line: EntryLine) -> Row:
        row: Row = {"Id": str(place + 1), "Amount": dollars(line.cents)}
        if line.text:
            row["Description"] = line.text
        detail: Row = {"BillableStatus": "NotBillable", "TaxCodeRef": {"value": "NON"}}
        if line.item:
            detail |= {"ItemRef": {"value": ITEM_NUMBERS[line.item], "name": line.item},
                       "UnitPrice": dollars(line.cents), "Qty": 1}  # fmt: skip
            kind = "ItemBasedExpenseLineDetail"
        else:
            detail["AccountRef"] = account_ref(str(line.account))
            kind = "AccountBasedExpenseLineDetail"
        return row | {"DetailType": kind, kind: detail}

    def _purchase(self, one: Entry) -> Row:
        return {
            "AccountRef": account_ref(one.account),
            "PaymentType": one.method,
            "EntityRef": self._party(one.party, "Vendor"),
            "Credit": False,
            "Line": self._spent(one),
        }

    def _bill(self, one: Entry) -> Row:
        now = self.states[one.key]
        row: Row = {
            "DueDate": one.due.isoformat() if one.due else None,
            "Balance": 0.0 if now.is_paid else dollars(now.total),
            "Line": self._spent(one),
            "VendorRef": self._party(one.party),
            "APAccountRef": account_ref(PAYABLE),
        }
        return row | self._settled_by(one, now)

    def _settled_by(self, one: Entry, now: State) -> Row:
        if not now.is_paid:
            return {}
        by = self.books.by_key[f"{one.key}/paid"]
        return {"LinkedTxn": [{"TxnId": str(by.number),
                               "TxnType": LINKED.get(by.entity, by.entity)}]}  # fmt: skip

    def _sold(self, one: Entry) -> list[Row]:
        now = self.states[one.key]
        rows: list[Row] = []
        for place, line in enumerate(now.lines):
            rows.append(
                {
                    "Id": str(place + 1),
                    "LineNum": place + 1,
                    **({"Description": line.text} if line.text else {}),
                    "Amount": dollars(line.cents),
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {
                        "ItemRef": {"value": ITEM_NUMBERS[str(line.item)], "name": line.item},
                        "UnitPrice": dollars(line.cents),
                        "Qty": 1,
                        "TaxCodeRef": {"value": "TAX" if now.tax else "NON"},
                    },
                }
            )
        whole = dollars(now.total - now.tax)
        rows.append({"Amount": whole, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}})
        return rows

    def _sale(self, one: Entry) -> Row:
        now = self.states[one.key]
        tax: Row = {"TotalTax": dollars(now.tax)}
        if now.tax:
            detail = {"TaxRateRef": {"value": "3"}, "PercentBased": True,
                      "TaxPercent": TAX_PERCENT,
                      "NetAmountTaxable": dollars(now.total - now.tax)}  # fmt: skip
            tax |= {
                "TxnTaxCodeRef": {"value": "2"},
                "TaxLine": [{"Amount": dollars(now.tax), "DetailType": "TaxLineDetail",
                             "TaxLineDetail": detail}],
            }  # fmt: skip
        return {
            "CustomField": [],
            "DocNumber": str(1000 + one.number),
            "Line": self._sold(one),
            "TxnTaxDetail": tax,
            "CustomerRef": self._party(one.party),
            "ApplyTaxAfterDiscount": False,
            "PrintStatus": "NotSet",
            "EmailStatus": "NotSet",
        }

    def _salesreceipt(self, one: Entry) -> Row:
        return self._sale(one) | {
            "Balance": 0,
            "PaymentMethodRef": {"value": METHODS[str(one.method)], "name": one.method},
            "DepositToAccountRef": account_ref(one.account),
        }

    def _invoice(self, one: Entry) -> Row:
        now = self.states[one.key]
        return self._sale(one) | {
            "AllowIPNPayment": False,
            "AllowOnlinePayment": False,
            "AllowOnlineCreditCardPayment": False,
            "AllowOnlineACHPayment": False,
            "LinkedTxn": [],
            **self._settled_by(one, now),
            "BillAddr": {"Id": PARTY_NUMBERS[str(one.party)], "Line1": one.party},
            "FreeFormAddress": True,
            "DueDate": one.due.isoformat() if one.due else None,
            "Balance": 0.0 if now.is_paid else dollars(now.total),
        }

    def _deposit(self, one: Entry) -> Row:
        lines: list[Row] = []
        for place, line in enumerate(self.states[one.key].lines):
            if line.settles:
                lines += [self._brought(key, line) for key in line.settles]
                continue
            detail: Row = {"AccountRef": account_ref(str(line.account))}
            if line.party:
                detail["Entity"] = self._party(line.party, "Vendor")
            lines.append(
                {
                    "Id": str(place + 1),
                    "LineNum": place + 1,
                    "Amount": dollars(line.cents),
                    "DetailType": "DepositLineDetail",
                    "DepositLineDetail": detail,
                }
            )
        return {
            "DepositToAccountRef": account_ref(one.account),
            "Line": lines,
            "TxnTaxDetail": {},
        }

    def _brought(self, key: str, line: EntryLine) -> Row:
        """A line that brings another entry's money; it has no account of its own."""
        by = self.books.by_key[key]
        linked = {"TxnId": str(by.number), "TxnType": by.entity, "TxnLineId": "0"}
        return {"Amount": dollars(line.cents), "LinkedTxn": [linked]}
