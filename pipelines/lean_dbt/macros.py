"""dbt's macros bound to a node's context when they are called.

dbt makes an object of each of its 540 macros for each context, of which a node has two or three, and calls twenty
of them: a fifth of a run's processor time. Here Python binds them, as it binds methods, and dbt's own object is
made for a macro that is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat
from types import MethodType
from typing import Any

from dbt.clients.jinja import MacroGenerator
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.nodes import Macro
from dbt_common.clients.jinja import MacroProtocol

from pipelines.lean_dbt.replacing import replace

_build_namespace = MacroNamespaceBuilder.build_namespace
_to_dict = ManifestContext.to_dict


class _Unbound:
    """A macro without a context. `macro` is what dbt looks up in its own object."""

    def __init__(self, macro: MacroProtocol) -> None:
        self.macro = macro

    def __call__(self, scope: tuple[dict[str, Any], Any, Any], *args: Any, **named: Any) -> Any:
        context, node, stack = scope
        return MacroGenerator(self.macro, context, node, stack)(*args, **named)


_Table = tuple[list[str], list[_Unbound]]


class _Layout:
    """Which macro a name stands for, in each of dbt's namespaces; the same for all nodes of a package."""

    def __init__(self, macros: Any, namespace: MacroNamespace) -> None:
        # Kept, so that no other dictionary can come to have its id.
        self.macros = macros
        unbound: dict[int, _Unbound] = {}

        def table(names: Mapping[str, MacroGenerator]) -> _Table:
            found = [unbound.setdefault(id(one.macro), _Unbound(one.macro)) for one in names.values()]
            return list(names), found

        self.root = table(namespace.global_namespace)
        self.local = table(namespace.local_namespace)
        self.internal = table(namespace.global_project_namespace)
        self.packages = {name: table(macros) for name, macros in namespace.packages.items()}


_layouts: dict[tuple[Any, ...], _Layout] = {}


def _bind(table: _Table, scope: tuple[Any, ...]) -> dict[str, Any]:
    names, macros = table
    return dict(zip(names, map(MethodType, macros, repeat(scope)), strict=True))


def _build_bound(
    builder: MacroNamespaceBuilder, macros_by_package: dict[str, dict[str, Macro]], ctx: dict[str, Any]
) -> MacroNamespace:
    key = (
        id(macros_by_package),
        builder.root_package,
        builder.search_package,
        tuple(builder.internal_package_names_order),
    )
    layout = _layouts.get(key)
    if layout is None:
        layout = _layouts[key] = _Layout(macros_by_package, _build_namespace(builder, macros_by_package, ctx))
    scope = (ctx, builder.node, builder.thread_ctx)
    return MacroNamespace(
        global_namespace=_bind(layout.root, scope),
        local_namespace=_bind(layout.local, scope),
        global_project_namespace=_bind(layout.internal, scope),
        packages={name: _bind(table, scope) for name, table in layout.packages.items()},
    )


def _to_dict_at_once(context: ManifestContext) -> dict[str, Any]:
    namespace = context.namespace
    if not isinstance(namespace, MacroNamespace):
        return _to_dict(context)
    content: dict[str, Any] = super(ManifestContext, context).to_dict()
    # A name stands for what the first of these has; dbt asks all of them for each name.
    for names in reversed(list(namespace._search_order())):
        content.update(names)
    return content


def bind_macros_when_called() -> None:
    """Have dbt, in this process, bind macros instead of making an object of each."""
    replace(MacroNamespaceBuilder, "build_namespace", _build_bound)
    replace(ManifestContext, "to_dict", _to_dict_at_once)
