"""What runs by itself: what is affected, once, and nothing that a whole build covers."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
import pytest

from pipelines.upkeep import WHOLE_BUILD, run_when_affected

FIRST, MIDDLE, LAST, OTHER = "first", "middle", "last", "other"


def graph(code: Mapping[str, str] | None = None, broken: str = "") -> dg.Definitions:
    """first -> middle -> last, and `other` by itself; a tagged and an untagged job of all of them."""

    def asset(name: str, *deps: str) -> dg.AssetsDefinition:
        @dg.asset(
            name=name,
            deps=list(deps),
            code_version=(code or {}).get(name, "1"),
            automation_condition=run_when_affected(),
        )
        def compute() -> None:
            if name == broken:
                raise RuntimeError("broken")

        return compute

    everything = dg.AssetSelection.all()
    return dg.Definitions(
        assets=[
            asset(FIRST, "raw"),
            asset(MIDDLE, FIRST),
            asset(LAST, MIDDLE),
            asset(OTHER),
            dg.AssetSpec("raw"),
        ],
        jobs=[
            dg.define_asset_job("whole", everything, tags=WHOLE_BUILD),
            dg.define_asset_job("untagged", everything),
            dg.define_asset_job("only_first", dg.AssetSelection.assets(FIRST)),
        ],
        executor=dg.in_process_executor,
    )


class Daemon:
    """Looks at the conditions as the daemon does, again and again, on one instance."""

    def __init__(self) -> None:
        self.instance = dg.DagsterInstance.ephemeral()
        self._cursor = None

    def run(self, job: str, definitions: dg.Definitions) -> None:
        definitions.resolve_job_def(job).execute_in_process(instance=self.instance, raise_on_error=False)

    def look(self, definitions: dg.Definitions) -> set[str]:
        """What it would start now."""
        result = dg.evaluate_automation_conditions(definitions, instance=self.instance, cursor=self._cursor)
        self._cursor = result.cursor
        names = [spec.key.to_user_string() for spec in definitions.resolve_all_asset_specs()]
        return {name for name in names if name != "raw" and result.get_num_requested(dg.AssetKey(name))}


@pytest.fixture
def daemon() -> Daemon:
    return Daemon()


def test_nothing_runs_in_an_empty_data_folder(daemon: Daemon) -> None:
    assert [daemon.look(graph()) for _ in range(3)] == [set()] * 3


def test_a_whole_build_starts_nothing_more(daemon: Daemon) -> None:
    daemon.look(graph())
    daemon.run("whole", graph())
    assert [daemon.look(graph()) for _ in range(2)] == [set()] * 2


@pytest.mark.parametrize(("job", "started"), [("whole", set()), ("untagged", {LAST})])
def test_a_whole_build_that_failed_half_way_is_not_taken_up(
    daemon: Daemon, job: str, started: set[str]
) -> None:
    """The tag makes the difference: without it, Dagster takes the half for an update of what is upstream."""
    daemon.run("whole", graph())
    daemon.look(graph())
    daemon.run(job, graph(broken=LAST))
    assert daemon.look(graph()) == started


def test_changed_code_runs_its_asset_and_what_is_downstream_once(daemon: Daemon) -> None:
    daemon.run("whole", graph())
    daemon.look(graph())
    changed = graph({MIDDLE: "2"})
    assert daemon.look(changed) == {MIDDLE, LAST}
    assert daemon.look(changed) == set()


def test_an_asset_that_was_materialised_alone_takes_its_downstream_along(daemon: Daemon) -> None:
    daemon.run("whole", graph())
    daemon.look(graph())
    daemon.run("only_first", graph())
    assert daemon.look(graph()) == {MIDDLE, LAST}
