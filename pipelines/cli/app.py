"""The commands of `gwr`, their options and their help. What a command needs is imported when it runs."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.paths import Paths

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Chinese government work reports as a warehouse: what was promised, in numbers, and was it"
    " delivered.\n\nPut a report into raw/ (`gwr add`), build (`gwr build`), ask (`gwr query`)."
    " `gwr extract` reads one file and writes nothing.",
)


class StatementFormat(StrEnum):
    """How statements are printed."""

    TABLE = "table"
    JSONL = "jsonl"


class RowFormat(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class DocKind(StrEnum):
    """Kinds of text that raw/ holds."""

    REPORT = "report"
    BULLETIN = "bulletin"
    PLAN = "plan"


class TextVersion(StrEnum):
    """Whether a text is the whole of what was said."""

    FULL = "full"
    ABRIDGED = "abridged"


RawOption = Annotated[
    Path | None, typer.Option("--raw", help="Folder of the input, instead of raw/.", show_default=False)
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of all that is built, instead of data/.", show_default=False),
]
PlaceOption = Annotated[
    str | None,
    typer.Option(
        "--place",
        metavar="CODE",
        help="GB/T 2260 code of the place (330200 = Ningbo, 100000 = national). Needed where the file's"
        " name doesn't say it.",
        show_default=False,
    ),
]
YearOption = Annotated[
    int | None,
    typer.Option(
        "--year",
        metavar="Y",
        help="Year the report was given. Needed where the file's name doesn't say it.",
        show_default=False,
    ),
]
TextArgument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A report: txt, html, pdf or docx.")
]


def _paths(raw: Path | None, data: Path | None) -> Paths:
    default = Paths.from_environment()
    return Paths(raw=raw.resolve() if raw else default.raw, data=data.resolve() if data else default.data)


@contextmanager
def _clear_errors(*kinds: type[Exception]) -> Iterator[None]:
    """Errors that the user can do something about, as one message and exit status 1."""
    try:
        yield
    except kinds as error:
        typer.secho(f"gwr: {error}", fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from error


@app.command()
def build(
    raw: RawOption = None,
    data: DataOption = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail, and publish nothing, when any input can't be taken.")
    ] = False,
) -> None:
    """Run the main job: raw/ -> lake -> dbt -> data/published/.

    The same graph that the nightly schedule runs; `gwr serve` shows the run afterwards. A file or row
    that can't be taken is set aside with its reason, and the rest goes on. Readers of data/published/
    see the old warehouse until the new one is whole.

    Exit status: **0** all good, **3** finished with input set aside, **1** failed.

    Examples:

    `gwr build`

    `gwr build --strict --raw /srv/reports --data /srv/warehouse`
    """
    from pipelines.cli.build import build as run
    from pipelines.lock import BuildInProgressError
    from pipelines.warehouse import DbtParseError

    paths = _paths(raw, data)
    if not paths.raw.is_dir():
        raise typer.BadParameter(f"{paths.raw} is no folder", param_hint="--raw")
    with _clear_errors(BuildInProgressError, DbtParseError):
        raise typer.Exit(run(paths, strict=strict))


@app.command()
def extract(
    file: TextArgument,
    output: Annotated[
        StatementFormat, typer.Option("--format", help="jsonl: one statement a line, for programs.")
    ] = StatementFormat.TABLE,
    explain: Annotated[
        bool, typer.Option("--explain", help="Every number: its statement, or the rule that rejected it.")
    ] = False,
    place: PlaceOption = None,
    year: YearOption = None,
) -> None:
    """Read the statements of one report and print them. Nothing is written, no build is needed.

    Place and year are read from the file's name, where it is one of `330200-2026-宁波市.txt` and
    `330200-ningbo/2026.txt`. A line of JSON has the keys of the statement contract; its spans count
    characters of the text.

    Examples:

    `gwr extract 330200-2026-宁波市.txt`

    `gwr extract report.pdf --place 330200 --year 2026 --format jsonl > statements.jsonl`

    `gwr extract report.txt --place 330200 --year 2026 --explain`
    """
    from pipelines.cli.extract import print_explained, print_statements
    from pipelines.documents.errors import DocumentError

    as_lines = output is StatementFormat.JSONL
    with _clear_errors(DocumentError):
        (print_explained if explain else print_statements)(file, place, year, as_lines=as_lines)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The text as you received it.")],
    place: Annotated[str, typer.Option("--place", metavar="CODE", help="GB/T 2260 code: 330200 = Ningbo.")],
    year: Annotated[
        int, typer.Option("--year", metavar="Y", help="Year of the report; of a bulletin, the year measured.")
    ],
    kind: Annotated[DocKind, typer.Option("--kind", help="What the text is.")] = DocKind.REPORT,
    title: Annotated[str | None, typer.Option("--title", help="Its title.", show_default=False)] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where you found it.", show_default=False)] = None,
    published: Annotated[
        datetime | None,
        typer.Option("--published", formats=["%Y-%m-%d"], help="When it came out.", show_default=False),
    ] = None,
    publisher: Annotated[
        str | None, typer.Option("--publisher", help="Who put it out.", show_default=False)
    ] = None,
    text_version: Annotated[
        TextVersion | None, typer.Option("--text-version", help="Whole or shortened.", show_default=False)
    ] = None,
    version: Annotated[
        str | None,
        typer.Option("--version", help="Short name, where a year has several texts.", show_default=False),
    ] = None,
    raw: RawOption = None,
) -> None:
    """Copy a text into raw/ with its sidecar (origin and hash). Refuses what is already there.

    Examples:

    `gwr add report.txt --place 330200 --year 2026 --title 政府工作报告 --published 2026-01-22`

    `gwr add communique.html --kind bulletin --place 330200 --year 2025 --url https://...`
    """
    from pipelines.documents.add import add_document
    from pipelines.documents.errors import DocumentError

    with _clear_errors(DocumentError, OSError):
        target = add_document(
            _paths(raw, None).raw,
            file,
            place,
            year,
            kind=kind.value,
            title=title,
            url=url,
            published=published.date() if published else None,
            publisher=publisher,
            text_version=text_version.value if text_version else None,
            version=version,
        )
    typer.echo(f"added {target}")
    typer.echo("Next: gwr build")


def _query_text(sql: str) -> str:
    """The query itself, or what stands in a file of that name."""
    if not sql.endswith(".sql"):
        return sql
    file = Path(sql)
    if not file.is_file():
        raise typer.BadParameter(f"{sql}: no such file", param_hint="SQL")
    return file.read_text(encoding="utf-8")


@app.command()
def query(
    sql: Annotated[
        str, typer.Argument(metavar="SQL", help="A DuckDB query on the published tables, or a .sql file.")
    ],
    output: Annotated[
        RowFormat, typer.Option("--format", help="csv and json are whole and for programs.")
    ] = RowFormat.TABLE,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Most rows of a table; 0 for all.")] = 50,
    data: DataOption = None,
) -> None:
    """Ask the published warehouse. Read-only: it never blocks a build, nor does a build block it.

    Examples:

    `gwr query "show tables"`

    `gwr query "select column_name, comment from duckdb_columns() where table_name = 'fct_indicators'"`

    `gwr query "select * from fct_indicators where year = 2026" --format csv > targets.csv`

    `gwr query docs/queries/01_headline_targets.sql`
    """
    import duckdb

    from pipelines.cli.query import NotPublishedError, run_query

    with _clear_errors(NotPublishedError, duckdb.Error):
        run_query(_paths(None, data).published_database, _query_text(sql), output.value, limit)


@app.command()
def published(data: DataOption = None) -> None:
    """List the published versions on disk: name, rows, size, and which one readers see.

    Example:

    `gwr published`
    """
    from pipelines.cli.versions import print_versions

    print_versions(_paths(None, data).published)


@app.command()
def rollback(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A name that `gwr published` lists.")],
    data: DataOption = None,
) -> None:
    """Let readers see an earlier version again. Nothing is rebuilt; whoever has a file open goes on.

    Example:

    `gwr rollback e22d88b09370946e`
    """
    from pipelines.cli.versions import roll_back
    from pipelines.lock import BuildInProgressError
    from pipelines.publication.versions import VersionError

    with _clear_errors(VersionError, BuildInProgressError):
        roll_back(_paths(None, data), version)


@app.command()
def evaluate(
    gold: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Gold statements, one JSON a line.")
    ],
    text: TextArgument,
    errors: Annotated[
        int, typer.Option("--errors", min=0, help="How many of each kind of error to show.")
    ] = 0,
    place: PlaceOption = None,
    year: YearOption = None,
) -> None:
    """Compare what is read from a text with a gold file: precision, recall, F1, and each field.

    Examples:

    `gwr evaluate tests/gold/ningbo-2026.jsonl 330200-2026-宁波市.txt --errors 20`
    """
    from pipelines.cli.evaluate import print_evaluation
    from pipelines.documents.errors import DocumentError
    from pipelines.evaluation.gold import GoldError

    with _clear_errors(DocumentError, GoldError):
        print_evaluation(gold, text, place, year, errors)


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address. [default: 127.0.0.1]", show_default=False)
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port. [default: 3000]", show_default=False)] = None,
    raw: RawOption = None,
    data: DataOption = None,
) -> None:
    """Show the Dagster page: the asset graph, every run, the nightly schedule. Stop it with Ctrl-C.

    It listens on this machine only; whoever reaches it can start runs, so put a proxy with a login in
    front before you choose another --host.

    Examples:

    `gwr serve`

    `gwr serve --port 3333`
    """
    from pipelines.cli.serve import AddressInUseError, serve
    from pipelines.settings import Settings

    settings = Settings()
    with _clear_errors(AddressInUseError):
        serve(_paths(raw, data), host or settings.host, port or settings.port)


@app.command()
def version() -> None:
    """Print the versions that a result depends on."""
    from importlib.metadata import version as installed

    typer.echo(f"gwr {installed('gov-work-reports')}")
    for package in ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "polars"):
        typer.echo(f"{package} {installed(package)}")
