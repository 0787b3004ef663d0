"""Made-up reports: the same everywhere, true in every span, whole in what they hold, and well read."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.documents.sidecar import load_sidecar
from pipelines.evaluation import load_gold, problems
from pipelines.evaluation.corpus import measure
from pipelines.rules import engine
from pipelines.synth.folder import write
from pipelines.synth.lexicon import lexicon, split_unit
from pipelines.synth.reports import SynthError, SynthReport, generate, sample
from pipelines.synth.rule_files import SynthRuleError, load_rules
from pipelines.synth.scoring import score
from pipelines.synth.template import parse
from pipelines.synth.wording import bare_unit, printed_unit, read_wording, wording
from pipelines.vocabulary import codes

SEED = 11
MANY = 60


@pytest.fixture(scope="module")
def reports() -> list[SynthReport]:
    """Enough for every construction to occur."""
    return list(generate(MANY, SEED))


def hashed(report: SynthReport) -> str:
    truth = json.dumps(report.truth, ensure_ascii=False)
    return hashlib.sha256(f"{report.document}{report.text}{truth}".encode()).hexdigest()


def test_a_smaller_sample_is_the_start_of_a_larger_one(reports: list[SynthReport]) -> None:
    assert [hashed(one) for one in generate(3, SEED)] == [hashed(one) for one in reports[:3]]
    assert hashed(next(generate(1, SEED + 1))) != hashed(reports[0])


def test_another_process_writes_the_same_bytes(reports: list[SynthReport]) -> None:
    code = (
        "import hashlib, json\n"
        "from pipelines.synth.reports import generate\n"
        f"for one in generate(2, {SEED}):\n"
        "    truth = json.dumps(one.truth, ensure_ascii=False)\n"
        "    print(hashlib.sha256(f'{one.document}{one.text}{truth}'.encode()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "4711"},
    )
    assert done.stdout.split() == [hashed(one) for one in reports[:2]]


def test_no_place_and_year_comes_twice_and_all_levels_come() -> None:
    pairs = sample(SEED)
    assert len({(place.ref_area, year) for place, year in pairs}) == len(pairs) > 60_000
    assert {place.level for place, _ in pairs[:300]} == {"province", "prefecture", "county"}
    assert all(place.abolished_year is None or year < place.abolished_year for place, year in pairs)


def test_more_reports_than_places_and_years_are_refused() -> None:
    with pytest.raises(SynthError, match="ask for fewer"):
        next(generate(1_000_000, SEED))


def test_every_row_is_a_valid_gold_row_of_its_text(reports: list[SynthReport]) -> None:
    for report in reports:
        assert problems(report.truth, report.text) == [], report.document.document_id
        starts = [row["char_start"] for row in report.truth]
        assert starts == sorted(starts)


def test_every_code_of_the_closed_lists_occurs(reports: list[SynthReport]) -> None:
    rows = [row for report in reports for row in report.truth]
    for key in ("target_type", "measure", "bound", "commitment", "growth_basis"):
        assert {row[key] for row in rows} - {None} == set(codes(key)), key
    assert any(row.get("relative_to") for row in rows)
    assert any(row["area_text"] for row in rows)
    assert any(row["streak_years"] for row in rows)


def test_every_construction_and_deed_occurs(reports: list[SynthReport]) -> None:
    made = {row["construction"] for report in reports for row in report.truth}
    known = {
        template.template_id for weighted in lexicon().templates.values() for template in weighted.choices
    }
    assert made == known | {"deed"}
    text = "".join(report.text for report in reports)
    objects = [deed.object for deeds in lexicon().deeds_of.values() for deed in deeds]
    assert [one for one in objects if one not in text] == []


def test_length_and_density_are_those_of_the_rules(reports: list[SynthReport]) -> None:
    layout = lexicon().layout
    slack = 1.05
    for report in reports:
        size, density = len(report.text), 1000 * len(report.truth) / len(report.text)
        assert layout["length"][0] / slack <= size <= layout["length"][1] * slack
        assert layout["density"][0] / slack <= density <= layout["density"][1] * slack
    with_numbers = sum(
        any(one["char_start"] in range(at, at + len(sentence)) for one in report.truth)
        for report in reports[:3]
        for at, sentence in _sentences(report.text)
    )
    assert with_numbers < sum(len(_sentences(report.text)) for report in reports[:3]) / 2


def _sentences(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for sentence in text.split("。"):
        found.append((at, sentence))
        at += len(sentence) + 1
    return found


def test_every_text_says_that_it_is_made_up(reports: list[SynthReport]) -> None:
    assert all(wording().files.mark in report.text.splitlines()[0] for report in reports)
    assert all("不得引用" in report.text.splitlines()[1] for report in reports)


def test_the_catalogue_knows_every_indicator_by_each_of_its_names() -> None:
    unknown = []
    for item in lexicon().items.values():
        for name in item.names:
            match = engine().match_indicator(name, item.measure)
            if match is None or match.indicator_id != item.indicator_id:
                unknown.append((name, item.indicator_id))
    assert unknown == []


def test_reading_finds_what_is_there(reports: list[SynthReport]) -> None:
    """The floor that guards reading; `gwr synth --check` shows where it fails."""
    found = score(reports[:20])
    assert found.gold > 5000
    assert found.found_rates.f1 >= 0.998
    assert found.strict_rates.f1 >= 0.985
    assert min(found.share(field) for field in ("measure", "exact_bound", "target_type", "year")) >= 0.995


def test_a_number_left_out_or_misread_counts(reports: list[SynthReport]) -> None:
    text = reports[0].text
    row = next(row for row in reports[0].truth if row["measure"] == "growth" and not row["optional"])
    wrong = dataclasses.replace(
        reports[0], truth=[one | {"value": 1e9} if one is row else one for one in reports[0].truth]
    )
    right, less = score(reports[:1]), score([wrong])
    assert less.found == right.found - 1
    blind = dataclasses.replace(reports[0], text="。" * len(text))
    assert score([blind]).found_rates.recall == 0.0


def test_a_folder_of_reports_is_what_a_build_and_the_evaluation_take(tmp_path: Path) -> None:
    raw, gold = tmp_path / "raw", tmp_path / "gold"
    written = write(raw, gold, 2, SEED)
    texts = sorted((raw / "reports").glob("*/*.txt"))
    assert len(texts) == written.reports == 2
    assert written.bytes == sum(path.stat().st_size for path in texts)
    for text in texts:
        sidecar = load_sidecar(text.with_suffix(".yml"), raw)
        assert sidecar.sha256 == hashlib.sha256(text.read_bytes()).hexdigest()
        assert (sidecar.publisher, sidecar.url) == ("synthetic", None)
        name = f"{sidecar.ref_area}-report-{sidecar.year}"
        assert problems(load_gold(gold / f"{name}.jsonl"), text.read_text(encoding="utf-8")) == []
    measured = measure(gold / "index.yml", gold)
    assert min(one.strict.f1 for one in measured.values()) > 0.95


def test_nothing_is_written_among_other_reports(tmp_path: Path) -> None:
    raw, gold = tmp_path / "raw", tmp_path / "gold"
    write(raw, gold, 1, SEED)
    (path,) = (raw / "reports").glob("*/*.txt")
    before = path.read_bytes()
    with pytest.raises(SynthError, match="is not empty"):
        write(raw, gold, 1, SEED)
    write(raw, gold, 2, SEED, force=True)
    assert path.read_bytes() == before
    path.write_text("真实的报告\n", encoding="utf-8")
    with pytest.raises(SynthError, match="is not written over"):
        write(raw, gold, 1, SEED, force=True)
    assert path.read_text(encoding="utf-8") == "真实的报告\n"


def test_the_command_writes_and_checks(tmp_path: Path) -> None:
    run = CliRunner()
    raw = tmp_path / "raw"
    done = run.invoke(app, ["synth", "--reports", "1", "--raw", str(raw)])
    assert done.exit_code == 0, done.output
    assert "1 made-up reports" in done.stdout
    assert (tmp_path / "gold" / "index.yml").is_file()
    assert run.invoke(app, ["synth", "--reports", "1", "--raw", str(raw)]).exit_code == 1
    assert run.invoke(app, ["synth", "--reports", "1"]).exit_code == 2
    checked = run.invoke(app, ["synth", "--reports", "1", "--check"])
    assert checked.exit_code == 0
    assert "strict" in checked.stdout
    assert "commitment" in checked.stdout


def test_a_template_with_an_open_bracket_is_refused() -> None:
    with pytest.raises(ValueError, match="open bracket at 3"):
        parse({"id": "broken", "text": "{A}[A growth"})


def test_numbers_are_written_as_words_below_a_hundred() -> None:
    numeral = wording().numbers.numeral
    assert [numeral(number) for number in (0, 3, 10, 12, 20, 21)] == [
        "零",
        "三",
        "十",
        "十二",
        "二十",
        "二十一",
    ]


def test_units_come_from_the_seed_and_gold_rows_name_them_without_their_classifier() -> None:
    assert (printed_unit("percentage_point"), bare_unit("percentage_point")) == ("个百分点", "百分点")
    with pytest.raises(SynthRuleError, match="no 'parsec'"):
        printed_unit("parsec")


def test_wording_that_cannot_be_used_is_refused_with_entry_and_reason() -> None:
    rules = load_rules("wording")
    del rules["lists"]["rises"]
    rules["levels"]["tenths"][0][0] = "exactly"
    rules["ranks"]["third"] = "第三"
    with pytest.raises(SynthRuleError) as refused:
        read_wording(rules)
    message = str(refused.value)
    assert "wording.yml: " in message
    assert "lists.rises: Field required" in message
    assert "levels.tenths.0.0: Value error, 'exactly' is no bound: write one of " in message
    assert "ranks.third: Extra inputs are not permitted" in message


def test_two_multipliers_before_a_unit_are_refused() -> None:
    with pytest.raises(SynthRuleError, match="'亿万元': only one of 万, 亿, 万亿"):
        split_unit("亿万元")
    assert [split_unit(unit) for unit in ("万人次", "万亿元", "个", "")] == [
        (4, "人次"),
        (12, "元"),
        (0, "个"),
        (0, ""),
    ]
