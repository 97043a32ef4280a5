"""How Google Analytics counts: the events of a session, and what metrics make of several."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from scripts.sandbox.web import Session

ENGAGED_SECONDS = 10


@dataclass(frozen=True)
class Event:
    """One event of a session, on the page where it happened."""

    session: Session
    day: str
    name: str
    path: str
    title: str
    item: str = "(not set)"
    quantity: int = 0


DIMENSIONS = {
    "date": "day",
    "pagePath": "path",
    "pageTitle": "title",
    "eventName": "name",
    "itemName": "item",
}


def is_engaged(one: Session) -> bool:
    """Ten seconds, two pages, or something bought."""
    bought = any(event == "purchase" for event, *_ in one.items)
    return one.seconds >= ENGAGED_SECONDS or len(one.pages) > 1 or bought


def events_of(one: Session, pages: list[tuple[str, str]]) -> Iterator[Event]:
    """Everything that a session sends; `pages` as they are titled by now."""
    day = f"{one.day:%Y%m%d}"
    opening = ["session_start", "first_visit"] if one.is_new else ["session_start"]
    for name in opening:
        yield Event(one, day, name, *pages[0])
    for page in pages:
        yield Event(one, day, "page_view", *page)
    for name, item, quantity in one.items:
        yield Event(one, day, name, *pages[-1], item, quantity)
    if is_engaged(one):
        yield Event(one, day, "user_engagement", *pages[-1])


@dataclass
class Counts:
    """What is counted in one row of a report."""

    events: int = 0
    views: int = 0
    new: int = 0
    who: set[str] = field(default_factory=set)
    sessions: dict[str, Session] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        """Count one more event."""
        self.events += 1
        self.views += event.name == "page_view"
        self.new += event.name == "first_visit"
        self.who.add(event.session.who)
        self.sessions[event.session.key] = event.session
        if event.quantity:
            self.items[event.name] = self.items.get(event.name, 0) + event.quantity

    def merge(self, other: "Counts") -> None:
        """Count what another row counts, too."""
        self.events += other.events
        self.views += other.views
        self.new += other.new
        self.who |= other.who
        self.sessions.update(other.sessions)
        for name, many in other.items.items():
            self.items[name] = self.items.get(name, 0) + many

    @property
    def bounced(self) -> float:
        """The share of sessions that nobody was engaged in."""
        idle = sum(not is_engaged(one) for one in self.sessions.values())
        return idle / len(self.sessions)

    @property
    def seconds(self) -> float:
        """How long a session lasts on average."""
        return sum(one.seconds for one in self.sessions.values()) / len(self.sessions)


# By metric: its type, and its value as the API writes it.
METRICS: dict[str, tuple[str, Callable[[Counts], str]]] = {
    "screenPageViews": ("TYPE_INTEGER", lambda counts: str(counts.views)),
    "eventCount": ("TYPE_INTEGER", lambda counts: str(counts.events)),
    "activeUsers": ("TYPE_INTEGER", lambda counts: str(len(counts.who))),
    "newUsers": ("TYPE_INTEGER", lambda counts: str(counts.new)),
    "sessions": ("TYPE_INTEGER", lambda counts: str(len(counts.sessions))),
    "bounceRate": ("TYPE_FLOAT", lambda counts: repr(counts.bounced)),
    "averageSessionDuration": ("TYPE_SECONDS", lambda counts: repr(counts.seconds)),
    "itemsViewed": ("TYPE_INTEGER", lambda counts: str(counts.items.get("view_item", 0))),
    "itemsAddedToCart": ("TYPE_INTEGER", lambda counts: str(counts.items.get("add_to_cart", 0))),
    "itemsPurchased": ("TYPE_INTEGER", lambda counts: str(counts.items.get("purchase", 0))),
}
