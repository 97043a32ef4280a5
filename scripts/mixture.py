"""Pure functions that learn from pairs of records how often each thing agrees on one person.

Nobody says which pairs are one person. Each pair is weighed as one person against two strangers and
against two people of one home; pairs count by how likely they are one person, and what they show
moves the shares, round after round (expectation maximisation). What is stated beforehand counts as
much as some pairs would, so that few pairs change little; how strangers and homes compare is stated
and stays. About one thing only those pairs teach that all others make one person beyond doubt:
otherwise twins would teach that names differ. This knows neither records nor reasons, touches no
file, and gives the same answer for rows in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ROUNDS = 60
# Before anything is learned, so many pairs of one person for each record.
STATED_PAIRS_A_RECORD = 1.58
# What is stated about a thing weighs as much as so many pairs of one person.
STATED_PAIRS = 200.0
LEAST_SHARE = 1e-4
# A thousand to one, against strangers.
SURE_BITS = 10.0

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Comparison:
    """How one thing compares in each pattern: the place of its level, -1 where a side is missing.

    By level: `bits`, what it weighs for one person rather than strangers; the shares of pairs of
    one person (`match`) and of one home that come out so; and how many bits against one home all
    other things must weigh in pairs that teach about it.
    """

    level: Places
    bits: Floats
    match: Floats
    home: Floats
    least_bits: Floats

    def summed(self, bits: Floats) -> Floats:
        """What the level of each pattern is worth, nothing where a side is missing."""
        return np.where(self.level >= 0, bits[self.level], 0.0)

    @property
    def stated(self) -> Floats:
        """The shares of pairs of one person, together 1."""
        return np.asarray(self.match / self.match.sum())


@dataclass(frozen=True)
class Learned:
    """By pattern, bits for one person: as stated and as learned, rather than strangers, and as
    learned, rather than two people of one home."""

    stated_bits: Floats
    chance_bits: Floats
    home_bits: Floats


def learn(
    comparisons: Sequence[Comparison], counts: Floats, rarity: Floats, records: int
) -> Learned:
    """Learn from patterns: `counts[p]` pairs of `records` records show pattern p, and the values
    that agree in it are so rare that they add `rarity[p]` bits."""
    all_pairs = max(records * (records - 1) / 2, 1.0)
    stated = sum((one.summed(one.bits) for one in comparisons), rarity)
    stated_bits = stated + np.log2(STATED_PAIRS_A_RECORD * records / all_pairs)
    from_home = [one.summed(np.log2(one.match / one.home)) for one in comparisons]
    rests = [
        np.where(stated_bits - one.summed(one.bits) >= SURE_BITS, sum(from_home) - own, -np.inf)
        for one, own in zip(comparisons, from_home, strict=True)
    ]
    matches, shares = max(counts.sum() / 4, 1.0), [one.stated for one in comparisons]
    for _ in range(ROUNDS):
        chance_bits, home_bits = _weighed(
            comparisons, shares, stated + np.log2(matches / all_pairs)
        )
        likely = counts / (1 + _odds(-chance_bits) + _odds(-home_bits))
        matches = likely.sum() + 1
        shares = [_moved(one, likely, rest) for one, rest in zip(comparisons, rests, strict=True)]
    return Learned(
        stated_bits, *_weighed(comparisons, shares, stated + np.log2(matches / all_pairs))
    )


def _odds(bits: Floats) -> Floats:
    """Odds of so many bits, within what a number holds."""
    return np.exp2(np.clip(bits, -500, 500))


def _weighed(
    comparisons: Sequence[Comparison], shares: Sequence[Floats], stated: Floats
) -> tuple[Floats, Floats]:
    """The bits of each pattern rather than strangers and rather than one home, with these shares
    among pairs of one person; `stated` is the former with the shares that are stated."""
    chance_bits, home_bits = stated, np.zeros(len(stated))
    for one, share in zip(comparisons, shares, strict=True):
        chance_bits = chance_bits + one.summed(np.log2(share / one.stated))
        home_bits = home_bits + one.summed(np.log2(share / one.home))
    return chance_bits, home_bits


def _moved(comparison: Comparison, likely: Floats, rest: Floats) -> Floats:
    """The share of each level, by what is stated and by the pairs that are likely one person and
    whose other things weigh `rest` bits against one home."""
    shares = np.zeros(len(comparison.match))
    for least in np.unique(comparison.least_bits):
        seen = (comparison.level >= 0) & (rest >= least)
        found = STATED_PAIRS * comparison.stated
        found = found + np.bincount(comparison.level[seen], likely[seen], len(shares))
        shares = np.where(comparison.least_bits == least, found / found.sum(), shares)
    shares = np.maximum(shares, LEAST_SHARE)
    return np.asarray(shares / shares.sum())
