"""The lake at the URL of a server that speaks S3, over real HTTP on the loopback address."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from pipelines.lake.documents import read_documents_stage
from pipelines.lake.engine_choice import EngineChoice
from pipelines.lake.mirror import bring_lake, put_lake
from pipelines.lake.statements import read_statements_stage
from pipelines.lake.url_store import LakeUrlError
from pipelines.lake.url_versions import UrlVersions, check_lake_url
from tests.lake_urls import (
    check_a_second_machine_reads_nothing,
    check_of_two_writers_the_second_is_told,
    check_only_what_changed_is_moved,
    machine,
)
from tests.unit.test_lake_incremental import lake, run

pytestmark = pytest.mark.skipif(find_spec("moto") is None, reason="moto is not installed: make store-check")

SECRET = "geheim-0123456789"
START_SECONDS = 60


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """A server that speaks S3 and keeps objects in its memory; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            try:
                asked(port, "GET", "/moto-api/")
            except ConnectionError:
                time.sleep(0.2)
            else:
                break
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def asked(port: int, method: str, path: str) -> int:
    """The status of a request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.fixture
def url(server: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder of a bucket of its own, with the variables that lead there."""
    bucket = f"bucket-{abs(hash(request.node.name))}"
    assert asked(server, "PUT", f"/{bucket}") == 200
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server}")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    return f"s3://{bucket}/of several/lake"


def test_a_second_machine_reads_nothing_and_has_the_same_bytes(tmp_path: Path, url: str) -> None:
    check_a_second_machine_reads_nothing(tmp_path, url)


def test_only_what_changed_is_moved(tmp_path: Path, url: str) -> None:
    check_only_what_changed_is_moved(tmp_path, url)


def test_of_two_writers_the_second_is_told(tmp_path: Path, url: str) -> None:
    check_of_two_writers_the_second_is_told(tmp_path, url)


def test_the_store_itself_refuses_a_version_that_is_there(tmp_path: Path, url: str) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    for paths in (first, second):
        bring_lake(paths, url)
        run(paths)
    with pytest.MonkeyPatch.context() as context:
        put_lake(first, url)
        # As if both had looked at the same moment.
        context.setattr(UrlVersions, "newest_number", lambda _: 0)
        with pytest.raises(LakeUrlError, match="another machine finished a version after version 0"):
            put_lake(second, url)
    assert UrlVersions(url).newest_number() == 1


def test_a_file_of_several_parts_arrives_whole(tmp_path: Path, url: str) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    bring_lake(first, url)
    big = first.lake / "observations.parquet"
    big.parent.mkdir(parents=True)
    big.write_bytes(bytes(range(256)) * 50_000)
    put_lake(first, url)
    bring_lake(second, url)
    assert lake(second) == lake(first)


def test_an_error_names_what_is_wrong_and_no_secret(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_LAKE_URL_SECONDS", "0.5")
    with pytest.raises(LakeUrlError, match="NoSuchBucket") as missing:
        check_lake_url("s3://no-such-bucket/lake")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(LakeUrlError, match="error sending request") as away:
        check_lake_url(url)
    for error in (missing.value, away.value):
        assert SECRET not in str(error)
        assert "Debug source" not in str(error)
        assert error.__suppress_context__


@pytest.mark.ray
@pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: make ray")
def test_what_ray_reads_the_next_machine_does_not(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GWR_PARALLEL_FROM_CHARACTERS", "0")
    monkeypatch.setenv("GWR_WORKERS", "1")
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    engine = EngineChoice("ray")
    bring_lake(first, url)
    documents = read_documents_stage(first, engine=engine)
    statements = read_statements_stage(first, engine=engine)
    assert documents.read_by.startswith("Ray")
    assert (documents.read, statements.stage.read) == (3, 3)
    put_lake(first, url)
    monkeypatch.setenv("GWR_PARALLEL_FROM_CHARACTERS", "2000000")
    bring_lake(second, url)
    assert run(second).read == (0, 0)
    assert lake(second) == lake(first)
