"""What may leave at all: looked at once more, whatever the models say, before a call is made.

A destination gets tags, lists, and of a grown-up the few properties named here. Nothing about a
child ever leaves, apart from the name of a flag at its guardian's address.
"""

from collections.abc import Container, Iterable

from scripts.sync.ledger import Call

ACTIONS = {
    "shopify": ("create", "claim", "tag", "untag", "note"),
    "klaviyo": ("import", "join", "leave", "note", "tell"),
}
FIELDS = {
    "create": {"given_name", "family_name", "email", "phone"},
    "import": {"email", "phone", "properties"},
    "tell": {"event", "occurred_at", "amount", "currency"},
}
PROPERTIES = {"basin_id", "is_member", "membership_type", "membership_start_date"}


class Blocked(Exception):
    """A call that must not be made; the message says which field or person, without data."""


def check(calls: Iterable[Call], grown_ups: Container[str]) -> None:
    """Raise Blocked for a call about anybody but a grown-up, or with a field that is not listed.

    Taking a mark away is always allowed.
    """
    for call in calls:
        if call.action not in ACTIONS[call.destination]:
            raise Blocked(f"{call.destination} takes no {call.action!r}: nothing was sent")
        if call.action not in ("untag", "leave") and call.customer_id not in grown_ups:
            raise Blocked(
                f"{call.customer_id} is no grown-up, so nothing about them may be sent: nothing "
                "was sent; report it, for marts.sync_plan should not have planned it"
            )
        payload = call.payload or {}
        unknown = payload.keys() - FIELDS.get(call.action, set())
        unknown |= payload.get("properties", {}).keys() - PROPERTIES
        if unknown:
            raise Blocked(
                f"{', '.join(sorted(unknown))} may not be sent to {call.destination}: nothing was "
                "sent; what may is listed in scripts/sync/contract.py"
            )
