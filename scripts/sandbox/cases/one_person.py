"""One person, several records: changed and mistyped contact points, nicknames, aliases, forgotten
accounts."""

from datetime import date, timedelta

from scripts.sandbox import moments, names
from scripts.sandbox.cases.stage import Case, Stage
from scripts.sandbox.model import Person


def mistyped(text: str) -> str:
    """Two neighbouring letters in the middle of the first word swapped; always a different
    text."""
    for place in range(1, len(text) - 1):
        if text[place] != text[place + 1] and text[place].isalnum() and text[place + 1].isalnum():
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text + text[-1]


def nicknamed(stage: Stage) -> tuple[str, str]:
    """A given name that has a short form, and the short form."""
    given = stage.pick(sorted(names.NICKNAMES), "nickname", stage.acts)
    return given, names.NICKNAMES[given]


def mail_at(provider: str, person: Person) -> str:
    """The person's address at another provider."""
    return person.email.split("@")[0] + f"@{provider}.example.org"


def _two_emails(stage: Stage) -> None:
    person = stage.adult()
    second = stage.world.people.registry.email(person.given, person.family, stage.prefix, "second")
    own = stage.capitan(person)
    paid = stage.stripe(person, email=second, phone=person.phone)
    stage.same(own, paid, stage.mailchimp(person, email=second), stage.shopify(person))


def _two_stripe_customers(stage: Stage) -> None:
    person = stage.adult()
    second = stage.world.people.registry.email(person.given, person.family, stage.prefix, "second")
    own = stage.capitan(person)
    first = stage.stripe(person, share=0.3)
    stage.same(own, first, stage.stripe(person, 2, share=0.6, email=second))


def _changed_email(stage: Stage) -> None:
    person = stage.adult()
    new = stage.world.people.registry.email(person.given, person.family, stage.prefix, "new")
    person.changes.append((stage.day(0.7), "email", new))
    payer = stage.payer(person, email=person.email)
    own = stage.world.open("capitan", person, person.arrived, phone=person.phone)
    own.filled_from = moments.day_of(person.arrived)
    stage.member(own, payer, "Solo Weekly", 0.4)
    profiles = [
        stage.klaviyo(person, share=0.65, phone=person.phone),
        stage.klaviyo(person, 2, share=0.75, email=new),
    ]
    stage.same(own, payer, stage.mailchimp(person, email=person.email), *profiles)


def _changed_surname(stage: Stage) -> None:
    person = stage.adult(given=stage.pick(names.FEMALE, "bride"))
    person.changes.append((stage.day(0.6), "family", stage.pick(names.FAMILY, "wedding") + "ton"))
    own = stage.capitan(person)
    stage.same(own, stage.stripe(person, share=0.4), stage.shopify(person, share=0.3))


def _nickname(stage: Stage) -> None:
    given, short = nicknamed(stage)
    person = stage.adult(given=given)
    own = stage.capitan(person)
    paid = stage.stripe(person, name=f"{short} {person.family}")
    shop, news = stage.shopify(person, given=short), stage.mailchimp(person, given=short)
    stage.same(own, paid, shop, news, stage.klaviyo(person, given=short))


def _forgotten_account(stage: Stage) -> None:
    person = stage.adult()
    old = stage.world.people.registry.email(person.given, person.family, stage.prefix, "old")
    first, second = stage.capitan(person, email=old), stage.capitan(person, 2)
    stage.visit(first, 0.3)
    stage.visit(second, 0.6)
    stage.same(first, second)


def _typo_email(stage: Stage) -> None:
    person = stage.adult()
    typo = mail_at("mial", person) if stage.copy % 2 == 0 else mistyped(person.email)
    stage.world.people.registry.claim(typo)
    own = stage.capitan(person)
    paid = stage.stripe(person, email=typo, phone=person.phone)
    stage.same(own, paid, stage.shopify(person, email=typo, phone=person.phone))


def _typo_phone(stage: Stage) -> None:
    person = stage.adult()
    own = stage.capitan(person)
    stage.same(
        own, stage.stripe(person, phone=stage.world.people.registry.wrong_number(person.phone))
    )


def _typo_name(stage: Stage) -> None:
    person = stage.adult()
    own = stage.capitan(person)
    stage.same(own, stage.stripe(person, name=f"{mistyped(person.given)} {person.family}"))


def _typo_birth(stage: Stage) -> None:
    person = stage.adult(birth=date(1986, 3, 11) + timedelta(days=40 * stage.copy))
    wrong = person.birth.replace(year=person.birth.year + 1)
    first, second = stage.capitan(person), stage.capitan(person, 2, birth=wrong.isoformat())
    stage.visit(second, 0.5)
    stage.same(first, second)


