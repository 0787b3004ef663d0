"""`python -m pipelines.cli`: the same as `gwr`."""

from pipelines.cli import main

main()
