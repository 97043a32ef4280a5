"""Klaviyo's side of a sync: profiles, places on lists, events.

Facts from the OpenAPI of revision 2026-07-15: `profile-import` writes by id, e-mail or phone and
leaves consent alone, events of one `unique_id` count once. No subscribe call is ever made: it would
lift the suppression of somebody who does not want to be written to.
"""

from typing import Any

from extract.api import Api, connect
from extract.sources.klaviyo import all_rows
from scripts.sync.call import Failed, Refused, send
from scripts.sync.ledger import Call


class Klaviyo:
    """Calls to one account; profiles made in this run are remembered by customer."""

    def __init__(self) -> None:
        """Connect; raises ConfigError without key, SourceError when the lists cannot be read."""
        self.api: Api = connect("klaviyo")
        self.lists = {row["name"]: row["id"] for row in all_rows(self.api, "lists")}
        self.accounts: dict[str, str] = {}

    def perform(self, call: Call) -> str:
        """Make one call; the profile it was about.

        Raises Refused and Failed.
        """
        payload = call.payload or {}
        account = call.account_id or self.accounts.get(call.customer_id)
        if call.action == "import":
            # Of a profile that there is, nothing is changed by which others are told apart.
            known = {} if account else identifier(payload)
            attributes = known | {"properties": payload["properties"]}
            body = self.post("profile-import", data("profile", attributes, account))
            account = str(body["data"]["id"])
            self.accounts[call.customer_id] = account
        elif not account:
            raise Failed("the profile could not be made")
        elif call.action == "tell":
            profile = data("profile", {}, account)
            metric = data("metric", {"name": payload["event"]})
            attributes = {
                "unique_id": call.mark,
                "time": payload["occurred_at"],
                "metric": metric,
                "profile": profile,
                "properties": {},
            }
            if payload["amount"] is not None:
                attributes |= {
                    "value": float(payload["amount"]),
                    "value_currency": payload["currency"],
                }
            self.post("events", data("event", attributes))
        elif call.action in ("join", "leave"):
            if call.mark not in self.lists:
                raise Refused(f"there is no list {call.mark!r} in Klaviyo: make it there")
            path = f"lists/{self.lists[call.mark]}/relationships/profiles"
            method = "POST" if call.action == "join" else "DELETE"
            send(self.api, method, path, {"data": [{"type": "profile", "id": account}]})
        return account

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a JSON:API document."""
        return send(self.api, "POST", path, body)


def identifier(payload: dict[str, Any]) -> dict[str, str]:
    """The e-mail, else the phone: two of them may lead to two profiles."""
    if payload["email"]:
        return {"email": payload["email"]}
    return {"phone_number": payload["phone"]}


def data(kind: str, attributes: dict[str, Any], code: str | None = None) -> dict[str, Any]:
    """A JSON:API document of one thing."""
    return {"data": {"type": kind, **({"id": code} if code else {}), "attributes": attributes}}
