"""Several people behind one contact point or one card: families, couples, coaches, the front desk,
placeholders."""

from scripts.sandbox.cases.stage import Case, Stage

DESK_EMAIL, DESK_PHONE = "desk@post.example.org", "+12545550199"
NOBODY_EMAIL, NOBODY_PHONE, NOBODY_BIRTH = "test@example.org", "555-555-5555", "1900-01-01"


def _couple_one_email(stage: Stage) -> None:
    house = stage.house()
    first, second = stage.adult(house), stage.adult(house)
    one, two = stage.capitan(first), stage.capitan(second, email=first.email)
    paid = stage.stripe(first)
    news, shop = stage.mailchimp(first), stage.shopify(second, email=first.email)
    stage.strangers(one, two)
    stage.same(one, paid, news)
    stage.same(two, shop)
    stage.other(two, paid, news)
    stage.other(shop, one, paid)


def _couple_one_stripe(stage: Stage) -> None:
    house = stage.house()
    first, second = stage.adult(house), stage.adult(house)
    one, two = stage.capitan(first), stage.capitan(second)
    paid = stage.payer(first)
    stage.member(one, paid, "Solo Weekly", 0.3)
    stage.member(two, paid, "Solo Weekly", 0.35)
    stage.same(one, paid)
    stage.other(two, paid)
    stage.strangers(one, two)


def _five_children(stage: Stage) -> None:
    house = stage.house()
    mother = stage.adult(house, ages=(38, 47))
    own, paid = stage.capitan(mother), stage.payer(mother, phone=mother.phone)
    children = [
        stage.capitan(stage.child(house, [mother]), email=mother.email, phone=mother.phone)
        for _ in range(5)
    ]
    stage.member(own, paid, "Family Weekly", 0.4, [own, *children])
    shop, news = stage.shopify(mother, phone=mother.phone), stage.mailchimp(mother)
    profile = stage.klaviyo(mother, phone=mother.phone, carries=children[-1].person)
    phone = stage.text(mother, 0.6)
    inbox = stage.mail(mother, stage.moment_of(0.9, "mail"))
    stage.same(own, paid, shop, news, profile, phone, inbox)
    for record in (own, paid, shop, news, profile, phone, inbox):
        stage.other(record, *children)
    stage.strangers(*children)


def _separated(stage: Stage) -> None:
    hers, his = stage.house(), stage.house()
    mother, father = stage.adult(hers, ages=(32, 45)), stage.adult(his, ages=(32, 45))
    child = stage.child(hers, [mother, father], family=father.family)
    one, two = stage.capitan(mother), stage.capitan(father)
    kid = stage.capitan(child, email=mother.email, phone=father.phone)
    first, second = stage.payer(mother), stage.payer(father)
    stage.member(one, first, "Family Weekly", 0.3, [one, kid])
    stage.member(two, second, "Family Monthly", 0.4, [two, kid])
    stage.strangers(one, two, kid)
    stage.strangers(first, second, kid)
    profile = stage.klaviyo(mother, phone=father.phone, carries=child)
    stage.same(one, first, stage.mailchimp(mother), profile)
    stage.other(profile, two, kid)
    stage.same(two, second, stage.shopify(father, phone=father.phone))


def _mother_pays(stage: Stage) -> None:
    house = stage.house()
    mother = stage.adult(house, ages=(32, 45))
    child = stage.child(house, [mother], ages=(9, 14))
    own, kid = stage.capitan(mother), stage.capitan(child, email=None, phone=None)
    paid = stage.payer(mother, phone=mother.phone)
    stage.member(kid, paid, "Youth Rec Team Dues", 0.3, email_of=mother)
    shop, profile = stage.shopify(mother), stage.klaviyo(mother, carries=child)
    stage.same(own, paid, shop, profile)
    stage.other(kid, own, paid, shop, profile)


def _payer_unknown(stage: Stage) -> None:
    house = stage.house()
    mother = stage.adult(house, ages=(32, 45))
    mother.is_in_capitan = False
    child = stage.child(house, [mother], ages=(9, 14))
    kid, paid = stage.capitan(child, email=mother.email, phone=None), stage.payer(mother)
    stage.member(kid, paid, "Youth Rec Membership", 0.3, email_of=mother)
    stage.other(kid, paid, stage.klaviyo(mother, carries=child))


def _coach(stage: Stage) -> None:
    house = stage.house()
    coach = stage.adult(house, ages=(26, 40))
    own, paid = stage.capitan(coach), stage.payer(coach)
    team = []
    for number in range(4):
        home = stage.house()
        parent = stage.adult(home, ages=(32, 45))
        parent.is_in_capitan = False
        kid = stage.capitan(stage.child(home, [parent], ages=(10, 16)), email=None, phone=None)
        stage.member(kid, paid, "Youth Comp Team Dues", 0.5 + number / 50)
        team.append(kid)
    stage.same(own, paid)
    stage.other(own, *team)
    stage.other(paid, *team)
    stage.strangers(*team)


def _front_desk(stage: Stage) -> None:
    """Forty accounts with the desk's own e-mail and phone at full size, all copies together."""
    share = max(2, min(40, stage.people // 25) // stage.copies)
    accounts = [
        stage.capitan(stage.adult(), email=DESK_EMAIL, phone=DESK_PHONE) for _ in range(share)
    ]
    stage.strangers(*accounts)


def _placeholders(stage: Stage) -> None:
    accounts = [
        stage.capitan(stage.adult(), email=NOBODY_EMAIL, phone=NOBODY_PHONE, birth=NOBODY_BIRTH)
        for _ in range(3)
    ]
    stage.strangers(*accounts)


def _no_birth_date(stage: Stage) -> None:
    house = stage.house()
    mother = stage.adult(house, ages=(32, 45))
    child = stage.child(house, [mother], ages=(5, 9))
    own = stage.capitan(mother)
    kid = stage.capitan(child, email=mother.email, phone=None, birth=None)
    stage.visit(kid, 0.4)
    stage.strangers(own, kid)
    profile = stage.klaviyo(mother, carries=child)
    stage.same(own, profile)
    stage.other(profile, kid)


CASES = [
    Case("couple on one e-mail", _couple_one_email),
    Case("couple on one Stripe customer", _couple_one_stripe),
    Case("five children on the mother's e-mail and phone", _five_children),
    Case("separated parents", _separated),
    Case("mother pays for her child's membership", _mother_pays),
    Case("payer unknown to Capitan", _payer_unknown),
    Case("coach books a team", _coach),
    Case("front desk's e-mail and phone", _front_desk),
    Case("placeholders", _placeholders),
    Case("child without birth date", _no_birth_date),
]
