"""What a later number of a sentence takes over: a name without the verb of its flow, and the place."""

from __future__ import annotations

import pytest

from tests.one_sentence import read_review


def _names(text: str) -> dict[str, str]:
    """What each number of a sentence measures."""
    return {one.source_text: one.indicator_text for one in read_review(text)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "新增上市公司5家，累计达到68家，居全省第2位。",
            {"5家": "新增上市公司", "68家": "上市公司", "第2位": "上市公司"},
        ),
        (
            "新认定高新技术企业320家，总数达到2150家。",
            {"320家": "新认定高新技术企业", "2150家": "高新技术企业总数"},
        ),
        ("新登记经营主体12万户，总量达98万户。", {"12万户": "新登记经营主体", "98万户": "经营主体总量"}),
        # What was added can't be told from its verb: the sum is of what was added.
        ("新增城镇就业10.4万人，累计达50万人。", {"10.4万人": "新增城镇就业", "50万人": "新增城镇就业"}),
    ],
)
def test_the_stock_is_named_without_the_verb_of_the_flow(text: str, names: dict[str, str]) -> None:
    assert _names(text) == names


def test_a_name_that_ends_with_the_word_keeps_it() -> None:
    assert _names("人才总量达到38万人。") == {"38万人": "人才总量"}


GDP = "地区生产总值9万亿元，增长5.5%，增速居全国第四。"


@pytest.mark.parametrize(
    ("ref_area", "whole", "place"),
    [
        # A province's own 全省, and what it is for a city and a county in it.
        ("330000", "全省", None),
        ("330200", "全省", "330000"),
        ("330225", "全省", "330000"),
        # A city's own 全市; a county's is its city, a county-level city's itself.
        ("330200", "全市", None),
        ("330225", "全市", "330200"),
        ("330282", "全市", None),
        # A municipality is a province, its districts lie in no prefecture.
        ("110000", "全市", None),
        ("110101", "全市", "110000"),
    ],
)
def test_the_whole_of_a_place_above_is_not_the_documents_own(
    ref_area: str, whole: str, place: str | None
) -> None:
    found = read_review(whole + GDP, ref_area)
    assert [one.source_text for one in found] == ["9万亿元", "5.5%", "第四"]
    assert {one.ref_area for one in found} == {place or ref_area}
    assert {one.area_text for one in found} == {None if place is None else whole}


@pytest.mark.parametrize(
    "text",
    ["全省地区生产总值居全国第四。", "全省研发投入占地区生产总值比重达到3%。", "全省出口是2020年的1.4倍。"],
)
def test_ranks_shares_and_multiples_of_the_place_above_are_its_own_too(text: str) -> None:
    assert [(one.area_text, one.ref_area) for one in read_review(text)] == [("全省", "330000")]


