"""Thin Dagster assets, one file per stage."""
