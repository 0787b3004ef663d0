"""Published tables as files for people without a database: Excel, CSV, SDMX-CSV."""
