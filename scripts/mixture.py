"""Pure functions that learn from pairs of records how often each thing agrees on one person.

Nobody says which pairs are one person. Each is weighed as one person against two strangers and
against two people of one home; pairs count by how likely they are one person, and what they show
moves the shares, until nothing moves any more (expectation maximisation). What is stated beforehand
counts as much as some pairs would, so that few pairs change little. How strangers and homes compare
is stated and stays. This knows neither records nor reasons, touches no file, and gives the same
answer for rows in any order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ROUNDS = 60
# As many pairs of one person as what is stated beforehand weighs.
STATED_PAIRS = 200.0
LEAST_SHARE = 1e-4
SURE_BITS = 10.0
STATED_MATCHES=3.16

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Comparison:
    """How one thing compares: `level` of each pattern, -1 where a side is missing, and by level the
    share of pairs of one person and of one home that come out so. The former is learned from pairs
    that without this thing weigh `least_bits` or more for one person rather than one home."""

    level: Places
    match: Floats
    home: Floats
    least_bits: Floats

    def summed(self, bits: Floats) -> Floats:
        """What each pattern's level is worth, nothing where a side is missing."""
        return np.where(self.level >= 0, bits[self.level], 0.0)


@dataclass(frozen=True)
class Learned:
    """By pattern, the bits for one person rather than strangers and rather than one home."""

    chance_bits: Floats
    home_bits: Floats


def learn(
    comparisons: Sequence[Comparison],
    counts: Floats,
    stated: Sequence[Floats],
    rarity: Floats,
    all_pairs: float,
) -> Learned:
    """Learn from patterns: `counts[p]` pairs show pattern p, which by what is stated has
    `stated_bits[p]` bits for one person rather than strangers; there are `all_pairs` pairs of
    records, most of them never compared."""
    stated_bits = sum(stated) + rarity
    shares = [one.match / one.match.sum() for one in comparisons]
    against = [one.summed(np.log2(one.match / one.home)) for one in comparisons]
    stated_prior = np.log2(STATED_MATCHES / np.sqrt(2 * all_pairs))
    rests = [
        np.where(stated_bits + stated_prior - own_stated >= SURE_BITS, sum(against) - own, -np.inf)
        for own, own_stated in zip(against, stated, strict=True)
    ]
    matches = max(counts.sum() / 4, 1.0)
    for _ in range(ROUNDS):
        learned = _weighed(comparisons, shares, stated_bits, matches, all_pairs)
        against_chance, against_home = (
            np.exp2(-np.clip(bits, -500, 500)) for bits in (learned.chance_bits, learned.home_bits)
        )
        likely = counts / (1 + against_chance + against_home)
        matches = likely.sum() + 1
        shares = [
            _moved(one, likely, rest) for one, rest in zip(comparisons, rests, strict=True)
        ]
    return _weighed(comparisons, shares, stated_bits, matches, all_pairs)


def _weighed(
    comparisons: Sequence[Comparison],
    shares: Sequence[Floats],
    stated_bits: Floats,
    matches: float,
    all_pairs: float,
) -> Learned:
    """The bits of each pattern with these shares of each level among pairs of one person."""
    chance_bits = stated_bits + np.log2(matches / all_pairs)
    home_bits = np.zeros(len(stated_bits))
    for one, share in zip(comparisons, shares, strict=True):
        chance_bits = chance_bits + one.summed(np.log2(share / (one.match / one.match.sum())))
        home_bits = home_bits + one.summed(np.log2(share / one.home))
    return Learned(chance_bits, home_bits)


def _moved(comparison: Comparison, likely: Floats, rest: Floats) -> Floats:
    """The share of each level, by what is stated and by the pairs that are likely one person and
    whose other things weigh `rest` bits against one home."""
    stated = comparison.match / comparison.match.sum()
    shares = np.zeros(len(stated))
    for least in np.unique(comparison.least_bits):
        seen = (comparison.level >= 0) & (rest >= least)
        found = np.bincount(comparison.level[seen], likely[seen], len(stated))
        found = found + STATED_PAIRS * stated
        shares = np.where(comparison.least_bits == least, found / found.sum(), shares)
    shares = np.maximum(shares, LEAST_SHARE)
    return np.asarray(shares / shares.sum())
