"""The page of a report: its text cut at the marks, its rows, which addresses become links, the list."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.publication.site.figures import Figures
from pipelines.publication.site.labels import Words, same
from pipelines.publication.site.links import web_link
from pipelines.publication.site.pages.report import FirstPieces, place_pages
from pipelines.publication.site.pages.report_index import index_pages
from pipelines.publication.site.pages.report_rows import statement
from pipelines.publication.site.pages.report_text import OUTSIDE, blocks, contents, pieces
from pipelines.publication.site.render import Renderer
from pipelines.publication.site.site import Place, Site

# Chinese, Latin, white space, characters outside the basic plane, joined and combining ones.
_TEXTS = st.text(
    alphabet=st.sampled_from("增长5%以上，。a \n\u3000<&𠮷𝟗👨\u200d👩\u0301"), min_size=1, max_size=60
)


@st.composite
def _marked_sentences(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    text = draw(_TEXTS)
    start = draw(st.integers(0, 1000))
    edges = st.integers(start - 5, start + len(text) + 5)
    spans = draw(st.lists(st.tuples(edges, edges).map(sorted), max_size=8))
    rows = [
        {"statement_id": str(index), "char_start": left, "char_end": right}
        for index, (left, right) in enumerate(spans)
    ]
    return {"char_start": start, "char_end": start + len(text), "text": text}, rows


@given(_marked_sentences())
def test_pieces_are_the_sentence_and_each_mark_covers_exactly_its_characters(
    marked: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    sentence, rows = marked
    found = list(pieces(sentence, rows))
    assert "".join(text for text, _ in found) == sentence["text"]
    assert all(text for text, _ in found)
    at = sentence["char_start"]
    covered: dict[str, list[int]] = {}
    for text, here in found:
        for row in here:
            covered.setdefault(row["statement_id"], []).extend(range(at, at + len(text)))
        at += len(text)
    for row in rows:
        left, right = (
            max(row["char_start"], sentence["char_start"]),
            min(row["char_end"], sentence["char_end"]),
        )
        assert covered.get(row["statement_id"], []) == list(range(left, right))


def test_characters_outside_the_basic_plane_count_as_one() -> None:
    sentence = {"char_start": 10, "char_end": 15, "text": "𠮷𠮷5%。"}
    mark = {"statement_id": "a", "char_start": 12, "char_end": 14}
    assert list(pieces(sentence, [mark])) == [("𠮷𠮷", []), ("5%", [mark]), ("。", [])]


def _sentence(index: int, start: int, text: str, **others: Any) -> dict[str, Any]:
    return {
        "sentence_id": f"d:{index}",
        "sentence_index": index,
        "char_start": start,
        "char_end": start + len(text),
        "text": text,
        "paragraph_index": 0,
        "kind": "body",
        "section_path": None,
        **others,
    }


def _cut(text: str, *parts: str, kinds: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    at, found = 0, []
    for index, part in enumerate(parts):
        start = text.index(part, at)
        found.append(_sentence(index, start, part, **(kinds or {}).get(part, {})))
        at = start + len(part)
    return found


@given(st.lists(st.tuples(_TEXTS, st.booleans(), st.integers(0, 2)), max_size=12))
def test_no_character_of_a_document_is_lost_whether_a_sentence_holds_it_or_not(
    parts: list[tuple[str, bool, int]],
) -> None:
    text, sentences = "", []
    for index, (part, held, paragraph) in enumerate(parts):
        if held:
            sentences.append(_sentence(index, len(text), part, paragraph_index=paragraph))
        text += part
    found = blocks(text, sentences, {})
    told = "".join(block.text for block in found)
    assert "".join(told.split()) == "".join(text.split())
    assert {block.kind for block in found} <= {"body", OUTSIDE}


def test_a_heading_at_the_head_of_a_paragraph_is_a_block_of_its_own_and_may_hold_a_mark() -> None:
    text = "一、新增就业18万人。\n（一）稳增长。增长5%。"
    sentences = _cut(
        text,
        "一、新增就业18万人。",
        "（一）稳增长。",
        "增长5%。",
        kinds={
            "一、新增就业18万人。": {"kind": "heading"},
            "（一）稳增长。": {"kind": "heading", "paragraph_index": 1, "section_path": "新增就业18万人"},
            "增长5%。": {"paragraph_index": 1, "section_path": "新增就业18万人 > 稳增长"},
        },
    )
    mark = {"statement_id": "a", "char_start": 6, "char_end": 10}
    found = blocks(text, sentences, {"d:0": [mark]})
    assert [(block.kind, block.level, block.text) for block in found] == [
        ("heading", 2, "一、新增就业18万人。"),
        ("heading", 3, "（一）稳增长。"),
        ("body", 0, "增长5%。"),
    ]
    assert found[0].pieces[1] == ("18万人", [mark])


def test_a_heading_is_never_more_than_one_level_below_the_one_before() -> None:
    text = "甲乙丙"
    sentences = _cut(
        text,
        "甲",
        "乙",
        "丙",
        kinds={
            "甲": {"kind": "heading"},
            "乙": {"kind": "heading", "section_path": "a > b > c"},
            "丙": {"kind": "heading", "section_path": "a > b > c"},
        },
    )
    assert [block.level for block in blocks(text, sentences, {})] == [2, 3, 4]


def test_words_between_sentences_are_shown_as_belonging_to_none() -> None:
    text = "开头。漏下的字。结尾。 尾巴"
    found = blocks(text, _cut(text, "开头。", "结尾。"), {})
    assert [(block.kind, block.text) for block in found] == [
        ("body", "开头。"),
        (OUTSIDE, "漏下的字。"),
        ("body", "结尾。"),
        (OUTSIDE, "尾巴"),
    ]


def test_line_breaks_of_a_wrapped_text_go_amid_chinese_and_stay_amid_latin_words() -> None:
    text = "增长达到\n5%，\n　　其中 GDP\ngrowth 高。"
    mark = {"statement_id": "a", "char_start": text.index("5%"), "char_end": text.index("5%") + 2}
    [block] = blocks(text, [_sentence(0, 0, text)], {"d:0": [mark]})
    assert block.text == "增长达到5%，其中 GDP\ngrowth 高。"
    assert ("5%", [mark]) in block.pieces


def test_the_contents_leave_out_the_title_and_count_each_statement_once() -> None:
    text = "政府工作报告\n一、回顾\n增长5%和6%。"
    sentences = _cut(
        text,
        "政府工作报告",
        "一、回顾",
        "增长5%和6%。",
        kinds={"政府工作报告": {"kind": "heading"}, "一、回顾": {"kind": "heading", "paragraph_index": 1}},
    )
    start = text.index("增长")
    rows = [
        {"statement_id": "a", "char_start": start + 2, "char_end": start + 6},
        {"statement_id": "b", "char_start": start + 3, "char_end": start + 5},
        {"candidate_id": "c", "char_start": start, "char_end": start + 1},
    ]
    [entry] = contents(blocks(text, sentences, {"d:2": rows}))
    assert (entry.anchor, entry.text, entry.statements) == ("h-1", "一、回顾", 2)


def test_a_span_in_several_pieces_gets_its_name_once() -> None:
    first = FirstPieces()
    assert first.of(["a", "b", "a"]) == ["a", "b"]
    assert first.of(["b", "c"]) == ["c"]


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("http://news.cnnb.com.cn/a.shtml", "http://news.cnnb.com.cn/a.shtml"),
        (" https://例子.cn/报告 ", "https://例子.cn/报告"),
        ("HTTPS://example.cn", "HTTPS://example.cn"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("//example.cn/a", None),
        ("https://", None),
        ("http://[broken", None),
        ("年鉴第三章", None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str | None, link: str | None) -> None:
    assert web_link(address) == link


class _Provinces:
    def rows(self, name: str) -> list[dict[str, Any]]:
        assert name == "report_provinces"
        return [{"ref_area": "330000", "name_zh": "浙江省", "name_en": "Zhejiang"}]


def _site(**others: Any) -> Site:
    units = {"yuan": Words("元", "yuan"), "hectare": Words("公顷", "hectares")}
    codes = {
        ("bound", "around"): Words("左右", "around"),
        ("bound", "at_least"): Words("不少于", "at least"),
        ("commitment", "ensure"): Words("确保", "ensure"),
        ("binding_type", "binding"): Words("约束性", "binding"),
        ("measure", "growth"): Words("增长率", "growth"),
        ("growth_basis", "annual_average"): Words("年均", "annual average"),
        ("price_basis", "real"): Words("可比价", "real"),
        ("sub_period", "H1"): Words("上半年", "first half"),
    }
    return Site(
        source=others.get("source"),  # type: ignore[arg-type]
        figures=Figures(units),
        codes=codes,
        definitions={},
        places=others.get("places", ()),
        version="test",
    )


_ROW: dict[str, Any] = {
    "statement_id": "a",
    "indicator_key": "gdp",
    "indicator_text": "生产总值",
    "indicator_zh": "地区生产总值",
    "indicator_en": "Gross domestic product",
    "measure": "level",
    "target_type": "annual_target",
    "year": 2030,
    "period_start_year": None,
    "sub_period": None,
    "area_text": None,
    "ref_area": "330200",
    "value": 1.87e12,
    "value_upper": None,
    "unit_text": "元",
    "obs_value": 1.87e12,
    "obs_value_upper": None,
    "unit_measure": "yuan",
    "bound": "around",
    "modifier_text": "左右",
    "commitment": None,
    "commitment_text": None,
    "binding_type": None,
    "growth_basis": None,
    "price_basis": None,
    "rank_scope": None,
    "streak_years": None,
    "relative_to": None,
    "inherited": None,
    "match_rule": "exact",
    "confidence": 0.776,
    "gap": None,
    "gap_unit": None,
    "actual_value": None,
    "actual_value_upper": None,
    "actual_bound": None,
    "actual_source_title": None,
    "actual_statement_id": None,
    "actual_document_id": None,
}


def _read(**changes: Any) -> Any:
    return statement(_site(), {**_ROW, **changes}, "330200", frozenset({"gdp"}))


def test_a_statement_says_its_value_in_the_base_unit_and_its_printed_name() -> None:
    read = _read()
    assert read.value == Words("1.87万亿元左右", "about 1.87 trillion yuan")
    assert (read.indicator.zh, read.printed) == ("地区生产总值", "生产总值")
    assert read.page == "indicators/330200/gdp.html"
    assert read.confidence == "78%"
    assert read.period == same(2030)


def test_the_words_of_a_bound_are_not_said_twice() -> None:
    assert _read().bound == Words("左右", "around (“左右”)")
    assert _read(bound="at_least", modifier_text="以上").bound.zh == "不少于（“以上”）"


@pytest.mark.parametrize(
    ("changes", "value"),
    [
        ({"obs_value": None, "value": None, "relative_to": "经济增长"}, "与“经济增长”相比"),
        ({"obs_value": None, "value": None}, "只有文字，没有数值"),
        (
            {"obs_value": None, "value": 3.0, "unit_text": "朵", "unit_measure": None},
            "3左右 朵（单位未收录）",
        ),
    ],
)
def test_a_statement_without_a_value_says_what_it_is(changes: dict[str, Any], value: str) -> None:
    assert _read(**changes).value.zh == value


def test_years_parts_of_years_and_what_a_growth_is_measured_against_are_said() -> None:
    read = _read(
        period_start_year=2026,
        sub_period="H1",
        measure="growth",
        growth_basis="annual_average",
        price_basis="real",
        rank_scope="全国城市",
        streak_years=8,
    )
    assert read.period == Words("2026–2030 上半年", "2026–2030, first half")
    assert read.measure.zh == "增长率 · 年均 · 价格：可比价 · 范围：全国城市 · 连续8年"
    assert _read(year=None).period.zh == "未说明"


def test_another_place_is_named_and_has_no_page_of_this_place() -> None:
    assert _read(area_text="全国", ref_area="100000").place.zh == "全国"
    assert _read(area_text="全国", ref_area="100000").page is None
    assert _read(area_text="各区县", ref_area=None).place.zh == "各区县（未能对应到区划代码）"
    assert _read().place == same("")


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"gap": -0.6, "gap_unit": "percent", "measure": "growth"}, "−0.6个百分点"),
        ({"gap": 1.7e11, "gap_unit": "yuan"}, "+1,700亿元"),
        ({"gap": -2.0, "gap_unit": "rank", "measure": "rank"}, "−2位"),
        ({"gap": 0.0, "gap_unit": "yuan"}, "0元"),
    ],
)
def test_a_gap_has_its_sign_and_never_reads_as_a_per_cent(changes: dict[str, Any], gap: str) -> None:
    assert _read(**changes).gap.zh == gap


def test_what_settled_a_target_is_linked_where_it_is_a_statement() -> None:
    settled = {"actual_value": 2e12, "actual_source_title": "公报", "actual_statement_id": "b"}
    assert _read(**settled, actual_document_id="330200-report-2027").settled_at == (
        "reports/330200-report-2027.html#s-b"
    )
    assert _read(**settled).settled_at is None
    assert _read(**settled).actual.zh == "2万亿元"


def test_firmness_and_what_was_carried_over_are_in_words() -> None:
    read = _read(
        commitment="ensure",
        commitment_text="务必",
        binding_type="binding",
        inherited="subject+verb",
        match_rule=None,
    )
    assert read.commitment.zh == "确保（“务必”） · 约束性"
    assert read.inherited == Words("主语、动词", "subject, verb")
    assert read.match.zh == "不在目录中"


def _places(codes: list[str], years: int) -> tuple[Place, ...]:
    return tuple(
        Place(
            code,
            same(code),
            tuple(
                {"document_id": f"{code}-report-{year}", "statement_count": 3, "report_year": year}
                for year in range(years)
            ),
        )
        for code in codes
    )


def test_very_many_reports_are_listed_by_province_and_each_once() -> None:
    places = _places(["330200", "440000", "330000"], 4)
    site = replace(_site(places=places), source=_Provinces())  # type: ignore[arg-type]
    [page] = index_pages(site, most=12)
    assert (page.path, page.values["report_count"]) == ("reports/index.html", 12)
    *lists, index = index_pages(site, most=11)
    assert [page.path for page in lists] == ["reports/province-33.html", "reports/province-44.html"]
    assert [place.ref_area for page in lists for place in page.values["places"]] == [
        "330000",
        "330200",
        "440000",
    ]
    assert lists[0].title == Words("浙江省", "Zhejiang")
    assert [count for *_, count in index.values["provinces"]] == [8, 4]


HOSTILE = "</p><script>alert(1)</script>\"'&<b>"


class _Tables:
    """One report of three sentences: two statements share a span, a third overlaps it, one number is refused."""

    def __init__(self) -> None:
        self.text = f"政府工作报告\n甲、乙各增长5%左右{HOSTILE}共3次。"
        start = self.text.index("5%")
        kinds = {"政府工作报告": {"kind": "heading"}}
        self.sentences = _cut(self.text, "政府工作报告", self.text.split("\n")[1], kinds=kinds)
        self.sentences[1]["paragraph_index"] = 1
        spans = [("a", start, start + 2), ("b", start, start + 2), ("c", start + 1, start + 4)]
        hostile = {"indicator_zh": None, "indicator_en": None, "rule_id": HOSTILE, "source_text": HOSTILE}
        self.statements = [
            {
                **_ROW,
                "statement_id": name,
                "sentence_id": "d:1",
                "char_start": left,
                "char_end": right,
                "indicator_text": HOSTILE,
                "indicator_key": HOSTILE,
                "sector": "macro",
                "review_status": "unreviewed",
                "outcome": "missed",
                "outcome_reason": None,
                "actual_source_title": HOSTILE,
                **hostile,
            }
            for name, left, right in spans
        ]
        at = self.text.index("3次")
        self.rejected = [
            {
                "candidate_id": "r",
                "sentence_id": "d:1",
                "char_start": at,
                "char_end": at + 2,
                "source_text": "3次",
                "reason": "no_indicator",
                "rule_id": "x",
            }
        ]

    def rows(self, name: str, **_: object) -> list[dict[str, Any]]:
        return {
            "report_statements": self.statements,
            "report_rejected": self.rejected,
            "report_sentences": self.sentences,
            "report_text": [{"text": self.text}],
            "indicators_with_page": [],
        }[name]

    def one(self, name: str, **parameters: object) -> dict[str, Any] | None:
        return next(iter(self.rows(name, **parameters)), None)


class _Parsed(HTMLParser):
    """What the browser would make of a page: names, links, elements, the text of the article."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.elements: Counter[str] = Counter()
        self.article = ""
        self._within = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements[tag] += 1
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and "href" in found:
            self.links.append(found)
        self._within = self._within or tag == "article"

    def handle_endtag(self, tag: str) -> None:
        self._within = self._within and tag != "article"

    def handle_data(self, data: str) -> None:
        self.article += data if self._within else ""


