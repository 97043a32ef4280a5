"""Named chance: every decision of the town is one number drawn from its own name.

`Chance(seed).u("h000123", "joins")` is the same number on any machine, in any process and in any
order of asking, so a decision never depends on how many others were made before it. Nothing here
keeps state, reads a clock or uses Python's own `hash()` or `random`.
"""

import math
from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Chance:
    """Draws named by a seed and the parts of a decision's name."""

    def __init__(self, seed: int) -> None:
        """Draws of one seed."""
        self.seed = seed

    @cached_property
    def _root(self) -> str:
        return f"basin|{self.seed}|"

    def bits(self, *name: object) -> int:
        """64 bits named by `name`."""
        text = self._root + "|".join(map(str, name))
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")

    def u(self, *name: object) -> float:
        """A number in [0, 1)."""
        return (self.bits(*name) >> 11) * 2.0**-53

    def whole(self, low: int, high: int, *name: object) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.bits(*name) % (high - low + 1)

    def pick(self, options: Sequence[T], *name: object) -> T:
        """One of the options, each as likely as the others."""
        return options[self.bits(*name) % len(options)]

    def weighted(self, options: Sequence[tuple[T, float]], *name: object) -> T:
        """One of (option, weight); the weights need not add up to one."""
        left = self.u(*name) * sum(weight for _, weight in options)
        for option, weight in options:
            left -= weight
            if left < 0:
                return option
        return options[-1][0]

    def poisson(self, mean: float, *name: object) -> int:
        """A count with the given mean."""
        left, term, count = self.u(*name), math.exp(-mean), 0
        while left >= term and count < 50:
            left -= term
            count += 1
            term *= mean / count
        return count

    def token(self, length: int, *name: object) -> str:
        """`length` letters and digits, as vendors make their ids."""
        size = (length * 6 + 7) // 8 + 1
        text = self._root + "|".join(map(str, name))
        number = int.from_bytes(blake2b(text.encode(), digest_size=size).digest(), "big")
        letters = []
        for _ in range(length):
            number, digit = divmod(number, 62)
            letters.append(LETTERS[digit])
        return "".join(letters)
