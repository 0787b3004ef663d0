"""Step 1 and 2: one scan over a text finds every number and says what it is.

A number becomes a `Quantity` (value interval, unit, bound) or a `Rejected` candidate with the rule
that rejected it. Nothing here knows what the number measures.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from pipelines.extraction.numerals import multiplier_power, parse_arabic, parse_chinese

if TYPE_CHECKING:
    import re

    from pipelines.extraction.lexicon import Lexicon


# Not frozen, as `contract.Statement` is not, and for the same reason.
@dataclass(slots=True)
class Quantity:
    """A number with its unit. `start` and `end` span the value expression without its modifiers."""

    start: int
    end: int
    value: Decimal
    upper: Decimal | None
    unit_text: str
    power: int
    decimals: int
    bound: str
    modifier: str
    after_end: int
    kind: str
    rule_id: str
    is_word: bool = False

    @property
    def is_rank(self) -> bool:
        """Whether it is a place in an order."""
        return self.kind == "rank"


@dataclass(slots=True)
class Rejected:
    """A number that is no quantity."""

    start: int
    end: int
    reason: str
    rule_id: str


def scan(text: str, lexicon: Lexicon) -> tuple[list[Quantity], list[Rejected]]:
    """Find the numbers of a folded text, in order, without overlap.

    Args:
        text: characters after `lexicon.fold`, so that offsets equal those of the original.
        lexicon: the compiled rules.
    """
    quantities: list[Quantity] = []
    rejected: list[Rejected] = []
    quotes: list[tuple[int, int]] | None = None
    for match in _matches(text, lexicon):
        group = match.lastgroup or ""
        reader = _READERS.get(group)
        if reader is None:
            rule = lexicon.not_quantities[group]
            rejected.append(Rejected(match.start(), match.end(), rule.reason, rule.rule_id))
            continue
        found = reader(match, text, lexicon)
        if isinstance(found, Quantity):
            if quotes is None:
                quotes = [quote.span() for quote in lexicon.quoted.finditer(text)]
            if quotes and _is_quoted(found.start, quotes):
                rejected.append(Rejected(found.start, found.end, "slogan", "not.quoted"))
            else:
                _add_bound(found, text, lexicon)
                quantities.append(found)
        elif found is not None:
            rejected.append(found)
    return _merge_ranges(quantities, text, lexicon), rejected


def _is_quoted(start: int, quotes: list[tuple[int, int]]) -> bool:
    at = bisect_right(quotes, start, key=itemgetter(1))
    return at < len(quotes) and quotes[at][0] < start


def _matches(text: str, lexicon: Lexicon) -> Iterator[re.Match[str]]:
    """Where a number may start is found by a character class; only there the grammar is tried."""
    search = lexicon.number_start.search
    special, plain = lexicon.special_numbers.match, lexicon.plain_numbers.match
    at = 0
    while (start := search(text, at)) is not None:
        at = start.start()
        match = special(text, at) or plain(text, at)
        if match is None or match.end() == at:
            at += 1
            continue
        yield match
        at = match.end()


def _arabic(match: re.Match[str], text: str, lexicon: Lexicon) -> Quantity | Rejected:
    negative, number, surplus, multiplier, late_surplus, unit = match.group(
        "neg", "num", "sur", "mult", "sur2", "unit"
    )
    start, end = match.span()
    value, decimals = parse_arabic(number)
    if negative:
        value = -value
    power = multiplier_power(multiplier, lexicon.numerals) if multiplier else 0
    surplus = surplus or late_surplus or ""
    unit = lexicon.bare_unit(unit.replace(" ", "")) if unit else _step_unit(text, end, power, lexicon)
    if unit in lexicon.duration_units and not lexicon.duration_before.search(text[max(0, start - 8) : start]):
        return Rejected(start, end, "duration", "not.duration")
    return Quantity(
        start, end, value.scaleb(power), None, unit, power, decimals,
        "above" if surplus else "point", surplus, end, "number", "num.arabic",
    )  # fmt: skip


def _ratio_pair(match: re.Match[str], _text: str, lexicon: Lexicon) -> Quantity | Rejected:
    if match["third"]:
        return Rejected(match.start(), match.end(), "no_indicator", "num.composition")
    value, decimals = parse_arabic(match["pair"])
    one = parse_arabic(match["one"])[0]
    if one == 0:
        return Rejected(match.start(), match.end(), "name", "num.score")
    return Quantity(
        match.start(), match.end(), value / one, None, lexicon.words.ratio_unit, 0, decimals, "point", "", match.end(), "ratio", "num.pair",
    )  # fmt: skip


def _chinese(match: re.Match[str], _text: str, lexicon: Lexicon) -> Quantity | Rejected:
    word = match["cn"]
    multiplier = match["cnmult"] or ""
    alone = word == lexicon.numerals.one or (len(word) == 1 and word in lexicon.numerals.tens)
    if not multiplier and alone and match["cnunit"] not in lexicon.word_units:
        return Rejected(match.start(), match.end(), "idiom", "num.chinese_alone")
    value, decimals = parse_chinese(word, lexicon.numerals)
    power = multiplier_power(multiplier, lexicon.numerals)
    return Quantity(
        match.start(), match.end(), value.scaleb(power), None, lexicon.bare_unit(match["cnunit"]), power, decimals,
        "point", "", match.end(), "number", "num.chinese", len(word) == 1 and match["cnunit"] not in lexicon.word_units,
    )  # fmt: skip


def _step_unit(text: str, end: int, power: int, lexicon: Lexicon) -> str:
    """The unit of a number that prints none, where a step that it passes says it; else ''."""
    is_step = power >= lexicon.step_multiple and lexicon.step_after.match(text, end) is not None
    return lexicon.step_unit if is_step else ""


def _bare_multiplier(match: re.Match[str], text: str, lexicon: Lexicon) -> Quantity:
    power = multiplier_power(match["bare"], lexicon.numerals)
    unit = match["bareunit"] or _step_unit(text, match.end(), power, lexicon)
    return Quantity(
        match.start(), match.end(), Decimal(10) ** power, None, unit, power, 0,
        "point", "", match.end(), "number", "num.bare_multiplier", True,
    )  # fmt: skip


def _number_word(word: str, lexicon: Lexicon) -> Decimal:
    return parse_arabic(word)[0] if word[0].isdigit() else parse_chinese(word, lexicon.numerals)[0]


def _percent_words(match: re.Match[str], _text: str, lexicon: Lexicon) -> Quantity:
    word = match["pct"]
    value, decimals = parse_arabic(word) if word[0].isdigit() else parse_chinese(word, lexicon.numerals)
    return Quantity(
        match.start(), match.end(), value, None, "%", 0, decimals, "point", "", match.end(), "number", "num.percent_words",
    )  # fmt: skip


def _fraction(match: re.Match[str], _text: str, lexicon: Lexicon) -> Quantity | Rejected:
    """三分之一, 七成, 翻一番: a share or a multiple in words. 两位数 says no more than how many digits."""
    groups = match.groupdict()
    rule = next(rule for rule in lexicon.fractions if groups.get(rule.group) is not None)
    start, end = match.span()
    numerator = groups.get(f"{rule.group}_n") or ""
    unit, kind = "%", "fraction"
    if rule.kind == "fraction":
        denominator = _number_word(groups[f"{rule.group}_den"], lexicon)
        if denominator == 0:
            return Rejected(start, end, "name", rule.rule_id)
        value = (_number_word(numerator, lexicon) * 100 / denominator).quantize(Decimal("0.0001"))
    elif rule.kind == "tenths":
        value = _number_word(numerator, lexicon) * 10 + (5 if groups.get(f"{rule.group}_half") else 0)
    elif rule.kind == "doubling":
        value = Decimal(2) ** int(_number_word(numerator, lexicon))
        unit, kind = lexicon.words.ratio_unit, "doubling"
    else:
        return Rejected(start, end, "idiom", rule.rule_id)
    return Quantity(start, end, value, None, unit, 0, 0, "point", "", end, kind, rule.rule_id, True)


def _rank(match: re.Match[str], text: str, lexicon: Lexicon) -> Quantity | Rejected | None:
    groups = match.groupdict()
    word = groups.get("rank_n") or groups.get("rank_top_n")
    before = text[max(0, match.start() - 24) : match.start()]
    chain = lexicon.rank_list.search(before)
    ranked = lexicon.rank_before.search(before[: chain.start()] if chain else before) is not None
    if groups.get("rank_first") is not None:
        return _rank_quantity(match, Decimal(1), "point", "", lexicon) if ranked else None
    if word is None:
        return None
    if not ranked:
        return Rejected(match.start(), match.end(), "ordinal", "not.ordinal")
    value = Decimal(lexicon.numerals.powers.get(word) or _number_word(word, lexicon))
    top = groups.get("rank_top_n") is not None
    return _rank_quantity(
        match, value, "at_most" if top else "point", match["rank_top_prefix"] if top else "", lexicon
    )


def _rank_quantity(
    match: re.Match[str], value: Decimal, bound: str, modifier: str, lexicon: Lexicon
) -> Quantity:
    return Quantity(
        match.start(), match.end(), value, None, lexicon.words.rank_unit, 0, 0, bound, modifier, match.end(), "rank", "num.rank", True,
    )  # fmt: skip


_READERS = {
    "arabic": _arabic,
    "pairs": _ratio_pair,
    "chinese": _chinese,
    "bares": _bare_multiplier,
    "percents": _percent_words,
    "fraction": _fraction,
    "rank": _rank,
}


def _add_bound(quantity: Quantity, text: str, lexicon: Lexicon) -> None:
    """Add the bound words that touch the number; a word after it outranks a surplus sign."""
    if quantity.kind == "rank":
        return
    had_surplus = quantity.bound == "above"
    before = lexicon.bound_before(text[max(0, quantity.start - 8) : quantity.start])
    if before is not None:
        quantity.bound, quantity.modifier = before.kind, before.word
    after = lexicon.bound_after_at(text, quantity.end)
    if after is not None:
        quantity.after_end = quantity.end + len(after.word)
        if before is None or had_surplus:
            quantity.bound, quantity.modifier = after.kind, after.word


def replace(quantity: Quantity, **changes: Any) -> Quantity:
    """A copy with some fields changed."""
    copied = Quantity(
        quantity.start, quantity.end, quantity.value, quantity.upper, quantity.unit_text, quantity.power,
        quantity.decimals, quantity.bound, quantity.modifier, quantity.after_end, quantity.kind,
        quantity.rule_id, quantity.is_word,
    )  # fmt: skip
    for name, value in changes.items():
        setattr(copied, name, value)
    return copied


def _merge_ranges(quantities: list[Quantity], text: str, lexicon: Lexicon) -> list[Quantity]:
    """Join `5%-5.5%`, `3至5家`, `10到15个`: two numbers with only a dash between are one interval."""
    merged: list[Quantity] = []
    for quantity in quantities:
        low = merged[-1] if merged else None
        if (
            low is not None
            and low.upper is None
            and low.kind == quantity.kind == "number"
            and low.unit_text in ("", quantity.unit_text)
            and lexicon.dash.fullmatch(text[low.after_end : quantity.start])
            and not lexicon.from_word.search(text[max(0, low.start - 6) : low.start])
        ):
            scale = Decimal(1)
            if low.power == 0 and quantity.power:
                scale = Decimal(10) ** quantity.power
            if low.value * scale <= quantity.value:
                merged[-1] = replace(
                    quantity,
                    start=low.start,
                    value=low.value * scale,
                    upper=quantity.value,
                    decimals=max(low.decimals, quantity.decimals),
                    bound="range",
                    modifier=low.modifier or quantity.modifier,
                )
                continue
        merged.append(quantity)
    return merged
