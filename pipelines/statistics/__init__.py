"""Statistical tables (CSV, Excel) -> observations with vintages."""

from pipelines.statistics.read import StatisticsRead, read_statistics

__all__ = ["StatisticsRead", "read_statistics"]
