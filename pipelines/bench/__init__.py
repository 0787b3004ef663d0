"""What `make bench` measures, into docs/benchmarks.md: a module for each section there."""
