"""E-mails that answer something somebody did: a signed waiver, a receipt, a confirmed booking.

They go to the address that the person has that day and began some months before day 0. Few
addresses are dead; a few people want no more or call it spam, and what would follow is dropped
before it is tried. What becomes of an e-mail is drawn when it is asked for, address by address.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.model import Mail, Person
from scripts.sandbox.world import World

BEFORE_DAY_0 = 120  # days
SIGNS_ONLINE = 0.8
DEAD, BLOCKED, DEFERRED = 0.008, 0.006, 0.02
OPENS = [(0.15, 20), (0.65, 45), (0.9, 35)]
CLICKS = {"waiver": 0.25, "receipt": 0.04, "booking": 0.18}
UNSUBSCRIBES, REPORTS_SPAM = 0.004, 0.001
SITE_URL = "https://www.example.org"
LINKS = {"waiver": "visit", "receipt": "receipts", "booking": "calendar"}
# What keeps all later e-mails from an address, and the word for it.
ENDS = {
    "bounce": "Bounced Address",
    "unsubscribe": "Unsubscribed Address",
    "spamreport": "Spam Reporting Address",
}
RECEIPTS = ("entry_pass", "membership_initial", "goods")
BOOKINGS = ("booking", "deposit")


@dataclass(frozen=True)
class Happening:
    """Something that became of an e-mail; `why` says more of a refusal."""

    moment: int
    what: str
    why: str | None = None


def mail_people(world: World) -> None:
    """Every e-mail up to the clock, in order."""
    for household in world.households:
        for person in household.adults if not household.is_case else ():
            signed = world.chance.u(person.person_id, "signs online") < SIGNS_ONLINE
            if person.is_in_capitan and signed:
                moment = person.arrived + world.chance.whole(30, 300, person.person_id, "waiver")
                send(world, person, moment, "waiver", "Your waiver is signed")
    for one in world.payments:
        paid = one.success
        if one.source != "stripe" or one.payer.case or paid is None:
            continue
        if not one.is_live or not one.is_captured:
            continue
        if one.kind in BOOKINGS:
            subject = f"You are booked: {one.product}"
            send(world, one.payer, paid + 4, "booking", subject, key=one.key)
        elif one.kind in RECEIPTS:
            send(world, one.payer, paid + 4, "receipt", "Your receipt", key=one.key)
    world.mails.sort(key=lambda one: (one.moment, one.key))


def send(
    world: World,
    person: Person,
    moment: int,
    kind: str,
    subject: str,
    *,
    key: str | None = None,
    fate: str | None = None,
) -> str:
    """One e-mail, unless it is too early or too late for one; gives the address that it goes
    to."""
    address = person.at("email", moments.day_of(moment))
    first = moments.midnight(max(world.start, world.today - timedelta(days=BEFORE_DAY_0)))
    if first <= moment < world.horizon:
        name = f"mail:{key or person.person_id}:{kind}:{moment}"
        world.mails.append(Mail(name, person, address, moment, kind, subject, fate))
    return address


def outcomes(chance: Chance, mails: Iterable[Mail], horizon: int) -> dict[str, list[Happening]]:
    """What became of each e-mail before an instant, by key; oldest first."""
    by_address: dict[str, list[Mail]] = defaultdict(list)
    for one in mails:
        by_address[one.address.strip().lower()].append(one)
    found: dict[str, list[Happening]] = {}
    for address, own in by_address.items():
        ends: list[tuple[int, str]] = []
        for one in own:
            ended = min((end for end in ends if end[0] <= one.moment), default=None)
            if ended:
                did = [Happening(one.moment + 1, "dropped", ended[1])]
            else:
                did = _became(chance, address, one)
            ends += [(row.moment, ENDS[row.what]) for row in did if is_end(row)]
            found[one.key] = [row for row in did if row.moment < horizon]
    return found


def is_end(row: Happening) -> bool:
    """Whether it keeps all later e-mails from the address; one that is blocked is tried again."""
    return row.what in ENDS and row.why is None


def _became(chance: Chance, address: str, one: Mail) -> list[Happening]:
    """What becomes of an e-mail that is tried, for all time."""
    key, sent = one.key, one.moment
    luck = 1.0 if one.fate else chance.u(key, "fate")
    if one.fate == "bounce" or (not one.fate and chance.u(address, "dead") < DEAD):
        return [Happening(sent + chance.whole(2, 40, key, "bounced"), "bounce")]
    if luck < BLOCKED:
        return [Happening(sent + chance.whole(2, 40, key, "blocked"), "bounce", "blocked")]
    arrived, did = sent + chance.whole(1, 20, key, "delivered"), []
    if luck < BLOCKED + DEFERRED:
        did.append(Happening(arrived, "deferred"))
        arrived += chance.whole(300, 3_600, key, "deferred")
    did.append(Happening(arrived, "delivered"))
    ends = one.fate
    if not one.fate and luck > 1 - UNSUBSCRIBES - REPORTS_SPAM:
        ends = "unsubscribe" if luck < 1 - REPORTS_SPAM else "spamreport"
    share = chance.weighted(OPENS, address, "opener")
    if not ends and chance.u(key, "opens") >= share:
        return did
    wait = chance.weighted([((20, 900), 60), ((900, 14_400), 28), ((14_400, 180_000), 12)],
                           key, "wait")  # fmt: skip
    wait = (20, 900) if one.fate else wait
    opened = arrived + chance.whole(*wait, key, "opened")
    did.append(Happening(opened, "open"))
    for again in range(chance.weighted([(0, 75), (1, 19), (2, 6)], key, "again")):
        later = opened + chance.whole(60, 90_000, key, "again", again)
        did.append(Happening(later, "open"))
    if ends in ("unsubscribe", "spamreport"):
        did.append(Happening(opened + chance.whole(5, 600, key, ends), ends))
    elif chance.u(key, "clicks") < CLICKS[one.kind]:
        did.append(Happening(opened + chance.whole(3, 60, key, "clicked"), "click"))
    return sorted(did, key=lambda row: (row.moment, row.what))


def link(one: Mail) -> str:
    """The link in an e-mail."""
    return f"{SITE_URL}/{LINKS[one.kind]}"
