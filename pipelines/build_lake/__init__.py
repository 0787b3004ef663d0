"""The DuckLake that dbt builds in with `gwr build --target ducklake`, shared by machines.

It is not the one that readers open: it has a schema of its own in the same PostgreSQL database, and a folder
of its own beside the readers' Parquet files. So nobody reads a table that a later test may refuse.
"""
