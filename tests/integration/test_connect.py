"""docs/connect.md: each recipe is run as it stands there, and gives the answer that stands below it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import create_engine, text

from pipelines.paths import PROJECT_ROOT
from tests.conftest import GWR
from tests.integration.conftest import Built
from tests.integration.postgres import BI_PASSWORD, BI_USER, PostgresServer
from tests.integration.published_versions import copy_of, publish_changed, published

pytestmark = pytest.mark.integration

PAGE = (PROJECT_ROOT / "docs" / "connect.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
STATUS = re.compile(r"^(?:Tested by `(?P<test>\w+)`|Not run here, because (?P<reason>[^\n]+))", re.MULTILINE)
CODE = re.compile(r"```(?P<language>\w+)\n(?P<code>.*?)```(?:\n```text\n(?P<answer>.*?)```)?", re.DOTALL)
SCRIPTS = {"python": "recipe.py", "sh": "recipe.sh", "r": "recipe.R", "js": "recipe.mjs"}


@dataclass(frozen=True)
class Recipe:
    """A block of code of the page, and the answer that the page shows."""

    section: str
    language: str
    code: str
    answer: str


def recipes(test: str) -> list[Recipe]:
    """The recipes of the sections that name this test."""
    return [
        Recipe(title, block["language"], block["code"], block["answer"] or "")
        for title, body in SECTIONS.items()
        if (status := STATUS.search(body)) and status["test"] == test
        for block in CODE.finditer(body)
        if block["language"] != "text"
    ]


def installed(program: str, *options: str) -> str | None:
    """What a program says, or None where it is not installed or fails."""
    path = shutil.which(program)
    if path is None:
        return None
    done = subprocess.run([path, *options], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr if done.returncode == 0 else None


def missing(recipe: Recipe) -> str | None:
    """What this recipe needs and is not installed. Python's packages are always there."""
    wanted = []
    if recipe.language == "r":
        wanted.append((installed("Rscript", "--version"), "R (Debian: r-base-core)"))
        for package in re.findall(r"(\w+)::", recipe.code):
            found = installed("Rscript", "-e", f"library({package})")
            wanted.append((found, f"the R package {package} (Debian: r-cran-{package.lower()})"))
    if recipe.language == "js":
        wanted.append((node_modules(), "@duckdb/node-api (npm install --global @duckdb/node-api)"))
    if "psql" in recipe.code:
        wanted.append((installed("psql", "--version"), "psql (Debian: postgresql-client)"))
    if "isql" in recipe.code:
        drivers = installed("odbcinst", "-q", "-d") or ""
        both = shutil.which("isql") and "PostgreSQL Unicode" in drivers
        wanted.append((both, "isql with psqlODBC (Debian: unixodbc, odbc-postgresql)"))
    names = [name for found, name in wanted if not found]
    return ", ".join(names) or None


def node_modules() -> Path | None:
    """npm's folder of global packages, if DuckDB's is among them."""
    root = installed("npm", "root", "--global")
    folder = Path(root.splitlines()[0]) if root else None
    return folder if folder and (folder / "@duckdb" / "node-api").is_dir() else None


@pytest.fixture
def folder(built: Built, tmp_path: Path) -> Path:
    """A project folder as the recipes expect it around them."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "published").symlink_to(built.paths.published)
    return tmp_path


@pytest.fixture(scope="module")
def marts(postgres_server: PostgresServer, built: Built) -> dict[str, str]:
    """The connection strings of a reader, to a copy that `gwr push` made."""
    database = postgres_server.new_database("connected")
    pushed = subprocess.run(
        [str(GWR), "push", "--target", "postgres", "--data", str(built.paths.data)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "GWR_POSTGRES_DSN": postgres_server.dsn(database)},
    )
    assert pushed.returncode == 0, pushed.stderr
    with postgres_server.connect(database) as session:
        session.execute(f"grant gwr_reader to {BI_USER}".encode())
    odbc = {
        "DRIVER": "{PostgreSQL Unicode}",
        "SERVER": "127.0.0.1",
        "PORT": str(postgres_server.port),
        "DATABASE": database,
        "UID": BI_USER,
        "PWD": BI_PASSWORD,
        "READONLY": "1",
    }
    return {
        "MARTS": postgres_server.dsn(database, BI_USER, BI_PASSWORD),
        "MARTS_ODBC": ";".join(f"{key}={value}" for key, value in odbc.items()),
    }


def run(recipe: Recipe, folder: Path, variables: dict[str, str]) -> str:
    """What the recipe prints when a user runs it in the project folder."""
    script = folder / SCRIPTS[recipe.language]
    script.write_text(recipe.code, encoding="utf-8")
    command = {
        "python": [sys.executable, str(script)],
        "sh": ["bash", "-euo", "pipefail", str(script)],
        "r": ["Rscript", "--vanilla", str(script)],
        "js": ["node", str(script)],
    }[recipe.language]
    modules = node_modules() if recipe.language == "js" else None
    if modules:
        (folder / "node_modules").symlink_to(modules)
    environment = {
        **os.environ,
        "PATH": f"{GWR.parent}{os.pathsep}{os.environ['PATH']}",
        "GWR_DATA_DIR": "data",
        "LC_ALL": "C.UTF-8",
        **variables,
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


def lines(said: str) -> list[str]:
    """Without the blanks at the end of lines, which an editor may take out of the page."""
    return [line.rstrip() for line in said.strip().splitlines()]


@pytest.mark.parametrize("title", SECTIONS)
def test_every_section_says_how_it_was_tested_or_why_not(title: str) -> None:
    said = list(STATUS.finditer(SECTIONS[title]))
    assert len(said) == 1, f"{title}: wants one line 'Tested by `...`' or 'Not run here, because ...'"
    [status] = said
    blocks = [block["language"] for block in CODE.finditer(SECTIONS[title])]
    if status["test"]:
        assert status["test"] in globals()
        assert [recipe for recipe in recipes(status["test"]) if recipe.section == title]
    else:
        assert status["reason"].endswith(".") or SECTIONS[title][status.end() :].strip()
        assert not set(blocks) & set(SCRIPTS), "code that could be run stands in a section that is not run"


def test_the_tools_that_are_asked_about_are_there() -> None:
    for tool in ("DuckDB command line", "polars", "pandas", "R", "DBeaver", "Tableau", "Power BI", "Excel"):
        assert [title for title in SECTIONS if tool in title], tool
    assert {recipe.section for recipe in recipes("test_recipe") if recipe.language == "python"} == {
        title for title in SECTIONS if title.startswith("Python")
    }


@pytest.mark.parametrize("recipe", recipes("test_recipe"), ids=lambda recipe: recipe.section)
def test_recipe(recipe: Recipe, folder: Path, request: pytest.FixtureRequest) -> None:
    needed = missing(recipe)
    if needed:
        pytest.skip(f"not installed: {needed}")
    variables = request.getfixturevalue("marts") if "MARTS" in recipe.code else {}
    said = lines(run(recipe, folder, variables))
    assert said
    assert said == lines(recipe.answer)


def test_read_only_is_what_the_recipes_ask_for() -> None:
    opened = [recipe for recipe in recipes("test_recipe") if "warehouse.duckdb" in recipe.code]
    assert len(opened) >= 5
    for recipe in opened:
        assert re.search("read_?only", recipe.code, re.IGNORECASE), recipe


class Screen:
    """A program in a terminal of tmux's, and what it shows."""

    def __init__(self, command: str, folder: Path) -> None:
        self.socket, self.folder = f"gwr-{os.getpid()}", folder
        size = ("-x", "150", "-y", "45")
        self.tmux("new-session", "-d", *size, "-c", str(folder), f"HOME='{folder}' {command}")

    def tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self.socket, "-f", "/dev/null", *arguments],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        return done.stdout

    def wait_for(self, wanted: str) -> str:
        """What the screen shows once these words are on it; else an error with the screen."""
        deadline = time.monotonic() + 30
        shown = ""
        while time.monotonic() < deadline:
            shown = self.tmux("capture-pane", "-p")
            if wanted in shown:
                return shown
            time.sleep(0.2)
        raise AssertionError(f"{wanted!r} is not on the screen:\n{shown}")


