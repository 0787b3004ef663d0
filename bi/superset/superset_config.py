"""Superset's settings. Runs inside Superset's environment, which knows nothing of gwr."""

import os
from pathlib import Path

from superset.config import TALISMAN_CONFIG

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

# Superset's page loads a counting picture from outside, and may load maps and avatars. The browser is
# told to load nothing but our own.
TALISMAN_CONFIG = TALISMAN_CONFIG | {
    "content_security_policy": {
        rule: [source for source in sources if "://" not in source] if isinstance(sources, list) else sources
        for rule, sources in TALISMAN_CONFIG["content_security_policy"].items()
    }
}
