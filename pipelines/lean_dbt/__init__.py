"""dbt, in a process of ours, without what it does anew for each of its nodes and has no need to.

Each module takes one such thing out, and leaves what dbt builds, says and writes as it was
(`tests/integration/test_lean_dbt.py`). They know the inside of these versions; with any other, dbt stays as it is.
"""

from __future__ import annotations

from importlib.metadata import version

KNOWN = {"dbt-core": "1.11.16", "dbt-common": "1.39.0", "dbt-adapters": "1.24.5", "dbt-duckdb": "1.11.1"}
"""The versions whose inside is known: those of the lock."""


def is_known() -> bool:
    """Whether the dbt that is installed is one whose inside is known."""
    return all(version(package) == known for package, known in KNOWN.items())


def make_lean() -> None:
    """Take the needless work out of dbt in this process; nothing where its versions are not known."""
    if not is_known():
        return
    from pipelines.lean_dbt import (  # noqa: PLC0415 - they import dbt
        artifacts,
        macros,
        messages,
        results,
        templates,
    )

    messages.drop_unwritten_messages()
    macros.bind_macros_when_called()
    templates.compile_templates_once()
    results.keep_type_testers()
    artifacts.write_no_graph()


def settle() -> None:
    """What can be taken out of dbt only when the environment is that of its command."""
    if is_known():
        from pipelines.lean_dbt import contexts  # noqa: PLC0415 - imports dbt

        contexts.keep_what_is_common()
