"""Step 5: a reading and its surroundings -> a statement by the contract."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from typing import TYPE_CHECKING

from pipelines.extraction import names
from pipelines.extraction.contract import DocumentKey, SentenceLike, Statement
from pipelines.extraction.engine import Engine
from pipelines.extraction.periods import Marks, Period, Surroundings
from pipelines.extraction.quantities import Quantity
from pipelines.extraction.readings import Reading, Relative
from pipelines.ids import hash_id

if TYPE_CHECKING:
    from pipelines.extraction.catalogue import IndicatorMatch
    from pipelines.extraction.clauses import Clause

_LEFT_WINDOW = 80
_CLAUSE_WINDOW = 120
_OPENING_WINDOW = 24


class Maker:
    """Makes the statements of one sentence, once its time words and segments are known."""

    def __init__(
        self, document: DocumentKey, sentence: SentenceLike, sentence_id: str, folded: str, engine: Engine
    ) -> None:
        """Find the time words and the segments of the folded sentence."""
        self._document = document
        self._sentence = sentence
        self._sentence_id = sentence_id
        self._folded = folded
        self._engine = engine
        self._surroundings = Surroundings(
            sentence.context_role, sentence.period_start_year, sentence.period_end_year
        )
        self._marks: Marks = engine.periods.marks(folded, self._surroundings, document.report_year)
        self._segments = [0]
        if "；" in folded or ";" in folded:
            self._segments += [at + 1 for at, char in enumerate(folded) if char in "；;"]
        self._names_part = engine.resolver.names_part(folded)
        self._section_path = " > ".join(sentence.section_path) or None
        self._clause_sectors: dict[int, str | None] = {}

    def statement(self, reading: Reading, ordinal: int) -> Statement:
        """The statement of a reading; `ordinal` counts the readings of one span from 0."""
        engine, sentence, document = self._engine, self._sentence, self._document
        quantity, predicate = reading.quantity, reading.predicate
        resolver = engine.resolver
        measure = resolver.measure(reading)
        left = self._folded[max(reading.clause.start, quantity.start - _LEFT_WINDOW) : quantity.start]
        name, area_text, area_code = resolver.area(
            reading, left if self._names_part else "", document.ref_area
        )
        reading.name = name
        indicator_text = resolver.name(reading, measure)
        period = self._period(reading, measure)
        match = engine.match_indicator(indicator_text, measure)
        commitment, commitment_text = self._commitment(period, reading.clause.start, left)
        value, upper = _signed(quantity, resolver.sign(reading, measure))
        unit_text = resolver.unit_text(reading)
        unit = engine.lexicon.unit(unit_text) if unit_text else None
        start, end = sentence.char_start + quantity.start, sentence.char_start + quantity.end
        # By position: to match 42 keywords takes longer than all the rest of making a statement.
        return Statement(
            hash_id(document.document_id, start, end, ordinal),
            document.document_id,
            document.ref_area if area_text is None else area_code,
            document.report_year,
            self._printed(area_text),
            start,
            end,
            sentence.text[quantity.start : quantity.end],
            self._sentence_id,
            sentence.text,
            indicator_text,
            engine.normal_form(indicator_text),
            match.indicator_id if match else None,
            measure,
            value,
            upper,
            _growth_basis(reading, measure, period.spans_years),
            (predicate.price_basis or "unstated") if measure == "growth" else None,
            unit_text,
            unit.unit if unit else None,
            quantity.power,
            quantity.decimals,
            quantity.bound,
            quantity.modifier or None,
            commitment,
            commitment_text,
            period.target_type,
            period.year,
            period.start_year,
            period.sub_period,
            reading.streak_years,
            reading.rank_scope or None,
            self._sector(match, indicator_text, reading.clause),
            self._section_path,
            engine.binding(self._folded, quantity.end),
            None,  # relative_to
            reading.rule_id,
            "+".join(reading.inherited) or None,
            match.match_rule if match else None,
            engine.confidence.of_reading(reading, matched=match is not None, unit_known=unit is not None),
            "unreviewed",
            engine.version,
        )

    def relative(self, relative: Relative, ordinal: int) -> Statement:
        """A statement without a value."""
        engine, sentence, document = self._engine, self._sentence, self._document
        left, segment_start = self._window(relative.clause.start, relative.start)
        period = engine.periods.read(
            self._marks,
            (segment_start, left),
            relative.start,
            self._surroundings,
            document.report_year,
            is_baseline=False,
            is_flow=False,
            is_change=relative.is_growth,
            average=False,
            cumulative=False,
        )
        measure = "growth" if relative.is_growth else "level"
        match = engine.match_indicator(relative.name, measure)
        commitment, commitment_text = self._commitment(period, relative.clause.start, left)
        start, end = sentence.char_start + relative.start, sentence.char_start + relative.end
        return Statement(
            statement_id=hash_id(document.document_id, start, end, ordinal),
            document_id=document.document_id,
            ref_area=document.ref_area,
            report_year=document.report_year,
            area_text=None,
            char_start=start,
            char_end=end,
            source_text=sentence.text[relative.start : relative.end],
            sentence_id=self._sentence_id,
            sentence_text=sentence.text,
            indicator_text=relative.name,
            indicator_name=engine.normal_form(relative.name),
            indicator_id=match.indicator_id if match else None,
            measure=measure,
            value=None,
            value_upper=None,
            growth_basis=("cumulative" if period.spans_years else "yoy") if relative.is_growth else None,
            price_basis="unstated" if relative.is_growth else None,
            unit_text=None,
            unit=None,
            printed_mult=None,
            decimals=None,
            bound=relative.bound,
            modifier_text=None,
            commitment=commitment,
            commitment_text=commitment_text,
            target_type=period.target_type,
            year=period.year,
            period_start_year=period.start_year,
            sub_period=period.sub_period,
            streak_years=None,
            rank_scope=None,
            sector=self._sector(match, relative.name, None),
            section_path=self._section_path,
            binding_type=None,
            relative_to=relative.relative_to,
            rule_id=relative.rule_id,
            inherited=None,
            match_rule=match.match_rule if match else None,
            confidence=engine.confidence.of_relative(matched=match is not None),
            review_status="unreviewed",
            extractor_version=engine.version,
        )

    def _commitment(self, period: Period, clause_start: int, left: str) -> tuple[str | None, str | None]:
        if period.target_type not in ("annual_target", "plan_target"):
            return None, None
        opening = self._folded[max(0, clause_start - _OPENING_WINDOW) : clause_start]
        return self._engine.resolver.commitment(left, opening)

    def _sector(self, match: IndicatorMatch | None, name: str, clause: Clause | None) -> str | None:
        """The catalogue's sector, else by the words of the name, of its clause, of the headings."""
        if match is not None and match.sector:
            return match.sector
        resolver = self._engine.resolver
        sector = resolver.sector_of_phrase(name)
        if sector is None and clause is not None:
            if clause.start not in self._clause_sectors:
                words = clause.text[:_CLAUSE_WINDOW]
                self._clause_sectors[clause.start] = resolver.sector_of_words(words)
            sector = self._clause_sectors[clause.start]
        if sector is None:
            for heading in reversed(self._sentence.section_path):
                sector = resolver.sector_of_phrase(heading)
                if sector is not None:
                    break
        return sector

    def _window(self, clause_start: int, at: int) -> tuple[str, int]:
        """The last characters of the clause before an offset, and where its segment begins."""
        segment_start = self._segments[bisect_right(self._segments, at) - 1]
        return self._folded[max(clause_start, segment_start, at - _LEFT_WINDOW) : at], segment_start

    def _printed(self, words: str | None) -> str | None:
        """Words of the folded sentence as the text prints them."""
        at = self._folded.find(words) if words else -1
        return words if words is None or at < 0 else self._sentence.text[at : at + len(words)]

    def _period(self, reading: Reading, measure: str) -> Period:
        quantity, predicate = reading.quantity, reading.predicate
        segment_start = self._segments[bisect_right(self._segments, quantity.start) - 1]
        window = max(segment_start, quantity.start - _LEFT_WINDOW)
        return self._engine.periods.read(
            self._marks,
            (segment_start, self._folded[window : quantity.start]),
            quantity.start,
            self._surroundings,
            self._document.report_year,
            is_baseline=reading.is_baseline,
            is_flow=reading.is_flow or names.opens_with_flow(reading.name, self._engine.lexicon),
            is_change=measure == "growth"
            or (predicate.direction is not None and not predicate.to and not reading.is_baseline),
            average=predicate.average,
            cumulative=predicate.cumulative,
            origin_year=predicate.origin_year,
            base=predicate.base,
        )


def _signed(quantity: Quantity, sign: int) -> tuple[float, float | None]:
    if quantity.upper is None:
        return float(sign * quantity.value), None
    low, high = sorted((sign * quantity.value, sign * quantity.upper), key=Decimal)
    return float(low), float(high)


def _growth_basis(reading: Reading, measure: str, spans_years: bool) -> str | None:
    predicate = reading.predicate
    is_change = predicate.direction is not None and not predicate.to and not reading.is_baseline
    if measure != "growth" and not is_change:
        return None
    if predicate.average:
        return "annual_average"
    return "cumulative" if predicate.cumulative or spans_years else "yoy"
