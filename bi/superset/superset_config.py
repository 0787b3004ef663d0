"""Superset's settings. Runs inside Superset's environment, which knows nothing of gwr."""

import os
from pathlib import Path

_HOME = Path(os.environ["GWR_SUPERSET_HOME"])

SECRET_KEY = (_HOME / "secret_key").read_text(encoding="ascii").strip()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{_HOME / 'superset.db'}"
DATA_DIR = str(_HOME)

# Superset calls every DuckDB unsafe, since one may write and read files. Ours is opened read-only with
# all other files shut off (bundle/databases/warehouse.yaml), and `make bi-check` tries both.
PREVENT_UNSAFE_DB_CONNECTIONS = False

# Nothing is kept between two questions: a version that was just published is seen at once.
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}

LANGUAGES = {"en": {"flag": "us", "name": "English"}, "zh": {"flag": "cn", "name": "中文"}}
APP_NAME = "gov-work-reports"
