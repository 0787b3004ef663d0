"""A PostgreSQL server of our own: on a free loopback port, with passwords, removed after the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

ADMIN = "admin"
ADMIN_PASSWORD = "admin-of-the-tests"
WRITER = "writer"
WRITER_PASSWORD = "p@ss:w/o'r d%5C\\"
"""What a connection string has to escape, all of it."""
BI_USER = "bi"
BI_PASSWORD = "reads-only"


def find_binaries() -> Path | None:
    """The folder of initdb and pg_ctl: that of PATH, else the newest that Debian has installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest else None


def unprivileged() -> dict[str, Any]:
    """How a process is started that may not be root's: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class PostgresServer:
    """A server that is running, and how to talk to it."""

    binaries: Path
    folder: Path
    port: int

    def control(self, *arguments: str) -> None:
        """Run pg_ctl. The server it starts must not inherit a pipe, or the caller would wait for its end."""
        subprocess.run(
            [str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            check=True,
            timeout=60,
            **unprivileged(),
        )

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self.control("-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        self.control("-m", "immediate", "stop")

    def dsn(self, database: str, user: str = WRITER, password: str = WRITER_PASSWORD) -> str:
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def connect(
        self, database: str, user: str = ADMIN, password: str = ADMIN_PASSWORD
    ) -> psycopg.Connection[Any]:
        """A session of psycopg, which shares no code with what is tested; each statement is committed."""
        return psycopg.connect(self.dsn(database, user, password), autocommit=True)

    def new_database(self, name: str) -> str:
        """An empty database of the writer."""
        with self.connect("postgres") as session:
            session.execute(f"create database {name} owner {WRITER}".encode())
        return name


def _initialise(binaries: Path, folder: Path) -> None:
    password_file = folder / "password"
    password_file.write_text(ADMIN_PASSWORD, encoding="utf-8")
    account = unprivileged()
    if account:
        for path in (folder, password_file):
            os.chown(path, account["user"], account["group"])
    command = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", ADMIN, "-A", "scram-sha-256"]
    command += [f"--pwfile={password_file}", "-E", "UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, timeout=120, check=False, **account
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server with a user who writes (may create roles, is no superuser) and one who reads."""
    binaries = find_binaries()
    if binaries is None:
        missing = "PostgreSQL is not installed: neither initdb in PATH nor /usr/lib/postgresql/*/bin"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    # Not below pytest's own folder: that is closed to the account that the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="gwr-postgres-"))
    try:
        _initialise(binaries, folder)
        server = PostgresServer(binaries, folder, free_port())
        server.start()
        try:
            with server.connect("postgres") as session:
                writer = WRITER_PASSWORD.replace("'", "''")
                session.execute("set standard_conforming_strings = on")
                session.execute(f"create role {WRITER} login createrole password '{writer}'".encode())
                session.execute(f"create role {BI_USER} login password '{BI_PASSWORD}'".encode())
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
