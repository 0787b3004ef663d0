"""Speed of the published file at a size that no build is needed for: `make bench-marts`."""
