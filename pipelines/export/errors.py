"""What goes wrong with an export."""

from __future__ import annotations


class ExportError(RuntimeError):
    """A table can't be exported as asked; the message says why and what to do."""
