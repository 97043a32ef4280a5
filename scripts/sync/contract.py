"""What may leave at all: looked at once more, whatever the models say, before a call is made.

A destination gets tags, lists, and of a grown-up the few properties named here. Nothing about a
child ever leaves, apart from the name of a flag at its guardian's address.
"""

from scripts.sync.ledger import Call

ACTIONS = {
    "shopify": ("create", "claim", "tag", "untag", "note"),
    "klaviyo": ("import", "join", "leave", "note", "tell"),
}
FIELDS = {
    "create": {"given_name", "family_name", "email"},
    "import": {"email", "phone", "properties"},
    "tell": {"event", "occurred_at", "amount", "currency"},
}
PROPERTIES = {"basin_id", "is_member", "membership_type", "membership_start_date"}


class Blocked(Exception):
    """A call that must not be made; the message says which field or person, without data."""


def check(call: Call, grown_ups: set[str]) -> None:
    """Raise Blocked for a call about anybody but a grown-up, or with a field that is not listed.

    Taking a mark away is always allowed.
    """
    if call.action not in ACTIONS[call.destination]:
        raise Blocked(f"{call.destination} takes no {call.action!r}")
    if call.action not in ("untag", "leave") and call.customer_id not in grown_ups:
        raise Blocked(f"{call.customer_id} is no grown-up, so nothing about them may be sent")
    payload = call.payload or {}
    unknown = payload.keys() - FIELDS.get(call.action, set())
    unknown |= payload.get("properties", {}).keys() - PROPERTIES
    if unknown:
        raise Blocked(f"{', '.join(sorted(unknown))} may not be sent to {call.destination}")
