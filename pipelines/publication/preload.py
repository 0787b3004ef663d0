"""What a publication is made with, loaded while dbt builds: this process only waits for it then."""

from __future__ import annotations

import threading
from importlib import import_module

_MODULES = ("pipelines.publication.publish", "pipelines.publication.site.maker")
_MODULES_OF_PAGES = ("pipelines.publication.site.facts", "pipelines.publication.site.write")


def preload(*, pages: bool) -> None:
    """Begin to import in another thread; whoever imports the same waits for as long as it takes.

    Args:
        pages: whether pages will be made too.
    """
    modules = (*_MODULES, *(_MODULES_OF_PAGES if pages else ()))
    threading.Thread(target=_load, args=(modules,), name="preload", daemon=True).start()


def _load(modules: tuple[str, ...]) -> None:
    for module in modules:
        import_module(module)
