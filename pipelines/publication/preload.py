"""What a publication is made with, loaded while dbt builds: this process only waits for it then."""

from __future__ import annotations

import threading
from importlib import import_module

_threads: list[threading.Thread] = []


def preload(*, pages: bool) -> None:
    """Begin to load in another thread. What fails there fails again, and is told, where it is used.

    Args:
        pages: whether pages will be made too.
    """
    thread = threading.Thread(target=_load, args=(pages,), name="preload", daemon=True)
    _threads.append(thread)
    thread.start()


def wait_until_loaded() -> None:
    """Let it come to its end, so that nothing is made twice."""
    while _threads:
        _threads.pop().join()


def _load(pages: bool) -> None:
    import_module("pipelines.publication.publish")
    import_module("pipelines.publication.site.maker")
    if pages:
        import_module("pipelines.publication.site.facts")
        from pipelines.publication.site.write import prepare_pages  # noqa: PLC0415 - takes long to import

        prepare_pages()
