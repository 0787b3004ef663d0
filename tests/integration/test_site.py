"""The site as a build publishes it, as `gwr site` makes it anew, and as it is shown."""

from __future__ import annotations

import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.paths import Paths
from pipelines.publication.versions import current_version, is_whole
from tests.conftest import GWR, RunGwr
from tests.integration.conftest import Built


@pytest.fixture
def copied(built: Built, tmp_path: Path) -> Paths:
    """A copy of what that build published, to be changed."""
    data = tmp_path / "data"
    shutil.copytree(built.paths.published, data / "published", symlinks=True)
    return Paths(raw=built.paths.raw, data=data)


def test_a_build_publishes_the_pages_with_the_tables(built: Built) -> None:
    version = current_version(built.paths.published)
    assert version is not None and is_whole(version)
    page = (built.paths.published_site / "index.html").read_text(encoding="utf-8")
    assert version.name in page
    assert "宁波市" in page


def test_every_statement_is_marked_where_it_stands(
    built: Built, warehouse: duckdb.DuckDBPyConnection
) -> None:
    page = (built.paths.published_site / "reports" / "330200-report-2026.html").read_text(encoding="utf-8")
    statements = warehouse.execute("select statement_id from fct_indicator_statements").fetchall()
    assert len(statements) > 100
    assert [one for (one,) in statements if one not in page] == []


def test_pages_of_the_present_code_are_not_made_twice(copied: Paths, run_gwr: RunGwr) -> None:
    before = current_version(copied.published)
    done = run_gwr("site", "--data", copied.data)
    assert (done.returncode, current_version(copied.published)) == (0, before)
    assert done.stdout.strip() == str(copied.published_site / "index.html")
    assert "present code" in done.stderr


def test_pages_of_other_code_become_a_version_of_their_own(copied: Paths, run_gwr: RunGwr) -> None:
    before = current_version(copied.published)
    assert before is not None
    # As if an earlier release had published it: the name says with what the pages were made.
    old = before.rename(before.with_name("0123456789abcdef"))
    (copied.published / ".current").unlink()
    (copied.published / ".current").symlink_to(f".versions/{old.name}")
    done = run_gwr("site", "--data", copied.data)
    assert done.returncode == 0, done.stderr
    after = current_version(copied.published)
    assert after is not None and after.name == before.name and is_whole(after)
    assert (after / "manifest.json").read_text() == (old / "manifest.json").read_text()
    made, before_that = (
        {file.relative_to(site): file.read_bytes() for file in sorted(site.rglob("*")) if file.is_file()}
        for site in (after / "site", old / "site")
    )
    assert len(made) > 100
    assert [file for file in {*made, *before_that} if made.get(file) != before_that.get(file)] == []


def test_a_copy_stands_alone_and_is_never_put_over_something(
    copied: Paths, run_gwr: RunGwr, tmp_path: Path
) -> None:
    done = run_gwr("site", "--data", copied.data, "--output", tmp_path / "www")
    assert done.returncode == 0
    assert (tmp_path / "www" / "site" / "index.html").is_file()
    assert not (tmp_path / "www" / "warehouse.duckdb").is_symlink()
    again = run_gwr("site", "--data", copied.data, "--output", tmp_path / "www")
    assert again.returncode == 1
    assert "holds something" in again.stderr


def test_where_nothing_is_published_it_says_what_to_do(run_gwr: RunGwr, tmp_path: Path) -> None:
    for arguments in ((), ("--serve",), ("--output", tmp_path / "www")):
        done = run_gwr("site", "--data", tmp_path / "data", *arguments)
        assert done.returncode == 1
        assert "run gwr build" in done.stderr


@pytest.fixture
def address(built: Built) -> Iterator[str]:
    """The address at which `gwr site --serve` shows the pages."""
    command = [str(GWR), "site", "--serve", "--port", "0", "--data", str(built.paths.data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip().removesuffix("/site/index.html")
        server.send_signal(signal.SIGINT)
        assert server.wait(10) == 0


def test_the_server_shows_pages_and_files_and_nothing_hidden(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(f"{address}/", timeout=10) as answer:
        assert answer.url == f"{address}/site/index.html"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "宁波市" in answer.read().decode()
    with urllib.request.urlopen(f"{address}/datapackage.json", timeout=10) as answer:
        assert answer.headers["Content-Type"] == "application/json"
    for hidden in ("/.current/manifest.json", "/%2ecurrent/manifest.json", "/parquet/", "/no-such-page.html"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}{hidden}", timeout=10)