def test_values_without_a_name_stay_with_the_places_of_theirs() -> None:
    found = read_review("北仑、镇海两区工业增加值分别达到900亿元、500亿元，分别增长5%和6%，城镇化率达到75%。")
    assert [one.ref_area for one in found] == ["330206", "330211", "330206", "330211", "330200"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # A known name of a list takes no head from the last one.
        (
            "规上工业增加值、固定资产投资、社会消费品零售总额分别增长7.5%、4.2%和5.5%。",
            {"7.5%": "规上工业增加值", "4.2%": "固定资产投资", "5.5%": "社会消费品零售总额"},
        ),
        # Nor does one that is a share by itself take what the last is a share of.
        (
            "科技进步贡献率、高新技术产业增加值占规上工业增加值比重分别达到63.7%和30.2%。",
            {"63.7%": "科技进步贡献率", "30.2%": "高新技术产业增加值占规上工业增加值比重"},
        ),
        ("外贸进出口总额较五年前翻一番。", {"翻一番": "外贸进出口总额"}),
        (
            "高新技术企业数量较2020年翻了一番，达到2100家。",
            {"翻了一番": "高新技术企业数量", "2100家": "高新技术企业数量"},
        ),
        ("城镇新增就业五年累计达48万人。", {"48万人": "城镇新增就业"}),
        ("增长高于全省平均。经济总量连跨三个千亿台阶。", {}),
    ],
)
def test_a_name_ends_before_what_is_no_part_of_it(text: str, names: dict[str, str]) -> None:
    assert _names(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # A part of what a verb counted is counted by it too, in the same unit and without a verb of its own.
        (
            "引进各类人才2.3万人，其中博士210人、硕士3200人。",
            {"2.3万人": "引进各类人才", "210人": "引进博士", "3200人": "引进硕士"},
        ),
        (
            "新增专精特新中小企业60家，其中国家级“小巨人”5家以上。",
            {"60家": "新增专精特新中小企业", "5家": "新增国家级“小巨人”"},
        ),
        (
            "新增就业1.2万人，其中失业人员再就业4500人。",
            {"1.2万人": "新增就业", "4500人": "失业人员再就业"},
        ),
        # Another amount of its own is not.
        (
            "接待游客1200万人次、旅游收入98亿元。",
            {"1200万人次": "接待游客", "98亿元": "旅游收入"},
        ),
        ("新建污水处理厂2座、管网36公里。", {"2座": "新建污水处理厂", "36公里": "新建管网"}),
        # What is measured of things that were counted has its own verb or none.
        (
            "开工建设轨道交通三期3条线路，新增运营里程35公里，总里程突破280公里。",
            {
                "3条": "开工建设轨道交通三期线路",
                "35公里": "新增轨道交通三期线路运营里程",
                "280公里": "轨道交通三期线路总里程",
            },
        ),
        # What follows all there is, is said of it.
        (
            "新登记经营主体12万户，总量达98万户，增长8%。",
            {"12万户": "新登记经营主体", "98万户": "经营主体总量", "8%": "经营主体总量"},
        ),
        # Points after a share are of the share; a rate is of the amount.
        (
            "投入民生资金198亿元，占一般公共预算支出的76.5%，提高0.8个百分点。",
            {
                "198亿元": "投入民生资金",
                "76.5%": "民生资金占一般公共预算支出比重",
                "0.8个百分点": "民生资金占一般公共预算支出比重",
            },
        ),
        (
            "进出口总额980亿元，占全省的6.5%，增长4.2%。",
            {"980亿元": "进出口总额", "6.5%": "进出口总额占全省比重", "4.2%": "进出口总额"},
        ),
        # The catalogue knows the second name with the opening of the first.
        (
            "生产安全事故起数、死亡人数分别下降12.3%和15.6%。",
            {"12.3%": "生产安全事故起数", "15.6%": "生产安全事故死亡人数"},
        ),
        ("外贸出口份额保持全国4%以上。", {"4%": "外贸出口份额"}),
        # An amount inside the name of what is counted.
        ("新开工23个产值超亿元工业项目。", {"23个": "新开工产值超亿元工业项目"}),
        ("建成15个投资超10亿元的重大项目。", {"15个": "建成投资超10亿元的重大项目"}),
        (
            "新建高标准农田180万亩、改造提升120万亩。",
            {"180万亩": "新建高标准农田", "120万亩": "改造提升高标准农田"},
        ),
        (
            "固定资产投资增长6.5%，分别高于全国、中部地区平均水平3.7个和2.1个百分点。",
            {"6.5%": "固定资产投资", "3.7个": "固定资产投资", "2.1个百分点": "固定资产投资"},
        ),
        # The value that a change ends at is of what it started from.
        (
            "民生支出累计投入268亿元，占一般公共预算支出比重由64%提升至71.2%。",
            {
                "268亿元": "民生支出",
                "64%": "民生支出占一般公共预算支出比重",
                "71.2%": "民生支出占一般公共预算支出比重",
            },
        ),
        (
            "高新技术企业数量实现翻番，总数突破1200家。",
            {"1200家": "高新技术企业数量"},
        ),
        ("完成政府性债务化解12.5亿元。", {"12.5亿元": "政府性债务化解"}),
        ("地区生产总值人均12.6万元。", {"12.6万元": "人均地区生产总值"}),
        (
            "交通运输完成投资150亿元，其中公路完成投资80亿元。",
            {"150亿元": "交通运输投资", "80亿元": "公路投资"},
        ),
        (
            "居民医保补助标准人均提高30元，达到每人每年670元。",
            {"30元": "居民医保补助标准增量", "670元": "居民医保补助标准"},
        ),
        # A rate per head in a list: a fraction of a thing is one, a whole number counts.
        (
            "每千常住人口执业医师数达到3.5人、注册护士数达到4.1人，新增护士1200人。",
            {"3.5人": "每千常住人口执业医师数", "4.1人": "每千常住人口注册护士数", "1200人": "新增护士"},
        ),
        (
            "每万人口高价值发明专利拥有量达到22件、高新技术企业达到900家。",
            {"22件": "每万人口高价值发明专利拥有量", "900家": "高新技术企业"},
        ),
        # A time after a verb inside the clause is no part of the name, nor what must be.
        ("必须确保一季度地区生产总值增长5%以上。", {"5%": "地区生产总值"}),
        ("三季度前完成全部120公里供热管网改造。", {"120公里": "供热管网改造"}),
        ("城市建成区绿化覆盖率不低于42%。", {"42%": "城市建成区绿化覆盖率"}),
        # Parts share the head of their whole.
        (
            "汽车产量98万辆，增长11%，其中新能源汽车32万辆、增长46%。",
            {"98万辆": "汽车产量", "11%": "汽车产量", "32万辆": "新能源汽车产量", "46%": "新能源汽车产量"},
        ),
        (
            "规上工业增加值增长5.8%，其中高技术制造业增长9.6%、装备制造业增长8.1%。",
            {"5.8%": "规上工业增加值", "9.6%": "高技术制造业增加值", "8.1%": "装备制造业增加值"},
        ),
        (
            "公路总里程2100公里，其中高速公路105公里，铁路380公里。",
            {"2100公里": "公路总里程", "105公里": "高速公路里程", "380公里": "铁路"},
        ),
        (
            "新增就业25万人，其中大学生3万人；完成职业技能培训8万人次，其中农民工3万人次。",
            {
                "25万人": "新增就业",
                "3万人": "大学生就业",
                "8万人次": "职业技能培训",
                "3万人次": "农民工培训",
            },
        ),
        ("出口9200亿元，其中机电产品5200亿元。", {"9200亿元": "出口", "5200亿元": "机电产品出口"}),
        # A conjunction inside a catalogued name joins nothing; a noun may begin like a verb after one.
        (
            "软件和信息服务业营业收入和旅游收入分别增长4.5%和7%。",
            {"4.5%": "软件和信息服务业营业收入", "7%": "旅游收入"},
        ),
        (
            "公路总里程和建成区面积分别达到1996公里和63.8平方公里。",
            {"1996公里": "公路总里程", "63.8平方公里": "建成区面积"},
        ),
        ("治理水土流失近110平方公里。", {"110平方公里": "治理水土流失"}),
        ("GDP770—808.5亿元。", {"770—808.5亿元": "GDP"}),
        # What a bracket names is not what the sentence goes on about.
        (
            "人均地区生产总值19万元（按年平均汇率折合2.7万美元），增长4.5%。",
            {"19万元": "人均地区生产总值", "2.7万美元": "人均地区生产总值", "4.5%": "人均地区生产总值"},
        ),
        (
            "进出口总额1.4万亿元（其中出口9200亿元），增长5%。",
            {"1.4万亿元": "进出口总额", "9200亿元": "出口", "5%": "进出口总额"},
        ),
        # Two shares in a list, each with its own head.
        (
            "服务业增加值占地区生产总值比重和经常参加体育锻炼人数比例分别达到50%和40.1%。",
            {"50%": "服务业增加值占地区生产总值比重", "40.1%": "经常参加体育锻炼人数比例"},
        ),
    ],
)
def test_names_of_the_numbers_that_follow(text: str, names: dict[str, str]) -> None:
    assert _names(text) == names