@pytest.fixture
def harlequin(folder: Path) -> Iterator[Screen]:
    needed = [program for program in ("harlequin", "tmux") if shutil.which(program) is None]
    if needed:
        pytest.skip(f"not installed: {', '.join(needed)}")
    [recipe] = recipes("test_harlequin_shows_an_answer")
    screen = Screen(recipe.code.strip(), folder)
    yield screen
    screen.tmux("kill-server")


def test_harlequin_shows_an_answer(harlequin: Screen) -> None:
    harlequin.wait_for("Query Editor")
    asked = "select outcome, actual_value / 1e8 as delivered from fct_target_outcomes"
    harlequin.tmux("send-keys", f"{asked} where year = 2025 and indicator_id = 'gdp' and measure = 'level'")
    harlequin.wait_for("'level'")
    harlequin.tmux("send-keys", "C-j")
    shown = harlequin.wait_for("1 Record")
    assert re.search(r"met\s+18700", shown), shown


def test_only_plain_types_are_published(warehouse: duckdb.DuckDBPyConnection) -> None:
    types = warehouse.execute(
        "select distinct data_type from duckdb_columns() where schema_name = 'main' and not internal"
    ).fetchall()
    said = re.findall(r"`([A-Z]+)`", next(line for line in PAGE.splitlines() if "**Types**" in line))
    assert {name for (name,) in types} == set(said)


COUNT_SECTORS = "select count(*) from dim_sectors"


def test_an_open_connection_keeps_its_version_until_it_is_opened_again(built: Built, tmp_path: Path) -> None:
    paths = copy_of(built.paths, tmp_path / "data")
    file = str(paths.published_database)
    with duckdb.connect(file, read_only=True) as opened:
        [[before]] = opened.execute(COUNT_SECTORS).fetchall()
        publish_changed(paths, published(paths), "smaller", "delete from dim_sectors where sector = 'marine'")
        assert opened.execute(COUNT_SECTORS).fetchone() == (before,)
        with duckdb.connect(file, read_only=True) as again:
            assert again.execute(COUNT_SECTORS).fetchone() == (before - 1,)


def test_an_engine_keeps_its_version_until_it_is_disposed(built: Built, tmp_path: Path) -> None:
    paths = copy_of(built.paths, tmp_path / "data")
    engine = create_engine(f"duckdb:///{paths.published_database}", connect_args={"read_only": True})

    def asked() -> int:
        with engine.connect() as session:
            return int(session.execute(text(COUNT_SECTORS)).scalar_one())

    before = asked()
    with pytest.raises(duckdb.ConnectionException, match="different configuration"):
        duckdb.connect(str(paths.published_database), read_only=True)
    publish_changed(paths, published(paths), "smaller", "delete from dim_sectors where sector = 'marine'")
    assert asked() == before
    engine.dispose()
    assert asked() == before - 1
    engine.dispose()


def test_nobody_writes_through_the_urls_of_the_page(built: Built) -> None:
    url = f"duckdb:///{built.paths.published_database}?access_mode=read_only"
    engine = create_engine(url)
    with engine.connect() as session, pytest.raises(Exception, match="read-only"):
        session.execute(text("create table mine as select 1"))
    engine.dispose()
