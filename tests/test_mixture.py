"""What is learned from pairs of which nobody says whether they are one person."""

import numpy as np
import pytest

from scripts.mixture import Comparison, Learned, learn

EQUAL, DIFFERENT = 0, 1
RECORDS = 10_000
GIVEN = ([8.0, -6.0], [0.9, 0.005], [0.02, 0.96], [4.0, 8.0])
FAMILY = ([10.0, -4.0], [0.9, 0.1], [0.8, 0.2], [4.0, 4.0])
BIRTH_DATE = ([13.0, -6.0], [0.94, 0.01], [0.02, 0.64], [4.0, 8.0])
NUMBER = ([17.0, -9.0], [0.96, 0.02], [0.002, 0.995], [4.0, 4.0])


def learned(rows: list[tuple[int, int, int, int, int]]) -> Learned:
    """From rows of the levels of given name, family name, birth date and number, -1 where a side
    is missing, and how many pairs are so."""
    *levels, counts = (np.array(column) for column in zip(*rows, strict=True))
    comparisons = [
        Comparison(level, *(np.array(one) for one in stated))
        for level, stated in zip(levels, (GIVEN, FAMILY, BIRTH_DATE, NUMBER), strict=True)
    ]
    return learn(comparisons, counts.astype(float), np.zeros(len(counts)), RECORDS)


def test_many_errors_in_sure_pairs_make_an_error_weigh_less() -> None:
    clean = [(EQUAL, EQUAL, EQUAL, EQUAL, 5_000)]
    errors = [(EQUAL, DIFFERENT, EQUAL, EQUAL, 3_000)]
    few = learned([*clean, (EQUAL, DIFFERENT, EQUAL, EQUAL, 5)])
    many = learned(clean + errors)
    assert many.chance_bits[1] > few.chance_bits[1] + 3
    assert many.stated_bits == pytest.approx(few.stated_bits)


def test_twins_do_not_teach_that_given_names_differ() -> None:
    rows = [(EQUAL, EQUAL, EQUAL, -1, 5_000), (DIFFERENT, EQUAL, EQUAL, -1, 4_000)]
    assert learned(rows).home_bits[1] < 0


def test_a_number_that_one_person_has_teaches_it() -> None:
    rows = [(EQUAL, EQUAL, EQUAL, EQUAL, 5_000), (DIFFERENT, EQUAL, EQUAL, EQUAL, 800)]
    with_number = learned([*rows, (DIFFERENT, EQUAL, EQUAL, -1, 1)])
    without = learned([*rows[:1], (DIFFERENT, EQUAL, EQUAL, -1, 1)])
    assert with_number.home_bits[2] > without.home_bits[1] + 3


def test_few_pairs_change_little_and_none_nothing() -> None:
    rows = [(EQUAL, EQUAL, EQUAL, -1, 1), (DIFFERENT, DIFFERENT, DIFFERENT, -1, 1)]
    found = learned(rows)
    stated = np.log2(0.9 / 0.905 / 0.02) + np.log2(0.9 / 0.8) + np.log2(0.94 / 0.95 / 0.02)
    assert found.home_bits[0] == pytest.approx(stated, abs=0.1)
    assert learned([(-1, -1, -1, -1, 1)]).home_bits == pytest.approx([0])


def test_strangers_with_one_name_are_not_one_person() -> None:
    rows = [(EQUAL, EQUAL, EQUAL, -1, 5_000), (EQUAL, EQUAL, DIFFERENT, -1, 20_000)]
    assert learned(rows).chance_bits[1] < 0 < learned(rows).chance_bits[0]


def test_the_order_of_patterns_changes_nothing() -> None:
    rows = [(EQUAL, EQUAL, EQUAL, -1, 50), (EQUAL, DIFFERENT, EQUAL, -1, 30), (1, 0, 1, 0, 9)]
    forth, back = learned(rows), learned(rows[::-1])
    assert np.round(forth.chance_bits, 6).tolist() == np.round(back.chance_bits, 6)[::-1].tolist()
