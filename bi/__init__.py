"""Connections of BI tools to the published warehouse."""
