"""Warnings of the pipeline's own code, shown to whoever started the build."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class _Notices(logging.Handler):
    def __init__(self, console: Console) -> None:
        super().__init__(logging.WARNING)
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """One line for each warning."""
        line = f"note: {record.getMessage()}"
        self._console.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def shown_notices(console: Console) -> Iterator[None]:
    """Print what the modules of `pipelines` warn of, while it lasts: damage found, something built anew."""
    logger = logging.getLogger("pipelines")
    handler = _Notices(console)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
