"""What the manifest of the dbt project says: which model is made from which, which column has which codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LAYERS = ("source", "seed", "staging", "intermediate", "mart", "exposure")
"""The layers of the graph, in the direction in which the data goes."""
_LIST_TESTS = {"in_closed_lists", "in_verdicts"}
_FOLDERS = {"staging": "staging", "intermediate": "intermediate", "marts": "mart"}


@dataclass(frozen=True, slots=True)
class Node:
    """A table or a use of tables.

    Attributes:
        key: dbt's unique id.
        name: as people write it.
        layer: one of `LAYERS`.
        description: what it is, in the words of the dbt project.
    """

    key: str
    name: str
    layer: str
    description: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """Nodes ordered by layer and name, and edges (from, to) by key, each once and in order."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]

    def above(self, key: str) -> tuple[Node, ...]:
        """The nodes that a node is made from, in order."""
        wanted = {start for start, end in self.edges if end == key}
        return tuple(node for node in self.nodes if node.key in wanted)


def lineage(manifest: Mapping[str, Any]) -> Lineage:
    """The graph of a dbt manifest: sources and seeds, models, exposures.

    Sources and seeds that nothing is made from stay out, and so do tests.

    Args:
        manifest: dbt's manifest.json.

    Raises:
        ValueError: a model stands in a folder that is none of the layers.
    """
    found = {node.key: (node, above) for node, above in _found(manifest)}
    edges = sorted({(start, key) for key, (_, above) in found.items() for start in above if start in found})
    used = {start for start, _ in edges}
    nodes = sorted(
        (node for node, _ in found.values() if node.layer not in {"source", "seed"} or node.key in used),
        key=lambda node: (LAYERS.index(node.layer), node.name),
    )
    return Lineage(tuple(nodes), tuple(edges))


def _found(manifest: Mapping[str, Any]) -> Iterator[tuple[Node, Iterable[str]]]:
    """Each node with the keys of those that it is made from."""
    for key, source in manifest["sources"].items():
        yield Node(key, source["name"], "source", source["description"]), ()
    for key, node in manifest["nodes"].items():
        if node["resource_type"] in {"model", "seed"}:
            yield (
                Node(key, node["name"], _layer(node), node["description"]),
                node["depends_on"].get("nodes", ()),
            )
    for key, use in manifest["exposures"].items():
        name = use.get("label") or use["name"]
        yield Node(key, name, "exposure", use["description"]), use["depends_on"]["nodes"]


def _layer(node: Mapping[str, Any]) -> str:
    if node["resource_type"] == "seed":
        return "seed"
    for folder in node["fqn"][1:-1]:
        if folder in _FOLDERS:
            return _FOLDERS[folder]
    raise ValueError(
        f"{node['original_file_path']}: a model stands in one of the folders {', '.join(_FOLDERS)} of models/"
    )


def column_lists(manifest: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """(Table, column) -> the closed list that a test of the dbt project holds the column to, in order."""
    found = {
        (manifest["nodes"][test["attached_node"]]["name"], column): list_name
        for test in manifest["nodes"].values()
        if test["resource_type"] == "test" and test.get("test_metadata", {}).get("name") in _LIST_TESTS
        for column, list_name in test["test_metadata"]["kwargs"]["lists"].items()
    }
    # dbt's order of nodes differs from run to run.
    return dict(sorted(found.items()))
