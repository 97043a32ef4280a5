"""Shopify's orders and customers as GraphQL nodes, made from what the REST API shows of them.

Instants are in UTC, money is `MoneyBag`, ids are `gid://`. Only fields that a reader of orders and
of customers' metafields asks for are here; every one of them exists in the Admin API 2025-10.
"""

from datetime import UTC, datetime
from decimal import Decimal

from scripts.sandbox.vendors._shopify_documents import BadQuery
from scripts.sandbox.vendors._shopify_graphql import Computed, Connection
from scripts.sandbox.vendors._shopify_objects import decimal, fee_of
from scripts.sandbox.vendors._shopify_search import search
from scripts.sandbox.vendors.base import Row

SORTS = {
    "CREATED_AT": "createdAt",
    "UPDATED_AT": "updatedAt",
    "PROCESSED_AT": "processedAt",
    "ID": "id",
}


def zulu(text: str | None) -> str | None:
    """An instant with offset as GraphQL writes it."""
    if text is None:
        return None
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def amount(text: str) -> str:
    """A GraphQL decimal, which drops trailing zeros but one."""
    plain = f"{Decimal(text):.2f}".rstrip("0")
    return plain + "0" if plain.endswith(".") else plain


def money(text: str) -> Row:
    """A MoneyV2."""
    return {"__typename": "MoneyV2", "amount": amount(text), "currencyCode": "USD"}


def bag(text: str) -> Row:
    """A MoneyBag."""
    one = money(text)
    return {"__typename": "MoneyBag", "shopMoney": one, "presentmentMoney": one}


def gid(kind: str, code: object) -> str:
    """A global id."""
    return f"gid://shopify/{kind}/{code}"


def order(row: Row, transactions: list[Row]) -> Row:
    """An order with its refunds and transactions."""
    customer = row["customer"]
    node: Row = {
        "__typename": "Order",
        "id": gid("Order", row["id"]),
        "legacyResourceId": str(row["id"]),
        "name": row["name"],
        "number": row["order_number"],
        "email": row["email"] or None,
        "note": row["note"],
        "tags": [one for one in row["tags"].split(", ") if one],
        "test": row["test"],
        "currencyCode": row["currency"],
        "createdAt": zulu(row["created_at"]),
        "updatedAt": zulu(row["updated_at"]),
        "processedAt": zulu(row["processed_at"]),
        "cancelledAt": zulu(row["cancelled_at"]),
        "closedAt": zulu(row["closed_at"]),
        "displayFinancialStatus": row["financial_status"].upper(),
        "displayFulfillmentStatus": (row["fulfillment_status"] or "unfulfilled").upper(),
        "totalPriceSet": bag(row["total_price"]),
        "subtotalPriceSet": bag(row["subtotal_price"]),
        "totalTaxSet": bag(row["total_tax"]),
        "totalDiscountsSet": bag(row["total_discounts"]),
        "currentTotalPriceSet": bag(row["current_total_price"]),
        "totalRefundedSet": lambda: bag(
            str(Decimal(row["total_price"]) - Decimal(row["current_total_price"]))
        ),
        "customer": None
        if customer is None
        else {
            "__typename": "Customer",
            "id": gid("Customer", customer["id"]),
            "legacyResourceId": str(customer["id"]),
            "firstName": customer["first_name"],
            "lastName": customer["last_name"],
            "email": customer["email"],
            "phone": customer["phone"],
        },
        "lineItems": lambda: Connection([line(one) for one in row["line_items"]]),
        "refunds": lambda: [refund(one) for one in row["refunds"]],
        "transactions": lambda: [transaction(one) for one in transactions],
    }
    return node


def line(row: Row) -> Row:
    """A line item."""
    discount = sum((Decimal(one["amount"]) for one in row["discount_allocations"]), Decimal(0))
    return {
        "__typename": "LineItem",
        "id": gid("LineItem", row["id"]),
        "title": row["title"],
        "variantTitle": row["variant_title"],
        "name": row["name"],
        "quantity": row["quantity"],
        "currentQuantity": row["current_quantity"],
        "sku": row["sku"],
        "originalUnitPriceSet": bag(row["price"]),
        "totalDiscountSet": bag(str(discount)),
    }


def refund(row: Row) -> Row:
    """A refund."""
    total = sum(
        (Decimal(one["amount"]) for one in row["transactions"] if one["status"] == "success"),
        Decimal(0),
    )
    return {
        "__typename": "Refund",
        "id": gid("Refund", row["id"]),
        "legacyResourceId": str(row["id"]),
        "createdAt": zulu(row["created_at"]),
        "updatedAt": zulu(row["processed_at"]),
        "note": row["note"],
        "totalRefundedSet": bag(str(total)),
        "order": parent_order(row),
        "refundLineItems": lambda: Connection([returned(one) for one in row["refund_line_items"]]),
        "transactions": lambda: Connection([transaction(one) for one in row["transactions"]]),
    }


def parent_order(row: Row) -> Row:
    """The order that a refund or a transaction belongs to, known by its ids."""
    code = row["order_id"]
    return {"__typename": "Order", "id": gid("Order", code), "legacyResourceId": str(code)}


def returned(row: Row) -> Row:
    """A line of a refund."""
    return {
        "__typename": "RefundLineItem",
        "id": gid("RefundLineItem", row["id"]),
        "quantity": row["quantity"],
        "restockType": row["restock_type"].upper(),
        "subtotalSet": bag(row["subtotal"]),
        "totalTaxSet": bag(row["total_tax"]),
        "lineItem": lambda: line(row["line_item"]),
    }


