"""What an operator may change. Each setting is an environment variable `GWR_<NAME>`; none is needed.

Where files lie is in `pipelines.paths` (`GWR_RAW_DIR`, `GWR_DATA_DIR`).
"""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of this process.

    Raises:
        pydantic.ValidationError: an environment variable has a value of the wrong kind.
    """

    model_config = SettingsConfigDict(env_prefix="GWR_", frozen=True)

    host: str = Field("127.0.0.1", description="Address that the Dagster page listens on.")
    port: int = Field(3000, ge=1, le=65535, description="Port that the Dagster page listens on.")
    keep_versions: int = Field(3, ge=1, description="Published versions that stay on disk.")
    nightly_cron: str = Field("30 2 * * *", description="When the nightly build starts.")
    timezone: str = Field("Asia/Shanghai", description="Time zone of the nightly build.")
    raw_interval_seconds: int = Field(30, ge=1, description="How often raw/ is looked at for changes.")
    raw_quiet_seconds: int = Field(20, ge=0, description="Quiet in raw/ that ends a batch of changes.")
