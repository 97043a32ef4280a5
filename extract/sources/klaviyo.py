"""Klaviyo, the marketing system: profiles with what they agreed to, whom it must not write to,
lists and who is on them, segments, campaigns, templates, flows, metrics, and events of messages and
consent.

Facts from the vendor's OpenAPI of revision 2026-07-15: answers are JSON:API, the address of the
next page stands in `links.next` and is null on the last one. Profiles can be asked for what
changed, events for what happened since; campaigns are listed for one channel at a time. Events are
read metric by metric, those of Klaviyo's own making: what somebody sent to it by the API is an
echo of what other systems tell better. Suppressions are read by themselves, since no word of the
vendor says that one counts as a change of the profile.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

from requests import Request, Response

from extract.api import (
    Api,
    BrokenAnswer,
    Page,
    UnreadableAnswer,
    connect,
    lies_at,
    origin,
    parent_ids,
)
from extract.config import System, midnight
from extract.paging import Continued

SYSTEM = System(
    base_url="https://a.klaviyo.com/api",
    key_variable="KLAVIYO_PRIVATE_KEY",
    key_from="Klaviyo under Settings > API keys > Create private API key, with read scopes",
    probe="lists",
    authorization="Klaviyo-API-Key {key}",
    headers={"revision": "2026-07-15", "Accept": "application/vnd.api+json"},
)

CHANNELS = ("email", "sms")
CONSENT = {"additional-fields[profile]": "subscriptions"}
SUPPRESSED_AT = "subscriptions.email.marketing.suppression.timestamp"
JSON_API = ("type", "attributes", "relationships", "links")
LONG_AGO = "2000-01-01T00:00:00Z"
# The largest page of each list; lists that are not here have pages of one size.
PAGE_SIZES = {"profiles": 100, "campaigns": 100, "flows": 50, "lists": 10, "segments": 10,
              "events": 1_000}  # fmt: skip


class ByNextLink(Continued):
    """Only the cursor is taken from a link, and only from one to the same host."""

    def next_place(self, response: Response) -> Any:
        """The cursor in the address of the next page.

        Raises BrokenAnswer when that address leads elsewhere.
        """
        link = response.json()["links"]["next"]
        if link is None:
            return None
        if not isinstance(link, str) or origin(link) != origin(response.url):
            raise BrokenAnswer("a next page on another host, which was refused", response)
        return parse_qs(urlsplit(link).query).get("page[cursor]", [""])[0]

    def ask(self, request: Request, place: str) -> None:
        """The same question from the cursor on."""
        request.params["page[cursor]"] = place


def pull(table: str, start: date | None) -> Iterator[Page]:
    """Pages of one table, since local midnight of `start`; all when it is None."""
    api = connect("klaviyo")
    since = f"{midnight(start):%Y-%m-%dT%H:%M:%SZ}" if start else None
    if table == "campaigns":
        for channel in CHANNELS:
            asked = {"filter": f"equals(messages.channel,'{channel}')", "sort": "created_at"}
            for page in listed(api, table, table, asked):
                rows = [row | {"channel": channel} if is_row(row) else row for row in page.rows]
                yield Page(rows)
    elif table == "events":
        for metric in own_metrics(api):
            asked = {"filter": f'equals(metric_id,"{metric}")', "sort": "datetime"}
            if since:
                asked["filter"] += f",greater-or-equal(datetime,{since})"
            yield from listed(api, table, table, asked)
    elif table == "list_profiles":
        for list_id in parent_ids("klaviyo", "lists", all_rows(api, "lists")):
            path, asked = f"lists/{list_id}/profiles", {"fields[profile]": "email"}
            for page in listed(api, table, path, asked | {"page[size]": 100}):
                yield Page([on_list(list_id, row) for row in page.rows])
    elif table == "suppressions":
        asked = {"filter": f"greater-or-equal({SUPPRESSED_AT},{LONG_AGO})", "sort": SUPPRESSED_AT}
        for page in listed(api, table, "profiles", asked | CONSENT):
            yield Page([row for profile in page.rows for row in suppressions(profile)])
    elif table == "profiles":
        asked = {"sort": "updated"} | (
            {"filter": f"greater-than(updated,{since})"} if since else {}
        )
        yield from listed(api, table, table, asked | CONSENT)
    else:
        yield from listed(api, table, table, {})


def listed(api: Api, table: str, path: str, params: dict[str, Any]) -> Iterator[Page]:
    """All pages of a list, its rows flat."""
    size = {"page[size]": PAGE_SIZES[path]} if path in PAGE_SIZES else {}
    pages = api.pages(
        table, path, params | size, ByNextLink(), rows_at="data", refuse=refuse_endless
    )
    for page in pages:
        yield Page([flat(row) for row in page.rows])


def refuse_endless(body: dict[str, Any], response: Response) -> None:
    """An answer that does not say whether there is more is no whole answer."""
    links = body.get("links")
    if not isinstance(links, dict) or "next" not in links:
        raise UnreadableAnswer("an answer without `links.next`", response)


def own_metrics(api: Api) -> list[str]:
    """The ids of the metrics that Klaviyo itself counts."""
    own = [
        row
        for row in all_rows(api, "metrics")
        if not is_row(row) or lies_at(row, "integration.key") == "klaviyo"
    ]
    return parent_ids("klaviyo", "metrics", own)


def all_rows(api: Api, table: str) -> list[Any]:
    """Every row of a short list."""
    return [row for page in listed(api, table, table, {}) for row in page.rows]


def on_list(list_id: str, profile: Any) -> Any:
    """A place on a list; what is no profile is left to be refused."""
    if not is_row(profile):
        return profile
    return {
        "list_id": list_id,
        "profile_id": profile.get("id"),
        "joined_group_at": profile.get("joined_group_at"),
    }


def flat(row: Any) -> Any:
    """A row with its attributes as columns, and of its relationships the ids."""
    if not is_row(row) or not isinstance(row.get("attributes"), dict):
        return row
    related = {
        name: one["data"]
        for name, one in (row.get("relationships") or {}).items()
        if is_row(one) and "data" in one
    }
    others = {name: value for name, value in row.items() if name not in JSON_API}
    return {**row["attributes"], **others, "relationships": related or None}


def suppressions(profile: Any) -> list[Any]:
    """The reasons for which a profile gets no e-mail; what is no profile is left to be refused."""
    found = lies_at(profile, "subscriptions.email.marketing.suppression")
    if not isinstance(found, list):
        return [{"profile": profile}]
    return [one | {"profile_id": profile.get("id")} if is_row(one) else one for one in found]


def is_row(value: Any) -> bool:
    """Whether something can hold columns."""
    return isinstance(value, dict)
