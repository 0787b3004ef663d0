"""`make audit`: a vulnerability that is found fails, a service out of reach is said and does not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.audit import LOCKS, Audit, AuditError, main, read_answer
from pipelines.paths import PROJECT_ROOT

LOCK = "wheelbarrow==1.0 --hash=sha256:" + "0" * 64 + "\nbarrow==2.0 --hash=sha256:" + "1" * 64 + "\n"
ADVISORY = {
    "id": "GHSA-test-1",
    "summary": "tips over",
    "affected": [
        {
            "package": {"name": "wheelbarrow", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}],
        }
    ],
}


class Osv(BaseHTTPRequestHandler):
    """What OSV answers: one advisory for one package, nothing for others."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        found = {"vulns": [ADVISORY]} if asked["package"]["name"] == "wheelbarrow" else {}
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    def log_message(self, *arguments: object) -> None:
        del arguments


@pytest.fixture
def osv() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Osv) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
        server.shutdown()
        thread.join()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "some.lock"
    path.write_text(LOCK, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def test_a_vulnerability_is_named_and_fails(osv: str, lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--vulnerability-service", "osv", "--osv-url", osv], [lock]) == 1
    said = capsys.readouterr().out
    assert "2 packages, 1 known vulnerabilities" in said
    assert "wheelbarrow 1.0: GHSA-test-1, mended in 1.1" in said


def test_a_service_out_of_reach_is_said_and_no_failure(
    lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = ["--vulnerability-service", "osv", "--osv-url", "http://127.0.0.1:1/v1/query"]
    assert main(nowhere, [lock]) == 0
    assert "NOT AUDITED, the vulnerability service can't be reached" in capsys.readouterr().out


def test_a_lock_that_can_t_be_read_is_a_failure(
    osv: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "bad.lock"
    lock.write_text("wheelbarrow\n", encoding="utf-8")
    assert main(["--vulnerability-service", "osv", "--osv-url", osv], [lock]) == 1
    assert "pip-audit failed" in capsys.readouterr().out


def test_packages_that_the_service_does_not_know_do_not_count_as_audited() -> None:
    answer = {
        "dependencies": [
            {"name": "a", "skip_reason": "not found"},
            {"name": "b", "version": "1", "vulns": []},
        ]
    }
    assert read_answer(json.dumps(answer), "") == Audit(True, known=1, unknown=1)


def test_an_answer_of_another_kind_is_an_error() -> None:
    with pytest.raises(AuditError, match="no such option"):
        read_answer("", "usage: ...\nno such option: --x")


def test_every_lock_file_is_asked_about_once() -> None:
    """Each lock file of the project but the one that dev.lock holds all of."""
    found = {
        path.relative_to(PROJECT_ROOT).as_posix()
        for folder in ("requirements", "deploy", "bi")
        for path in (PROJECT_ROOT / folder).rglob("*.lock")
        if not any(part.startswith(".") for part in path.relative_to(PROJECT_ROOT).parts)
    }
    assert sorted(LOCKS) == sorted(found - {"requirements/runtime.lock"})
