"""Several people who look like one: twins, father and son, namesakes, near addresses."""

from datetime import date, timedelta

from scripts.sandbox import names
from scripts.sandbox.cases.stage import Case, Stage


def _twins(stage: Stage) -> None:
    """A pair named a letter apart and a pair that is not."""
    for number, options in enumerate([names.TWINS_A_LETTER_APART, names.TWINS]):
        house = stage.house()
        mother = stage.adult(house, ages=(34, 45))
        first, second = stage.world.chance.pick(options, stage.prefix, "twins", number)
        born = date(2014, 1, 5) + timedelta(days=61 * stage.copy + 17 * number)
        own, paid = stage.capitan(mother), stage.payer(mother)
        one, two = (
            stage.capitan(
                stage.child(house, [mother], given=given, birth=born),
                email=mother.email,
                phone=None,
            )
            for given in (first, second)
        )
        stage.member(own, paid, "Family Monthly", 0.3, [own, one, two])
        profile = stage.klaviyo(mother, carries=two.person)
        stage.same(own, paid, stage.shopify(mother), profile)
        stage.strangers(own, one, two)
        stage.other(profile, one, two)


def _father_and_son(stage: Stage) -> None:
    """One name at one address; in every other copy the son carries Jr."""
    house = stage.house()
    given = stage.pick(names.MALE, "father")
    father = stage.adult(house, given=given, ages=(44, 52))
    family = father.family + (" Jr" if stage.copy % 2 == 0 else "")
    son = stage.adult(house, given=given, family=family, ages=(19, 23), phone=father.phone)
    one, two = stage.capitan(father), stage.capitan(son)
    paid = stage.stripe(father, phone=father.phone)
    shop = stage.shopify(son, phone=father.phone)
    stage.same(one, paid)
    profile = stage.klaviyo(son, phone=father.phone)
    stage.same(two, shop, profile)
    stage.other(two, one, paid)
    stage.other(shop, one, paid)
    stage.other(profile, one, paid)


def _namesakes(stage: Stage) -> None:
    given, family = stage.pick(names.FEMALE, "namesake"), stage.pick(names.FAMILY[-14:], "namesake")
    year = 1985 + stage.copy
    first = stage.adult(given=given, family=family, birth=date(year, 4, 9))
    one = stage.capitan(first)
    stranger = stage.adult(given=given, family=family, birth=date(year, 10, 23))
    two = stage.capitan(stranger)
    paid = stage.stripe(stranger)
    news, shop = stage.mailchimp(first), stage.shopify(stranger)
    stage.same(two, paid, shop)
    profile = stage.klaviyo(first)
    stage.same(one, news, profile)
    stage.other(one, two, paid, shop)
    stage.other(news, two, paid, shop)
    stage.other(profile, two, paid, shop)


def _near_addresses(stage: Stage) -> None:
    family = stage.pick(["Smith", "Brown", "Davis", "Miller"], "near")
    tail = "" if stage.copy == 0 else str(stage.copy)
    john = stage.adult(
        given="John", family=family, email=f"j.{family.lower()}a{tail}@post.example.org"
    )
    jane = stage.adult(
        given="Jane", family=family, email=f"j.{family.lower()}e{tail}@post.example.org"
    )
    one, two = stage.capitan(john), stage.capitan(jane)
    first, second = stage.stripe(john), stage.stripe(jane)
    his, hers = stage.mailchimp(john), stage.mailchimp(jane)
    stage.same(one, first, his)
    stage.same(two, second, hers)
    for record in (one, first, his):
        stage.other(record, two, second, hers)


def _dots_that_count(stage: Stage) -> None:
    """`post` does not ignore dots: two addresses there that differ by one are two mailboxes."""
    family = stage.pick(["Wilson", "Johnson", "Garcia", "Young"], "dots")
    tail = "" if stage.copy == 0 else str(stage.copy)
    mark = stage.adult(
        given="Mark", family=family, email=f"m{family.lower()}{tail}@post.example.org"
    )
    mabel = stage.adult(
        given="Mabel", family=family, email=f"m.{family.lower()}{tail}@post.example.org"
    )
    one, two = stage.capitan(mark), stage.capitan(mabel)
    paid = stage.stripe(mabel)
    his, hers = stage.mailchimp(mark), stage.shopify(mabel)
    stage.same(two, paid, hers)
    profile = stage.klaviyo(mark)
    stage.same(one, his, profile)
    stage.other(one, two, paid, hers)
    stage.other(his, two, paid, hers)
    stage.other(profile, two, paid, hers)


CASES = [
    Case("twins", _twins),
    Case("father and son of one name", _father_and_son),
    Case("namesakes", _namesakes),
    Case("addresses one letter apart", _near_addresses),
    Case("dots that count", _dots_that_count),
]
