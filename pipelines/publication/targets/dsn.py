"""A PostgreSQL connection string, taken apart so that its password stays out of SQL and messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from pipelines.publication.sql import literal
from pipelines.publication.targets.errors import TargetError

_URI = re.compile(r"postgres(?:ql)?://")
_PAIR = re.compile(r"\s*(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)+)\s*")
_SECRET_KEYS = {"host": "host", "port": "port", "user": "user", "password": "password", "dbname": "database"}
"""libpq's keyword -> DuckDB's, for what DuckDB keeps in a secret of its own."""
_CONFIDENTIAL = ("password", "sslpassword")
_DEFAULTS = {"connect_timeout": "10", "application_name": "gwr"}


@dataclass(frozen=True, slots=True)
class Dsn:
    """Where a PostgreSQL database is and who logs in, as libpq's keywords. Its repr shows nothing of it."""

    text: str = field(repr=False)
    options: dict[str, str] = field(repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that no message may hold: the whole string, and passwords as written and as meant."""
        meant = [self.options[key] for key in _CONFIDENTIAL if key in self.options]
        written = re.findall(r"://[^:@/]*:([^/]*)@", self.text)
        return (self.text, *meant, *written)

    @property
    def place(self) -> str:
        """Host, port and database, for messages."""
        host, port = self.options.get("host", "localhost"), self.options.get("port", "5432")
        return f"{host}:{port}/{self.options.get('dbname', self.options.get('user', ''))}"

    def create_secret(self, name: str) -> str:
        """The statement that puts host, user and password into a temporary DuckDB secret."""
        given = [
            f"{word} {literal(self.options[key])}"
            for key, word in _SECRET_KEYS.items()
            if key in self.options
        ]
        return f"create or replace temporary secret {name} ({', '.join(['type postgres', *given])})"

    @property
    def conninfo(self) -> str:
        """The other options, as libpq reads them: sslmode, a time limit for connecting and so on."""
        others = {key: value for key, value in self.options.items() if key not in _SECRET_KEYS}
        escaped = {
            key: value.replace("\\", "\\\\").replace("'", "\\'")
            for key, value in (_DEFAULTS | others).items()
        }
        return " ".join(f"{key}='{value}'" for key, value in escaped.items())


def _from_uri(text: str) -> dict[str, str]:
    parts = urlsplit(text)
    login, _, servers = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    hosts, ports = [], []
    for server in servers.split(","):
        host, _, port = server.rpartition(":") if re.search(r":\d*$", server) else (server, "", "")
        hosts.append(unquote(host).strip("[]"))
        ports.append(port)
    found = {
        "user": unquote(user),
        "password": unquote(password),
        "host": ",".join(hosts),
        "port": ",".join(ports) if any(ports) else "",
        "dbname": unquote(parts.path.removeprefix("/")),
        **dict(parse_qsl(parts.query)),
    }
    return {key: value for key, value in found.items() if value}


def _from_pairs(text: str) -> dict[str, str] | None:
    found, position = {}, 0
    while position < len(text):
        pair = _PAIR.match(text, position)
        if pair is None:
            return None
        key, value = pair.groups()
        found[key] = re.sub(r"\\(.)", r"\1", value[1:-1] if value.startswith("'") else value)
        position = pair.end()
    return found or None


def parse_dsn(text: str, setting: str) -> Dsn:
    """Take a connection string apart: `postgresql://user:password@host:port/database?sslmode=require`, or
    libpq's `host=... user=... password=...`.

    Raises:
        TargetError: it is neither; the message names the setting and shows nothing of its value.
    """
    try:
        options = _from_uri(text) if _URI.match(text) else _from_pairs(text)
    except ValueError:
        options = None
    if options is None:
        raise TargetError(
            f"{setting} is no connection string (its value is not shown). It looks like"
            " postgresql://user:password@host:5432/database, or like: host=... user=... password=... dbname=..."
        ) from None
    return Dsn(text, options)
