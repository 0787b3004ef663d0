"""`gwr build` and `gwr serve`."""

# ruff: noqa: PLC0415 - no command waits for the imports of another

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated

import typer

from pipelines.cli.options import DataOption, RawOption, clear_errors, folders
from pipelines.cli.root import app


class BuildTarget(StrEnum):
    """Where dbt builds."""

    EMBEDDED = "embedded"
    DUCKLAKE = "ducklake"


@app.command()
def build(
    raw: RawOption = None,
    data: DataOption = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail, and publish nothing, when any input can't be taken.")
    ] = False,
    rehash: Annotated[
        bool, typer.Option("--rehash", help="Hash every file again; trust no size and time of change.")
    ] = False,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build every row anew, also of places that did not change.")
    ] = False,
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine",
            metavar="[local|ray]",
            help="Where texts are read: processes of this machine, or a Ray cluster (docs/ray.md)."
            " [default: local]",
            show_default=False,
        ),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="HOST:PORT",
            help="Ray cluster for --engine ray. [default: one for this run, on this machine]",
            show_default=False,
        ),
    ] = None,
    lake_url: Annotated[
        str | None,
        typer.Option(
            "--lake-url",
            metavar="URL",
            help="Where the lake lies for several machines: s3://bucket/folder, gs://, az://, file:///"
            " (docs/ray.md). [default: GWR_LAKE_URL, else on this machine only]",
            show_default=False,
        ),
    ] = None,
    target: Annotated[
        BuildTarget | None,
        typer.Option(
            "--target",
            help="Where dbt builds: a file of this machine, or a DuckLake that machines share."
            " [default: GWR_BUILD_TARGET, else embedded]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run the main job: raw/ -> lake -> dbt -> data/published/.

    The same graph that the nightly schedule runs; `gwr serve` shows the run afterwards. A file or row
    that can't be taken is set aside with its reason, and the rest goes on. Readers of data/published/
    see the old warehouse until the new one is whole.

    Exit status: **0** all good, **3** finished with input set aside, **1** failed, **130** stopped by
    Ctrl-C, **143** stopped by SIGTERM.

    Examples:

    `gwr build`

    `gwr build --strict --raw /srv/reports --data /srv/warehouse`

    `gwr build --engine ray --address 10.0.0.5:6379`

    `gwr build --lake-url s3://reports/lake`

    `gwr build --target ducklake`
    """
    from pipelines.cli.build import build as run
    from pipelines.disk import DiskError
    from pipelines.lake.engine_choice import EngineChoice
    from pipelines.lake.ray_cluster import RayUnavailableError, check_ray
    from pipelines.lake.url_store import LakeUrlError
    from pipelines.lake.url_versions import check_lake_url
    from pipelines.lock import BuildInProgressError
    from pipelines.publication.targets.errors import TargetError
    from pipelines.settings import Settings
    from pipelines.warehouse import DbtParseError

    paths = folders(raw, data)
    if not paths.raw.is_dir():
        raise typer.BadParameter(f"{paths.raw} is no folder", param_hint="--raw")
    try:
        choice = EngineChoice.from_settings(engine, address)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--engine") from error
    if address and choice.name != "ray":
        raise typer.BadParameter("it is for --engine ray", param_hint="--address")
    if target is not None:
        # Settings are read where they are needed, in other processes too: the option is one of them.
        os.environ["GWR_BUILD_TARGET"] = target.value
    if lake_url is not None:
        os.environ["GWR_LAKE_URL"] = lake_url
    with clear_errors(
        BuildInProgressError, DbtParseError, DiskError, LakeUrlError, RayUnavailableError, TargetError
    ):
        if url := Settings().lake_url:
            check_lake_url(url)
        if choice.name == "ray":
            check_ray(choice.address)
        raise typer.Exit(run(paths, strict=strict, rehash=rehash, full_refresh=full_refresh, engine=choice))


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
    with clear_errors(AddressInUseError):
        serve(folders(raw, data), host or settings.host, port or settings.port)
