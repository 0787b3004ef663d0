"""Chance that is the same everywhere: drawn from the seed and what it is for, never from order or clock."""

from __future__ import annotations

import hashlib
import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice:
    """Draws for one purpose. Only `random()` is used, whose sequence Python keeps from version to version."""

    __slots__ = ("roll",)

    def __init__(self, *purpose: object) -> None:
        """The same purpose gives the same draws."""
        digest = hashlib.sha256("\x1f".join(map(str, purpose)).encode()).digest()
        self.roll = random.Random(int.from_bytes(digest[:16])).random

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.roll() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely."""
        return choices[int(self.roll() * len(choices))]

    def some(self, choices: Sequence[T], many: int) -> list[T]:
        """So many different choices, in a drawn order; few of many."""
        roll, size = self.roll, len(choices)
        taken: list[int] = []
        while len(taken) < many:
            at = int(roll() * size)
            if at not in taken:
                taken.append(at)
        return [choices[at] for at in taken]

    def shuffled(self, items: Iterable[T]) -> list[T]:
        """The items in a drawn order."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            at = int(self.roll() * (last + 1))
            mixed[last], mixed[at] = mixed[at], mixed[last]
        return mixed


class Weighted(Generic[T]):
    """Choices of different likelihood, drawn with one roll."""

    __slots__ = ("_limits", "_total", "choices")

    def __init__(self, weighted: Iterable[tuple[T, float]]) -> None:
        """Each choice with its weight; their order decides which roll means which."""
        pairs = list(weighted)
        self.choices = [choice for choice, _ in pairs]
        self._limits = list(accumulate(float(weight) for _, weight in pairs))
        self._total = self._limits[-1] if self._limits else 0.0

    def draw(self, dice: Dice) -> T:
        """One of the choices."""
        return self.choices[bisect_right(self._limits, dice.roll() * self._total)]
