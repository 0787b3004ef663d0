"""Statements compared with a gold file."""