def transaction(row: Row) -> Row:
    """A transaction; its parent is known by id only."""
    parent = row["parent_id"]
    return {
        "__typename": "OrderTransaction",
        "id": gid("OrderTransaction", row["id"]),
        "kind": row["kind"].upper(),
        "status": row["status"].upper(),
        "gateway": row["gateway"],
        "test": row["test"],
        "createdAt": zulu(row["created_at"]),
        "processedAt": zulu(row["processed_at"]),
        "amountSet": bag(row["amount"]),
        "order": parent_order(row),
        "errorCode": row["error_code"],
        "fees": [fee(row)] if is_charged(row) else [],
        "parentTransaction": None
        if parent is None
        else {"__typename": "OrderTransaction", "id": gid("OrderTransaction", parent)},
    }


def is_charged(row: Row) -> bool:
    """Whether Shopify Payments keeps something of a transaction."""
    is_taken = row["kind"] in ("sale", "capture") and row["status"] == "success"
    return is_taken and row["gateway"] == "shopify_payments" and not row["test"]


def fee(row: Row) -> Row:
    """What Shopify Payments keeps of a transaction."""
    kept = fee_of(int(Decimal(row["amount"]) * 100))
    return {
        "__typename": "TransactionFee",
        "id": gid("TransactionFee", row["id"]),
        "type": "processing_fee",
        "amount": money(decimal(kept)),
        "flatFee": money("0.30"),
        "flatFeeName": "Flat fee",
        "rate": "0.029",
        "rateName": "Card rate",
        "taxAmount": money("0.00"),
    }


def customer(row: Row, metafields: list[Row]) -> Row:
    """A customer with what programs noted of them."""
    made = [metafield(one) for one in metafields]
    noted = {(one["namespace"], one["key"]): one for one in made}
    name = " ".join(one for one in (row["first_name"], row["last_name"]) if one)
    return {
        "__typename": "Customer",
        "id": gid("Customer", row["id"]),
        "legacyResourceId": str(row["id"]),
        "firstName": row["first_name"],
        "lastName": row["last_name"],
        "displayName": name or row["email"] or row["phone"] or "",
        "email": row["email"],
        "phone": row["phone"],
        "note": row["note"],
        "state": row["state"].upper(),
        "verifiedEmail": row["verified_email"],
        "numberOfOrders": str(row["orders_count"]),
        "tags": [one for one in row["tags"].split(", ") if one],
        "createdAt": zulu(row["created_at"]),
        "updatedAt": zulu(row["updated_at"]),
        **consents(row),
        "metafields": lambda: Connection(made),
        "metafield": Computed(
            lambda asked: noted.get((asked.get("namespace"), asked.get("key"))), ("key",)
        ),
    }


def consents(row: Row) -> Row:
    """What a customer agreed to, by the fields of today and by those that they replaced."""
    found: Row = dict.fromkeys(
        ("defaultEmailAddress", "emailMarketingConsent", "defaultPhoneNumber",
         "smsMarketingConsent")
    )  # fmt: skip
    for column, new, address, old, named in (
        ("email_marketing_consent", "defaultEmailAddress", "emailAddress",
         "emailMarketingConsent", "email"),
        ("sms_marketing_consent", "defaultPhoneNumber", "phoneNumber",
         "smsMarketingConsent", "phone"),
    ):  # fmt: skip
        if not row[named]:
            continue
        said = row[column] or {"state": "not_subscribed", "opt_in_level": "single_opt_in",
                               "consent_updated_at": None}  # fmt: skip
        state, level = said["state"].upper(), said["opt_in_level"].upper()
        since = zulu(said["consent_updated_at"])
        kind = new.removeprefix("default")
        found[new] = {
            "__typename": f"Customer{kind}",
            address: row[named],
            "marketingState": state,
            "marketingOptInLevel": level,
            "marketingUpdatedAt": since,
        } | ({"validFormat": "@" in row[named]} if named == "email" else {})
        found[old] = {
            "__typename": f"Customer{old[0].upper()}{old[1:]}State",
            "marketingState": state,
            "marketingOptInLevel": level,
            "consentUpdatedAt": since,
        }
    return found


def metafield(row: Row) -> Row:
    """A metafield."""
    return {
        "__typename": "Metafield",
        "id": gid("Metafield", row["id"]),
        "legacyResourceId": str(row["id"]),
        "namespace": row["namespace"],
        "key": row["key"],
        "type": row["type"],
        "value": row["value"],
        "createdAt": zulu(row["created_at"]),
        "updatedAt": zulu(row["updated_at"]),
    }


def arrange(field: str, nodes: list[Row], arguments: Row) -> list[Row]:
    """Orders or customers that a search text keeps, in the order asked for (else orders by when
    they were processed, customers by id)."""
    for name in arguments.keys() - {"first", "after", "query", "sortKey", "reverse"}:
        raise BadQuery(f"Field '{field}' doesn't accept argument '{name}' in the sandbox")
    nodes = search(nodes, arguments.get("query"))
    usual = "PROCESSED_AT" if field == "orders" else "ID"
    by = SORTS.get(str(arguments.get("sortKey") or usual))
    if by is None or any(by not in one for one in nodes[:1]):
        raise BadQuery(f"Argument 'sortKey' has an invalid value ({arguments['sortKey']}).")
    return sorted(
        nodes, key=lambda one: (one[by], one["id"]), reverse=bool(arguments.get("reverse"))
    )
