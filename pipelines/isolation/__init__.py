"""Formats that a hostile file can turn against its reader are read in a process of their own."""

from pipelines.isolation.process import ReaderUnavailableError, read_apart

__all__ = ["ReaderUnavailableError", "read_apart"]
