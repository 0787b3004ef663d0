"""Pages to watch (`raw/sources.yml`) -> files of `raw/`, fetched politely and only where they changed."""
