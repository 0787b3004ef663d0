"""Apache Superset on the published warehouse: `make bi` sets it up and shows it, `make bi-check` tries it."""
