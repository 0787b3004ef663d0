"""Numbers as reports print them, each with the value it stands for.

A number is drawn as a whole count of its last decimal, so that the printed digits and the value come from
one integer: 1313 with one decimal in 亿元 is printed 131.3亿元 and worth 13130000000.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.synth.dice import Dice
from pipelines.synth.wording import wording

_MYRIAD = 10_000
_FINE = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number without its unit (`1.31万亿`), its multiplier (`万亿`), its value in the bare unit."""

    printed: str
    multiplier: str
    value: float


def draw(dice: Dice, low: float, high: float, decimals: int, size: float = 1.0) -> int:
    """A number between low and high times `size`, as a count of its last decimal; at least one."""
    step: int = 10**decimals
    return max(1, int((low + dice.roll() * (high - low)) * size * step + 0.5))


def figure(count: int, decimals: int, mult: int) -> Figure:
    """A count of the last decimal, in units of ten to the `mult`, as it is printed.

    What is too large or too small for its multiplier gets the next one, rounded as printers round.
    """
    whole = 10**decimals
    if mult in (4, 8) and count >= _MYRIAD * whole:
        count = (count * 10**_FINE + _MYRIAD * whole // 2) // (_MYRIAD * whole)
        mult, decimals = mult + 4, _FINE
    elif mult in (4, 8) and count < whole:
        count, mult, decimals = count * _MYRIAD // whole, mult - 4, 0
    multiplier = wording().numbers.multiplier(mult)
    return Figure(digits(count, decimals) + multiplier, multiplier, worth(count, decimals, mult))


def digits(count: int, decimals: int) -> str:
    """The digits of a count of the last decimal, without zeros that say nothing: 70 with one -> 7."""
    if not decimals:
        return str(count)
    whole, rest = divmod(count, 10**decimals)
    return f"{whole}.{rest:0{decimals}d}".rstrip("0") if rest else str(whole)


def worth(count: int, decimals: int, mult: int) -> float:
    """The value nearest to what was printed."""
    power = mult - decimals
    return float(count * 10**power) if power >= 0 else count / 10**-power


def rounded(count: int, kept: int) -> int:
    """A count with only so many leading digits: 3478 with two -> 3400."""
    power: int = 10 ** max(0, len(str(count)) - kept)
    return count // power * power


def leading(count: int, decimals: int) -> int:
    """The whole number with one leading digit at or below a count: 34.7 -> 30; at least one."""
    step: int = 10**decimals
    return max(step, rounded(count // step, 1) * step)