def test_a_decline_that_shrinks_is_not_the_catalogued_rate() -> None:
    (first, second) = read_review("房地产投资下降18.6%，降幅较上年收窄5.2个百分点。")
    assert (first.indicator_id, second.indicator_id) == ("real_estate_investment", None)


def test_an_average_over_years_that_its_words_count() -> None:
    (_, growth) = read_review("地区生产总值1313.3亿元，两年平均增长6.2%。")
    assert (growth.indicator_id, growth.growth_basis) == ("gdp", "annual_average")
    assert (growth.period_start_year, growth.year) == (2024, 2025)


def test_the_field_of_a_rank_is_no_place_of_its_own() -> None:
    (_, rank) = read_review("地区生产总值增长7.3%，总量连续三年位居中心城区第3位。", ref_area="510107")
    assert (rank.area_text, rank.ref_area, rank.rank_scope) == (None, "510107", "中心城区")
    assert rank.streak_years == 3


@pytest.mark.parametrize("text", ["改造棚户区2862户。", "引进世界500强企业15家。", "新建公厕12座。"])
def test_what_was_done_over_years_has_their_start_with_a_catalogued_name_too(text: str) -> None:
    (done,) = read_review(text, start_year=2021)
    assert (done.period_start_year, done.year) == (2021, 2025)


@pytest.mark.parametrize(
    "text", ["财政总收入150亿元，是“十五”末的3.1倍。", "财政总收入比“十五”期间增长2.1倍。"]
)
def test_a_plan_that_a_value_is_compared_with_is_not_its_time(text: str) -> None:
    assert {one.year for one in read_review(text, start_year=2021)} == {2025}


def test_a_sum_has_the_start_of_its_years_and_all_there_is_has_not() -> None:
    (invested,) = read_review("固定资产投资累计达到7000亿元。", start_year=2021)
    (_, companies) = read_review("新增上市公司5家，累计达到68家。", start_year=2021)
    assert (invested.period_start_year, companies.period_start_year) == (2021, None)


def test_a_noun_that_opens_like_a_verb_counts_nothing_done() -> None:
    (_, area) = read_review("建成区面积由35平方公里扩大到58平方公里。", start_year=2021)
    assert (area.indicator_id, area.period_start_year) == ("built_up_area", None)


def test_a_rate_of_two_catalogued_names_is_of_each() -> None:
    read = read_review("生产安全事故起数和死亡人数同比下降5%以上。")
    assert [(one.indicator_id, one.value) for one in read] == [
        ("production_accidents", -5),
        ("production_accident_deaths", -5),
    ]


def test_a_part_of_the_year_holds_until_the_whole_year_is_named() -> None:
    read = read_review("一季度增加值增长5%，上半年工业投资完成300亿元，全年不低于700亿元。")
    assert [one.sub_period for one in read] == ["Q1", "H1", None]


def test_what_was_named_last_is_tied_to_the_value_of_others() -> None:
    (rate, tied) = sorted(
        read_review("规上工业增加值增长7%左右，确保不低于全省平均水平。"), key=lambda one: one.value is None
    )
    assert (tied.indicator_id, tied.relative_to) == (rate.indicator_id, "全省平均水平")
    assert (tied.source_text, tied.bound, tied.measure) == ("不低于全省平均水平", "at_least", "growth")
