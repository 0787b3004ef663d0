"""What must hold for any text whatever: no exception, grounded spans, closed lists, linear work."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.documents.model import OutlineSentence
from pipelines.documents.outline import outline
from pipelines.extraction.clauses import split
from pipelines.extraction.numerals import parse_chinese
from pipelines.extraction.statements import DocumentKey, Extraction, extract
from pipelines.rules import engine
from pipelines.schemas import Candidate, Statement, frame, violations

KEY = DocumentKey("330200-report-2026", "330200", 2026)
PIECES = st.sampled_from(
    [
        "地区生产总值",
        "增长",
        "达到",
        "由",
        "到",
        "从",
        "分别",
        "均",
        "占",
        "比重",
        "的",
        "、",
        "和",
        "，",
        "。",
        "；",
        "：",
        "（",
        "）",
        "(",
        ")",
        "“",
        "”",
        "5",
        "5.5",
        "５．５",
        "%",
        "％",
        "亿元",
        "万",
        "1.87",
        "万亿",
        "个百分点",
        "—",
        "-",
        "至",
        "第一",
        "第3位",
        "居全国",
        "连续8年",
        "新增",
        "5家",
        "企业",
        "2025年",
        "到2030年",
        "“十四五”",
        "时期",
        "左右",
        "以上",
        "超",
        "不低于",
        "两位数",
        "三分之一",
        "翻一番",
        "三成",
        "1",
        "9",
        "9",
        "8年",
        "2.04:1",
        "7×24小时",
        "\n",
        "\t",
        "其中",
        "同比",
        "比上年",
        "用于",
        "同步",
        "高于",
        "全覆盖",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=10_000),
    st.lists(PIECES, max_size=400).map("".join),
    st.text(alphabet="一二三四五六七八九十百千万亿零〇两点0123456789.,%第位年月分之成", max_size=300),
)


def read(text: str, role: str = "review_year") -> Extraction:
    """A text read as one sentence, whatever it holds."""
    sentence = OutlineSentence(0, 0, len(text), text, 0, 1, "body", role, 2025, 2025, ())
    return extract(KEY, [sentence], engine())


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(TEXTS, st.sampled_from(["review_year", "review_period", "goals_plan", "work_year", "other"]))
def test_any_text_is_read_into_valid_grounded_rows(text: str, role: str) -> None:
    if not text:
        return
    found = read(text, role)
    for row in (*found.statements, *found.candidates):
        assert text[row.char_start : row.char_end] == row.source_text
    assert violations(Statement, frame(Statement, [asdict(s) for s in found.statements])).is_empty()
    assert violations(Candidate, frame(Candidate, [asdict(c) for c in found.candidates])).is_empty()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_the_whole_way_from_a_text_never_fails(text: str) -> None:
    found = extract(KEY, outline(text, 2026).sentences, engine())
    for statement in found.statements:
        assert text[statement.char_start : statement.char_end] == statement.source_text


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_clauses_are_spans_in_order(text: str) -> None:
    clauses = split(text)
    assert [clause.start for clause in clauses] == sorted(clause.start for clause in clauses)
    for clause in clauses:
        assert len(clause.text) == clause.end - clause.start
        assert all(
            a in (b, "\x01") for a, b in zip(clause.text, text[clause.start : clause.end], strict=True)
        )


def render(number: int) -> str:
    """A whole number below 10^16 in Chinese number words."""
    if number == 0:
        return "零"
    digits, units = "零一二三四五六七八九", ("", "十", "百", "千")

    def section(value: int) -> str:
        words, gap = "", False
        for place in (3, 2, 1, 0):
            digit = value // 10**place % 10
            if digit == 0:
                gap = bool(words)
                continue
            words += ("零" if gap else "") + digits[digit] + units[place]
            gap = False
        return words

    words = ""
    for power, name in ((12, "万亿"), (8, "亿"), (4, "万"), (0, "")):
        value = number // 10**power % 10**4
        if value == 0:
            continue
        if words and value < 1000:
            words += "零"
        words += section(value) + name
    return words


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_number_words_round_trip(number: int) -> None:
    assert parse_chinese(render(number), engine().lexicon.numerals)[0] == number


@given(st.integers(min_value=0, max_value=999), st.integers(min_value=0, max_value=999))
def test_number_words_with_a_point_round_trip(whole: int, fraction: int) -> None:
    digits = f"{fraction:03d}"
    word = render(whole) + "点" + "".join("零一二三四五六七八九"[int(digit)] for digit in digits)
    value, decimals = parse_chinese(word, engine().lexicon.numerals)
    assert (str(value), decimals) == (f"{whole}.{digits}", 3)


@given(
    st.decimals(min_value=0, max_value=10**6, places=2, allow_nan=False, allow_infinity=False),
    st.sampled_from([("", 0), ("万", 4), ("亿", 8), ("万亿", 12)]),
)
def test_digits_with_a_multiplier_round_trip(number: object, multiplier: tuple[str, int]) -> None:
    word, power = multiplier
    statement = read(f"地区生产总值达到{number}{word}元。").statements[0]
    assert statement.value == float(f"{number}e{power}")
    assert (statement.printed_mult, statement.unit_text) == (power, "元")


def test_work_grows_with_the_text_and_not_faster() -> None:
    """Counted in statements, not in seconds: 50 copies of a sentence give 50 times its statements."""
    sentence = "新增口袋公园137个、绿道200公里，地区生产总值增长5%左右；"
    one, many = read(sentence), read(sentence * 50)
    assert len(many.statements) == 50 * len(one.statements)
