"""Pages of places that are the same as in the version before are linked, and no page is ever an old one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.publication.site import copies, place_writer
from pipelines.publication.site.earlier import RECORD
from pipelines.publication.site.facts import site_facts
from pipelines.publication.site.maker import Written
from pipelines.publication.site.write import write_site
from pipelines.publication.tables import DATABASE
from pipelines.publication.version_manifest import read_version_manifest
from pipelines.publication.versions import current_version
from tests.conftest import Built

VERSION = "0123456789abcdef"
Copy = Callable[[str], Path]


def write(root: Path, earlier: Path | None = None, workers: int = 1, made_with: str = "this code") -> Written:
    """The site of a version's folder."""
    facts = site_facts(root, None, read_version_manifest(root), dbt_docs=False)
    return write_site(root, VERSION, facts, made_with=made_with, earlier=earlier, workers=workers)


def pages(root: Path) -> dict[str, bytes]:
    """Every file of a site."""
    files = (file for file in sorted((root / "site").rglob("*")) if file.is_file())
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def different(one: Path, other: Path) -> list[str]:
    """The files that two sites do not share."""
    left, right = pages(one), pages(other)
    assert len(left) > 100
    return sorted(name for name in {*left, *right} if left.get(name) != right.get(name))


@pytest.fixture(scope="module", autouse=True)
def without_copies() -> Iterator[None]:
    """No table to download: those take longest, and are no pages."""
    none = copies.rules().model_copy(update={"most_rows": copies.MostRows(csv=0, workbook=0)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copies, "rules", lambda: none)
        yield


@pytest.fixture(scope="module")
def copy(several: Built, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Makes a copy of what a build of several places published, without its pages."""
    version = current_version(several.paths.published)
    assert version is not None
    folder = tmp_path_factory.mktemp("versions")

    def made(name: str) -> Path:
        shutil.copytree(version, folder / name, ignore=lambda at, _: ["site"] if Path(at) == version else [])
        (folder / name / DATABASE).chmod(0o644)
        return folder / name

    return made


@pytest.fixture(scope="module")
def first(copy: Copy) -> Path:
    """The site of that build, made from nothing."""
    root = copy("first")
    assert write(root).kept == 0
    return root


def change(root: Path, statement: str) -> None:
    """Change what a version holds."""
    with duckdb.connect(str(root / DATABASE)) as database:
        count = database.execute(statement).fetchone()
        assert count is not None and count[0] > 0


@pytest.mark.parametrize(
    "statement",
    [
        "update fct_indicator_statements set obs_value = obs_value + 1 where ref_area = '330000'",
        "update dim_sentences set text = text || '。' where document_id like '330000%'",
        "delete from fct_target_outcomes where ref_area = '330000' and year = 2025",
        "update dim_indicators set name_en = name_en || ' (new)' where indicator_key = 'grain_output'",
    ],
)
def test_a_change_makes_its_places_anew_and_links_the_others(
    first: Path, copy: Copy, statement: str, request: pytest.FixtureRequest
) -> None:
    number = request.node.callspec.indices["statement"]
    changed, fresh = copy(f"changed-{number}"), copy(f"fresh-{number}")
    for root in (changed, fresh):
        change(root, statement)
    before = pages(first)
    written = write(changed, earlier=first)
    write(fresh)
    assert written.kept > 0
    assert different(changed, fresh) == []
    assert different(changed, first) != []
    assert pages(first) == before


def test_several_processes_make_the_same_pages(
    first: Path, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_writer, "WORTH_A_PROCESS", 1)
    root = copy("processes")
    assert write(root, workers=2).kept == 0
    assert different(root, first) == []


def test_evidence_of_no_document_counts_for_the_place_of_its_target(copy: Copy) -> None:
    of_a_statistic = (
        "update fct_target_evidence set document_id = null, statement_id = null where evidence_rank = 1"
    )
    before, after, fresh = copy("statistic"), copy("statistic-renamed"), copy("statistic-fresh")
    for root in (before, after, fresh):
        change(root, of_a_statistic)
    write(before)
    for root in (after, fresh):
        change(root, "update fct_target_evidence set source_title = 'another' where document_id is null")
    assert write(after, earlier=before).kept > 0
    write(fresh)
    assert different(after, fresh) == []
    assert any("/targets/" in name for name in different(after, before))


def test_a_few_places_at_a_time_have_the_same_pages(
    first: Path, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_writer, "WORTH_OWN_ROWS", 1)
    monkeypatch.setattr(place_writer, "MOST_AT_A_TIME", 1)
    root = copy("few")
    assert write(root).kept == 0
    assert different(root, first) == []


def test_pages_of_other_code_or_with_one_missing_are_made(first: Path, copy: Copy) -> None:
    assert write(copy("other"), earlier=first, made_with="other code").kept == 0
    incomplete = copy("incomplete")
    shutil.copytree(first / "site", incomplete / "site")
    (incomplete / "site" / "targets" / "330000.html").unlink()
    root = copy("again")
    assert write(root, earlier=incomplete).kept == write(copy("whole"), earlier=first).kept - 1
    assert different(root, first) == []
    (incomplete / "site" / RECORD).write_text("{", encoding="utf-8")
    assert write(copy("damaged"), earlier=incomplete).kept == 0


def test_counts_over_the_whole_corpus_make_no_page_anew(first: Path, copy: Copy) -> None:
    counted = copy("counted")
    change(counted, "update dim_indicators set statement_count = statement_count + 1")
    assert write(counted, earlier=first).kept == write(copy("uncounted"), earlier=first).kept
    assert [name for name in different(counted, first) if "/data/" not in name] == []


def test_linked_pages_are_one_file_on_disk(first: Path, copy: Copy) -> None:
    root = copy("linked")
    write(root, earlier=first)
    shared = first / "site" / "targets" / "330000.html"
    assert (root / "site" / "targets" / "330000.html").samefile(shared)
