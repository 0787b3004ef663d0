"""dbt's templates compiled once.

dbt makes a Jinja environment for each text that it renders, and compiles the text, though the call of a generic
test is the same text in all tests of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from types import CodeType
from typing import Any

import dbt.clients.jinja
import dbt_common.clients.jinja
import jinja2
from dbt_common.clients.jinja import catch_jinja, get_environment

from pipelines.lean_dbt.replacing import replace

CALLED_BY_THE_ADAPTER = (
    "drop_relation",
    "get_columns_in_relation",
    "list_relations_without_caching",
    "list_schemas",
    "rename_relation",
    "sql_convert_columns_in_relation",
)
"""Macros that no node names: the adapter calls them, and they that of the database."""

_get_template = dbt_common.clients.jinja.get_template


@cache
def _environment(native: bool) -> jinja2.Environment:
    return get_environment(native=native)


@cache
def _code(source: str, native: bool) -> CodeType:
    return _environment(native).compile(source)


def _get_compiled(
    string: str, ctx: dict[str, Any], node: Any = None, capture_macros: bool = False, native: bool = False
) -> jinja2.Template:
    if capture_macros:
        return _get_template(string, ctx, node, capture_macros=True, native=native)
    with catch_jinja(node):
        environment = _environment(native)
        code = _code(str(string), native)
        return environment.template_class.from_code(environment, code, environment.make_globals(ctx), None)


def compile_templates_once() -> None:
    """Have dbt, in this process, keep its two Jinja environments and the code of templates."""
    for module in (dbt_common.clients.jinja, dbt.clients.jinja):
        replace(module, "get_template", _get_compiled)


def needed_macros(manifest: Any) -> list[Any]:
    """The macros that the nodes of a manifest call, with those that these call, materializations included."""
    kinds = {str(node.config.materialized) for node in manifest.nodes.values()}
    wanted = [name for node in manifest.nodes.values() for name in node.depends_on_macros]
    for name, macro in manifest.macros.items():
        of_kind = macro.name.startswith("materialization_") and any(
            f"_{kind}_" in macro.name for kind in kinds
        )
        if of_kind or macro.name.rpartition("__")[2] in CALLED_BY_THE_ADAPTER:
            wanted.append(name)
    found: dict[str, Any] = {}
    while wanted:
        name = wanted.pop()
        if name not in found and name in manifest.macros:
            found[name] = manifest.macros[name]
            wanted += found[name].depends_on.macros
    return list(found.values())


def compile_ahead(manifest: Any) -> Iterator[None]:
    """Compile the templates that a build of a manifest needs, one each time that the iterator is asked."""
    for macro in needed_macros(manifest):
        with suppress(Exception):  # What is wrong with it is told when it is called.
            dbt_common.clients.jinja.template_cache.get_node_template(macro)
        yield
    for node in manifest.nodes.values():
        with suppress(Exception):
            _code(node.raw_code, False)
            for argument in _texts(getattr(node, "test_metadata", None) and node.test_metadata.kwargs):
                _code(argument, True)
        yield


def _texts(value: Any) -> Iterator[str]:
    """The texts in the arguments of a test, each of which dbt renders."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)