def _two_typos(stage: Stage) -> None:
    person = stage.adult()
    own = stage.capitan(person)
    name = f"{mistyped(person.given)} {person.family}"
    stage.same(
        own, stage.stripe(person, name=name, email=mistyped(person.email), phone=person.phone)
    )


def _alias(stage: Stage) -> None:
    person = stage.adult()
    local = person.email.split("@")[0].replace(".", "")
    own = stage.capitan(person, email=f"{local}@mail.example.org", phone=None)
    dotted = f"{local[:2]}.{local[2:]}+gym@mail.example.org"
    shop = f"{local}+shop@mail.example.org"
    stage.same(
        own,
        stage.stripe(person, email=dotted),
        stage.shopify(person, email=shop),
        stage.mailchimp(person, email=f"{local[:1]}.{local[1:]}@mail.example.org"),
        stage.klaviyo(person, email=f"{local}+news@mail.example.org"),
    )


def _phone_formats(stage: Stage) -> None:
    person = stage.adult()
    a, b, c = person.phone[2:5], person.phone[5:8], person.phone[8:]
    formats = [f"({a}) {b}-{c}", f"{a}.{b}.{c}", f"1-{a}-{b}-{c}", f"+1 {a} {b} {c}", f"{a}{b}{c}"]
    first = stage.capitan(person, email=None, phone=formats[0])
    second = stage.capitan(person, 2, email=None, phone=formats[1])
    stage.visit(second, 0.3)
    paid = [
        stage.stripe(person, number, email=None, phone=formats[number + 1], share=0.3 + number / 10)
        for number in (1, 2, 3)
    ]
    shop = stage.shopify(person, email=None, phone=person.phone)
    profile = stage.klaviyo(person, email=None, phone=person.phone)
    stage.same(first, second, *paid, shop, profile)


def _chain(stage: Stage) -> None:
    person = stage.adult()
    own = stage.capitan(person, phone=None)
    both = stage.stripe(person, 1, share=0.4, phone=person.phone)
    last = stage.stripe(person, 2, share=0.6, email=None, phone=person.phone)
    shop = stage.shopify(person, email=None, phone=person.phone)
    stage.same(own, both, last, shop, stage.mailchimp(person))


def _guest(stage: Stage) -> None:
    person = stage.adult()
    own = stage.capitan(person)
    guests = [stage.guest(person, 0.4), stage.guest(person, 0.6)]
    stage.same(own, *guests, stage.shop_guest(person, 0.5))


def _email_only(stage: Stage) -> None:
    person = stage.adult()
    own = stage.capitan(person)
    paid = stage.stripe(person, name=None)
    news = stage.mailchimp(person, given=None, family=None)
    stage.same(own, paid, news, stage.klaviyo(person, given=None, family=None))


def _tricky_names(stage: Stage) -> None:
    """One person for each tricky name; a friend enters on the pass, so a text has the name."""
    for number, (given, family) in enumerate(names.TRICKY):
        fills = {
            "lower": stage.pick(names.FAMILY, "tricky", number).lower(),
            "upper": stage.pick(names.FAMILY, "tricky", number).upper(),
            "other": stage.pick(names.FAMILY, "tricky", number, "b"),
        }
        base = stage.pick(names.FAMILY, "tricky", number)
        house = stage.house()
        person = stage.adult(
            house, given=given.format(base, **fills), family=family.format(base, **fills)
        )
        friend = stage.adult(stage.house())
        own, guest = stage.capitan(person), stage.capitan(friend, email=None)
        paid = stage.payer(person)
        stage.day_pass(own, paid, stage.moment(0.45), [own, guest])
        shop = stage.shopify(person)
        stage.same(own, paid, shop)
        stage.other(guest, own, paid, shop)


def _leap_day(stage: Stage) -> None:
    person = stage.adult(birth=date(1988 + 4 * (stage.copy % 4), 2, 29))
    own = stage.capitan(person)
    stage.same(own, stage.stripe(person))


CASES = [
    Case("two e-mails and one phone", _two_emails),
    Case("two Stripe customers with two e-mails", _two_stripe_customers),
    Case("changed e-mail", _changed_email),
    Case("changed surname", _changed_surname),
    Case("nickname", _nickname),
    Case("forgotten Capitan account", _forgotten_account),
    Case("typing error in e-mail", _typo_email),
    Case("typing error in phone", _typo_phone),
    Case("typing error in name", _typo_name),
    Case("typing error in birth date", _typo_birth),
    Case("two typing errors", _two_typos),
    Case("plus-alias and dots", _alias),
    Case("phone in five formats", _phone_formats),
    Case("chain by e-mail and phone", _chain),
    Case("guest charges", _guest),
    Case("e-mail alone", _email_only),
    Case("tricky names", _tricky_names),
    Case("birthday on 29 February", _leap_day),
]
