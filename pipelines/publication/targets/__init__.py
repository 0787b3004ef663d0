"""Copies of the published version in other databases. Each is off until its setting names a place."""
