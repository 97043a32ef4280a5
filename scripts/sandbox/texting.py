"""Text messages: who lets the gym write to their phone, what is written, and what comes back.

Somebody who signs up may be asked and say yes, or write the gym's keyword of their own accord.
Those who did get a reminder now and then until they want no more, which some say in the one word
that the network knows and some in their own; a few come back. Others only ask for the waiver. Now
and then a number writes that nobody here knows. Everybody writes from their own phone.
"""

from datetime import date, timedelta

from scripts.sandbox import moments, names
from scripts.sandbox.model import Household, Person, Text
from scripts.sandbox.world import World

OPTS_IN, STOPS, COMES_BACK, ASKS_FOR_WAIVER, CHATS = 0.335, 0.295, 0.12, 0.05, 0.08
REMINDED_EVERY = 60  # days
STRANGER_EVERY, SELDOM = 4, 12  # days, in a town of the real gym's size and in a small one
CASE_STRANGERS = 100  # places that are left to cases
IN, OUT = "opted_in", "opted_out"
STRANGERS_AREAS = ["907", "808", "603", "802", "207", "406", "307", "701", "605"]

INVITATION = (
    "Welcome to Basin Climbing! Reply YES for reminders and news by text. "
    "Reply STOP to opt out. Msg&data rates may apply."
)
THANKS = "You're in! Basin Climbing will text you about twice a month. Reply STOP to opt out."
WAIVER_LINK = "Here is the waiver: https://www.example.org/waiver - Basin Climbing"
STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this "
    "number. Reply START to resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
ANSWER = "Thanks for writing! Hours and prices are at https://www.example.org/visit"
REMINDERS = [
    ("Your class at Basin Climbing is tomorrow at 6 pm. Reply STOP to opt out.", 35),
    ("New problems on the north wall since Monday. See you soon! Reply STOP to opt out.", 35),
    ("Your pass code is {code}. Show it at the desk. Reply STOP to opt out.", 30),
]
INVITED_ANSWERS = [("YES", 34), ("Yes", 30), ("yes!", 12), ("Y", 14), ("y", 10)]
KEYWORDS = [("BASIN", 45), ("Basin", 20), ("START", 20), ("opt in", 15)]
STOP_WORDS = [
    ("STOP", 34), ("Stop", 20), ("stop", 10), ("Stop.", 4), ("STOP please", 6), ("Please stop", 4),
    ("unsubscribe", 6), ("UNSUBSCRIBE", 2), ("no more", 3), ("No more texts please", 3),
    ("Stop texting me", 3), ("cancel", 2), ("Quit", 1), ("remove me from this list", 1),
    ("opt out", 1),
]  # fmt: skip
START_WORDS = [("START", 60), ("Start", 25), ("UNSTOP", 15)]
WAIVER_WORDS = ["WAIVER", "Waiver please", "Can you send me the waiver?"]
CHATTER = [
    "Can I stop by at 6?",
    "When does the yoga class end?",
    "yes we can make it on Friday",
    "My son starts camp on Monday, what should he bring?",
    "Ok thank you!",
    "Do I have to cancel my booking by phone?",
]
# What numbers that nobody knows write, in turn, and what it means for texts to them.
STRANGERS = [
    ("Hi, how much is a day pass?", None),
    ("Wrong number, please stop texting me", OUT),
    ("Are you hiring?", None),
    ("STOP", OUT),
    ("Do you do birthday parties on Sundays?", None),
    ("BASIN", IN),
    ("Is anybody there today? The door is locked", None),
    ("take me off your list", OUT),
]
# Single words that the network itself acts on; anything longer reaches nobody but us.
NETWORK_STOPS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit"}
NETWORK_STARTS = {"start", "yes", "unstop"}


