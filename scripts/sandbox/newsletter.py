"""The newsletter: who is on its list, what is sent, and what they do with it.

A campaign goes out about every five and a half days to everybody subscribed at that instant; a
fifth carry no offer. Some addresses bounce, of which a few are cleaned from the list; a few people
unsubscribe. Who opens and clicks is drawn when it is asked for. The list knows an address once,
and keeps it when its person moves to another.
"""

from dataclasses import dataclass
from datetime import timedelta

from scripts.sandbox import moments
from scripts.sandbox.chance import Chance
from scripts.sandbox.model import Account, Campaign, Person, Subscription
from scripts.sandbox.world import World

SUBSCRIBES = 0.46
FORM = 0.55
PENDING = 0.02
LEAVES_A_YEAR = 0.03
BEFORE_DAY_0 = 120  # days of campaigns before day 0
EVERY = 90 / 16
UNSUBSCRIBES, HARD, SOFT = 0.0035, 0.002, 0.008
OPENS = [(0.05, 31), (0.34, 31), (0.64, 20), (0.86, 18)]
CLICKS = 0.073  # of those who open
SHOP_URL, SITE_URL = "https://shop.example.org", "https://www.example.org"


@dataclass(frozen=True)
class Letter:
    """What a campaign says; `offer` is the sentence that offers something."""

    title: str
    subject: str
    text: str
    offer: str | None


LETTERS = [
    Letter("Bring a friend week", "Your friend climbs for half",
           "Bring somebody who has never climbed.", "50% off day passes with code BELAY50"),
    Letter("New routes", "Twelve new problems on the north wall",
           "The setters have been busy.", "$5 off gear rental until Sunday"),
    Letter("Two weeks for $30", "Try everything for two weeks",
           "Climb as often as you like.", "2-Week Climbing Pass for $30, code TWOWEEKS"),
    Letter("Camps are open", "Winter camp places are going",
           "A week on the wall for ages 6 to 12.", "10% off Winter Climbing Camp, code EARLY10"),
    Letter("Meet the team", "The coaches behind youth team",
           "Three coaches, one wall, and a lot of chalk.", None),
    Letter("Birthday season", "Parties on the wall",
           "We bring the harnesses, you bring the cake.", "$25 off a birthday party this month"),
    Letter("Members bring guests", "A free guest pass for you",
           "One free guest pass a month for members.", "Free guest pass, show this e-mail"),
    Letter("Pack day", "Five climbs, one price",
           "Five entries to share.", "20% off the 5-Pack Day Pass, code PACK20"),
    Letter("90 for 90", "Ninety days for ninety dollars",
           "Three months of climbing.", "90 days for $90, code NINETY"),
    Letter("Opening hours", "We open later on Monday",
           "The gym opens at noon on the holiday.", None),
]  # fmt: skip


def publish(world: World) -> None:
    """Everybody's subscription, then every campaign up to the clock, in order."""
    for household in world.households:
        for person in household.adults if not household.is_case else ():
            _subscribe(world, person)
    taken: set[str] = set()
    kept = []
    for one in sorted(world.subscriptions, key=lambda sub: (sub.account.opened, sub.account.key)):
        address = address_of(one).strip().lower()
        if address and address not in taken and one.account.opened < world.horizon:
            taken.add(address)
            kept.append(one)
    world.subscriptions = kept
    first = max(world.start, world.today - timedelta(days=BEFORE_DAY_0))
    number = 0
    while (day := first + timedelta(days=int(number * EVERY))) <= world.clock:
        hour = world.chance.weighted([(9, 30), (11, 40), (17, 20), (19, 10)], "campaign", number)
        sent = moments.instant(day, hour * 3600)
        letter = LETTERS[number % len(LETTERS)]
        _send(world, Campaign(f"campaign{number}", number, sent, letter.title, letter.subject,
                              letter.text, letter.offer))  # fmt: skip
        number += 1


def subscribe(
    world: World,
    person: Person,
    moment: int,
    number: int = 1,
    *,
    is_form: bool = True,
    is_steady: bool = True,
    state: str = "subscribed",
    then: list[tuple[int, str]] | None = None,
    **shows: str | None,
) -> Account:
    """Somebody on the list; one who is `is_steady` never bounces or leaves by chance."""
    account = world.open("mailchimp", person, moment, number, **shows)
    states = [(moment, state), *(then or [])]
    states = [one for one in states if one[0] < world.horizon]
    world.subscriptions.append(Subscription(account, is_form, states, is_steady))
    return account


def address_of(one: Subscription) -> str:
    """The address that somebody gave, before typing errors."""
    person = one.account.person
    given = one.account.shows.get("email", person.at("email", moments.day_of(one.account.opened)))
    return given or ""