def _rendered(**changes: Any) -> _Parsed:
    tables = _Tables()
    report = {
        "document_id": "330200-report-2026",
        "ref_area": "330200",
        "report_year": 2026,
        "title": HOSTILE,
        "publisher": HOSTILE,
        "source_url": "javascript:alert(1)",
        "published_date": None,
        "text_version": "abridged",
        "file_path": HOSTILE,
        "file_sha256": "0" * 64,
        "char_count": len(tables.text),
        "statement_count": 3,
        **changes,
    }
    place = Place("330200", Words("宁波市", "Ningbo"), (report,))
    site = replace(_site(places=(place,)), source=tables)  # type: ignore[arg-type]
    page = next(place_pages(site, site.places[0]))
    return _Parsed(Renderer(site).html(page))


def test_hostile_text_of_a_report_shows_as_text() -> None:
    parsed = _rendered()
    assert HOSTILE in parsed.article
    assert parsed.elements["b"] == 0
    assert parsed.elements["script"] == 4
    assert not [link for link in parsed.links if str(link["href"]).startswith("javascript")]


def test_a_source_on_the_web_is_a_link_that_tells_the_source_nothing() -> None:
    [link] = [
        one for one in _rendered(source_url="https://a.cn/b?c&d").links if one["href"] == "https://a.cn/b?c&d"
    ]
    assert "noopener" in str(link["rel"])


def test_without_a_script_marks_lead_to_rows_and_rows_to_marks() -> None:
    parsed = _rendered()
    assert len(parsed.ids) == len(set(parsed.ids))
    assert {"s-a", "s-b", "s-c", "r-a", "r-b", "r-c", "n-r", "x-r"} <= set(parsed.ids)
    within = [str(link["href"])[1:] for link in parsed.links if str(link["href"]).startswith("#")]
    assert set(within) <= set(parsed.ids)
    groups = [link["data-ids"] for link in parsed.links if "data-ids" in link]
    assert groups == ["a b", "a b c", "r"]