def text_people(world: World, people: int) -> None:
    """Every text up to the clock, in order, in a town of so many customers."""
    for household in world.households:
        for person in household.adults if not household.is_case else ():
            if person.is_in_capitan:
                _follow(world, person)
    wait = max(STRANGER_EVERY, min(SELDOM, STRANGER_EVERY * 7_400 // people))
    number, day = 0, world.start
    while day <= world.clock:
        _stranger_writes(world, number, day)
        number, day = number + 1, day + timedelta(days=wait)
    world.texts.sort(key=lambda one: (one.moment, one.key))


def write(
    world: World,
    person: Person,
    moment: int,
    body: str,
    what: str,
    *,
    is_inbound: bool = False,
    says: str | None = None,
    is_network: bool = False,
    is_slow: bool = False,
) -> None:
    """One text, unless the town has not come so far."""
    if world.opens <= moment < world.horizon:
        key = f"text:{person.person_id}:{what}"
        world.texts.append(Text(key, person, moment, is_inbound, body, says, is_network, is_slow))


def hear(world: World, person: Person, moment: int, body: str, what: str, says: str) -> None:
    """Somebody opts in or out in their own words; the network answers the words it knows."""
    write(world, person, moment, body, what, is_inbound=True, says=says)
    word = body.strip().lower()
    if says == OUT and word in NETWORK_STOPS:
        write(world, person, moment + 1, STOPPED, f"{what}-answer", is_network=True)
    elif says == IN and what == "again" and word in NETWORK_STARTS:
        write(world, person, moment + 1, STARTED, f"{what}-answer", is_network=True)
    elif says == IN:
        write(world, person, moment + 20, THANKS, f"{what}-answer")


def _follow(world: World, person: Person) -> None:
    """What one customer writes and is written."""
    chance, key = world.chance, person.person_id
    begins = person.arrived + chance.whole(300, 2_400, key, "text")
    if person.arrived < world.opens:
        day = world.start + timedelta(days=chance.whole(0, 120, key, "text day"))
        begins = _daytime(world, day, key, "text")
    if chance.u(key, "texts") < OPTS_IN:
        _opt_in(world, person, begins)
    elif chance.u(key, "asks for waiver") < ASKS_FOR_WAIVER:
        asked = chance.pick(WAIVER_WORDS, key, "waiver")
        write(world, person, begins, asked, "waiver", is_inbound=True)
        write(world, person, begins + 15, WAIVER_LINK, "waiver-answer")


def _opt_in(world: World, person: Person, moment: int) -> None:
    chance, key = world.chance, person.person_id
    is_invited = chance.u(key, "invited") < 0.6
    if is_invited:
        write(world, person, moment, INVITATION, "invitation")
        moment += chance.whole(20, 5_000, key, "answer")
    said = chance.weighted(INVITED_ANSWERS if is_invited else KEYWORDS, key, "opts in")
    hear(world, person, moment, said, "in", IN)
    leaves = back = None
    if chance.u(key, "stops") < STOPS:
        day = moments.day_of(moment) + timedelta(days=chance.whole(4, 700, key, "stop day"))
        leaves = _daytime(world, day, key, "stop")
        hear(world, person, leaves, chance.weighted(STOP_WORDS, key, "stop"), "out", OUT)
        if chance.u(key, "comes back") < COMES_BACK:
            day += timedelta(days=chance.whole(2, 60, key, "back day"))
            back = _daytime(world, day, key, "back")
            hear(world, person, back, chance.weighted(START_WORDS, key, "back"), "again", IN)
    day = moments.day_of(moment) + timedelta(days=chance.whole(3, 60, key, "chat day"))
    asked = _daytime(world, day, key, "chat")
    if chance.u(key, "chats") < CHATS and (leaves is None or asked + 600 < leaves):
        write(world, person, asked, chance.pick(CHATTER, key, "chat"), "chat", is_inbound=True)
        write(world, person, asked + 600, ANSWER, "chat-answer")
    number, day = 0, moments.day_of(moment)
    while (day := day + timedelta(days=_gap(world, key, number))) <= world.clock:
        sent = _daytime(world, day, key, "reminder", number)
        is_unwanted = leaves is not None and leaves <= sent and (back is None or sent < back)
        if not is_unwanted:
            body = chance.weighted(REMINDERS, key, "reminder", number)
            code = chance.whole(10_000, 99_999, key, "code", number)
            write(world, person, sent, body.format(code=code), f"reminder{number}")
        number += 1


def _gap(world: World, key: str, number: int) -> int:
    low, high = REMINDED_EVERY // 2, REMINDED_EVERY * 3 // 2
    return world.chance.whole(low, high, key, "reminded", number)


def _daytime(world: World, day: date, *name: object) -> int:
    """Some minute of a day at which people write."""
    return moments.instant(day, world.chance.whole(10 * 3600, 20 * 3600, *name, "second"))


def _stranger_writes(world: World, number: int, day: date) -> None:
    moment = _daytime(world, day, "stranger", number)
    if moment >= world.horizon:
        return
    person = stranger(world, f"t{number:05d}", CASE_STRANGERS + number, moment)
    body, says = STRANGERS[number % len(STRANGERS)]
    if says:
        hear(world, person, moment, body, "first", says)
    else:
        write(world, person, moment, body, "first", is_inbound=True)
        write(world, person, moment + 900, ANSWER, "first-answer")


def stranger(world: World, name: str, place: int, moment: int, case: str | None = None) -> Person:
    """Somebody whom no system knows but by a phone, in a household of their own.

    Number and address are of ranges that nobody else in the town has; `place` gives the number.
    """
    chance = world.chance
    household: Household = world.people.household(name, moment)
    household.is_case = True
    line = 200 + (place * 7_919 + chance.whole(0, 5_199, "strangers")) % 5_200
    area = STRANGERS_AREAS[place % len(STRANGERS_AREAS)]
    given = chance.pick(names.FEMALE + names.MALE, name, "given")
    family = chance.pick(names.FAMILY, name, "family")
    person = Person(
        person_id=f"{name}-1",
        household_id=name,
        given=given,
        family=family,
        birth=date(1955, 1, 1) + timedelta(days=chance.whole(0, 17_000, name, "birth")),
        is_child=False,
        email=f"{name}@unknown.example.org",
        phone=f"+1{area}555{line:04d}",
        arrived=moment,
        place=household.place,
        is_in_capitan=False,
        case=case,
    )
    household.people.append(person)
    world.households.append(household)
    return person
