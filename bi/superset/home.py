"""Superset's folder: its own database of users and charts, its secret key, its log."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

CONFIG = Path(__file__).resolve().parent / "superset_config.py"


@dataclass(frozen=True, slots=True)
class Home:
    """Where one Superset keeps what it knows."""

    folder: Path

    @property
    def log(self) -> Path:
        """What Superset says while it runs."""
        return self.folder / "superset.log"

    @property
    def secret_key(self) -> Path:
        """The key that signs sessions."""
        return self.folder / "secret_key"

    def prepare(self) -> None:
        """Make the folder, for its owner alone, and a secret key once."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        try:
            descriptor = os.open(self.secret_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_urlsafe(48))

    def environment(self) -> dict[str, str]:
        """Environment variables of Superset's processes."""
        # Variables of another Superset would lead this one elsewhere.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SUPERSET_")}
        return kept | {
            "SUPERSET_CONFIG_PATH": str(CONFIG),
            "GWR_SUPERSET_HOME": str(self.folder),
        }
