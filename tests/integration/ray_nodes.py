"""A Ray cluster of our own on the loopback address: a head that reads nothing, and two nodes of one core."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.lake.ray_cluster import load_ray

NOTICED_DEAD = {"health_check_initial_delay_ms": 2000, "health_check_period_ms": 1000}
"""A node that is killed is noticed after some seconds, not after half a minute."""


@pytest.fixture(scope="session")
def ray_nodes() -> Iterator[Any]:
    """The cluster. A test that kills a node puts another one in its place."""
    load_ray("127.0.0.1")
    from ray.cluster_utils import Cluster  # noqa: PLC0415 - after its environment is set

    memory = {"object_store_memory": 200_000_000}
    head = {"num_cpus": 0, "include_dashboard": False, "include_log_monitor": False, **memory}
    # A short path: sockets lie in it.
    with tempfile.TemporaryDirectory(prefix="gwr-ray-", ignore_cleanup_errors=True) as folder:
        with pytest.MonkeyPatch.context() as context:
            context.setenv("RAY_TMPDIR", folder)
            started = Cluster(initialize_head=True, head_node_args={**head, "_system_config": NOTICED_DEAD})
            for _ in range(2):
                started.add_node(wait=False, num_cpus=1, **memory)
            started.wait_for_nodes(timeout=60)
        yield started
        started.shutdown()
