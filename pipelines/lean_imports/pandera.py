"""pandera for polars alone: it takes pandas and numpy in where they are installed, which no frame here is of."""

from pipelines.lean_imports import without

with without("numpy", "pandas"):
    import pandera.polars

__all__ = ["pandera"]
