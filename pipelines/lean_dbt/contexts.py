"""What all nodes of a command see alike, made once: dbt makes it for each context of each node.

Its arguments, the modules that templates may use, and the environment variables that are secrets, which dbt looks
for in each message.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import dbt.context.base
import dbt.context.providers
import dbt_common.events.functions
from dbt.context.base import get_context_modules
from dbt.utils import args_to_dict
from dbt_common.exceptions import env_secrets

from pipelines.lean_dbt.replacing import replace

_arguments: dict[int, tuple[Any, dict[str, Any]]] = {}


def _arguments_once(args: Any) -> dict[str, Any]:
    # The arguments are kept too, so that no other object can come to have their id.
    if id(args) not in _arguments:
        _arguments[id(args)] = args, args_to_dict(args)  # type: ignore[no-untyped-call]
    return _arguments[id(args)][1].copy()


def keep_what_is_common() -> None:
    """Have dbt, in this process, make it once. Call it when the environment is that of the command."""
    replace(dbt.context.providers, "args_to_dict", _arguments_once)
    replace(dbt.context.base, "get_context_modules", cache(get_context_modules))
    replace(dbt_common.events.functions, "env_secrets", cache(env_secrets))
