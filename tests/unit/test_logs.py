"""Logs for machines: one JSON object a line, and never the value of a secret setting."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines import settings
from pipelines.cli.options import clear_errors
from pipelines.logs import REDACTED, json_formatter, log_as_json, logs_are_json, redacted, secret_values
from pipelines.settings import Settings

DSN = "postgresql://writer:p%40ss%2Fword@db.example:5432/warehouse"
HOOK = "https://hooks.example/T0123/abcdef"


class Secrets(BaseSettings):
    """Secrets of every shape, as `pipelines.settings` declares its own."""

    model_config = SettingsConfigDict(env_prefix="GWR_")

    postgres_dsn: SecretStr | None = None
    ducklake_catalog: SecretStr | None = None
    alert_webhook_url: SecretStr = SecretStr("")


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "Secrets", Secrets, raising=False)
    monkeypatch.setenv("GWR_POSTGRES_DSN", DSN)
    monkeypatch.setenv("GWR_ALERT_WEBHOOK_URL", HOOK)
    monkeypatch.setenv("GWR_DUCKLAKE_CATALOG", r"postgres:host=db user=lake password='it\'s lake'")
    monkeypatch.setenv("DAGSTER_POSTGRES_PASSWORD", 'of "dagster"\\')


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the root logger writes JSON, for one test."""
    found = io.StringIO()
    handler = log_as_json(found)
    try:
        yield found
    finally:
        logging.getLogger().removeHandler(handler)
        logging.captureWarnings(False)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_secret_setting_is_known_by_its_type(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    for name in fields:
        monkeypatch.setenv(f"GWR_{name.upper()}", f"value-of-{name}")
    assert "alert_webhook_url" in fields
    assert {f"value-of-{name}" for name in fields} <= set(secret_values())


@pytest.mark.parametrize(
    "text",
    [
        f"can't connect to {DSN}",
        'password authentication failed: "p%40ss%2Fword"',
        "password authentication failed: p@ss/word",
        f"POST {HOOK}: 500",
        "attach 'host=db password=it's lake'",
        'connecting with of "dagster"\\ failed',
    ],
)
def test_a_secret_or_the_password_in_it_is_replaced(text: str) -> None:
    clean = redacted(text)
    assert REDACTED in clean
    assert [secret for secret in secret_values() if secret in clean] == []


def test_other_text_stays_as_it_is() -> None:
    assert redacted("330200.txt:3 unit '亿贝' is not known") == "330200.txt:3 unit '亿贝' is not known"


def test_a_line_has_time_level_logger_message_and_what_it_is_about(stream: io.StringIO) -> None:
    about = {"run_id": "r1", "step": "documents", "rows": {"documents": 3}}
    logging.getLogger("gwr.build").info("读了 %d", 3, extra=about)
    [line] = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"level": "info", "logger": "gwr.build", "message": "读了 3", **about}


def test_no_secret_in_message_arguments_fields_or_traceback(stream: io.StringIO) -> None:
    error = RuntimeError(f'refused: {DSN} for of "dagster"\\')
    about = {"tried": [{"at": DSN}], DSN: 1}
    log = logging.getLogger("pipelines.publication")
    log.error("copy to %s failed", HOOK, extra=about, exc_info=error)
    [line] = lines(stream)
    assert line["exception"].startswith("RuntimeError: refused")
    assert line["message"] == f"copy to {REDACTED} failed"
    assert line["tried"] == [{"at": REDACTED}]
    for secret in (DSN, HOOK, "p@ss/word", 'of "dagster"\\', json.dumps('of "dagster"\\')[1:-1]):
        assert secret not in stream.getvalue()


def test_words_of_a_file_can_t_steer_a_terminal(stream: io.StringIO) -> None:
    logging.getLogger("gwr").warning("a\x1b[2Jb\u202ec")
    assert lines(stream)[0]["message"] == "a\x1b[2Jb\u202ec"
    assert not {"\x1b", "\u202e"} & set(stream.getvalue())


def test_others_are_heard_from_warnings_on(stream: io.StringIO) -> None:
    logging.getLogger("httpx").info("GET")
    logging.getLogger("httpx").warning("slow")
    warnings.warn("old option", DeprecationWarning, stacklevel=1)
    logging.getLogger("dagster.builtin").warning("stands in the run's log already")
    assert [(line["logger"], line["level"]) for line in lines(stream)] == [
        ("httpx", "warning"),
        ("py.warnings", "warning"),
    ]


def test_asking_twice_writes_once(stream: io.StringIO) -> None:
    log_as_json(io.StringIO())
    logging.getLogger("gwr").error("once")
    assert len(lines(stream)) == 1


def test_an_error_of_a_command_is_a_line_too_or_a_text_without_secrets(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit), clear_errors(OSError):
        raise OSError(f"no route to {DSN}")
    [line] = lines(stream)
    assert (line["level"], line["message"]) == ("error", f"no route to {REDACTED}")
    log = logging.getLogger()
    log.removeHandler(log_as_json(io.StringIO()))
    assert not logs_are_json()
    with pytest.raises(typer.Exit), clear_errors(OSError):
        raise OSError(f"no route to {DSN}")
    assert f"gwr: no route to {REDACTED}" in capsys.readouterr().err


def test_a_formatter_for_another_handler_takes_its_own_secrets() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "open sesame", None, None)
    assert json.loads(json_formatter(("sesame",)).format(record))["message"] == f"open {REDACTED}"


def test_an_unknown_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GWR_LOG_FORMAT", "xml")
    with pytest.raises(ValueError, match="log_format"):
        Settings()


def test_settings_in_a_log_do_not_show_secrets() -> None:
    assert DSN in Secrets().postgres_dsn.get_secret_value()  # type: ignore[union-attr]
    assert DSN not in repr(Secrets())
    assert HOOK not in repr(Settings())
