"""How this project starts dbt-core from Dagster: as a subprocess, and nothing before it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
from packaging.version import Version

from pipelines.lean_imports.dagster_dbt import (
    DagsterDbtTranslator,
    DbtCliInvocation,
    DbtCliResource,
    get_updated_cli_invocation_params_for_context,
)
from pipelines.waiting_dbt import take_waiting
from pipelines.warehouse import PARSE_STATE


class DbtCore(DbtCliResource):
    """dbt-core as a subprocess, without what dagster-dbt does in this process before each command.

    `dbt --version` takes seconds and asks a package index over the network, and the adapter handle
    is only for `.fetch_row_counts()`, which would leave a connection to the build database open.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Any) -> Any:
        del args

    def build(
        self, args: Sequence[str], context: dg.AssetExecutionContext, target_path: Path
    ) -> DbtCliInvocation:
        """Run a command for the assets of a step: in the dbt that waits, where there is one.

        Args:
            args: the command and its options.
            context: of the step; what it selects is added to the options.
            target_path: dbt's target folder.
        """
        return self._in_waiting(args, context, target_path) or self.cli(
            args, context=context, target_path=target_path
        )

    def _in_waiting(
        self, args: Sequence[str], context: dg.AssetExecutionContext, target_path: Path
    ) -> DbtCliInvocation | None:
        waiting = take_waiting()
        if waiting is None:
            return None
        chosen = get_updated_cli_invocation_params_for_context(context, {}, DagsterDbtTranslator())
        environment = {
            **os.environ,
            "DBT_LOG_FORMAT": "json",
            "DBT_TARGET_PATH": str(target_path),
            "DBT_LOG_PATH": str(target_path),
            "DBT_PROFILES_DIR": str(self.profiles_dir),
            "DBT_PROJECT_DIR": self.project_dir,
            **({"DBT_INDIRECT_SELECTION": chosen.indirect_selection} if chosen.indirect_selection else {}),
        }
        options = [*self.global_config_flags, *args, *chosen.selection_args]
        options += ["--profile", self.profile] if self.profile else []
        options += ["--target", self.target] if self.target else []
        state = target_path / PARSE_STATE
        process = waiting.run(
            options, environment, Path(self.project_dir), state if state.is_file() else None
        )
        if process is None:
            return None
        return DbtCliInvocation(
            process=process,
            manifest=chosen.manifest,
            dagster_dbt_translator=chosen.dagster_dbt_translator,
            project_dir=Path(self.project_dir),
            target_path=target_path,
            raise_on_error=True,
            cli_version=self._cli_version,
            project=chosen.dbt_project,
            context=context,
        )
