"""Shopify's side of a sync: accounts that are found or made, and tags under our own prefix.

Facts from the Admin API of 2025-10: `tagsAdd` and `tagsRemove` touch only the tags named, what is
wrong comes as `userErrors` in a 200. An account is looked for by our metafield, then e-mail, then
phone. Nobody is subscribed to anything.
"""

import json
from typing import Any

import requests

from extract.api import connect
from extract.sources.shopify import API, refuse_query
from scripts.sync.call import Failed, Refused, send
from scripts.sync.ledger import Call

FIND = """query ($query: String!) {
  customers(first: 2, query: $query) {
    nodes { legacyResourceId firstName email
      metafield(namespace: "basin", key: "customer_id") { value } }
  }
}"""
CREATE = """mutation ($input: CustomerInput!) {
  customerCreate(input: $input) { customer { legacyResourceId } userErrors { field message } }
}"""
CLAIM = """mutation ($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { metafields { id } userErrors { field message } }
}"""
TAG = """mutation ($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } }
}"""
UNTAG = """mutation ($id: ID!, $tags: [String!]!) {
  tagsRemove(id: $id, tags: $tags) { node { id } userErrors { field message } }
}"""


class Shopify:
    """Calls to one shop; accounts made in this run are remembered by customer."""

    def __init__(self) -> None:
        """Connect; raises ConfigError without key or address."""
        self.api = connect("shopify")
        self.accounts: dict[str, str] = {}

    def perform(self, call: Call) -> str:
        """Make one call; the account it was about.

        Raises Refused and Failed.
        """
        if call.action == "create":
            account = self.find(call) or self.create(call)
            self.accounts[call.customer_id] = account
            return account
        account = call.account_id or self.accounts.get(call.customer_id, "")
        if not account:
            raise Failed("the account could not be made")
        if call.action == "claim":
            self.claim(account, call.customer_id)
        elif call.action in ("tag", "untag"):
            question, name = (TAG, "tagsAdd") if call.action == "tag" else (UNTAG, "tagsRemove")
            self.change(question, name, {"id": gid(account), "tags": [call.mark]})
        return account

    def find(self, call: Call) -> str | None:
        """The account of a customer by our metafield, then e-mail, then phone, which is then
        ours; None when there is none.

        Raises Refused for an e-mail on the account of somebody else.
        """
        payload = call.payload or {}
        for node in self.search(f'metafields.basin.customer_id:"{call.customer_id}"'):
            return str(node["legacyResourceId"])
        given = (payload.get("given_name") or "").strip().casefold()
        for node in self.search(f"email:{json.dumps(payload['email'])}"):
            name = (node.get("firstName") or "").strip().casefold()
            if node.get("metafield") or name not in ("", given):
                raise Refused("the address is on the account of somebody else in the household")
            return self.claim(str(node["legacyResourceId"]), call.customer_id)
        # A phone is shared more often, and an e-mail beside it may be closed.
        for node in self.search(f"phone:{payload['phone']}") if payload.get("phone") else []:
            name = (node.get("firstName") or "").strip().casefold()
            if not (node.get("metafield") or node.get("email")) and name and name == given:
                return self.claim(str(node["legacyResourceId"]), call.customer_id)
        return None

    def create(self, call: Call) -> str:
        """A new account with name and e-mail, without a word about marketing.

        Raises Refused when the address has meanwhile gone to somebody else.
        """
        payload = call.payload or {}
        account = {
            "firstName": payload.get("given_name"),
            "lastName": payload.get("family_name"),
            "email": payload["email"],
            "metafields": [metafield(call.customer_id)],
        }
        try:
            made = self.change(CREATE, "customerCreate", {"input": account})
        except Refused:
            found = self.find(call)  # an answer that was lost: it was made the first time
            if not found:
                raise
            return found
        return str(made["customer"]["legacyResourceId"])

    def claim(self, account: str, customer_id: str) -> str:
        """Write on an account whose it is; the account."""
        value = metafield(customer_id) | {"ownerId": gid(account)}
        self.change(CLAIM, "metafieldsSet", {"metafields": [value]})
        return account

    def search(self, query: str) -> list[dict[str, Any]]:
        """At most two accounts that a search finds."""
        body = send(
            self.api,
            "POST",
            f"{API}/graphql.json",
            {"query": FIND, "variables": {"query": query}},
            refuse_query,
        )
        found: list[dict[str, Any]] = body["data"]["customers"]["nodes"]
        return found

    def change(self, question: str, name: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The payload of a mutation.

        Raises Refused where the shop names errors of ours.
        """
        body = send(
            self.api,
            "POST",
            f"{API}/graphql.json",
            {"query": question, "variables": variables},
            judged(name),
        )
        made: dict[str, Any] = body["data"][name]
        if made["userErrors"]:
            fields = {".".join(one.get("field") or ["it"]) for one in made["userErrors"]}
            raise Refused(f"shopify does not accept {', '.join(sorted(fields))}")
        return made


def judged(name: str) -> Any:
    """A judge that asks again when an answer lacks the mutation's payload."""

    def judge(body: Any, response: requests.Response) -> None:
        refuse_query(body, response)
        if not isinstance((body.get("data") or {}).get(name), dict):
            raise Failed("shopify gave an answer without what was asked for")

    return judge


def metafield(customer_id: str) -> dict[str, str]:
    """Our mark on an account."""
    return {
        "namespace": "basin",
        "key": "customer_id",
        "type": "single_line_text_field",
        "value": customer_id,
    }


def gid(account: str) -> str:
    """Shopify's global id of a customer."""
    return f"gid://shopify/Customer/{account}"
