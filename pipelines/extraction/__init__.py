"""Text -> statements, by pure functions."""
