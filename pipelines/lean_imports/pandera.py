"""pandera for polars alone: pandas, numpy and what makes up test data it takes in where they are installed."""

from pipelines.lean_imports import without

with without("hypothesis", "numpy", "pandas"):
    import pandera.polars
    import polars as pl

    # The first check of a process looks for them once more.
    pandera.polars.DataFrameSchema({"row": pandera.polars.Column(int, pandera.polars.Check.ge(0))}).validate(
        pl.DataFrame({"row": [0]})
    )

__all__ = ["pandera"]