def _subscribe(world: World, person: Person) -> None:
    chance, key = world.chance, person.person_id
    if chance.u(key, "newsletter") >= SUBSCRIBES:
        return
    is_form = chance.u(key, "newsletter form") < FORM and person.arrived >= world.opens
    moment = moments.instant(world.start, 9 * 3600 + chance.whole(0, 900, key, "imported"))
    if person.arrived >= world.opens:
        moment = person.arrived + chance.whole(300, 20 * moments.DAY, key, "newsletter day")
    if moment >= world.horizon:
        return
    then: list[tuple[int, str]] = []
    state = "subscribed"
    if is_form and chance.u(key, "newsletter pending") < PENDING:
        state = "pending"
    for year in range(12 if state == "subscribed" else 0):
        if not then and chance.u(key, "newsletter left", year) < LEAVES_A_YEAR:
            days = 365 * year + chance.whole(1, 365, key, "newsletter left day", year)
            then = [(moment + days * moments.DAY, "unsubscribed")]
    subscribe(world, person, moment, is_form=is_form, is_steady=False, state=state, then=then)


def _send(world: World, campaign: Campaign) -> None:
    """Send a campaign and let it be refused, or be the last one."""
    if campaign.sent >= world.horizon:
        return
    chance = world.chance
    for one in world.subscriptions:
        if one.state(campaign.sent) != "subscribed" or not _exists(one, campaign.sent):
            continue
        campaign.recipients.append(one)
        luck = 1.0 if one.is_steady else chance.u(one.account.key, campaign.key)
        if luck < UNSUBSCRIBES:
            moment = campaign.sent + chance.whole(
                120, 90_000, one.account.key, "left", campaign.key
            )
        elif luck < UNSUBSCRIBES + HARD + SOFT:
            kind = "hard" if luck < UNSUBSCRIBES + HARD else "soft"
            campaign.bounced[one.account.key] = kind
            moment = campaign.sent + 45 if kind == "hard" else world.horizon
        else:
            continue
        if moment < world.horizon and one.state(moment) == "subscribed":
            status = "unsubscribed" if luck < UNSUBSCRIBES else "cleaned"
            one.states = [*(was for was in one.states if was[0] <= moment), (moment, status)]
    world.campaigns.append(campaign)


def _exists(one: Subscription, moment: int) -> bool:
    return one.account.exists(moments.day_of(moment))


def activity(
    chance: Chance, campaign: Campaign, one: Subscription, horizon: int
) -> list[tuple[int, str, str | None]]:
    """What somebody did with a campaign before an instant: (when, open or click, link)."""
    key = one.account.key
    if key in campaign.bounced:
        return []
    share = chance.weighted(OPENS, key, "opener")
    if chance.u(key, campaign.key, "opens") >= share:
        return []
    wait = chance.weighted([((60, 3_600), 45), ((3_600, 28_800), 35), ((28_800, 200_000), 20)],
                           key, campaign.key, "wait")  # fmt: skip
    moment = campaign.sent + chance.whole(*wait, key, campaign.key, "opened")
    found: list[tuple[int, str, str | None]] = [(moment, "open", None)]
    for again in range(chance.weighted([(0, 70), (1, 22), (2, 8)], key, campaign.key, "again")):
        moment += chance.whole(60, 60_000, key, campaign.key, "again", again)
        found.append((moment, "open", None))
    if chance.u(key, campaign.key, "clicks") < CLICKS:
        link = chance.pick(links(campaign), key, campaign.key, "link")
        found.append((found[0][0] + chance.whole(5, 90, key, campaign.key, "click"), "click", link))
    return sorted(row for row in found if row[0] < horizon)


def links(campaign: Campaign) -> list[str]:
    """The links in a campaign, the offer's first."""
    utm = f"?utm_source=mailchimp&utm_campaign={campaign.number}"
    first = [f"{SHOP_URL}/offers/{campaign.number}{utm}"] if campaign.offer else []
    return [*first, f"{SITE_URL}/calendar{utm}", f"{SITE_URL}/visit{utm}"]


def html(campaign: Campaign) -> str:
    """A campaign as it was sent."""
    to = links(campaign)
    offer = ""
    if campaign.offer:
        offer = f'<p><strong>{campaign.offer}</strong> <a href="{to[0]}">Use it</a></p>'
    return (
        f"<html><head><title>{campaign.subject}</title></head><body><h1>{campaign.subject}</h1>"
        f"<p>{campaign.text}</p>{offer}<p>"
        f'<a href="{to[-2]}">What is on</a> <a href="{to[-1]}">Plan your visit</a></p>'
        '<p><a href="*|UNSUB|*">Unsubscribe</a></p></body></html>'
    )


def plain(campaign: Campaign) -> str:
    """A campaign as text."""
    offer = f"\n\n{campaign.offer}: {links(campaign)[0]}" if campaign.offer else ""
    return f"{campaign.subject}\n\n{campaign.text}{offer}\n\n" + "\n".join(links(campaign)[-2:])
