"""The published copy: atomic swap, Parquet, data package."""
